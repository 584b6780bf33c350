"""Check of codes for machines on the picture: they lead off the platform."""

from fractions import Fraction

from assetkit.checks.claims import when
from assetkit.checks.verdict import Breach, Unknown
from assetkit.facts import Facts, Kind, Need
from assetkit.lettering import Code
from assetkit.preset import CodeKind
from assetkit.screening import Span
from assetkit.wording import say

_SHOWN = 60  # characters of what a code holds

Seen = tuple[Code, Fraction, Fraction]
"""A code, and the times (seconds) of the first and the last frame that show it."""


def no_codes(facts: Facts, kinds: list[CodeKind]) -> tuple[Breach, ...] | Unknown:
    """No QR or bar code on the picture that can be read; a person says whether it is the goods' own."""
    measured = facts.measurements
    if Need.CODES in measured.failed:
        return Unknown(measured.failed[Need.CODES])
    frames = [(frame.time, frame.codes) for frame in measured.frames]
    looked = [(time, found) for time, found in frames if found is not None]
    if not looked or len(looked) < len(frames):
        return Unknown(say("codes were not looked for"))
    seen: dict[tuple[str, str], Seen] = {}
    for time, code in ((time, code) for time, found in looked for code in found if code.kind in kinds):
        first = seen.get((code.name, code.text), (code, time, time))
        seen[code.name, code.text] = (first[0], min(first[1], time), max(first[2], time))
    return tuple(_breach(each, is_clip=facts.info.kind is Kind.VIDEO) for each in seen.values())


def _breach(seen: Seen, *, is_clip: bool) -> Breach:
    code, first, last = seen
    holds = code.text if len(code.text) <= _SHOWN else code.text[: _SHOWN - 3] + "..."
    return Breach(
        code.name,
        "none",
        say(
            "a {name} on it{when} holds {holds}", name=code.name, when=when(first, last) if is_clip else "", holds=holds
        ),
        say("take it out or cover it, unless it is the product's own: codes lead off the platform"),
        needs_person=True,
        boxes=(code.box,),
        span=Span(first, last) if is_clip else None,
    )
