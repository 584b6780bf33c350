"""The lexicon's data: a TOML file per category, spellings used to evade, statutes, required statements."""
