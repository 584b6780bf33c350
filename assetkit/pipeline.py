"""One asset, the stages in order, and the one place where its errors are caught."""

import errno
import shutil
import tempfile
import time
import traceback
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from assetkit.album import keep
from assetkit.canvas import MEASURE_SIDE
from assetkit.checks import stated
from assetkit.checks.holding import joined
from assetkit.checks.words import check_words
from assetkit.cover_beside import CoverBeside, CoverLost
from assetkit.delivery import Delivery, deliver
from assetkit.errors import AssetError, SetupError, cannot_write
from assetkit.facts import CoverFact, Facts, Kind, Source
from assetkit.judgement import Finding, Judgement, NotChecked, Severity, Status
from assetkit.looking import look_at, wishes_for
from assetkit.media.medium import ClipMedium, Medium, Progress
from assetkit.model import Finished, Method, Outcome
from assetkit.opened import Opened
from assetkit.preset import Preset, Rules
from assetkit.publish import hold, publish, sha256_of
from assetkit.run import Run
from assetkit.sets import Slot, Words
from assetkit.wording import Said, both, say, term

# the next asset would fail for the same reason
_MACHINE_ERRORS = (errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC))


def process_asset(
    source: Source, preset: Preset, run: Run, progress: Progress | None = None, opened: Opened | None = None
) -> Outcome:
    """Probe, measure, check, plan, transform, verify and publish one asset; `inspect` stops after the plan.

    `opened` is the source where another preset has read it already.
    Whatever happens to the asset is in the outcome. Raises SetupError only: the machine is wrong, not the asset.
    """
    started = time.monotonic()
    opened = opened or Opened(source)
    run = replace(run, notes=opened.notes)
    outcome, cover = Outcome(source, Status.REJECTED), None
    if run.work is not None:
        run = replace(run, work=Path(tempfile.mkdtemp(dir=run.work)))
    try:
        if source.path.is_dir():
            raise AssetError("unreadable", "probe", say("a folder that is named like a file"), say("rename the folder"))
        outcome = replace(outcome, bytes=opened.bytes, sha256=opened.sha256)
        outcome = replace(outcome, kind=opened.sniffed.kind)
        _refuse_kind(opened.sniffed.kind, preset)
        medium = opened.medium
        outcome = replace(outcome, facts=Facts(medium.info))
        rules = _rules(medium.info.kind, preset, source.slot)
        said = wishes_for(medium, source.sidecar)
        outcome = replace(outcome, facts=look_at(medium, rules, run, said=said))
        cover = _cover_beside(outcome, medium, preset, run)
        outcome = _delivered(outcome, medium, cover, preset, run, progress=progress)
        outcome = _recognisable(outcome, medium)
        _draw_plan(outcome, medium, run)
        _keep_picture(outcome, medium, run)
    except SetupError:
        raise
    except AssetError as error:
        outcome = failed(_with_cover(outcome, cover), preset, error.code, error.detail, error.fix)
    except OSError as error:
        if error.errno in _MACHINE_ERRORS:
            raise cannot_write(run.output, error) from error
        why = error.strerror or type(error).__name__
        detail = say("{why}: {name}", why=why, name=source.relative)
        outcome = failed(
            _with_cover(outcome, cover), preset, "unreadable", detail, say("check the drive and try again")
        )
        outcome = replace(outcome, may_pass=True)
    except Exception as error:  # a bug costs this asset, is told as one, and the batch goes on
        detail = say("{why}: {name}", why=type(error).__name__, name=error)
        outcome = replace(_with_cover(outcome, cover), traceback=traceback.format_exc())
        outcome = failed(outcome, preset, "internal-error", detail, say("report it, with the file and the log"))
    finally:
        if run.work is not None:
            shutil.rmtree(run.work, ignore_errors=True)
    return replace(outcome, seconds=round(time.monotonic() - started, 3))


def _refuse_kind(kind: Kind, preset: Preset) -> None:
    if kind not in preset.takes:
        kinds = both([term(f"{taken}s") for taken in preset.takes])
        detail = say("{title} takes {kinds} only, and this is none", title=preset.title, kinds=kinds)
        raise AssetError(
            "kind", "check", detail, say("leave it out, or choose a preset that takes it: assetkit presets list")
        )


def _rules(kind: Kind, preset: Preset, slot: Slot | None = None) -> Rules:
    """What is asked of it; the first slide of a set is its cover, and is held to what is asked of covers."""
    if kind is Kind.VIDEO:
        return preset.video
    return preset.cover if slot is not None and slot.is_cover else preset.image


def _cover_beside(outcome: Outcome, medium: Medium, preset: Preset, run: Run) -> CoverBeside | None:
    """Start to choose and make a clip's cover; the clip is judged with it."""
    if not isinstance(medium, ClipMedium) or preset.video.limits.cover is None or outcome.facts is None:
        return None
    return CoverBeside(outcome.source, medium, outcome.facts, preset, run, sha256=outcome.sha256)


def _with_cover(outcome: Outcome, cover: CoverBeside | None) -> Outcome:
    """What became of the cover is told also where the clip itself failed."""
    with suppress(Exception):
        return replace(outcome, cover=cover.made()[0]) if cover else outcome
    return outcome


def _delivered(
    outcome: Outcome,
    medium: Medium,
    cover: CoverBeside | None,
    preset: Preset,
    run: Run,
    *,
    progress: Progress | None,
) -> Outcome:
    facts = outcome.facts
    assert facts is not None  # noqa: S101 - set two lines above the only call
    rules = _rules(medium.info.kind, preset, outcome.source.slot)
    made = None
    if cover is not None and cover.is_decisive:
        hopeful = replace(facts, cover=CoverFact(Status.READY))
        with suppress(CoverLost):
            made = deliver(medium, hopeful, rules, preset, run, name="main", progress=cover.watched(progress))
    finished: list[Finished] = []
    if cover is not None:
        chosen, file = cover.made()
        finished = [file] if file else []
        facts = replace(facts, cover=chosen.as_fact())
        outcome = replace(outcome, cover=chosen, facts=facts)
    if made is None or (cover is not None and cover.is_lost()):
        made = deliver(medium, facts, rules, preset, run, name="main", progress=progress)
    return _published(outcome, _with_words(made, facts.wishes.words, preset), finished, run)


def _with_words(made: Delivery, words: Words, preset: Preset) -> Delivery:
    """What is published beside it is judged with it: neither goes without the other."""
    judgement = joined((made.judgement, check_words(words, preset.words.limits, preset.sources)))
    return replace(made, judgement=judgement, path=None if judgement.status is Status.REJECTED else made.path)


def _published(outcome: Outcome, made: Delivery, finished: list[Finished], run: Run) -> Outcome:
    status = made.judgement.status
    if status is Status.READY and outcome.cover and outcome.cover.status is Status.REVIEW:
        status = Status.REVIEW
    outputs, held = outcome.outputs, outcome.held
    if made.path and made.plan.method is Method.COPY and sha256_of(made.path) != outcome.sha256:
        detail = say("the copy is not what was read first: the source changed meanwhile")
        raise AssetError("verify-failed", "verify", detail, say("wait until it is fully written, then try again"))
    if made.path and run.output is not None:
        files = [Finished(made.path, "main", made.delivered), *finished]
        if run.album is not None and made.shown is not None:
            keep(run.album, sha256_of(made.path), made.shown)
        work = run.work.parent if run.work else None
        if outcome.source.slot is not None and work is not None:
            held = hold(outcome.source.relative, files, work)
        elif run.stage is not None:
            outputs = publish(outcome.source, status, files, run.stage, overwrite=True)
        else:
            outputs = publish(outcome.source, status, files, run.output, overwrite=run.overwrite, work=work)
    return replace(
        outcome,
        status=status,
        delivered=made.delivered,
        judgement=made.judgement,
        plan=made.plan,
        actions=made.actions,
        outputs=outputs,
        held=held,
    )


def _recognisable(outcome: Outcome, medium: Medium) -> Outcome:
    """Of a slide, how it looks: what tells it from the others of its set."""
    from assetkit.media.likeness import likeness_of

    facts, plan = outcome.delivered, outcome.plan
    if outcome.source.slot is None or facts is None or plan is None:
        return outcome
    picture = medium.picture(MEASURE_SIDE)
    if picture is None:
        return outcome
    likeness = likeness_of(picture, plan.window, medium.info.display_size)
    return replace(outcome, delivered=replace(facts, measurements=replace(facts.measurements, likeness=likeness)))


def _keep_picture(outcome: Outcome, medium: Medium, run: Run) -> None:
    if run.album is None or outcome.sha256 is None:
        return
    picture = medium.picture(MEASURE_SIDE)
    if picture is not None:  # a clip has none
        keep(run.album, outcome.sha256, picture)


def _draw_plan(outcome: Outcome, medium: Medium, run: Run) -> None:
    """For people to judge a crop by, before any pixel is changed: a picture of a still, a film of a clip."""
    if run.overlay is None or outcome.facts is None or outcome.plan is None:
        return
    from assetkit.output_folder import overlay_place  # brings the manifest, which no worker writes

    if isinstance(medium, ClipMedium):
        target = overlay_place(run.overlay, outcome.source, "plan", ".mp4")
        medium.draw_plan(outcome.facts, outcome.plan, outcome.judgement, target)
        return
    from assetkit.media.overlay import write_plan

    picture = medium.picture(MEASURE_SIDE)
    if picture is not None:
        target = overlay_place(run.overlay, outcome.source, "plan")
        write_plan(picture, outcome.facts, outcome.plan, outcome.judgement, target)


def failed(outcome: Outcome, preset: Preset, code: str, detail: Said, fix: Said) -> Outcome:
    """Reject an asset for what happened to it; every limit stated for its kind was left unchecked."""
    finding = Finding(code, Severity.REQUIRED, detail, fix=fix)
    limits = _rules(outcome.kind, preset, outcome.source.slot).limits if outcome.kind else None
    unchecked = [
        NotChecked(name, severity, detail) for name, severity in (stated(limits, outcome.kind) if limits else ())
    ]
    return replace(
        outcome, status=Status.REJECTED, judgement=Judgement((finding,), tuple(unchecked)), outputs=(), held=()
    )
