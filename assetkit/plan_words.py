"""A plan, told to people."""

from assetkit.facts import Facts
from assetkit.model import Method, Plan
from assetkit.timecode import timecode
from assetkit.windows import steps
from assetkit.wording import both, commas, say, term


def plan_in_words(plan: Plan, facts: Facts) -> tuple[str, ...]:
    """The plan's steps as short sentences, in order."""
    info, words = facts.info, []
    if plan.method is not Method.COPY and info.other_tracks:
        words.append(
            say(
                "used {chosen_tracks}; left out {other_tracks}",
                chosen_tracks=commas(info.chosen_tracks),
                other_tracks=commas(info.other_tracks),
            )
        )
    if plan.method is not Method.ENCODE or plan.keeps_video:
        return tuple(words)
    if not info.is_upright:
        words.append(say("turned upright"))
    if info.is_interlaced:
        words.append(say("deinterlaced"))
    if plan.trim:
        words.append(say("trimmed to {start} to {end}", start=timecode(plan.trim[0]), end=timecode(plan.trim[1])))
    if plan.window.size != info.display_size:
        w = plan.window
        words.append(
            say(
                "cropped {display_size} to {size} px {whereabouts}, placed by {proposer}",
                display_size=info.display_size,
                size=w.size,
                whereabouts=_whereabouts(plan),
                proposer=term(plan.proposer),
            )
        )
    if plan.picture != plan.window.size:
        words.append(say("scaled down to {picture} px", picture=plan.picture))
    if plan.canvas != plan.picture:
        words.append(say("padded ({pad}) to {canvas} px", pad=term(plan.pad), canvas=plan.canvas))
    if plan.constant_frame_rate:
        words.append(
            say(
                "frames evened to {constant_frame_rate:.5g} a second",
                constant_frame_rate=float(plan.constant_frame_rate),
            )
        )
    elif plan.max_frame_rate and info.frame_rate and info.frame_rate > plan.max_frame_rate:
        words.append(
            say(
                "frame rate lowered from {frame_rate:.5g} to {max_frame_rate:.5g}",
                frame_rate=float(info.frame_rate),
                max_frame_rate=float(plan.max_frame_rate),
            )
        )
    if info.has_alpha:
        words.append(say("flattened on {background}", background=plan.background))
    if info.colour_space not in ("srgb", "grey"):
        words.append(say("converted from {colour_space} to sRGB", colour_space=info.colour_space))
    return tuple(words)


def _whereabouts(plan: Plan) -> str:
    if not plan.windows:
        return say("at ({left}, {top})", left=plan.window.left, top=plan.window.top)
    jumps, moves = steps(plan.windows)
    places = say("{places} places, changed at cuts", places=jumps + 1)
    pans = say("1 slow pan") if moves == 1 else say("{moves} slow pans", moves=moves)
    return say("in {what}", what=both([*([places] if jumps else []), *([pans] if moves else [])]))
