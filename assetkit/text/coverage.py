"""How much of a picture text covers."""

from collections.abc import Iterable

from assetkit.geometry import Box
from assetkit.model import TextRegion


def coverage(regions: Iterable[TextRegion], window: Box) -> float:
    """Share (0..1) of `window` that the regions cover, overlaps counted once; 0.0 for an empty window.

    Exact areas, not a raster: the same to the last digits at any picture size, and for the few dozen lines
    a picture carries it costs less than filling a megapixel mask.
    """
    import shapely

    if not window.area:
        return 0.0
    polygons = [shapely.make_valid(shapely.Polygon(region.polygon)) for region in regions]
    frame = shapely.box(window.left, window.top, window.right, window.bottom)
    covered = shapely.union_all(polygons).intersection(frame)
    return min(1.0, float(covered.area) / window.area)
