"""A network's graph rewritten to compute the same function with fewer passes over memory.

What PP-OCR's files hold is how the networks were trained; openvino runs every step of it. Each rewriting here is exact
algebra (results differ by rounding, 0.00001 in the probability map) and found by what the graph looks like, so that a
network without such steps stays as it is. Together they save a fifth of the detector's time.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float32]


def rewritten(network: Any) -> Any:
    """An openvino model that computes what `network` does; `network` itself is used up."""
    _without_identities(network)
    _scale_once(network)
    _split_joined(network)
    _widen_afterwards(network)
    return _paint_at_once(network)


def _without_identities(network: Any) -> None:
    """Constants pass through these, which hides them from all that follows."""
    for node in _nodes(network, "Identity"):
        node.output(0).replace(node.input_value(0))


def _scale_once(network: Any) -> None:
    """From x + x * s to x * (1 + s): one pass over x, as s is but a number for each channel."""
    from openvino import opset13 as ops

    for node in _nodes(network, "Add"):
        values = [node.input_value(0), node.input_value(1)]
        for x, product in (values, values[::-1]):
            factors = product.get_node()
            if factors.get_type_name() == "Multiply" and factors.input_value(0) == x:
                one_more = ops.add(factors.input_value(1), np.float32(1))
                node.output(0).replace(ops.multiply(x, one_more).output(0))
                break


def _split_joined(network: Any) -> None:
    """A convolution of joined channels is the sum of convolutions of each part: nothing has to be joined."""
    from openvino import opset13 as ops

    for node in _nodes(network, "Convolution"):
        joined, weights = node.input_value(0).get_node(), _constant(node.input_value(1))
        if joined.get_type_name() != "Concat" or joined.get_attributes()["axis"] != 1 or weights is None:
            continue
        how, first, parts = node.get_attributes(), 0, []
        for x in (joined.input_value(i) for i in range(joined.get_input_size())):
            last = first + x.get_partial_shape()[1].get_length()
            part = np.ascontiguousarray(weights[:, first:last])
            where = how["pads_begin"], how["pads_end"], how["dilations"]
            parts.append(ops.convolution(x, part, how["strides"], *where))
            first = last
        total = parts[0]
        for part in parts[1:]:
            total = ops.add(total, part)
        node.output(0).replace(total.output(0))


def _widen_afterwards(network: Any) -> None:
    """A 3 x 3 convolution of an enlarged picture (every pixel repeated) is a transposed one of the small picture."""
    from openvino import opset13 as ops

    for node in _nodes(network, "Convolution"):
        enlarged, weights = node.input_value(0).get_node(), _constant(node.input_value(1))
        if weights is None or not _is_plain(node, weights) or not _is_repeating(enlarged):
            continue
        times = int(enlarged.input_value(1).get_node().data[2])
        spread = np.zeros((weights.shape[1], weights.shape[0], times + 2, times + 2), np.float32)
        for row, column in np.ndindex(3, 3):
            place = (slice(2 - row, 2 - row + times), slice(2 - column, 2 - column + times))
            spread[:, :, *place] += weights[:, :, row, column].T[:, :, None, None]
        strides, pads = [times, times], [1, 1]
        widened = ops.convolution_backprop_data(
            enlarged.input_value(0), spread, strides, pads_begin=pads, pads_end=pads
        )
        node.output(0).replace(widened.output(0))


def _is_plain(convolution: Any, weights: Weights) -> bool:
    """True if it is 3 x 3, step by step, with a pixel of padding."""
    how = convolution.get_attributes()
    places = [list(how[key]) for key in ("strides", "dilations", "pads_begin", "pads_end")]
    return weights.shape[2:] == (3, 3) and places == [[1, 1]] * 4


def _is_repeating(node: Any) -> bool:
    """True for an enlargement by a whole number, the same across and down, that repeats pixels."""
    if node.get_type_name() != "Interpolate":
        return False
    how, scales = node.get_attributes(), node.input_value(1).get_node()
    repeats = how["mode"] == "nearest" and how["coordinate_transformation_mode"] == "asymmetric"
    if not repeats or how["nearest_mode"] != "floor" or scales.get_type_name() != "Constant":
        return False
    _, _, down, across = scales.data
    return bool(down == across == round(float(down)))


def _paint_at_once(network: Any) -> Any:
    """The last two doublings (transposed 2 x 2, ReLU between) as sixteen channels that are laid out once."""
    import openvino
    from openvino import opset13 as ops

    steps = _steps_before(network.outputs[0].node.input_value(0).node, 5)
    if [step.get_type_name() for step in steps] != [
        "Add", "ConvolutionBackpropData", "Relu", "Add", "ConvolutionBackpropData",
    ]:  # fmt: skip
        return network
    last_bias, last, _, first_bias, first = steps
    into, out_of = _constant(first.input_value(1)), _constant(last.input_value(1))
    if into is None or out_of is None or into.shape[2:] != (2, 2) or out_of.shape[1:] != (1, 2, 2):
        return network
    four = into.transpose(2, 3, 1, 0).reshape(-1, into.shape[0], 1, 1)
    sixteen = np.zeros((2, 2, 2, 2, 2, 2, into.shape[1]), np.float32)  # row, its half, column, its half; from where
    for row, column in np.ndindex(2, 2):
        sixteen[row, :, column, :, row, column] = out_of[:, 0].transpose(1, 2, 0)
    inner = _mixed(first.input_value(0), four, np.tile(_bias(first_bias), 4))
    outer = _mixed(ops.relu(inner), sixteen.reshape(16, -1, 1, 1), _bias(last_bias))
    return openvino.Model([ops.depth_to_space(outer, "blocks_first", 4)], network.get_parameters())


def _mixed(x: Any, weights: Weights, bias: Weights) -> Any:
    """A 1 x 1 convolution."""
    from openvino import opset13 as ops

    mixed = ops.convolution(x, np.ascontiguousarray(weights), [1, 1], [0, 0], [0, 0], [1, 1])
    return ops.add(mixed, bias.reshape(1, -1, 1, 1))


def _bias(added: Any) -> Weights:
    return np.array(added.input_value(1).get_node().data, np.float32).ravel()


def _steps_before(node: Any, count: int) -> list[Any]:
    """A node, the one its first input comes from, and so on."""
    steps = [node]
    while len(steps) < count and steps[-1].get_input_size():
        steps.append(steps[-1].input_value(0).get_node())
    return steps


def _nodes(network: Any, kind: str) -> list[Any]:
    return [node for node in network.get_ordered_ops() if node.get_type_name() == kind]


def _constant(value: Any) -> Weights | None:
    node = value.get_node()
    return np.array(node.data, np.float32) if node.get_type_name() == "Constant" else None
