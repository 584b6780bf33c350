"""What is computed must not change; what is saved must be gone from the graph."""

from collections import Counter

import numpy as np
import pytest

from assetkit.text.edges import ENDS_MODEL, HEIGHT_MODEL
from assetkit.text.paddle import DETECTION_MODEL
from assetkit.text.reading import MODEL
from assetkit.text.rewriting import rewritten
from assetkit.text.runtime import imported, model_path

openvino = imported("openvino")
ops = openvino.opset13


def answer(network, values):
    settings = {"INFERENCE_PRECISION_HINT": "f32", "ENABLE_CPU_PINNING": False}
    return np.array(openvino.Core().compile_model(network, "CPU", settings).create_infer_request().infer(values)[0])


def detector(*, is_rewritten):
    """The detector up to its last step, which the runtime takes out."""
    network = openvino.Core().read_model(model_path(DETECTION_MODEL))
    last = network.outputs[0].node.input_value(0).node
    network = openvino.Model([last.input_value(0)], network.get_parameters())
    return rewritten(network) if is_rewritten else network


def kinds(network):
    return Counter(node.get_type_name() for node in network.get_ordered_ops())


@pytest.mark.parametrize(("height", "width"), [(320, 224), (64, 480), (32, 32)])
def test_the_detector_finds_the_same(height, width):
    noise = np.random.default_rng(height).random((1, 3, height, width), np.float32) * 2 - 1
    before, after = (answer(detector(is_rewritten=each), noise) for each in (False, True))
    assert after.shape == before.shape == (1, 1, height, width)
    assert 1 / (1 + np.exp(-after)) == pytest.approx(1 / (1 + np.exp(-before)), abs=2e-5)


def test_what_the_detector_saves():
    before, after = kinds(detector(is_rewritten=False)), kinds(detector(is_rewritten=True))
    assert before["Interpolate"] - after["Interpolate"] == 3
    assert after["ConvolutionBackpropData"] == before["ConvolutionBackpropData"] - 2 + 3
    assert after["DepthToSpace"] == 1
    assert before["Concat"] - after["Concat"] == 2


@pytest.mark.parametrize(
    ("path", "shape"),
    [(model_path(MODEL), (1, 3, 48, 160)), (HEIGHT_MODEL, (1, 3, 48, 96)), (ENDS_MODEL, (2, 3, 72, 24))],
)
def test_other_networks_answer_the_same(path, shape):
    noise = np.random.default_rng(1).random(shape, np.float32) * 2 - 1
    read = openvino.Core().read_model
    assert answer(rewritten(read(path)), noise) == pytest.approx(answer(read(path), noise), abs=2e-5)


def enlarged(x, times, mode="nearest", weights=None, strides=(1, 1)):
    """A convolution of a picture enlarged `times` by one of openvino's ways."""
    larger = ops.interpolate(
        x, np.array([1, 1, times, times], np.float32), mode, "scales",
        coordinate_transformation_mode="asymmetric", nearest_mode="floor", axes=[0, 1, 2, 3],
    )  # fmt: skip
    weights = np.random.default_rng(2).random((4, 3, 3, 3), np.float32) if weights is None else weights
    return ops.convolution(larger, weights, list(strides), [1, 1], [1, 1], [1, 1])


@pytest.mark.parametrize(
    "build",
    [
        lambda x: enlarged(x, 2, mode="linear_onnx"),
        lambda x: enlarged(x, 1.5),
        lambda x: enlarged(x, 2, strides=(2, 2)),
        lambda x: enlarged(x, 2, weights=np.ones((4, 3, 5, 5), np.float32)),
        lambda x: ops.add(x, ops.multiply(ops.relu(x), np.float32(3))),
        lambda x: ops.convolution(ops.concat([x, x], 2), np.ones((1, 3, 3, 3), np.float32), *[[1, 1]] * 4),
    ],
    ids=["smooth", "one and a half", "every other", "5 x 5", "another factor", "joined rows"],
)
def test_what_only_looks_alike_stays(build):
    x = ops.parameter([1, 3, 8, 12], np.float32)
    network = openvino.Model([build(x)], [x])
    before = kinds(network)
    values = np.random.default_rng(3).random((1, 3, 8, 12), np.float32)
    expected = answer(network, values)
    after = rewritten(network)
    assert kinds(after) == before
    assert answer(after, values) == pytest.approx(expected)


@pytest.mark.parametrize("times", [2, 3, 8])
def test_an_enlarged_picture_is_convolved_small(times):
    x = ops.parameter([1, 3, 8, 12], np.float32)
    values = np.random.default_rng(4).random((1, 3, 8, 12), np.float32)
    expected = answer(openvino.Model([enlarged(x, times)], [x]), values)
    network = rewritten(openvino.Model([enlarged(x, times)], [x]))
    assert "Interpolate" not in kinds(network)
    assert answer(network, values) == pytest.approx(expected, rel=1e-5)
