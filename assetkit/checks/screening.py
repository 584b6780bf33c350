"""Checks of what an editor hears and sees from end to end, and within the first three seconds."""

from collections.abc import Iterable
from fractions import Fraction

from assetkit.checks.verdict import Breach, Unknown
from assetkit.facts import Facts, Need
from assetkit.screening import CUT_OFF, HOOK_SECONDS, Screening, Sound, Span, in_hook
from assetkit.timecode import places_in_words, timecode
from assetkit.wording import Said, both, commas, say

Verdict = Breach | Unknown | None
_SHOWN = 3  # spans named in a message


def black_max(facts: Facts, most: float) -> Verdict:
    """No longer black than this in one piece."""
    seen = _screened(facts)
    return seen if isinstance(seen, Unknown) else _longest(seen.black, most, say("black"), say("cut it out"))


def freeze_max(facts: Facts, most: float) -> Verdict:
    """Nothing moves for no longer than this in one piece."""
    seen = _screened(facts)
    return (
        seen
        if isinstance(seen, Unknown)
        else _longest(seen.frozen, most, say("still picture"), say("cut it, or add movement"))
    )


def silence_max(facts: Facts, most: float) -> Verdict:
    """No longer silent than this in one piece; a clip without sound is not silent, it has none."""
    sound = _sound(facts)
    if not isinstance(sound, Sound):
        return sound
    return _longest(sound.silence, most, say("silence"), say("lay music or sound under it"))


def loudness_min(facts: Facts, least: float) -> Verdict:
    """At least this loud on the whole."""
    loud = _loudness(facts)
    if not isinstance(loud, float) or loud >= least:
        return loud if isinstance(loud, Unknown) else None
    fix = say("raise the level by {difference:.1f} dB", difference=least - loud)
    return Breach(loud, least, say("loudness {loud:.1f} LUFS is below {least:g} LUFS", loud=loud, least=least), fix)


def loudness_max(facts: Facts, most: float) -> Verdict:
    """At most this loud on the whole."""
    loud = _loudness(facts)
    if not isinstance(loud, float) or loud <= most:
        return loud if isinstance(loud, Unknown) else None
    fix = say("lower the level by {difference:.1f} dB", difference=loud - most)
    return Breach(loud, most, say("loudness {loud:.1f} LUFS exceeds {most:g} LUFS", loud=loud, most=most), fix)


def true_peak_max(facts: Facts, most: float) -> Verdict:
    """Peaks, also those between samples, at most this high."""
    sound = _sound(facts)
    if not isinstance(sound, Sound) or sound.true_peak is None or sound.true_peak <= most:
        return sound if isinstance(sound, Unknown) else None
    peak = sound.true_peak
    fix = say("lower the level by {difference:.1f} dB, or limit the peaks", difference=peak - most)
    return Breach(peak, most, say("true peak {peak:.1f} dBTP exceeds {most:g} dBTP", peak=peak, most=most), fix)


def unclipped(facts: Facts, _: bool) -> Verdict:
    """The waveform is not cut off at full scale."""
    sound = _sound(facts)
    if not isinstance(sound, Sound) or sound.flatness <= CUT_OFF:
        return sound if isinstance(sound, Unknown) else None
    message, span = say("the sound is cut off at full scale, which distorts"), None
    if sound.clipped:
        listed, span = _listed(sound.clipped), _longest_of(sound.clipped)
        message = say("the sound is cut off at full scale at {listed}, which distorts", listed=listed)
    fix = say("export it again from a mix with headroom")
    return Breach(round(sound.flatness, 1), CUT_OFF, message, fix, span=span)


def all_channels(facts: Facts, _: bool) -> Verdict:
    """Every channel is heard."""
    sound = _sound(facts)
    if not isinstance(sound, Sound) or not sound.dead_channels:
        return sound if isinstance(sound, Unknown) else None
    dead = both([str(channel) for channel in sound.dead_channels])
    return Breach(
        str(dead),
        "none",
        say("audio channel {dead} is silent", dead=dead),
        say("mix to both channels, or export as mono"),
    )


def audio_gap_max(facts: Facts, most: float) -> Verdict:
    """The sound begins and ends with the picture, within this many seconds."""
    info = facts.info
    if info.audible is None or info.duration is None:
        return None
    late, early = info.audible.start, info.duration - info.audible.end
    if max(late, early) <= most:
        return None
    what = (
        say("starts {late:.1f} s after", late=float(late))
        if late >= early
        else say("ends {early:.1f} s before", early=float(early))
    )
    message = say("the sound {what} the picture", what=what)
    return Breach(round(float(max(late, early)), 2), most, message, say("extend the sound, or cut the picture to it"))


def picture_gap_max(facts: Facts, most: float) -> Verdict:
    """The picture is there while the sound is, but for this many seconds; players hold a frame or show nothing."""
    info = facts.info
    if info.audible is None or info.duration is None:
        return None
    early, long = -info.audible.start, info.audible.end - info.duration
    if max(early, long) <= most:
        return None
    what = say("ends {long:.1f} s before", long=float(long))
    fix = say("cut the sound, or look for the missing tail of the picture")
    if early > long:
        what = say("starts {early:.1f} s after", early=float(early))
        fix = say("cut the sound to where the picture starts")
    return Breach(round(float(max(early, long)), 2), most, say("the picture {what} the sound", what=what), fix)


def undamaged(facts: Facts, _: bool) -> Verdict:
    """All of it decodes."""
    seen = _screened(facts)
    if isinstance(seen, Unknown) or not seen.damage:
        return seen if isinstance(seen, Unknown) else None
    message, span = say("ffmpeg met damage while decoding ({damage} messages)", damage=seen.damage), None
    if seen.damaged:
        places, span = places_in_words(seen.damaged), Span(seen.damaged[0], seen.damaged[-1])
        message = say(
            "ffmpeg met damage while decoding, at {places} ({damage} messages)", places=places, damage=seen.damage
        )
    return Breach(seen.damage, 0, message, say("play it to the end, and export it again"), span=span)


def no_flashing(facts: Facts, _: bool) -> Verdict:
    """No more than three flashes in any second."""
    seen = _screened(facts)
    if isinstance(seen, Unknown) or not seen.flashes:
        return seen if isinstance(seen, Unknown) else None
    message = say("more than 3 flashes a second at {listed}, which can cause seizures", listed=_listed(seen.flashes))
    fix = say("slow the flashes down, dim them, or make them smaller")
    return Breach(len(seen.flashes), 0, message, fix, span=_longest_of(seen.flashes))


def hook_black_max(facts: Facts, most: float) -> Verdict:
    """Black for no more of the first three seconds."""
    seen = _screened(facts)
    return seen if isinstance(seen, Unknown) else _hook(seen.black, most, say("black"), say("start with a picture"))


def hook_freeze_max(facts: Facts, most: float) -> Verdict:
    """Still for no more of the first three seconds."""
    seen = _screened(facts)
    return (
        seen
        if isinstance(seen, Unknown)
        else _hook(seen.frozen, most, say("a still picture"), say("start with movement"))
    )


def hook_silence_max(facts: Facts, most: float) -> Verdict:
    """Silent for no more of the first three seconds."""
    sound = _sound(facts)
    return _hook(sound.silence, most, say("silent"), say("start with sound")) if isinstance(sound, Sound) else sound


def hook_text_max(facts: Facts, most: float) -> Verdict:
    """No title card: text over no more of the picture within the first three seconds."""
    hook = facts.measurements.hook_text
    if hook is None or hook <= most:
        return Unknown(say("no frame of the first three seconds was looked at for text")) if hook is None else None
    message = say(
        "text covers {hook:.1%} of the picture within the first {hook_seconds} s, like a title card",
        hook=hook,
        hook_seconds=HOOK_SECONDS,
    )
    return Breach(round(hook, 4), most, message, say("start with the subject, and bring the words in later"))


def _screened(facts: Facts) -> Screening | Unknown:
    seen = facts.measurements.screening
    if seen is not None:
        return seen
    return Unknown(facts.measurements.failed.get(Need.SCREENING, say("not every frame of it was looked at")))


def _sound(facts: Facts) -> Sound | Unknown | None:
    """None where there is no sound to check."""
    seen = _screened(facts)
    return seen if isinstance(seen, Unknown) else seen.sound


def _loudness(facts: Facts) -> float | Unknown | None:
    sound = _sound(facts)
    return sound.loudness if isinstance(sound, Sound) else sound


def _longest(spans: tuple[Span, ...], most: float, what: Said, fix: Said) -> Verdict:
    long = [span for span in spans if span.length > most]
    if not long:
        return None
    seconds = float(max(span.length for span in long))
    message = say(
        "{what} for {seconds:.1f} s ({listed}), the limit is {most:g} s",
        what=what,
        seconds=seconds,
        listed=_listed(long),
        most=most,
    )
    return Breach(round(seconds, 2), most, message, fix, span=_longest_of(long))


def _longest_of(spans: Iterable[Span]) -> Span:
    return max(spans, key=lambda span: span.length)


def _hook(spans: Iterable[Span], most: float, what: Said, fix: Said) -> Verdict:
    seconds = in_hook(spans)
    if seconds <= Fraction(most):
        return None
    return Breach(
        round(float(seconds), 2),
        most,
        say(
            "{what} for {seconds:.1f} s of the first {hook_seconds} s",
            what=what,
            seconds=float(seconds),
            hook_seconds=HOOK_SECONDS,
        ),
        fix,
    )


def _listed(spans: Iterable[Span]) -> str:
    # an end is no time of a frame that must be there: rounded, so that lengths add up
    ends = [(timecode(span.start), timecode(span.end + Fraction(1, 20))) for span in spans]
    shown = [say("{start} to {end}", start=start, end=end) for start, end in ends]
    listed = commas(shown[:_SHOWN])
    return listed if len(shown) <= _SHOWN else say("{listed} and {more} more", listed=listed, more=len(shown) - _SHOWN)
