"""What a JPEG's quantisation tables say of how strongly it was compressed."""

from collections.abc import Mapping, Sequence

# ITU-T T.81, table K.1, which is called quality 50: its 16 finest luminance steps, summed. The others are cut off at
# 255 in strong compression. In whatever order a decoder gives them, they are the smallest.
_FINEST = 16
_SUM_AT_50 = 242


def jpeg_quality(tables: Mapping[int, Sequence[int]] | None) -> int | None:
    """The quality (1 to 100, the Independent JPEG Group's scale) whose brightness table is as coarse; None without.

    Encoders with tables of their own come out where the same coarseness stands on that scale.
    """
    steps = (tables or {}).get(0)
    if not steps:
        return None
    scale = 100 * sum(sorted(steps)[:_FINEST]) / _SUM_AT_50
    return max(1, min(100, round(5000 / scale if scale > 100 else (200 - scale) / 2)))
