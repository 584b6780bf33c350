"""Checks of time: how long, how many frames a second."""

from assetkit.checks.verdict import Breach, Unknown
from assetkit.facts import Facts
from assetkit.wording import say

Verdict = Breach | Unknown | None

# a container counts in its time base and sound runs on after the last frame: no one re-cuts for 50 ms
TOLERANCE_SECONDS = 0.05
_RATE_TOLERANCE = 1.001  # 60000/1001 and rounding of the time base


def duration_min(facts: Facts, least: float) -> Verdict:
    """At least this long."""
    if facts.info.duration is None:
        return Unknown(say("the file does not say how long it is"))
    seconds = float(facts.info.duration)
    if seconds >= least - TOLERANCE_SECONDS:
        return None
    return Breach(
        round(seconds, 3),
        least,
        say("duration {seconds:.1f} s is below {least:g} s", seconds=seconds, least=least),
        say("add at least {difference:.1f} s", difference=least - seconds),
    )


def duration_max(facts: Facts, most: float) -> Verdict:
    """At most this long."""
    if facts.info.duration is None or facts.info.length is None:
        return Unknown(say("the file does not say how long it is"))
    picture, seconds = float(facts.info.duration), float(facts.info.length)
    if seconds <= most + TOLERANCE_SECONDS:
        return None
    said = say("duration {seconds:.1f} s exceeds {most:g} s", seconds=seconds, most=most)
    fix = say("shorten by {difference:.1f} s or pass --trim start", difference=seconds - most)
    if picture <= most + TOLERANCE_SECONDS:
        said = say(
            "sound and picture last {seconds:.1f} s, the picture {picture:.1f} s of them, which exceeds {most:g} s",
            seconds=seconds,
            picture=picture,
            most=most,
        )
        fix = say("cut the sound to the picture, or pass --trim start")
    return Breach(round(seconds, 3), most, said, fix)


def frame_rate_min(facts: Facts, least: float) -> Verdict:
    """At least this many frames a second, on average."""
    rate = facts.info.frame_rate
    if rate is None:
        return Unknown(say("the file does not say its frame rate"))
    if rate >= least / _RATE_TOLERANCE:
        return None
    message = say("{rate:.2f} frames/s is below {least:g}", rate=float(rate), least=least)
    return Breach(
        round(float(rate), 3), least, message, say("export at the rate it was shot: assetkit invents no frames")
    )


def frame_rate_max(facts: Facts, most: float) -> Verdict:
    """At most this many frames a second, on average."""
    rate = facts.info.frame_rate
    if rate is None:
        return Unknown(say("the file does not say its frame rate"))
    if rate <= most * _RATE_TOLERANCE:
        return None
    return Breach(
        round(float(rate), 3),
        most,
        say("{rate:.2f} frames/s exceeds {most:g}", rate=float(rate), most=most),
        say("export at a lower rate"),
    )


def constant_frame_rate(facts: Facts, _: bool) -> Verdict:
    """Every frame is shown for the same time."""
    if not facts.info.is_variable_frame_rate:
        return None
    rate = facts.info.frame_rate
    measured = f"variable, {float(rate):.2f} on average" if rate else "variable"
    return Breach(measured, "constant", say("the frame rate varies"), say("export at a constant frame rate"))
