"""The one form in which decoded pictures travel: RGB, 8 bits, (height, width, 3)."""

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
