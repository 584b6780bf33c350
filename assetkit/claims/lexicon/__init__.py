"""The lexicon's data: a TOML file per category, spellings used to evade, statutes, required statements.

`traditional.txt` holds two lines of the same length: traditional characters, and the simplified one of each, in order.
It was made from OpenCC's table TSCharacters (Apache-2.0), the first choice of each; characters outside the Basic
Multilingual Plane and those that stay as they are were left out. A dependency for 2,956 pairs was not worth it.
"""
