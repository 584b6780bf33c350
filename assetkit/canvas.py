"""The geometry of an output: the crop; where that would cut something or fall short, padding; else a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from assetkit.errors import AssetError
from assetkit.facts import NO_WISHES, Kind, MediaInfo, Wishes
from assetkit.framing import Keepsakes
from assetkit.geometry import Box, Size, fit_inside, hull, is_ratio, largest_of_ratio, ratio_name, smallest_of_ratio
from assetkit.judgement import Finding, Severity
from assetkit.losses import crop_note, padding_note, refusals
from assetkit.model import PadStyle
from assetkit.preset import Rules
from assetkit.reframe import lost, route
from assetkit.scenes import Scene
from assetkit.windows import Keyframe, shifted
from assetkit.wording import say

MEASURE_SIDE = 1440  # pixels on the longer side that text, faces and attention are measured on


@dataclass(frozen=True, slots=True)
class Canvas:
    """What is kept of a picture (display pixels, when), how large it is drawn, and on what; `findings` says the cost.

    `content` is what lies between baked-in bars, as it was measured.
    """

    windows: tuple[Keyframe, ...]
    picture: Size
    size: Size
    pad: PadStyle = PadStyle.NONE
    findings: tuple[Finding, ...] = ()
    content: Box | None = None

    @property
    def window(self) -> Box:
        """The first window; all are of its size."""
        return self.windows[0].box


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
    info: MediaInfo,
    rules: Rules,
    keep: Keepsakes,
    content: Box | None = None,
    said: Wishes = NO_WISHES,
    *,
    scenes: Sequence[Scene] = (),
) -> Canvas:
    """Crop to the wanted ratio round what matters, never cutting a face or a line of text; what people said goes first.

    Each of the scenes of a clip has its own window, all of one size; without any, `keep` holds throughout. Baked-in
    bars round `content` (display pixels) are left out if that costs neither pixels of a still's output, nor those; of
    a clip's, only pixels that it need not have.
    Raises AssetError `sidecar-invalid` if windows that people gave do not suit the rules.
    """
    scenes = scenes or (Scene(keep),)
    if said.windows and info.kind is Kind.VIDEO:
        return replace(_told(info, rules, scenes, said), content=content)
    if said.crop:
        return replace(_inside(said.crop, info, rules, scenes, said), content=content)
    if content and info.kind is Kind.VIDEO:
        inner = _inside(content, info, rules, scenes, said)
        inner = inner if _is_deliverable(inner, rules) else _framed(content, info, rules, scenes, said) or inner
        if _is_deliverable(inner, rules):
            return replace(inner, content=content)
    return _choose(info, rules, scenes, content, said)


def _inside(part: Box, info: MediaInfo, rules: Rules, scenes: Sequence[Scene], said: Wishes) -> Canvas:
    """The canvas as if the picture were only a part of it."""
    moved_scenes = [scene.moved(part, info.display_size) for scene in scenes]
    inner = _choose(_part_of(info, part), rules, moved_scenes, None, said)
    return replace(inner, windows=shifted(inner.windows, part.left, part.top))


def _framed(content: Box, info: MediaInfo, rules: Rules, scenes: Sequence[Scene], said: Wishes) -> Canvas | None:
    """What lies between bars, smaller than an output may be, with padding all round instead of bars and padding."""
    target, ratio, least = rules.target, _ratio(info, rules), _least(rules)
    if ratio is None or target.pad is PadStyle.NONE or said.pad is False or content.size.holds(least):
        return None
    whole = smallest_of_ratio(least, ratio, even=True)
    part = Size(min(content.size.width, whole.width) // 2 * 2, min(content.size.height, whole.height) // 2 * 2)
    share = 1 - Fraction(part.area, whole.area)
    if share > target.pad_share_max:
        return None
    moved_scenes = [scene.moved(content, info.display_size) for scene in scenes]
    windows = shifted(route(part, content.size, moved_scenes), content.left, content.top)
    notes = (*refusals(windows, scenes, said), padding_note(share, target.pad, said))
    return Canvas(windows, part, whole, target.pad, notes)


def _is_deliverable(canvas: Canvas, rules: Rules) -> bool:
    is_refused = any(f.severity is Severity.REQUIRED for f in canvas.findings)
    return not is_refused and canvas.size.holds(_least(rules))


def _least(rules: Rules) -> Size:
    limit = rules.limits.resolution_min
    return limit.required.value if limit and limit.required else Size(1, 1)


def _told(info: MediaInfo, rules: Rules, scenes: Sequence[Scene], said: Wishes) -> Canvas:
    """The windows that people gave: cropped if they have the wanted ratio, else padded as the preset allows."""
    window, target = said.windows[0].box.size, rules.target
    ratio = _ratio(info, rules) or window.ratio
    whole = window if is_ratio(window, ratio) else smallest_of_ratio(window, ratio, even=_is_even(info))
    share = 1 - Fraction(window.area, whole.area)
    if share > (target.pad_share_max if target.pad is not PadStyle.NONE or said.pad else 0):
        raise AssetError(
            "sidecar-invalid",
            "plan",
            say(
                "windows: boxes of {window} leave {share:.0%} of a {ratio} frame empty, more than the preset pads",
                window=window,
                share=float(share),
                ratio=ratio_name(ratio),
            ),
            say("give boxes of the ratio {ratio}, all of one size", ratio=ratio_name(ratio)),
        )
    final = fit_inside(whole, target.size or whole, even=_is_even(info))
    drawn = fit_inside(window, final, even=_is_even(info)) if share else final
    pad = PadStyle.NONE if not share else PadStyle.PLAIN if target.pad is PadStyle.NONE else target.pad
    notes = (padding_note(share, pad, said),) if share else ()
    return Canvas(said.windows, drawn, final, pad, (*refusals(said.windows, scenes, said), *notes))


def _choose(info: MediaInfo, rules: Rules, scenes: Sequence[Scene], content: Box | None, said: Wishes) -> Canvas:
    size, target = info.display_size, rules.target
    windows = route(crop_size(info, rules), size, scenes)
    least = _least(rules)
    if content and windows[0].box.size != size:
        windows = _without_bars(windows, content, info, rules, scenes)
    window = windows[0].box
    losses = refusals(windows, scenes, said)
    falls_short = any(f.severity is Severity.REQUIRED for f in losses) or not window.size.holds(least)
    if said.pad or (said.pad is None and target.pad is not PadStyle.NONE and falls_short):
        padded = _padded_between(content, info, rules, scenes, said) if content else None
        padded = padded or _padded(info, rules, scenes, size if said.pad else least, said)
        if padded:
            return replace(padded, content=content)
    drawn = fit_inside(window.size, target.size or window.size, even=_is_even(info))
    return Canvas(windows, drawn, drawn, findings=(*losses, *crop_note(window, size, said)), content=content)


def _part_of(info: MediaInfo, part: Box | None) -> MediaInfo:
    return replace(info, display_size=part.size) if part else info


def _without_bars(
    windows: tuple[Keyframe, ...], content: Box, info: MediaInfo, rules: Rules, scenes: Sequence[Scene]
) -> tuple[Keyframe, ...]:
    """Windows inside `content`; where the output would be smaller then, the least that serves it, drawn over `content`.

    Unchanged if what they then show is a more harmful crop.
    """
    part = crop_size(_part_of(info, content), rules)
    drawn = fit_inside(windows[0].box.size, rules.target.size or part, even=_is_even(info))
    if fit_inside(part, rules.target.size or part, even=_is_even(info)) == drawn:
        inner = route(part, content.size, [scene.moved(content, info.display_size) for scene in scenes])
        inner = shifted(inner, content.left, content.top)
    else:
        least = route(drawn, info.display_size, scenes)
        inner = tuple(replace(frame, box=_drawn_to(content, frame.box, info.display_size)) for frame in least)
    kinds = ("musts", "faces", "text")
    is_harmful = any(len(lost(inner, scenes, kind)[1]) > len(lost(windows, scenes, kind)[1]) for kind in kinds)
    return windows if is_harmful else inner


def _padded_between(
    content: Box, info: MediaInfo, rules: Rules, scenes: Sequence[Scene], said: Wishes
) -> Canvas | None:
    """Padding round what lies between bars, instead of bars and padding; None if that would cut something."""
    part, moved_scenes = _part_of(info, content), [scene.moved(content, info.display_size) for scene in scenes]
    padded = _padded(part, rules, moved_scenes, content.size if said.pad else _least(rules), said)
    if padded is None or not padded.size.holds(_least(rules)) or refusals(padded.windows, moved_scenes, said):
        return None
    return replace(padded, windows=shifted(padded.windows, content.left, content.top))


def _drawn_to(content: Box, window: Box, size: Size) -> Box:
    """A window moved as little as need be to show no bar; with its middle on the content's where it must show some."""
    left = _start(window.left, content.left, content.right - window.width, size.width - window.width)
    top = _start(window.top, content.top, content.bottom - window.height, size.height - window.height)
    return window.moved(left - window.left, top - window.top)


def _start(start: int, first: int, last: int, most: int) -> int:
    return max(first, min(start, last)) if first <= last else max(0, min((first + last) // 2, most))


def crop_size(info: MediaInfo, rules: Rules) -> Size:
    """The largest part of the picture that has the wanted ratio exactly; all of it where no ratio is required.

    All of it, too, of a clip that has the ratio to the pixel and is not scaled: even sides of exactly 9:16 come in
    steps of 18 x 32, and 608 x 1080 would lose its rim.
    """
    size, ratio = info.display_size, _ratio(info, rules)
    whole = Size(max(2, size.width // 2 * 2), max(2, size.height // 2 * 2)) if _is_even(info) else size
    if ratio is None:
        return whole
    is_kept = info.kind is Kind.VIDEO and is_ratio(whole, ratio) and (rules.target.size or whole).holds(whole)
    return whole if is_kept else largest_of_ratio(size, ratio, even=_is_even(info)) or size


def _padded(info: MediaInfo, rules: Rules, scenes: Sequence[Scene], least: Size, said: Wishes) -> Canvas | None:
    """The least padding that keeps every face and line and reaches the least size; None if it would be too much.

    First as if windows could follow what is to be kept, then as if they could not.
    """
    for musts in (_must_sizes(scenes, said, follows=True), _must_sizes(scenes, said, follows=False)):
        found = _padded_round(musts, info, rules, scenes, least, said)
        if found:
            return found
    return None


def _must_sizes(scenes: Sequence[Scene], said: Wishes, *, follows: bool) -> Size:
    """What a window must hold at once: all that one frame shows, or all that one scene does."""
    groups = []
    for scene in scenes:
        fixed = [*scene.keep.musts, *(() if said.places_crop else scene.keep.text)]
        if follows and scene.sights:
            groups += [[*fixed, *(() if said.places_crop else sight.faces)] for sight in scene.sights]
        else:
            groups.append([*fixed, *(() if said.places_crop else scene.keep.faces)])
    sizes = [hull(group).size for group in groups if group]
    return Size(max((s.width for s in sizes), default=0), max((s.height for s in sizes), default=0))


def _padded_round(  # noqa: PLR0917
    must: Size, info: MediaInfo, rules: Rules, scenes: Sequence[Scene], least: Size, said: Wishes
) -> Canvas | None:
    size, ratio, target = info.display_size, _ratio(info, rules), rules.target
    if ratio is None:
        return None
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
    windows = route(part, size, scenes)
    whole = smallest_of_ratio(part, ratio, even=_is_even(info))
    share = 1 - Fraction(part.area, whole.area)
    cuts = any(f.severity is Severity.REQUIRED for f in refusals(windows, scenes, said))
    is_refused = share > target.pad_share_max or not whole.holds(least) or cuts
    if not share or (is_refused and not said.pad):
        return None
    final = fit_inside(whole, target.size or whole, even=_is_even(info))
    drawn = fit_inside(part, final, even=_is_even(info))
    pad = PadStyle.PLAIN if target.pad is PadStyle.NONE else target.pad
    return Canvas(windows, drawn, final, pad, (padding_note(share, pad, said),))


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
