"""What assetkit says, in other languages than English: a TOML file each."""
