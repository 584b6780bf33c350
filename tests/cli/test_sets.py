"""What the terminal says of carousels."""

import pytest

from tests.factories import gradient, quarters

PROCESS = ("process", "in", "--preset", "small.toml", "--output", "out", "--jobs", "1")


@pytest.fixture
def carousel(folder):
    gradient(60, 80).save(folder / "in/glow_1.jpg")
    (folder / "in/glow_2.jpg").write_bytes(b"no picture")
    quarters(60, 80).save(folder / "in/glow_3.jpg")
    return folder


def test_the_slide_that_holds_a_set_back_is_named(assetkit, carousel):
    code, out, _ = assetkit(*PROCESS, "--sets", "name")
    said = " ".join(out.split())
    assert code == 1
    assert "held back with its set glow: slide 2, glow_2.jpg, is rejected (unsupported-format)" in said
    assert "Set glow: rejected, 3 slides, for slide 2, glow_2.jpg" in out
    assert "1 ready, 0 review, 3 rejected." in out
    assert "Numbered like slides" not in out
    _, out, _ = assetkit(*PROCESS, "--sets", "name", "--lang", "zh")
    assert "组图 glow：不合格，共 3 张，原因：第 2 张 glow_2.jpg" in out
    code, out, _ = assetkit(*PROCESS, "--sets", "name", "--partial-sets")
    assert "Set glow: rejected, 3 slides, for slide 2, glow_2.jpg" in out
    assert sorted(p.name for p in (carousel / "out/ready").iterdir()) == ["fine.jpg", "glow_01.jpg", "glow_03.jpg"]


def test_what_looks_like_a_set_is_told_and_left_alone(assetkit, carousel):
    _, out, _ = assetkit(*PROCESS)
    assert "Numbered like slides: glow. --sets name judges and delivers them as carousels." in out
    assert "3 ready, 0 review, 1 rejected." in out
    assert sorted(p.name for p in (carousel / "out/ready").iterdir()) == ["fine.jpg", "glow_1.jpg", "glow_3.jpg"]


def test_sets_under_several_presets(assetkit, carousel):
    text = (carousel / "small.toml").read_text().replace('"small"', '"other"')
    (carousel / "other.toml").write_text(text)
    _, out, _ = assetkit(*PROCESS, "--preset", "other.toml", "--sets", "name")
    assert out.count("Set glow: rejected, 3 slides, for slide 2, glow_2.jpg") == 2
