"""How much of a picture text covers, and how sure that is."""

from collections.abc import Iterable
from math import hypot
from typing import Any

from assetkit.geometry import Box
from assetkit.lettering import GRID, TextCoverage, TextRegion

# calibrated on overlaid text; see benchmarks/coverage.py
SURE_TIMES = 2.25  # standard errors on either side of the measured share
FLOOR = 0.002  # share of the picture that no measurement is more exact than
_SPECK = 1e-9  # square pixels; less covers nothing, and an outline 1e-291 pixels wide makes GEOS divide by zero
_TOUCHED = 0.02  # share of a cell; a hair's breadth over a line is measurement noise


def coverage(
    regions: Iterable[TextRegion], window: Box, exempt: Iterable[Box] = (), canvas: Box | None = None
) -> TextCoverage:
    """How much of `window` the regions cover outside the exempt boxes, overlaps counted once; 0 for an empty window.

    `canvas` is what the share is of where that is more than the window, as round a padded picture.
    Exact areas, not a raster: the same to the last digits at any picture size, and for the few dozen lines
    a picture carries it costs less than filling a megapixel mask.
    """
    import shapely

    whole = canvas or window
    if not window.area or not whole.area:
        return TextCoverage(0.0, 0.0, 0.0, 0)
    found = list(regions)
    polygons = [shapely.make_valid(shapely.Polygon(region.polygon)) for region in found]
    counts = shapely.difference(_box(window), shapely.union_all([_box(each) for each in exempt]))
    seen = shapely.union_all([polygon for polygon in polygons if polygon.area > _SPECK])
    covered = shapely.intersection(seen, counts)
    share = min(1.0, float(covered.area) / whole.area)
    half = _half_width(found, polygons, counts, whole.area)
    return TextCoverage(share, max(0.0, share - half), min(1.0, share + half), _grid_cells(covered, whole))


def _half_width(regions: list[TextRegion], polygons: list[Any], counts: Any, area: int) -> float:
    """Half the interval, as a share of `area`; a region's doubt weighs as much as the part of it that counts."""
    import shapely

    parts = [(polygon.area, shapely.intersection(polygon, counts).area) for polygon in polygons]
    doubts = [r.doubt * part / all_ for r, (all_, part) in zip(regions, parts, strict=True) if part]
    return SURE_TIMES * hypot(*doubts) / area + FLOOR if doubts else 0.0


def _grid_cells(covered: Any, whole: Box) -> int:
    """Cells of a grid over `whole` that more than a trace of the covered area lies in."""
    import shapely

    if covered.is_empty:
        return 0
    width, height = whole.size.width / GRID, whole.size.height / GRID
    places = [(whole.left + n * width, whole.top + m * height) for n in range(GRID) for m in range(GRID)]
    cells = (shapely.box(x, y, x + width, y + height) for x, y in places)
    return sum(shapely.intersection(covered, cell).area > _TOUCHED * width * height for cell in cells)


def _box(box: Box) -> Any:
    import shapely

    return shapely.box(box.left, box.top, box.right, box.bottom)
