"""The presets that ship with assetkit, one TOML file per platform placement."""
