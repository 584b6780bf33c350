import time
from fractions import Fraction

import numpy as np
import pytest

from assetkit.errors import SetupError
from assetkit.facts import Need
from assetkit.geometry import Box, Size
from assetkit.measure import Look, measure
from tests.factories import region

TEXT = frozenset({Need.TEXT})
SIZE = Size(200, 100)


def frames(count=1, size=SIZE):
    return [(Fraction(n, 2), np.full((size.height, size.width, 3), 40 * n, np.uint8)) for n in range(count)]


def test_nothing_is_measured_that_nobody_asked_for(text_engine):
    engine = text_engine((0, 0, 1, 1))
    found = measure(frames(), SIZE, Look(frozenset(), "fake"), is_timed=False)
    (frame,) = found.frames
    assert (frame.text, frame.faces, frame.saliency, frame.cover_parts) == (None, None, None, None)
    assert (found.text_coverage, engine.calls) == (None, 0)


def test_all_that_can_be_asked_for(text_engine):
    text_engine()
    (frame,) = measure(frames(), SIZE, Look(frozenset(Need), "fake", cover_scores=True), is_timed=False).frames
    assert (frame.text, frame.faces, frame.cover_parts.total) == ((), (), 0.0)
    assert sum(frame.saliency.columns) == pytest.approx(1, abs=0.05)


def test_what_lies_between_bars_is_given_in_display_pixels_and_holds_no_bar():
    rng = np.random.default_rng(1)
    picture = np.zeros((100, 160, 3), np.uint8)
    picture[20:70] = rng.integers(60, 255, (50, 160, 3))
    look = Look(frozenset({Need.BORDERS}), "fake")
    barred, bare = (Fraction(0), picture), (Fraction(1), np.ascontiguousarray(picture[20:70]))
    assert measure([barred], Size(400, 250), look, is_timed=False).content == Box(0, 53, 400, 172)
    assert measure([barred, bare], Size(400, 250), look, is_timed=True).content is None


def test_places_are_given_in_display_pixels_and_looked_at_in_those_that_are_measured(text_engine):
    engine = text_engine()
    look = Look(TEXT, "fake", places=(Box(40, 20, 200, 60),))
    measure(frames(size=Size(100, 50)), Size(400, 100), look, is_timed=False)
    assert engine.places == [(Box(10, 10, 50, 30),)]


def test_text_is_given_in_display_pixels(text_engine):
    text_engine((0.1, 0.2, 0.5, 0.6))
    small = frames(size=Size(100, 50))  # measured at half the size, and for a pixel aspect of 2:1 at a quarter
    (frame,) = measure(small, Size(400, 100), Look(TEXT, "fake"), is_timed=False).frames
    assert frame.text[0].box == Box(40, 20, 200, 60)


def test_doubt_grows_with_the_area(text_engine, monkeypatch):
    class Doubting:
        def detect(self, picture, **_):
            return (region(10, 10, 20, 20, text="a", doubt=3.0),)

    text_engine()
    monkeypatch.setattr("assetkit.measure.detector", lambda *_: Doubting())
    small = frames(size=Size(100, 50))
    (frame,) = measure(small, Size(400, 100), Look(TEXT, "fake"), is_timed=False).frames
    assert (frame.text[0].doubt, frame.text[0].text) == (3.0 * 4 * 2, "a")


def test_exempt_text_is_found_and_does_not_count(text_engine):
    text_engine((0, 0, 0.5, 1))
    found = measure(frames(), SIZE, Look(TEXT, "fake"), is_timed=False, exempt=(Box(0, 0, 50, 100),))
    assert found.text_coverage.share == pytest.approx(0.25)
    assert found.exempt == (Box(0, 0, 50, 100),)
    assert len(found.frames[0].text) == 1


@pytest.mark.parametrize(
    ("boxes", "share"),
    [
        ([], 0.0),
        ([(0, 0, 0.5, 0.5)], 0.25),
        ([(0, 0, 0.5, 0.5), (0.25, 0, 0.75, 0.5)], 0.375),  # what overlaps counts once
        ([(0, 0, 1, 1), (0, 0, 1, 1)], 1.0),
        ([(-1, -1, 2, 2)], 1.0),
    ],
)
def test_coverage(text_engine, boxes, share):
    text_engine(*boxes)
    found = measure(frames(), SIZE, Look(TEXT, "fake"), is_timed=False)
    assert found.text_coverage.share == pytest.approx(share)
    assert found.text_coverage_time is None


class Growing:
    """Finds text over a larger share of each picture it is shown, up to the third."""

    def __init__(self, engine):
        self.engine = engine

    def detect(self, picture, **_):
        self.engine.boxes = ((0, 0, 0.1 * min(3, self.engine.calls + 1), 1),)
        return self.engine.detect(picture)


def test_the_worst_frame_counts_and_the_first_of_equals(text_engine, monkeypatch):
    growing = Growing(text_engine())
    monkeypatch.setattr("assetkit.measure.detector", lambda *_: growing)
    found = measure(frames(5), SIZE, Look(TEXT, "fake"), is_timed=True)
    assert found.text_coverage.share == pytest.approx(0.3)
    assert found.text_coverage_time == Fraction(1)


@pytest.mark.parametrize("error", [RuntimeError("no model"), MemoryError("too large"), ValueError("shape")])
def test_an_engine_that_fails_is_not_an_engine_that_finds_nothing(text_engine, error):
    text_engine(error=error)
    found = measure(frames(2), SIZE, Look(frozenset({Need.TEXT, Need.FACES}), "fake"), is_timed=True)
    assert found.text_coverage is None
    assert found.failed == {Need.TEXT: f"text engine fake failed: {error}"}
    assert [(f.text, f.faces) for f in found.frames] == [(None, ()), (None, ())]


def test_an_engine_that_is_not_installed_is_the_machine_s_fault(text_engine):
    text_engine(error=SetupError("pip install it"))
    with pytest.raises(SetupError):
        measure(frames(), SIZE, Look(TEXT, "fake"), is_timed=False)


def test_one_failed_frame_spoils_the_maximum(text_engine, monkeypatch):
    engine = text_engine((0, 0, 0.1, 0.1))

    class Tired:
        def detect(self, picture, **_):
            if engine.calls:
                raise RuntimeError("tired")
            return engine.detect(picture)

    monkeypatch.setattr("assetkit.measure.detector", lambda *_: Tired())
    found = measure(frames(2), SIZE, Look(TEXT, "fake"), is_timed=True)
    assert found.text_coverage is None
    assert "tired" in found.failed[Need.TEXT]


def test_padding_is_not_judged_for_how_it_looks():
    picture = np.full((400, 300, 3), 255, np.uint8)
    picture[100:300] = np.random.default_rng(1).integers(60, 200, (200, 300, 3))
    size = Size(600, 800)

    def highlights(part):
        look = Look(frozenset({Need.QUALITY}), "fake", picture=part)
        (frame,) = measure([(Fraction(0), picture)], size, look, is_timed=False).frames
        return frame.quality.highlights

    assert highlights(None) == 0.5
    assert highlights(Box(0, 200, 600, 600)) == 0


def test_baked_in_bars_are_not_judged_for_how_they_look():
    picture = np.full((400, 300, 3), 255, np.uint8)
    picture[100:300] = np.random.default_rng(1).integers(60, 200, (200, 300, 3))
    look = Look(frozenset({Need.QUALITY, Need.BORDERS}), "fake")
    (frame,) = measure([(Fraction(0), picture)], Size(600, 800), look, is_timed=False).frames
    assert frame.content is not None
    assert frame.quality.highlights == 0


@pytest.mark.parametrize("fails_at", [(), (2,), (1, 3, 6)])
def test_several_threads_find_what_one_finds(monkeypatch, fails_at):
    """Each picture is as dark as its number; the earlier it comes, the longer it takes."""

    class Slow:
        def detect(self, picture, **_):
            number = int(picture[0, 0, 0]) // 20
            time.sleep(0.01 * (8 - number))
            if number in fails_at:
                raise RuntimeError(f"picture {number}")
            return (region(0, 0, 10 * (number + 1), 10),)

    monkeypatch.setattr("assetkit.measure.detector", lambda *_: Slow())
    needs = frozenset({Need.TEXT, Need.FACES, Need.SALIENCY, Need.BORDERS, Need.CODES})
    pictures = [(Fraction(n), np.full((100, 200, 3), 20 * n, np.uint8)) for n in range(8)]
    one, several = (measure(pictures, SIZE, Look(needs, "fake", threads), is_timed=True) for threads in (1, 3))
    assert several == one
    assert bool(one.failed) is bool(fails_at)
    assert all(f"picture {fails_at[-1]}" in said for said in one.failed.values())
