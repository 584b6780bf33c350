"""Pictures go in as pixels, whatever a runtime and a network take."""

import numpy as np
import openvino
import pytest

from assetkit.text.edges import HEIGHT_MODEL, INTAKE
from assetkit.text.paddle import DETECTION_MODEL
from assetkit.text.runtime import PADDLE, RUNTIMES, model_path

PICTURES = np.random.default_rng(5).integers(0, 256, (2, 48, 96, 3), np.uint8)


def plain(path, planes):
    """What a network says of a batch as it was trained on them."""
    settings = {"INFERENCE_PRECISION_HINT": "f32", "ENABLE_CPU_PINNING": False}
    request = openvino.Core().compile_model(path, "CPU", settings).create_infer_request()
    return np.array(request.infer({0: np.ascontiguousarray(planes)})[0])


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_paddles_networks_see_blue_first_from_minus_one_to_one(runtime):
    path = model_path(DETECTION_MODEL)
    pictures = np.resize(PICTURES, (1, 64, 96, 3))
    planes = pictures[..., ::-1].transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1
    assert RUNTIMES[runtime](path, 1)(pictures) == pytest.approx(plain(path, planes), abs=1e-4)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_networks_for_edges_see_red_first_and_twice_as_far(runtime):
    planes = (PICTURES.transpose(0, 3, 1, 2).astype(np.float32) - 127.5) / 64
    found = RUNTIMES[runtime](HEIGHT_MODEL, 1, intake=INTAKE)(PICTURES)
    assert found == pytest.approx(plain(HEIGHT_MODEL, planes), abs=1e-4)


def test_the_order_of_channels_is_changed_in_every_picture():
    assert np.array_equal(PADDLE.ordered(PICTURES), PICTURES[..., ::-1])
    assert INTAKE.ordered(PICTURES) is PICTURES
