"""What workers need, imported once by the process that they are forked from."""

import gc

gc.disable()  # nothing that is imported is garbage, and looking for some takes a tenth of the time

import assetkit.pipeline  # noqa: E402
import assetkit.worker  # noqa: E402, F401

gc.freeze()  # nor is it looked through in the workers, where that would copy every page of it
gc.enable()
