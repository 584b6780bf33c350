"""How soon `assetkit --help` answers, beside what it cannot do without: Python and click.

    python benchmarks/start.py --pairs 30

Runs `python -c "import click"` and `assetkit --help` in turn, so that other work slows both alike, and prints the
median of each and of the pairs' ratios; 1 if that is over 2.5.
"""

import argparse
import statistics
import subprocess
import sys
import time

_MOST = 2.5
_CLICK, _HELP = [sys.executable, "-c", "import click"], [sys.executable, "-m", "assetkit", "--help"]


def seconds(command: list[str]) -> float:
    """How long a command takes."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=30)
    wanted = parser.parse_args()
    seconds(_CLICK), seconds(_HELP)  # what is compiled once is not measured
    pairs = [(seconds(_CLICK), seconds(_HELP)) for _ in range(wanted.pairs)]
    ratio = statistics.median(told / alone for alone, told in pairs)
    alone, told = (statistics.median(each) * 1000 for each in zip(*pairs, strict=True))
    print(f"import click {alone:.0f} ms, --help {told:.0f} ms, {ratio:.2f} times (at most {_MOST})")
    return 0 if ratio <= _MOST else 1


if __name__ == "__main__":
    sys.exit(main())
