"""Words that an ad may not carry: a lexicon as data, text folded before it is matched, and what was found.

A pre-check, not legal advice: truth, licences and substantiation cannot be seen in words.
"""
