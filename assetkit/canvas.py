"""The geometry of an output: the crop; where that would cut something or fall short, padding; else a refusal."""

from dataclasses import dataclass, replace
from fractions import Fraction

from assetkit.framing import Keepsakes, cut, moved, place
from assetkit.geometry import Box, Size, fit_inside, hull, largest_of_ratio, smallest_of_ratio
from assetkit.losses import crop_note, padding_note, refusals
from assetkit.model import NO_WISHES, Finding, Kind, MediaInfo, PadStyle, Severity, Wishes
from assetkit.preset import Rules

MEASURE_SIDE = 1440  # pixels on the longer side that text, faces and attention are measured on


@dataclass(frozen=True, slots=True)
class Canvas:
    """What is kept of a picture (display pixels), how large it is drawn, and on what; `findings` says the cost.

    `content` is what lies between baked-in bars, as it was measured.
    """

    window: Box
    picture: Size
    size: Size
    pad: PadStyle = PadStyle.NONE
    findings: tuple[Finding, ...] = ()
    content: Box | None = None


def least_size(info: MediaInfo, rules: Rules, said: Wishes = NO_WISHES) -> Size:
    """The smallest size at which a picture need be decoded to be measured and delivered."""
    size, target = info.display_size, rules.target.size
    if target is None:
        return size
    part = crop_size(_part_of(info, said.crop), rules)
    scale = max(
        min(Fraction(target.width, part.width), Fraction(target.height, part.height)),
        Fraction(MEASURE_SIDE, max(size.width, size.height)),
    )
    return size if scale >= 1 else Size(-int(-size.width * scale // 1), -int(-size.height * scale // 1))


def choose_canvas(
    info: MediaInfo, rules: Rules, keep: Keepsakes, content: Box | None = None, said: Wishes = NO_WISHES
) -> Canvas:
    """Crop to the wanted ratio round what matters, never cutting a face or a line of text; what people said goes first.

    Baked-in bars round `content` (display pixels) are left out if that costs neither pixels of the output, nor those.
    """
    if said.crop:
        part, size = _part_of(info, said.crop), info.display_size
        inner = _choose(part, rules, moved(keep, said.crop, size), None, said)
        return replace(inner, window=inner.window.moved(said.crop.left, said.crop.top), content=content)
    return _choose(info, rules, keep, content, said)


def _choose(info: MediaInfo, rules: Rules, keep: Keepsakes, content: Box | None, said: Wishes) -> Canvas:
    size, target = info.display_size, rules.target
    window = place(crop_size(info, rules), size, keep)
    limit = rules.limits.resolution_min
    least = limit.required.value if limit and limit.required else Size(1, 1)
    if content and window.size != size:
        window = _without_bars(window, content, info, rules, keep) or window
    lost = refusals(window, keep, said)
    falls_short = any(f.severity is Severity.REQUIRED for f in lost) or not window.size.holds(least)
    if said.pad or (said.pad is None and target.pad is not PadStyle.NONE and falls_short):
        padded = _padded(info, rules, keep, size if said.pad else least, said)
        if padded:
            return replace(padded, content=content)
    drawn = fit_inside(window.size, target.size or window.size, even=_is_even(info))
    return Canvas(window, drawn, drawn, findings=(*lost, *crop_note(window, size, said)), content=content)


def _part_of(info: MediaInfo, part: Box | None) -> MediaInfo:
    return replace(info, display_size=part.size) if part else info


def _without_bars(window: Box, content: Box, info: MediaInfo, rules: Rules, keep: Keepsakes) -> Box | None:
    """A window inside `content`; None if the output would be smaller than from `window`, or a crop more harmful."""
    part = crop_size(_part_of(info, content), rules)
    target = rules.target.size or part
    if fit_inside(part, target) != fit_inside(window.size, target):
        return None
    inner = place(part, content.size, moved(keep, content, info.display_size)).moved(content.left, content.top)
    is_harmful = any(len(cut(b, inner)) > len(cut(b, window)) for b in (keep.musts, keep.faces, keep.text))
    return None if is_harmful else inner


def crop_size(info: MediaInfo, rules: Rules) -> Size:
    """The largest part of the picture that has the wanted ratio exactly; all of it where no ratio is required."""
    size, ratio = info.display_size, _ratio(info, rules)
    if ratio is not None:
        return largest_of_ratio(size, ratio, even=_is_even(info)) or size
    return Size(max(2, size.width // 2 * 2), max(2, size.height // 2 * 2)) if _is_even(info) else size


def _padded(info: MediaInfo, rules: Rules, keep: Keepsakes, least: Size, said: Wishes) -> Canvas | None:
    """The least padding that keeps every face and line and reaches the least size; None if it would be too much."""
    size, ratio, target = info.display_size, _ratio(info, rules), rules.target
    if ratio is None:
        return None
    precious = [*keep.musts, *(() if said.places_crop else (*keep.faces, *keep.text))]
    must = hull(precious).size if precious else Size(0, 0)
    crop = crop_size(info, rules)
    step = 2 if _is_even(info) else 1
    width, height = size.width // step * step, size.height // step * step
    if size.ratio > ratio:  # as little as need be along the axis that the ratio cuts, all of the other
        width = min(width, max(crop.width, must.width + 2 * step, least.width) // step * step)
    else:
        height = min(height, max(crop.height, must.height + 2 * step, least.height) // step * step)
    part = Size(width, height)
    if not part.area:
        return None
    window = place(part, size, keep)
    whole = smallest_of_ratio(part, ratio, even=_is_even(info))
    share = 1 - Fraction(part.area, whole.area)
    cuts = any(f.severity is Severity.REQUIRED for f in refusals(window, keep, said))
    is_refused = share > target.pad_share_max or not whole.holds(least) or cuts
    if not share or (is_refused and not said.pad):
        return None
    final = fit_inside(whole, target.size or whole, even=_is_even(info))
    drawn = fit_inside(part, final, even=_is_even(info))
    pad = PadStyle.PLAIN if target.pad is PadStyle.NONE else target.pad
    return Canvas(window, drawn, final, pad, (padding_note(share, pad, said),))


def _ratio(info: MediaInfo, rules: Rules) -> Fraction | None:
    """The ratio that is required of a picture of this shape; None if it may stay as it is."""
    limit, span = rules.limits.aspect_ratio, rules.limits.aspect_ratio_range
    if limit and limit.required:
        return limit.required.value
    if not span or not span.required or span.required.value.holds(info.display_size):
        return None
    low, high = span.required.value.narrowest, span.required.value.widest
    return low if info.display_size.ratio < low else high


def _is_even(info: MediaInfo) -> bool:
    """4:2:0 video needs even sides."""
    return info.kind is Kind.VIDEO
