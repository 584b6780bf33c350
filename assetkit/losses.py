"""What a crop or padding costs, as findings: what it cuts, what it leaves, and what fills the rest."""

from collections.abc import Sequence
from fractions import Fraction

from assetkit.facts import Wishes
from assetkit.geometry import Box, Size
from assetkit.judgement import Finding, Severity
from assetkit.model import PadStyle
from assetkit.reframe import lost
from assetkit.scenes import Scene
from assetkit.timecode import timecode
from assetkit.windows import Keyframe
from assetkit.wording import both, say, term

_LOOK_AT_PADDING = Fraction(1, 3)  # more of the frame than this filled with padding, and a person decides
_LOOK_AT_CROP = Fraction(1, 4)  # less of the picture than this kept, likewise; 16:9 cut to 9:16 keeps 0.32
_SEEN_BARS = Fraction(1, 200)  # of the picture; thinner ones are not worth a remark


def refusals(windows: Sequence[Keyframe], scenes: Sequence[Scene], said: Wishes) -> tuple[Finding, ...]:
    """What windows would cut. Where people placed them, faces and text are theirs to cut, and it is only told."""
    named = (
        ("crop-cuts-keep", "box that the sidecar keeps", "musts"),
        ("crop-cuts-face", "face", "faces"),
        ("crop-cuts-text", "line of text or QR code", "text"),
    )
    found = []
    for code, noun, kind in named:
        total, cut = lost(windows, scenes, kind)
        if cut:
            is_wished = said.places_crop and kind != "musts"
            since = say(", first at {time}", time=timecode(cut[0][0])) if scenes[0].shot else ""
            found.append(_refusal(code, noun, total, len(cut), windows[0].box, is_wished=is_wished, since=since))
    return tuple(found)


_PLURALS = {
    "box that the sidecar keeps": "boxes that the sidecar keeps",
    "face": "faces",
    "line of text or QR code": "lines of text or QR codes",
}


def _refusal(code: str, noun: str, total: int, lost: int, window: Box, *, is_wished: bool, since: str) -> Finding:
    crop = (
        say("the {size} px crop placed by the sidecar cuts", size=window.size)
        if is_wished
        else say("the best {size} px crop would cut", size=window.size)
    )
    return Finding(
        code=code,
        severity=Severity.NOTE if is_wished else Severity.REQUIRED,
        message=say(
            "{crop} {lost} of {total} {what}{since}",
            crop=crop,
            lost=lost,
            total=total,
            what=term(_PLURALS[noun] if total > 1 else noun),
            since=since,
        ),
        measured=lost,
        limit=0,
        unit=_PLURALS[noun],
        fix=say("recompose in the wanted ratio, or let the preset (pad, pad_share_max) or its sidecar (pad) pad it"),
        source="assetkit: a crop never cuts faces, text or QR codes, nor what a sidecar keeps",
    )


def padding_note(share: Fraction, pad: PadStyle, said: Wishes) -> Finding:
    """How much of the frame is not picture; a person has looked at it who asked for it."""
    why = say("as the sidecar asks") if said.pad else say("so that nothing that matters is cut")
    return Finding(
        code="padded",
        severity=Severity.NOTE,
        message=say("{share:.0%} of the frame is {pad} padding, {why}", share=float(share), pad=term(pad), why=why),
        measured=round(float(share), 4),
        unit="share of the frame",
        fix=say("reshoot or re-export in the wanted ratio to fill the frame"),
        needs_person=share > _LOOK_AT_PADDING and not said.pad,
    )


def crop_note(window: Box, size: Size, said: Wishes) -> tuple[Finding, ...]:
    """How little a crop keeps, if a person should look at it who has not asked for it."""
    share = Fraction(window.area, size.area)
    if share >= _LOOK_AT_CROP or said.crop:
        return ()
    note = Finding(
        code="crop-keeps-little",
        severity=Severity.NOTE,
        message=say("the crop keeps {share:.1%} of the picture", share=float(share)),
        measured=round(float(share), 4),
        limit=float(_LOOK_AT_CROP),
        unit="share of the picture",
        fix=say("recompose nearer to the wanted ratio"),
        needs_person=True,
    )
    return (note,)


def border_note(window: Box, content: Box | None) -> tuple[Finding, ...]:
    """What baked-in bars take of what is delivered, if it can be seen: so much as of padding, and a person looks."""
    if content is None:
        return ()
    share = 1 - Fraction(content.intersect(window).area, window.area)
    if share < _SEEN_BARS:
        return ()
    wide, high = window.size.width, window.size.height
    sides = {
        say("at the left"): min(wide, content.left - window.left),
        say("at the top"): min(high, content.top - window.top),
        say("at the right"): min(wide, window.right - content.right),
        say("at the bottom"): min(high, window.bottom - content.bottom),
    }
    said = both([say("{pixels} px {side}", pixels=pixels, side=side) for side, pixels in sides.items() if pixels > 0])
    note = Finding(
        code="borders",
        severity=Severity.NOTE,
        message=say(
            "bars baked into the source take {share:.1%} of the picture: {said}", share=float(share), said=said
        ),
        measured=round(float(share), 4),
        limit=0,
        unit="share of the picture",
        fix=say("export it without bars"),
        needs_person=share > _LOOK_AT_PADDING,
    )
    return (note,)
