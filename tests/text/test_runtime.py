"""Pictures go in as pixels, whatever a runtime and a network take."""

import os
import subprocess
import sys

import numpy as np
import pytest

from assetkit.text import runtime
from assetkit.text.edges import HEIGHT_MODEL, INTAKE
from assetkit.text.paddle import DETECTION_MODEL
from assetkit.text.runtime import PADDLE, RUNTIMES, imported, model_path

PICTURES = np.random.default_rng(5).integers(0, 256, (2, 48, 96, 3), np.uint8)


def plain(path, planes):
    """What a network says of a batch as it was trained on them."""
    settings = {"INFERENCE_PRECISION_HINT": "f32", "ENABLE_CPU_PINNING": False}
    request = imported("openvino").Core().compile_model(path, "CPU", settings).create_infer_request()
    return np.array(request.infer({0: np.ascontiguousarray(planes)})[0])


@pytest.mark.parametrize("name", RUNTIMES)
def test_paddles_networks_see_blue_first_from_minus_one_to_one(name):
    path = model_path(DETECTION_MODEL)
    pictures = np.resize(PICTURES, (1, 64, 96, 3))
    planes = pictures[..., ::-1].transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1
    assert RUNTIMES[name](path, 1)(pictures) == pytest.approx(plain(path, planes), abs=1e-4)


@pytest.mark.parametrize("name", RUNTIMES)
def test_the_networks_for_edges_see_red_first_and_twice_as_far(name):
    planes = (PICTURES.transpose(0, 3, 1, 2).astype(np.float32) - 127.5) / 64
    found = RUNTIMES[name](HEIGHT_MODEL, 1, intake=INTAKE)(PICTURES)
    assert found == pytest.approx(plain(HEIGHT_MODEL, planes), abs=1e-4)


def test_the_order_of_channels_is_changed_in_every_picture():
    assert np.array_equal(PADDLE.ordered(PICTURES), PICTURES[..., ::-1])
    assert INTAKE.ordered(PICTURES) is PICTURES


@pytest.mark.parametrize("name", RUNTIMES)
def test_a_runtime_tells_nobody_that_it_is_used(name, tmp_path):
    """Both would, and leave the number that they know this machine by in the home folder."""
    program = f"""
import os, sys
connected = []
sys.addaudithook(lambda event, args: connected.append(args) if event in ("socket.connect", "os.posix_spawn") else None)
from assetkit.text.paddle import PaddleDetector
import numpy
PaddleDetector({name!r}).detect(numpy.zeros((60, 80, 3), numpy.uint8))
assert {name!r} in sys.modules and "openvino_telemetry" not in sys.modules
assert "ORT_DISABLE_TELEMETRY" not in os.environ
assert not connected, connected
"""
    kept = {key: value for key, value in os.environ.items() if key not in ("CI", "TF_BUILD", "XDG_CACHE_HOME")}
    home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", program], env=kept | home, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
    assert list(tmp_path.rglob("*")) == []


def test_what_others_set_is_set_again(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "onnxruntime"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "openvino_telemetry", sys)
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "0")
    seen = []
    monkeypatch.setattr(runtime, "import_module", lambda name: seen.append((name, os.environ["ORT_DISABLE_TELEMETRY"])))
    imported("onnxruntime")
    assert seen == [("onnxruntime", "1")]
    assert (sys.modules["openvino_telemetry"], os.environ["ORT_DISABLE_TELEMETRY"]) == (sys, "0")
