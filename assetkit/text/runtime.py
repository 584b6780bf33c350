"""Runs the PP-OCR models that the rapidocr package carries, on openvino or onnxruntime."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assetkit.abreast import LoadedOnce, OneEach
from assetkit.errors import SetupError
from assetkit.text.rewriting import rewritten

_MIDDLE = 127.5  # of a channel's values
_SILENT_ONNX = "ORT_DISABLE_TELEMETRY"
_ONE_AT_A_TIME = Lock()

Pixels = NDArray[np.uint8]
"""RGB, 0 to 255."""

Network = Callable[[Pixels], NDArray[np.float32]]
"""RGB pictures in, batch x height x width x 3; the network's first output out. Threads may share one.

The batch is 1 where the network's `Intake` says so.
"""


@dataclass(frozen=True, slots=True)
class Intake:
    """What a network makes of a channel's value: (value - 127.5) / `scale`; and whether it takes blue first.

    `is_single`: one picture a call, which openvino can prepare for.
    """

    scale: float = 127.5
    is_bgr: bool = True
    is_single: bool = True

    def ordered(self, pictures: Pixels) -> Pixels:
        """The pictures' channels as the network takes them."""
        import cv2

        if not self.is_bgr:
            return pictures
        rows = pictures.reshape(-1, *pictures.shape[2:])  # OpenCV takes one picture: they lie below each other
        return np.asarray(cv2.cvtColor(rows, cv2.COLOR_RGB2BGR), np.uint8).reshape(pictures.shape)


FIXED_SHAPES = "openvino", "onnxruntime"
"""Runtimes, the faster one first, for a network that is shown many whole pictures, of few shapes."""

VARYING_SHAPES = "onnxruntime", "openvino"
"""Those for networks that see another shape in every other call.

openvino takes 2 ms to turn to a shape that it knows and up to 50 for a new one, and to load four times as long.
"""

PADDLE = Intake()
"""How PP-OCR's networks were trained."""


class Loader(Protocol):
    """Loads a network for `threads` per call and so many calls at a time."""

    def __call__(self, path: Path, threads: int, calls: int = 1, intake: Intake = PADDLE) -> Network:
        """Read the network's file; whatever the runtime raises, it raises."""


def model_path(file: str) -> Path:
    """Where the installed rapidocr package keeps `file`; found without importing it, which takes a second.

    Raises SetupError where the package or the file is missing.
    """
    spec = find_spec("rapidocr")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        path = Path(folder) / "models" / file
        if path.is_file():
            return path
    raise SetupError(f"text detection needs {file} from rapidocr 3.10 or newer: pip install 'rapidocr>=3.10,<4'")


def installed_runtime(order: Iterable[str] = FIXED_SHAPES) -> str:
    """The first of the runtimes that imports here; SetupError where none does."""
    for runtime in order:
        try:
            imported(runtime)
        except ImportError:
            continue
        return runtime
    raise SetupError("text detection needs onnxruntime: pip install onnxruntime")


def imported(runtime: str) -> Any:
    """A runtime's module, imported without a word to anybody.

    Left to themselves both tell their makers that they are used, and keep a number for this machine in the home
    folder: openvino where it finds its telemetry package, onnxruntime (from 1.29) unless a variable forbids it as it
    is imported. Whoever imports one of them before us decides that.
    """
    with _ONE_AT_A_TIME:
        if runtime in sys.modules:
            return import_module(runtime)
        with _changed(sys.modules, "openvino_telemetry", None), _changed(os.environ, _SILENT_ONNX, "1"):
            return import_module(runtime)


@contextmanager
def _changed(mapping: MutableMapping[str, Any], key: str, value: object) -> Iterator[None]:
    """A mapping with another value for a key, for a while."""
    was_there, before = key in mapping, mapping.get(key)
    mapping[key] = value
    try:
        yield
    finally:
        if was_there:
            mapping[key] = before
        else:
            del mapping[key]


def _openvino(path: Path, threads: int, calls: int = 1, intake: Intake = PADDLE) -> Network:
    openvino = imported("openvino")
    settings = {
        "INFERENCE_PRECISION_HINT": "f32",
        "INFERENCE_NUM_THREADS": threads * calls,
        "NUM_STREAMS": calls,
        "ENABLE_CPU_PINNING": False,  # every worker process would pin its thread to the same first core
    }
    core = openvino.Core()
    network = core.read_model(path)
    last = network.outputs[0].node.input_value(0).node
    # openvino takes a tenth of the detector's time for its last step, numpy a tenth of that
    ends_in_sigmoid = last.get_type_name() == "Sigmoid"
    if ends_in_sigmoid:
        network = openvino.Model([last.input_value(0)], network.get_parameters())
    compiled = core.compile_model(_taking_pictures(rewritten(network), intake), "CPU", settings)
    requests = OneEach(compiled.create_infer_request)

    def run(pictures: Pixels) -> NDArray[np.float32]:
        with requests.borrowed() as request:
            answer = request.infer({0: intake.ordered(pictures)})[0]
            values = np.array(answer, np.float32)  # a copy: the request writes over its own
        return _sigmoid(values) if ends_in_sigmoid else values

    return run


def _taking_pictures(network: Any, intake: Intake) -> Any:
    """The network with its first step before it: openvino takes half the time for it that numpy takes."""
    from openvino import Layout, PartialShape, Type
    from openvino.preprocess import PrePostProcessor

    whole = PrePostProcessor(network)
    whole.input().tensor().set_element_type(Type.u8).set_layout(Layout("NHWC"))
    whole.input().model().set_layout(Layout("NCHW"))
    whole.input().preprocess().convert_element_type(Type.f32).mean(_MIDDLE).scale(intake.scale)
    model = whole.build()
    if intake.is_single:  # the detector then takes a thirtieth less time
        model.reshape({0: PartialShape([1, *list(model.inputs[0].partial_shape)[1:]])})
    return model


def _sigmoid(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """1 / (1 + e^-x), in place."""
    np.negative(values, out=values)
    with np.errstate(over="ignore"):  # e^89 is infinite in this type, and its reciprocal the right 0
        np.exp(values, out=values)
    values += 1
    return np.reciprocal(values, out=values)


def _onnxruntime(path: Path, threads: int, calls: int = 1, intake: Intake = PADDLE) -> Network:
    onnxruntime = imported("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # threads that spin while they wait take the processor from the next picture's
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def run(pictures: Pixels) -> NDArray[np.float32]:
        planes = intake.ordered(pictures).transpose(0, 3, 1, 2)
        batch = np.subtract(planes, np.float32(_MIDDLE), dtype=np.float32, order="C")
        batch /= np.float32(intake.scale)
        return np.asarray(session.run(None, {name: batch})[0], np.float32)

    return run


class Late:
    """A network that is loaded when it is first called, by the first of the runtimes in `order` that imports here.

    The other parameters are those of a `Loader`. Who calls it while it is loaded waits for that.
    """

    def __init__(self, order: Iterable[str], path: Path, threads: int, calls: int = 1, intake: Intake = PADDLE) -> None:
        self._load = LoadedOnce(lambda: RUNTIMES[installed_runtime(order)](path, threads, calls, intake))

    def loaded(self) -> Network:
        """The network itself. Raises SetupError where no runtime is installed, else what the runtime raises."""
        return self._load()

    def __call__(self, pictures: Pixels) -> NDArray[np.float32]:
        """As a `Network`."""
        return self.loaded()(pictures)


RUNTIMES: dict[str, Loader] = {"openvino": _openvino, "onnxruntime": _onnxruntime}
