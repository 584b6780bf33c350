"""What a clip's decoder makes of its packets: of key frames alone, of a stretch, of all that a frame needs."""

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from assetkit.errors import AssetError
from assetkit.media.containers import REPLACE, rewind
from assetkit.wording import say

_TOLD_ONCE = {"libdav1d"}  # decoders that are told what to skip as they open, and keep to it


def show_preamble(container: InputContainer, video: VideoStream) -> None:
    """Show a decoder of H.264 the first packet, whose picture is skipped.

    x264 names its version in that packet only, and FFmpeg decodes 4:4:4 of versions before 151 differently:
    who seeks past it gets grey and green. One of AV1 would go on skipping.
    """
    rewind(container, video)
    if video.codec_context.name != "h264":
        return
    video.codec_context.skip_frame = "ALL"
    for packet in container.demux(video):
        _decode(video, packet)
        break
    video.codec_context.skip_frame = "DEFAULT"


def nothing_decodes(stage: str) -> AssetError:
    """The error where a clip shows nothing at all."""
    return AssetError("unreadable", stage, say("no frame of the clip can be decoded"), REPLACE)


def decode_alone(container: InputContainer, video: VideoStream, keys: Sequence[int]) -> Iterator[VideoFrame]:
    """The key frames shown at these ticks, each decoded on its own, nothing between them decoded; in any order.

    Key frames of open groups are numbered on from group to group: fed in a row, HEVC's decoder mixes them up and loses
    some. What is missing then, for that or any other reason, is fed once more, each to an empty decoder.
    """
    missing = set(keys)
    for is_alone in (False, True):
        if not missing:
            return
        for frame in _fed(container, video, frozenset(missing), is_alone=is_alone):
            if frame.pts is not None:
                missing.discard(frame.pts)
            yield frame


def _fed(
    container: InputContainer, video: VideoStream, wanted: frozenset[int], *, is_alone: bool
) -> Iterator[VideoFrame]:
    """What the decoder makes of the key frames shown at these ticks; each time emptied where each is fed alone."""
    rewind(container, video)
    last = max(wanted)
    for packet in container.demux(video):
        if packet.dts is not None and packet.dts > last:  # nothing that is coded from here on is shown by then
            break
        if packet.size and packet.is_keyframe and _shown_at(packet) in wanted:
            yield from _decode(video, packet)
            if is_alone:
                yield from _emptied(video)
    yield from _emptied(video)


def decode_range(
    container: InputContainer, video: VideoStream, first: int, wanted: Collection[int]
) -> Iterator[VideoFrame]:
    """Frames from the key frame shown at `first` on, until all those shown at `wanted` (ticks) have been decoded."""
    waiting: set[int | None] = set(wanted)
    for packet in _packets_from(container, video, first):
        yield from _decode(video, packet)
        waiting.discard(_shown_at(packet))
        if not waiting:  # everything they refer to has been sent before them
            break
    yield from _emptied(video)


def decode_every(
    container: InputContainer, video: VideoStream, first: int, last: int, *, whole_from: int | None = None
) -> Iterator[VideoFrame]:
    """All frames shown from the key frame at `first` to `last`, also those that are coded after the one at `last`.

    Of those shown before `whole_from` only what others need, where the decoder can be told so on the way.
    """
    if video.codec_context.name in _TOLD_ONCE:
        whole_from = None
    for packet in _packets_from(container, video, first):
        if packet.dts is not None and packet.dts > last:  # none that is coded from here on is shown by then
            break
        if whole_from is not None:
            is_before = (_shown_at(packet) or 0) < whole_from
            video.codec_context.skip_frame = "NONREF" if is_before else "DEFAULT"
        yield from _decode(video, packet)
    yield from _emptied(video)


def _packets_from(container: InputContainer, video: VideoStream, first: int) -> Iterator["av.Packet[VideoStream]"]:
    second = round(1 / (video.time_base or Fraction(1)))
    # Containers without an index (transport streams) land behind the frame asked for: start ever earlier.
    for target in (first, first - 2 * second, None):
        if target is None:
            rewind(container, video)
        else:
            container.seek(target, stream=video)
        is_found = False
        for packet in container.demux(video):
            if packet.size == 0:
                return
            is_found = is_found or _shown_at(packet) == first
            if is_found:
                yield packet
            elif packet.dts is not None and packet.dts > first:
                break
        if is_found:
            return


def _emptied(video: VideoStream) -> list[VideoFrame]:
    """What the decoder still holds; it may be fed from any other place then."""
    frames = _decode(video, None)
    video.codec_context.flush_buffers()
    return frames


def _decode(video: VideoStream, packet: "av.Packet[VideoStream] | None") -> list[VideoFrame]:
    try:
        return video.codec_context.decode(packet)
    except av.FFmpegError:  # a damaged packet costs its own frame
        return []


def _shown_at(packet: "av.Packet[VideoStream]") -> int | None:
    return packet.pts if packet.pts is not None else packet.dts
