import re
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.discover import output_stems
from assetkit.manifest.write import reasons_name
from assetkit.naming import portable, portable_folder

RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)[ .]*(\..*)?$")
anything = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
odd = st.one_of(
    anything, st.sampled_from(["CON", "con.tar", "AUX ", "nul.", "LPT9.x", "com\u00b9", "a:b", "a?b", "a. "])
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("CON", "CON_"),
        ("con.front", "con_.front"),
        ("Aux .x", "Aux_ .x"),
        ("LPT1", "LPT1_"),
        ("com\u00b2", "com\u00b2_"),
        ("conin$", "conin$_"),
        ("contact", "contact"),
        ("com10", "com10"),
        ("con-1", "con-1"),
        ("my con", "my con"),
        ('a<b>c:d"e|f?g*h\\i', "a_b_c_d_e_f_g_h_i"),
        ("two\nlines\x1b[31m\x7f", "two_lines_[31m_"),
        ("\u65b0\u54c1 #1%", "\u65b0\u54c1 #1%"),
        ("\U0001f600'`$", "\U0001f600'`$"),
    ],
)
def test_what_windows_keeps_for_itself(name, expected):
    assert portable(name) == expected


@pytest.mark.parametrize(("name", "expected"), [("x.", "x_"), ("x. .", "x___"), ("x", "x"), ("nul.", "nul__")])
def test_a_folder_ends_in_no_dot(name, expected):
    assert portable_folder(name) == expected


def is_portable(path):
    return all(
        not re.search(r'[<>:"\\|?*\x00-\x1f\x7f]|[. ]$', part) and not RESERVED.match(part)
        for part in PurePosixPath(path).parts
    )


@given(st.lists(st.lists(odd, min_size=1, max_size=3).map("/".join), min_size=1, max_size=8, unique=True))
def test_no_output_has_a_name_that_windows_refuses(names):
    names = [name for name in names if not {".", ".."} & set(name.split("/"))]
    stems = output_stems(names)
    assert len({stem.casefold() for stem in stems.values()}) == len(names)
    for name in names:
        assert is_portable(stems[name] + ".jpg"), stems[name]
        assert is_portable(reasons_name(name)), reasons_name(name)
    assert len({reasons_name(name) for name in names}) == len(names)
