import re
import sys

import numpy as np
import pytest

from assetkit import text
from assetkit.errors import SetupError, UserInputError
from assetkit.text import ENGINES, detector
from assetkit.text.easyocr import EasyOcrDetector
from assetkit.text.paddle import PaddleDetector
from assetkit.text.runtime import VARYING_SHAPES, installed_runtime, model_path


@pytest.fixture(autouse=True)
def _fresh_cache():
    text._loaded.forget()
    yield
    text._loaded.forget()


@pytest.fixture
def without(monkeypatch):
    """Make packages look as if they were not installed."""

    def remove(*packages):
        for package in packages:
            monkeypatch.setitem(sys.modules, package, None)  # neither importable nor found by find_spec

    return remove


@pytest.mark.parametrize(
    ("name", "hint"),
    [("padle", "did you mean 'paddle'?"), ("easy-ocr", "did you mean 'easyocr'?"), ("?", "choose one of paddle, ")],
)
def test_an_unknown_engine(name, hint):
    with pytest.raises(UserInputError) as caught:
        detector(name)
    assert repr(name) in str(caught.value)
    assert hint in str(caught.value)


def test_one_engine_per_process(monkeypatch):
    made = []
    monkeypatch.setitem(ENGINES, "fake", lambda threads: made.append(threads) or object())
    assert detector("fake") is detector("fake")
    assert detector("fake", threads=3) is detector("fake", threads=3)
    assert made == [1, 3]


def test_an_engine_that_failed_is_tried_again(monkeypatch):
    def fail(threads):
        raise SetupError("not yet")

    monkeypatch.setitem(ENGINES, "fake", fail)
    with pytest.raises(SetupError):
        detector("fake")
    monkeypatch.setitem(ENGINES, "fake", lambda threads: "loaded")
    assert detector("fake") == "loaded"


def test_paddle_is_the_default():
    assert isinstance(detector(), PaddleDetector)


def test_no_engine_is_imported_before_it_is_asked_for():
    assert not {"PaddleDetector", "EasyOcrDetector"} & set(vars(text))


def test_paddle_without_its_weights(without):
    without("rapidocr")
    with pytest.raises(SetupError, match=r"pip install 'rapidocr>=3\.10,<4'"):
        detector("paddle")


def test_a_rapidocr_without_the_model():
    with pytest.raises(SetupError, match=r"nosuch\.onnx from rapidocr"):
        model_path("nosuch.onnx")


@pytest.mark.parametrize(
    ("missing", "fixed", "varying"),
    [
        ((), "openvino", "onnxruntime"),
        (("openvino",), "onnxruntime", "onnxruntime"),
        (("onnxruntime",), "openvino", "openvino"),
    ],
)
def test_the_fastest_runtime_that_is_installed(without, missing, fixed, varying):
    without(*missing)
    assert (installed_runtime(), installed_runtime(VARYING_SHAPES)) == (fixed, varying)


def test_the_record_names_every_runtime_that_measured():
    assert re.fullmatch(r"PP-OCRv6_det_small, openvino [\d.]+, onnxruntime [\d.]+, f32", detector("paddle").version)
    assert re.fullmatch(r"PP-OCRv6_det_small, onnxruntime [\d.]+, f32", PaddleDetector("onnxruntime").version)


def test_no_runtime(without):
    without("openvino", "onnxruntime")
    with pytest.raises(SetupError, match="pip install onnxruntime"):
        installed_runtime()


@pytest.fixture
def weights(monkeypatch, tmp_path):
    """A stand-in for the installed weights: the file is there, but it is not a model."""
    folder = tmp_path / "easyocr_en_models" / "models"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    (folder / "craft_mlt_25k.pth").write_bytes(b"not a model")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "easyocr_en_models", raising=False)
    return folder


@pytest.mark.parametrize("missing", ["easyocr", "torch"])
def test_easyocr_without_a_package(without, weights, missing):
    without("easyocr", missing)
    with pytest.raises(SetupError, match=r"pip install 'assetkit\[easyocr\]'"):
        detector("easyocr")


def test_easyocr_without_the_package_of_its_weights(without):
    without("easyocr_en_models")
    with pytest.raises(SetupError, match=r"craft_mlt_25k\.pth .*: pip install 'assetkit\[easyocr\]'"):
        detector("easyocr")


def test_easyocr_without_the_weights_in_the_package(weights):
    (weights / "craft_mlt_25k.pth").unlink()
    with pytest.raises(SetupError, match=r"craft_mlt_25k\.pth .*: pip install 'assetkit\[easyocr\]'"):
        detector("easyocr")


class FakeReader:
    """What EasyOCR's Reader is asked for and gives."""

    def __init__(self, languages, **options):
        self.options = options
        if options["model_storage_directory"].startswith("broken"):
            raise FileNotFoundError("MD5 mismatch")

    def detect(self, picture, **options):
        type(self).asked = options
        return [[[10, 110, 20, 60]]], [[[[-10, 40], [90, 40], [90, 80], [-10, 80]]]]


@pytest.fixture
def fake_easyocr(monkeypatch, weights):
    """EasyOCR and torch as far as the engine touches them."""

    class FakeModule:
        Reader = FakeReader

        @staticmethod
        def set_num_threads(threads):
            FakeModule.threads = threads

    for name in ("easyocr", "torch"):
        monkeypatch.setitem(sys.modules, name, FakeModule)
    monkeypatch.setattr("assetkit.text.easyocr.version", lambda package: "1.2")
    return FakeModule


def test_easyocr_is_told_never_to_download_or_to_write_in_the_home_folder(fake_easyocr, weights):
    engine = EasyOcrDetector(threads=2)
    options = engine._reader.options
    assert options["download_enabled"] is False
    assert options["model_storage_directory"] == options["user_network_directory"] == str(weights)
    assert fake_easyocr.threads == 2
    assert engine.version == "craft_mlt_25k, easyocr 1.2, torch 1.2, f32"


def test_broken_easyocr_weights(fake_easyocr, monkeypatch):
    monkeypatch.setattr("assetkit.text.easyocr._weights_folder", lambda: "broken")
    with pytest.raises(SetupError, match=r"MD5 mismatch.*pip install 'assetkit\[easyocr\]'"):
        EasyOcrDetector()


def test_easyocr_boxes_become_regions(fake_easyocr):
    level, aslant = EasyOcrDetector().detect(np.zeros((100, 200, 3), np.uint8))
    # 40 high, less 5% of that on each side
    assert np.array(level.polygon) == pytest.approx(np.array([(12, 22), (108, 22), (108, 58), (12, 58)]))
    # what lies outside the picture is cut off
    assert np.array(aslant.polygon) == pytest.approx(np.array([(0, 42), (88, 42), (88, 78), (0, 78)]))
    assert level.score == aslant.score == 1.0


@pytest.mark.parametrize(("size", "long_side"), [((100, 100), 831), ((1920, 1080), 1109), ((4000, 300), 2560)])
def test_easyocr_sees_about_as_many_pixels_of_any_shape(fake_easyocr, size, long_side):
    EasyOcrDetector().detect(np.zeros((size[1], size[0], 3), np.uint8))
    assert FakeReader.asked["canvas_size"] == long_side
