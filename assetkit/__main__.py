"""Lets `python -m assetkit` do what `assetkit` does."""

from assetkit.cli import main

if __name__ == "__main__":
    main()
