"""Checks of what an editor hears and sees from end to end, and within the first three seconds."""

from collections.abc import Iterable
from fractions import Fraction

from assetkit.checks.verdict import Breach, Unknown
from assetkit.model import Facts, Need
from assetkit.screening import HOOK_SECONDS, Screening, Sound, Span, in_hook

Verdict = Breach | Unknown | None
_CUT_OFF = 6.0  # dB of flatness: on average two samples in a row at full scale
_HOOK = f"of the first {HOOK_SECONDS} s"
_SHOWN = 3  # spans named in a message


def black_max(facts: Facts, most: float) -> Verdict:
    """No longer black than this in one piece."""
    seen = _screened(facts)
    return seen if isinstance(seen, Unknown) else _longest(seen.black, most, "black", "cut it out")


def freeze_max(facts: Facts, most: float) -> Verdict:
    """Nothing moves for no longer than this in one piece."""
    seen = _screened(facts)
    return (
        seen if isinstance(seen, Unknown) else _longest(seen.frozen, most, "still picture", "cut it, or add movement")
    )


def silence_max(facts: Facts, most: float) -> Verdict:
    """No longer silent than this in one piece; a clip without sound is not silent, it has none."""
    sound = _sound(facts)
    if not isinstance(sound, Sound):
        return sound
    return _longest(sound.silence, most, "silence", "lay music or sound under it")


def loudness_min(facts: Facts, least: float) -> Verdict:
    """At least this loud on the whole."""
    loud = _loudness(facts)
    if not isinstance(loud, float) or loud >= least:
        return loud if isinstance(loud, Unknown) else None
    fix = f"raise the level by {least - loud:.1f} dB"
    return Breach(loud, least, f"loudness {loud:.1f} LUFS is below {least:g} LUFS", fix)


def loudness_max(facts: Facts, most: float) -> Verdict:
    """At most this loud on the whole."""
    loud = _loudness(facts)
    if not isinstance(loud, float) or loud <= most:
        return loud if isinstance(loud, Unknown) else None
    fix = f"lower the level by {loud - most:.1f} dB"
    return Breach(loud, most, f"loudness {loud:.1f} LUFS exceeds {most:g} LUFS", fix)


def true_peak_max(facts: Facts, most: float) -> Verdict:
    """Peaks, also those between samples, at most this high."""
    sound = _sound(facts)
    if not isinstance(sound, Sound) or sound.true_peak is None or sound.true_peak <= most:
        return sound if isinstance(sound, Unknown) else None
    peak = sound.true_peak
    fix = f"lower the level by {peak - most:.1f} dB, or limit the peaks"
    return Breach(peak, most, f"true peak {peak:.1f} dBTP exceeds {most:g} dBTP", fix)


def unclipped(facts: Facts, _: bool) -> Verdict:
    """The waveform is not cut off at full scale."""
    sound = _sound(facts)
    if not isinstance(sound, Sound) or sound.flatness <= _CUT_OFF:
        return sound if isinstance(sound, Unknown) else None
    message = "the sound is cut off at full scale, which distorts"
    return Breach(round(sound.flatness, 1), _CUT_OFF, message, "export it again from a mix with headroom")


def all_channels(facts: Facts, _: bool) -> Verdict:
    """Every channel is heard."""
    sound = _sound(facts)
    if not isinstance(sound, Sound) or not sound.dead_channels:
        return sound if isinstance(sound, Unknown) else None
    dead = " and ".join(map(str, sound.dead_channels))
    return Breach(dead, "none", f"audio channel {dead} is silent", "mix to both channels, or export as mono")


def audio_gap_max(facts: Facts, most: float) -> Verdict:
    """The sound begins and ends with the picture, within this many seconds."""
    info = facts.info
    if info.audible is None or info.duration is None:
        return None
    late, early = info.audible.start, info.duration - info.audible.end
    if max(late, early) <= most:
        return None
    what = f"starts {float(late):.1f} s after" if late >= early else f"ends {float(early):.1f} s before"
    message = f"the sound {what} the picture"
    return Breach(round(float(max(late, early)), 2), most, message, "extend the sound, or cut the picture to it")


def picture_gap_max(facts: Facts, most: float) -> Verdict:
    """The picture is there while the sound is, but for this many seconds; players hold a frame or show nothing."""
    info = facts.info
    if info.audible is None or info.duration is None:
        return None
    early, long = -info.audible.start, info.audible.end - info.duration
    if max(early, long) <= most:
        return None
    what, fix = f"ends {float(long):.1f} s before", "cut the sound, or look for the missing tail of the picture"
    if early > long:
        what, fix = f"starts {float(early):.1f} s after", "cut the sound to where the picture starts"
    return Breach(round(float(max(early, long)), 2), most, f"the picture {what} the sound", fix)


def undamaged(facts: Facts, _: bool) -> Verdict:
    """All of it decodes."""
    seen = _screened(facts)
    if isinstance(seen, Unknown) or not seen.damage:
        return seen if isinstance(seen, Unknown) else None
    message = f"ffmpeg met damage while decoding ({seen.damage} messages)"
    return Breach(seen.damage, 0, message, "play it to the end, and export it again")


def no_flashing(facts: Facts, _: bool) -> Verdict:
    """No more than three flashes in any second."""
    seen = _screened(facts)
    if isinstance(seen, Unknown) or not seen.flashes:
        return seen if isinstance(seen, Unknown) else None
    message = f"more than 3 flashes a second at {_listed(seen.flashes)}, which can cause seizures"
    return Breach(len(seen.flashes), 0, message, "slow the flashes down, dim them, or make them smaller")


def hook_black_max(facts: Facts, most: float) -> Verdict:
    """Black for no more of the first three seconds."""
    seen = _screened(facts)
    return seen if isinstance(seen, Unknown) else _hook(seen.black, most, "black", "start with a picture")


def hook_freeze_max(facts: Facts, most: float) -> Verdict:
    """Still for no more of the first three seconds."""
    seen = _screened(facts)
    return seen if isinstance(seen, Unknown) else _hook(seen.frozen, most, "a still picture", "start with movement")


def hook_silence_max(facts: Facts, most: float) -> Verdict:
    """Silent for no more of the first three seconds."""
    sound = _sound(facts)
    return _hook(sound.silence, most, "silent", "start with sound") if isinstance(sound, Sound) else sound


def hook_text_max(facts: Facts, most: float) -> Verdict:
    """No title card: text over no more of the picture within the first three seconds."""
    hook = facts.measurements.hook_text
    if hook is None or hook <= most:
        return Unknown("no frame of the first three seconds was looked at for text") if hook is None else None
    message = f"text covers {hook:.1%} of the picture within the first {HOOK_SECONDS} s, like a title card"
    return Breach(round(hook, 4), most, message, "start with the subject, and bring the words in later")


def _screened(facts: Facts) -> Screening | Unknown:
    seen = facts.measurements.screening
    if seen is not None:
        return seen
    return Unknown(facts.measurements.failed.get(Need.SCREENING, "not every frame of it was looked at"))


def _sound(facts: Facts) -> Sound | Unknown | None:
    """None where there is no sound to check."""
    seen = _screened(facts)
    return seen if isinstance(seen, Unknown) else seen.sound


def _loudness(facts: Facts) -> float | Unknown | None:
    sound = _sound(facts)
    return sound.loudness if isinstance(sound, Sound) else sound


def _longest(spans: tuple[Span, ...], most: float, what: str, fix: str) -> Verdict:
    long = [span for span in spans if span.length > most]
    if not long:
        return None
    seconds = float(max(span.length for span in long))
    message = f"{what} for {seconds:.1f} s ({_listed(long)}), the limit is {most:g} s"
    return Breach(round(seconds, 2), most, message, fix)


def _hook(spans: Iterable[Span], most: float, what: str, fix: str) -> Verdict:
    seconds = in_hook(spans)
    if seconds <= Fraction(most):
        return None
    return Breach(round(float(seconds), 2), most, f"{what} for {float(seconds):.1f} s {_HOOK}", fix)


def _listed(spans: Iterable[Span]) -> str:
    shown = [str(span) for span in spans]
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return ", ".join(shown[:_SHOWN]) + more
