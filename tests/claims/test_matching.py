import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.claims.claim import Line, Verdict
from assetkit.claims.entries import entries
from assetkit.claims.matching import find_claims
from assetkit.geometry import Box

REJECT, REVIEW = Verdict.REJECT, Verdict.REVIEW


def only(text, *products, **line):
    (claim,) = find_claims([Line(text, **line)], products)
    return claim


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("国家级面霜", REJECT),
        ("國 家 級面霜", REJECT),
        ("国·家·级面霜", REVIEW),
        ("荣获国家级奖项", REVIEW),
        ("顶级面霜", REVIEW),
        ("电子烟现货", REJECT),
        ("电孖烟现货", REVIEW),
        ("处方药代购", REJECT),
        ("处方药区", REVIEW),
    ],
)
def test_only_exact_words_of_the_statute_reject(text, verdict):
    assert only(text).verdict is verdict


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ({"confidence": 0.95}, REJECT),
        ({"confidence": 0.5}, REVIEW),
        ({"confidence": 0.5, "glyphs": (0.1, 0.1, 0.99, 0.99, 0.98)}, REJECT),
        ({"confidence": 0.99, "glyphs": (1.0, 1.0, 0.99, 0.6, 0.98)}, REVIEW),
    ],
)
def test_a_doubtful_reading_never_rejects(line, verdict):
    assert only("送礼国家级", **line).verdict is verdict


def test_a_claim_says_what_and_where():
    box = Box(10, 20, 300, 60)
    claim = only("在很久很久以前这里有一款国·家·级面霜，值得每天早上和晚上都用一次", box=box)
    assert claim.matched == "国·家·级"
    assert claim.context == "在很久很久以前这里有一款国·家·级面霜，值得每天早上和晚上…"
    assert claim.boxes == (box,)
    assert not claim.is_exact
    assert claim.entry.suggestion.told("en").startswith("say what can be shown")
    assert "第九条" in claim.entry.basis.told("zh")


@pytest.mark.parametrize(
    ("products", "verdict"), [((), REVIEW), (("cosmetics",), REJECT), (("food", "alcohol"), REJECT)]
)
def test_treating_disease_rejects_where_the_goods_are_known(products, verdict):
    (claim,) = [each for each in find_claims([Line("治疗失眠")], products) if each.entry.id == "cure"]
    assert claim.verdict is verdict


def test_medical_goods_may_speak_of_treatment_but_not_of_cure_rates():
    assert find_claims([Line("治疗湿疹")], ["drug"]) == []
    assert [c.entry.id for c in find_claims([Line("治愈率")], ["drug"])] == ["medical-endorsed-effect"]


def test_entries_for_some_products_need_them():
    assert find_claims([Line("湿疹")]) == []
    assert only("湿疹", "cosmetics").entry.id == "disease-name"


def test_a_word_that_rejects_is_not_hidden_by_a_longer_one():
    claims = find_claims([Line("全网最便宜的国家级面霜")])
    assert {(c.matched, c.verdict) for c in claims} == {("全网最便宜", REVIEW), ("国家级", REJECT)}


def test_one_word_is_told_once_in_its_category():
    assert [claim.matched for claim in find_claims([Line("全国最大最好用的面霜")])] == ["全国最大", "最好用"]
    assert [claim.matched for claim in find_claims([Line("最佳")])] == ["最佳"]


@pytest.mark.parametrize("text", ["link in bio", "linkin bio", "linkinbio", "LINK IN BIO"])
def test_spaces_that_a_recogniser_lost(text):
    assert only(text).entry.id == "links-and-codes"


LEFT, RIGHT = Box(100, 100, 300, 150), Box(310, 100, 400, 150)
UNDER, FAR = Box(100, 160, 300, 210), Box(100, 600, 300, 650)


@pytest.mark.parametrize(
    ("lines", "matched"),
    [
        ([Line("全网第", LEFT), Line("一的面霜", UNDER)], ["全网第 / 一"]),
        ([Line("一的面霜", UNDER), Line("全网第", LEFT)], ["全网第 / 一"]),
        ([Line("全网第", LEFT), Line("一的面霜", FAR)], []),
        ([Line("国家", LEFT), Line("级", RIGHT)], ["国家 / 级"]),
        ([Line("国"), Line("家"), Line("级")], ["国 / 家 / 级"]),
        ([Line("我们看最后"), Line("佳能的照片")], []),
        ([Line("国\n家级", LEFT)], ["国\n家级"]),
    ],
)
def test_words_that_run_over_lines(lines, matched):
    claims = find_claims(lines)
    assert [claim.matched for claim in claims] == matched
    assert all(claim.verdict is REVIEW for claim in claims if len(claim.lines) > 1)


def column(text, left):
    return Line(text, Box(left, 100, left + 40, 300))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_columns_are_read_both_ways(order):
    columns = [column("全网第", 100 + 50 * order[0]), column("一品牌", 100 + 50 * order[1])]
    assert "全网第 / 一" in [claim.matched for claim in find_claims(columns)]


def test_lines_of_other_times_are_not_joined():
    lines = [Line("全网第", LEFT, time=1), Line("一的面霜", UNDER, time=2)]
    assert find_claims(lines) == []


@given(st.lists(st.text(), max_size=4))
def test_any_text_is_survived(texts):
    for claim in find_claims([Line(text) for text in texts]):
        assert claim.matched
        assert claim.lines


@given(st.text(max_size=20), st.sampled_from([e for e in entries() if e.severity is REJECT]), st.text(max_size=20))
def test_what_was_matched_stands_in_the_line(before, entry, after):
    text = f"{before}。{entry.pairs[0][0]}。{after}"
    for claim in find_claims([Line(text)], sorted(entry.products)[:1]):
        assert claim.matched in text
        assert claim.matched in claim.context
