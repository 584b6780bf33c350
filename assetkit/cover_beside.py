"""A clip's cover, made in a thread beside the encode: the encoder leaves part of a processor free."""

from concurrent.futures import ThreadPoolExecutor

from assetkit.covers import make_cover
from assetkit.facts import Facts, Source
from assetkit.judgement import Status
from assetkit.media.medium import ClipMedium, Progress
from assetkit.model import CoverOutcome, Finished
from assetkit.preset import Preset
from assetkit.run import Run


class CoverLost(Exception):  # noqa: N818 - it ends an encode that nobody needs any more, and is no error
    """The clip cannot be ready without a cover, and there is none."""


class CoverBeside:
    """A cover on its way. `is_decisive`: without one the clip is rejected, so that its encode need not be finished."""

    def __init__(
        self, source: Source, clip: ClipMedium, facts: Facts, preset: Preset, run: Run, *, sha256: str | None = None
    ) -> None:
        limit = preset.video.limits.cover
        self.is_decisive = limit is not None and limit.required is not None
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cover")
        self._future = thread.submit(make_cover, source, clip, facts, preset, run, sha256=sha256)
        thread.shutdown(wait=False)

    def made(self) -> tuple[CoverOutcome, Finished | None]:
        """Wait for it. Raises what making it raised."""
        return self._future.result()

    def is_lost(self) -> bool:
        """Wait for it; True if it was rejected."""
        return self.made()[0].status is Status.REJECTED

    def watched(self, progress: Progress | None) -> Progress:
        """A report of progress that raises CoverLost, and so ends the encode, once the cover is known to be lost."""

        def report(share: float) -> None:
            if self._future.done() and (self._future.exception() or self.is_lost()):
                raise CoverLost
            if progress is not None:
                progress(share)

        return report
