"""A plan, told to people."""

from assetkit.model import (
    Facts,
    Method,
    Plan,
)
from assetkit.timecode import timecode
from assetkit.windows import steps


def plan_in_words(plan: Plan, facts: Facts) -> tuple[str, ...]:
    """The plan's steps as short sentences, in order."""
    info, words = facts.info, []
    if plan.method is not Method.COPY and info.other_tracks:
        words.append(f"used {', '.join(info.chosen_tracks)}; left out {', '.join(info.other_tracks)}")
    if plan.method is not Method.ENCODE or plan.keeps_video:
        return tuple(words)
    if not info.is_upright:
        words.append("turned upright")
    if info.is_interlaced:
        words.append("deinterlaced")
    if plan.trim:
        words.append(f"trimmed to {timecode(plan.trim[0])} to {timecode(plan.trim[1])}")
    if plan.window.size != info.display_size:
        w = plan.window
        words.append(f"cropped {info.display_size} to {w.size} px {_whereabouts(plan)}, placed by {plan.proposer}")
    if plan.picture != plan.window.size:
        words.append(f"scaled down to {plan.picture} px")
    if plan.canvas != plan.picture:
        words.append(f"padded ({plan.pad}) to {plan.canvas} px")
    if plan.constant_frame_rate:
        words.append(f"frames evened to {float(plan.constant_frame_rate):.5g} a second")
    elif plan.max_frame_rate and info.frame_rate and info.frame_rate > plan.max_frame_rate:
        words.append(f"frame rate lowered from {float(info.frame_rate):.5g} to {float(plan.max_frame_rate):.5g}")
    if info.has_alpha:
        words.append(f"flattened on {plan.background}")
    if info.colour_space not in ("srgb", "grey"):
        words.append(f"converted from {info.colour_space} to sRGB")
    return tuple(words)


def _whereabouts(plan: Plan) -> str:
    if not plan.windows:
        return f"at ({plan.window.left}, {plan.window.top})"
    jumps, moves = steps(plan.windows)
    places, pans = f"{jumps + 1} places, changed at cuts", f"{moves} slow {'pan' if moves == 1 else 'pans'}"
    return "in " + " and ".join([*([places] if jumps else []), *([pans] if moves else [])])
