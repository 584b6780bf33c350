import json

import pytest
from PIL import Image

from assetkit.errors import SetupError
from assetkit.gauge import gauge
from assetkit.lettering import Search
from assetkit.run import Run
from tests.factories import gradient, source
from tests.test_covers import CRISP, written


@pytest.fixture
def photo(tmp_path):
    gradient(600, 800).save(tmp_path / "a.jpg", quality=95)
    return tmp_path / "a.jpg"


def test_a_picture(photo, text_engine):
    text_engine((0, 0, 0.5, 0.5))
    found = gauge(source(photo), Run())
    assert (found.error, found.source.relative) == (None, "a.jpg")
    assert found.measured.text_coverage.share == pytest.approx(0.25)
    assert found.measured.frames[0].text[0].box.size.width == 300
    assert found.seconds >= 0


def test_a_turned_picture_is_measured_as_shown(tmp_path, text_engine):
    text_engine((0, 0, 1, 0.5))
    exif = Image.Exif()
    exif[0x0112] = 6
    gradient(800, 600).save(tmp_path / "a.jpg", exif=exif)
    (line,) = gauge(source(tmp_path / "a.jpg"), Run()).measured.frames[0].text
    assert (line.box.right, line.box.bottom) == (600, 400)


def test_a_large_picture_is_measured_reduced(tmp_path, monkeypatch, text_engine):
    engine, shapes = text_engine((0, 0, 0.5, 0.5)), []

    class Looking:
        def prepare(self, search):
            assert search is Search.ALL

        def detect(self, picture, **_):
            shapes.append(picture.shape)
            return engine.detect(picture)

    monkeypatch.setattr("assetkit.measure.detector", lambda *_: Looking())
    gradient(3200, 1600).save(tmp_path / "a.jpg")
    found = gauge(source(tmp_path / "a.jpg"), Run())
    assert shapes == [(720, 1440, 3)]
    assert found.measured.frames[0].text[0].box.size.width == 1600


def test_the_sidecar_is_heeded(photo, text_engine, tmp_path):
    text_engine((0, 0, 0.5, 0.5))
    sidecar = tmp_path / "a.jpg.assetkit.json"
    sidecar.write_text(json.dumps({"exempt": [[0, 0, 300, 400]]}))
    assert gauge(source(photo, sidecar=sidecar), Run()).measured.text_coverage.share == 0.0
    sidecar.write_text("{")
    assert "not valid JSON" in gauge(source(photo, sidecar=sidecar), Run()).error


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.write_text("words"), "not a picture"),
        (lambda path: path.mkdir(), "a folder that is named like a file"),
        (lambda path: written(path, [CRISP]), "a video: use inspect, which measures its frames"),
        (lambda path: None, "cannot be opened: No such file"),
    ],
)
def test_what_cannot_be_measured_says_why_and_has_no_numbers(tmp_path, text_engine, make, says):
    path = tmp_path / "a.mp4"
    make(path)
    found = gauge(source(path), Run(), tmp_path / "out/a.text.jpg")
    assert says in found.error
    assert (found.measured, found.seconds) == (None, None)
    assert not (tmp_path / "out").exists()


def test_an_engine_that_fails_is_said(photo, text_engine):
    text_engine(error=RuntimeError("no model"))
    found = gauge(source(photo), Run())
    assert (found.error, found.measured) == ("text engine paddle failed: no model", None)


def test_a_bug_costs_one_picture(photo, text_engine, monkeypatch):
    def broken(*_, **__):
        raise KeyError("oops")

    monkeypatch.setattr("assetkit.gauge.measure", broken)
    assert gauge(source(photo), Run()).error == "internal error, please report it: KeyError: 'oops'"


def test_an_overlay(photo, text_engine, tmp_path):
    text_engine((0, 0, 0.5, 0.5))
    before = photo.read_bytes()
    gauge(source(photo), Run(), tmp_path / "out/sub/a.text.jpg")
    with Image.open(tmp_path / "out/sub/a.text.jpg") as image:
        assert image.width == 600
        assert image.height > 800
    assert photo.read_bytes() == before


def test_an_overlay_that_cannot_be_written_is_the_machine_s_fault(photo, text_engine, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(SetupError, match="cannot write to"):
        gauge(source(photo), Run(), tmp_path / "out/a.text.jpg")
