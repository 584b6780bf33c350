"""What an editor sees and hears when a clip is played from end to end: black, standstill, silence, levels."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from assetkit.timecode import timecode

HOOK_SECONDS = 3
"""People decide to go on watching within the first three seconds."""


CUT_OFF = 6.0
"""dB of flatness from which sound is cut off: on average two samples in a row at full scale."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a clip, in seconds since its beginning; `end` is exclusive."""

    start: Fraction
    end: Fraction

    @property
    def length(self) -> Fraction:
        """Seconds."""
        return self.end - self.start

    def within(self, start: Fraction, end: Fraction) -> "Span":
        """The part of it between two times, counted from the first; its length is 0 if there is none."""
        first = min(max(self.start, start), end)
        return Span(first - start, max(first, min(self.end, end)) - start)

    def __str__(self) -> str:
        return f"{timecode(self.start)} to {timecode(self.end)}"


@dataclass(frozen=True, slots=True)
class Sound:
    """Levels of a clip's sound.

    `loudness` (LUFS, integrated) and `true_peak` (dBTP) by EBU R 128; None in silence. `flatness` (dB) says how long
    the sound stays at its peaks: 0 where it only touches them, above 6 where it was cut off, and `clipped` where that
    is, to a quarter of a second. `dead_channels` (from 1) are silent beside others that are not.
    """

    loudness: float | None
    true_peak: float | None
    flatness: float
    dead_channels: tuple[int, ...] = ()
    silence: tuple[Span, ...] = ()
    clipped: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Screening:
    """What was found by decoding every frame and sample of a clip; `sound` is None where it has none.

    `flashes` are the stretches with more than three flashes in a second. `damage` counts what did not decode, and
    `damaged` is when (seconds), a second apart or more.
    """

    black: tuple[Span, ...] = ()
    frozen: tuple[Span, ...] = ()
    flashes: tuple[Span, ...] = ()
    sound: Sound | None = None
    damage: int = 0
    damaged: tuple[Fraction, ...] = ()

    def within(self, start: Fraction, end: Fraction) -> "Screening":
        """What is left of it in a part of the clip. Levels stay those of the whole, the best guess there is."""
        sound = self.sound and replace(
            self.sound,
            silence=_within(self.sound.silence, start, end),
            clipped=_within(self.sound.clipped, start, end),
        )
        damaged = tuple(time - start for time in self.damaged if start <= time < end)
        return replace(
            self,
            black=_within(self.black, start, end),
            frozen=_within(self.frozen, start, end),
            flashes=_within(self.flashes, start, end),
            sound=sound,
            damage=self.damage if damaged or not self.damaged else 0,
            damaged=damaged,
        )


def in_hook(spans: Iterable[Span]) -> Fraction:
    """Seconds of the first three that the spans take up."""
    return sum((span.within(Fraction(0), Fraction(HOOK_SECONDS)).length for span in spans), Fraction(0))


def _within(spans: Iterable[Span], start: Fraction, end: Fraction) -> tuple[Span, ...]:
    cut = (span.within(start, end) for span in spans)
    return tuple(span for span in cut if span.length)
