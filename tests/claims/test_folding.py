import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.claims.folding import fold, simplified

SIGNS = st.sampled_from("国家级最佳第一微信 ,。，·★🔥-ABcé①１％%+v\u200b\n國藥")
HIDING = st.text(st.sampled_from(" ·.*★🔥-_/|~\u200b\u3000"), max_size=3)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("國家級", "国家级"),
        ("ＮＯ．１", "no.1"),
        ("No.①", "no.1"),
        ("国 家 级", "国家级"),
        ("国·家★级🔥", "国家级"),
        ("国，家，级", "国家级"),
        ("买吧，国家公园，很好", "买吧,国家公园,很好"),
        ("worlds  best", "worlds best"),
        ("138-0013-8000", "138-0013-8000"),
        ("全网 No.1 品牌", "全网no.1品牌"),
        ("100％有效", "100%有效"),
        ("加➕V", "加+v"),
        ("蕞佳", "最佳"),
        ("薇信", "微信"),
        ("😀😀", ""),
        ("", ""),
    ],
)
def test_folding(text, folded):
    assert fold(text).text == folded


@pytest.mark.parametrize(
    ("text", "is_exact"),
    [("最佳", True), ("最 佳", True), ("最·佳", False), ("蕞佳", False), ("ＢＥＳＴ", True), ("最\u3000佳", True)],
)
def test_what_counts_as_exact(text, is_exact):
    folded = fold(text)
    assert folded.is_exact(0, len(folded.text)) is is_exact


def test_places_lead_back_to_the_original():
    text = "这是 國·家·級 的"
    folded = fold(text)
    start = folded.text.index("国家级")
    assert text[folded.places[start] : folded.places[start + 2] + 1] == "國·家·級"


@given(st.text(SIGNS | st.characters()))
def test_places_are_in_order_and_inside(text):
    folded = fold(text)
    assert len(folded.places) == len(folded.text)
    assert list(folded.places) == sorted(folded.places)
    assert all(0 <= place < len(text) for place in folded.places)


@given(st.lists(HIDING, min_size=2, max_size=2), st.text(SIGNS, max_size=5))
def test_nothing_that_hides_a_word_helps(hidings, before):
    first, second = hidings
    assert "国家级" in fold(f"{before}。国{first}家{second}级").text


@given(st.text())
def test_simplifying_keeps_the_length(text):
    assert len(simplified(text)) == len(text)
