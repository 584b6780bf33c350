"""A plan, told to people."""

from collections.abc import Iterator

from assetkit.facts import Facts, MediaInfo
from assetkit.geometry import ratio_name
from assetkit.model import Method, Plan
from assetkit.timecode import timecode
from assetkit.windows import steps
from assetkit.wording import both, commas, say, term


def plan_in_words(plan: Plan, facts: Facts) -> tuple[str, ...]:
    """The plan's steps as short sentences, in order."""
    info, words = facts.info, list[str]()
    if plan.method is not Method.COPY and info.other_tracks:
        used, left = commas(info.chosen_tracks), commas(info.other_tracks)
        words.append(say("used {chosen_tracks}; left out {other_tracks}", chosen_tracks=used, other_tracks=left))
    if not plan.is_drawn:
        return tuple(words)
    return (*words, *_as_it_is_shown(plan, info), *_shaped(plan, facts), *_timed(plan, info), *_coloured(plan, info))


def _as_it_is_shown(plan: Plan, info: MediaInfo) -> Iterator[str]:
    if not info.is_upright:
        yield say("turned upright")
    if info.is_interlaced:
        yield say("deinterlaced")
    if info.sample_aspect_ratio != 1:
        yield say("pixels of {ratio} made square", ratio=ratio_name(info.sample_aspect_ratio))
    if plan.trim:
        yield say("trimmed to {start} to {end}", start=timecode(plan.trim[0]), end=timecode(plan.trim[1]))


def _shaped(plan: Plan, facts: Facts) -> Iterator[str]:
    info, content = facts.info, facts.measurements.content
    if plan.window.size != info.display_size:
        yield say(
            "cropped {display_size} to {size} px {whereabouts}, placed by {proposer}",
            display_size=info.display_size,
            size=plan.window.size,
            whereabouts=_whereabouts(plan),
            proposer=term(plan.proposer),
        )
    if content and plan.window.size != info.display_size and plan.window.kept_by(content) == 1:
        yield say("bars baked into the source left out")
    if plan.picture != plan.window.size:
        yield say("scaled down to {picture} px", picture=plan.picture)
    if plan.canvas != plan.picture:
        yield say("padded ({pad}) to {canvas} px", pad=term(plan.pad), canvas=plan.canvas)


def _timed(plan: Plan, info: MediaInfo) -> Iterator[str]:
    even, most, rate = plan.constant_frame_rate, plan.max_frame_rate, info.frame_rate
    if even:
        yield say("frames evened to {constant_frame_rate:.5g} a second", constant_frame_rate=float(even))
    elif most and rate and rate > most:
        yield say(
            "frame rate lowered from {frame_rate:.5g} to {max_frame_rate:.5g}",
            frame_rate=float(rate),
            max_frame_rate=float(most),
        )


def _coloured(plan: Plan, info: MediaInfo) -> Iterator[str]:
    if info.has_alpha:
        yield say("flattened on {background}", background=plan.background)
    if info.bit_depth > 8:
        yield say("{bits} bits a channel reduced to 8", bits=info.bit_depth)
    if info.colour_space == "broken profile":
        yield say("taken for sRGB, since its profile cannot be read")
    elif info.colour_space not in ("srgb", "grey"):
        yield say("converted from {colour_space} to sRGB", colour_space=info.colour_space)


def _whereabouts(plan: Plan) -> str:
    if not plan.windows:
        return say("at ({left}, {top})", left=plan.window.left, top=plan.window.top)
    jumps, moves = steps(plan.windows)
    places = say("{places} places, changed at cuts", places=jumps + 1)
    pans = say("1 slow pan") if moves == 1 else say("{moves} slow pans", moves=moves)
    return say("in {what}", what=both([*([places] if jumps else []), *([pans] if moves else [])]))
