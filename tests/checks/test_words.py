"""Title, caption and tags: lengths at their limits, and words that an ad may not carry."""

import pytest

from assetkit.checks.words import WORD_CHECKS, check_words, title_length
from assetkit.judgement import Severity, Status
from assetkit.sets import Words
from assetkit.word_rules import WORD_UNITS, WordLimits
from assetkit.wording import in_language
from tests.factories import SOURCES, limit, preset


def judged(words, **stated):
    limits = {name: limit(value, unit=WORD_UNITS[name]) for name, value in stated.items()}
    return check_words(words, preset(words={"limits": limits}).words.limits, SOURCES)


@pytest.mark.parametrize(
    ("title", "length"),
    [
        ("", 0),
        ("a", 1),
        ("ab", 1),
        ("abc", 2),
        ("面霜", 2),
        ("面霜a", 3),
        ("OOTD穿搭分享", 6),
        ("！", 1),
        ("é", 1),
        ("💇", 2),  # two units of UTF-16
        ("💇\u200d♀️", 5),
        ("面" * 20, 20),
        ("a" * 40, 20),
    ],
)
def test_a_title_is_counted_as_the_platform_does(title, length):
    assert title_length(title) == length


def test_every_limit_of_words_has_its_check_of_the_same_name():
    assert [check.code.replace("-", "_") for check in WORD_CHECKS] == list(WordLimits.model_fields)
    for check in WORD_CHECKS:
        marked = WordLimits.model_construct(**{check.code.replace("-", "_"): "this one"})
        assert check.limit(marked) == "this one"


@pytest.mark.parametrize(
    ("name", "kept", "broken"),
    [
        ("title_max", Words("面" * 20), Words("面" * 20 + "a")),
        ("caption_max", Words(caption="面" * 20), Words(caption="a" * 21)),
        ("tags_max", Words(tags=("a",) * 20), Words(tags=("a",) * 21)),
    ],
)
def test_lengths_at_their_limit(name, kept, broken):
    assert judged(kept, **{name: 20}).findings == ()
    (finding,) = judged(broken, **{name: 20}).findings
    assert (finding.code, finding.measured, finding.limit) == (name.replace("_", "-"), 21, 20)


def test_claims_in_every_part_the_surest_first():
    words = Words("美白面霜", "全网第一\n国家级品质", ("最佳",), ("cosmetics",))
    judgement = judged(words, words_claims=[])
    said = [(str(f.message).partition(" says")[0], f.measured, f.needs_person) for f in judgement.findings]
    assert said[:2] == [("the caption", "国家级", False), ("a tag", "最佳", False)]
    assert ("the title", "美白", True) in said
    assert judgement.status is Status.REJECTED
    assert all(f.severity is Severity.REQUIRED for f in judgement.findings)
    assert "正文含“国家级”" in in_language(judgement.findings[0].message, "zh")
    assert judgement.findings[0].fix != in_language(judgement.findings[0].fix, "zh")


def test_what_may_be_said_and_what_nobody_asked_for():
    assert judged(Words("第一次用面霜", "夏天", ("精华",)), words_claims=[]).findings == ()
    assert judged(Words("国家级面霜"), title_max=20).findings == ()
    assert judged(Words(), words_claims=[], title_max=20, caption_max=1, tags_max=1).findings == ()


def test_what_the_preset_always_advertises_counts():
    words = Words("能治疗湿疹的面膜")
    alone, cosmetics = judged(words, words_claims=[]), judged(words, words_claims=["cosmetics"])
    assert (alone.status, cosmetics.status) == (Status.REVIEW, Status.REJECTED)
