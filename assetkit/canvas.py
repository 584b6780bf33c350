"""The geometry of an output: the crop; where that would cut something or fall short, padding; else a refusal."""

from dataclasses import dataclass, replace
from fractions import Fraction

from assetkit.framing import Keepsakes, cut, moved, place
from assetkit.geometry import Box, Size, fit_inside, hull, largest_of_ratio, smallest_of_ratio
from assetkit.model import Finding, Kind, MediaInfo, PadStyle, Severity
from assetkit.preset import Limit, Rules

MEASURE_SIDE = 1440  # pixels on the longer side that text, faces and attention are measured on
_LOOK_AT_PADDING = Fraction(1, 3)  # more of the frame than this filled with padding, and a person decides
_LOOK_AT_CROP = Fraction(1, 4)  # less of the picture than this kept, likewise; 16:9 cut to 9:16 keeps 0.32
_SEEN_BARS = Fraction(1, 200)  # of the picture; thinner ones are not worth a remark


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


def least_size(info: MediaInfo, rules: Rules) -> Size:
    """The smallest size at which a picture need be decoded to be measured and delivered."""
    size, target = info.display_size, rules.target.size
    if target is None:
        return size
    window = crop_size(info, rules)
    scale = max(
        min(Fraction(target.width, window.width), Fraction(target.height, window.height)),
        Fraction(MEASURE_SIDE, max(size.width, size.height)),
    )
    return size if scale >= 1 else Size(-int(-size.width * scale // 1), -int(-size.height * scale // 1))


def choose_canvas(info: MediaInfo, rules: Rules, keep: Keepsakes, content: Box | None = None) -> Canvas:
    """Crop to the wanted ratio round what matters, never cutting a face or a line of text.

    Baked-in bars round `content` (display pixels) are left out if that costs neither pixels of the output, nor those.
    """
    size, target = info.display_size, rules.target
    window = place(crop_size(info, rules), size, keep)
    limit = rules.limits.resolution_min
    least = limit.required.value if limit and limit.required else Size(1, 1)
    if content and window.size != size:
        window = _without_bars(window, content, info, rules, keep) or window
    refusals = _refusals(window, keep)
    if target.pad is not PadStyle.NONE and (refusals or not window.size.holds(least)):
        padded = _padded(info, rules, keep, least)
        if padded:
            return replace(padded, content=content)
    drawn = fit_inside(window.size, target.size or window.size, even=_is_even(info))
    return Canvas(window, drawn, drawn, findings=(*refusals, *_crop_note(window, size)), content=content)


def _without_bars(window: Box, content: Box, info: MediaInfo, rules: Rules, keep: Keepsakes) -> Box | None:
    """A window inside `content`; None if the output would be smaller than from `window`, or a crop more harmful."""
    part = crop_size(replace(info, display_size=content.size), rules)
    target = rules.target.size or part
    if fit_inside(part, target) != fit_inside(window.size, target):
        return None
    inner = place(part, content.size, moved(keep, content, info.display_size)).moved(content.left, content.top)
    is_harmful = any(len(cut(b, inner)) > len(cut(b, window)) for b in (keep.faces, keep.text))
    return None if is_harmful else inner


def crop_size(info: MediaInfo, rules: Rules) -> Size:
    """The largest part of the picture that has the wanted ratio exactly; all of it where no ratio is required."""
    size, ratio = info.display_size, _ratio(rules)
    if ratio is not None:
        return largest_of_ratio(size, ratio, even=_is_even(info)) or size
    return Size(max(2, size.width // 2 * 2), max(2, size.height // 2 * 2)) if _is_even(info) else size


def _padded(info: MediaInfo, rules: Rules, keep: Keepsakes, least: Size) -> Canvas | None:
    """The least padding that keeps every face and line and reaches the least size; None if it would be too much."""
    size, ratio, target = info.display_size, _ratio(rules), rules.target
    if ratio is None:
        return None
    precious = [*keep.faces, *keep.text]
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
    if share > target.pad_share_max or not whole.holds(least) or _refusals(window, keep):
        return None
    final = fit_inside(whole, target.size or whole, even=_is_even(info))
    inside = Size(part.width * final.width // whole.width, part.height * final.height // whole.height)
    drawn = fit_inside(part, inside, even=_is_even(info))
    return Canvas(window, drawn, final, target.pad, (_padding_note(share, target.pad),))


def _padding_note(share: Fraction, pad: PadStyle) -> Finding:
    return Finding(
        code="padded",
        severity=Severity.NOTE,
        message=f"{float(share):.0%} of the frame is {pad} padding, so that nothing that matters is cut",
        measured=round(float(share), 4),
        unit="share of the frame",
        fix="reshoot or re-export in the wanted ratio to fill the frame",
        needs_person=share > _LOOK_AT_PADDING,
    )


def border_note(window: Box, content: Box | None) -> tuple[Finding, ...]:
    """What baked-in bars take of what is delivered, if it can be seen."""
    if content is None:
        return ()
    share = 1 - Fraction(content.intersect(window).area, window.area)
    if share < _SEEN_BARS:
        return ()
    sides = {
        "at the left": content.left - window.left,
        "at the top": content.top - window.top,
        "at the right": window.right - content.right,
        "at the bottom": window.bottom - content.bottom,
    }
    said = " and ".join(f"{pixels} px {side}" for side, pixels in sides.items() if pixels > 0)
    note = Finding(
        code="borders",
        severity=Severity.NOTE,
        message=f"bars baked into the source take {float(share):.1%} of the picture: {said}",
        measured=round(float(share), 4),
        limit=0,
        unit="share of the picture",
        fix="export it without bars",
    )
    return (note,)


def _crop_note(window: Box, size: Size) -> tuple[Finding, ...]:
    share = Fraction(window.area, size.area)
    if share >= _LOOK_AT_CROP:
        return ()
    note = Finding(
        code="crop-keeps-little",
        severity=Severity.NOTE,
        message=f"the crop keeps {float(share):.1%} of the picture",
        measured=round(float(share), 4),
        limit=float(_LOOK_AT_CROP),
        unit="share of the picture",
        fix="recompose nearer to the wanted ratio",
        needs_person=True,
    )
    return (note,)


def _refusals(window: Box, keep: Keepsakes) -> tuple[Finding, ...]:
    named = (("crop-cuts-face", "face", keep.faces), ("crop-cuts-text", "line of text", keep.text))
    return tuple(
        _refusal(code, noun, len(boxes), len(lost), window)
        for code, noun, boxes in named
        if (lost := cut(boxes, window))
    )


def _refusal(code: str, noun: str, total: int, lost: int, window: Box) -> Finding:
    plural = noun.replace("line", "lines") if "line" in noun else f"{noun}s"
    return Finding(
        code=code,
        severity=Severity.REQUIRED,
        message=f"the best {window.size} px crop would cut {lost} of {total} {plural if total > 1 else noun}",
        measured=lost,
        limit=0,
        unit=plural,
        fix="recompose in the wanted ratio, or use a preset whose target allows padding",
        source="assetkit: a crop never cuts faces or text",
    )


def _ratio(rules: Rules) -> Fraction | None:
    limit: Limit[Fraction] | None = rules.limits.aspect_ratio
    return limit.required.value if limit and limit.required else None


def _is_even(info: MediaInfo) -> bool:
    """4:2:0 video needs even sides."""
    return info.kind is Kind.VIDEO
