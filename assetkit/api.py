"""The library: the same verbs as the command line, as iterables of outcomes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from os import PathLike
from pathlib import Path

from assetkit import preset_file
from assetkit.batch import run_coverage, run_covers
from assetkit.claims.claim import PRODUCTS, Line
from assetkit.claims.matching import find_claims, missing_statements
from assetkit.discover import Discovery, discover, every_file
from assetkit.errors import UserInputError, cannot_write
from assetkit.ledger import open_ledger
from assetkit.local_pool import Report
from assetkit.manifest.claims import ClaimsReport, claims_report
from assetkit.manifest.contract import CoverageEntry, CoverSet
from assetkit.manifest.entries import cover_choice, coverage_entry
from assetkit.manifest.write import JSON_NAME, location, read_manifest
from assetkit.memory import Memory
from assetkit.output_folder import check_output, overlay_places, prepare_output
from assetkit.preset import Preset
from assetkit.publish import place_file, place_sheet
from assetkit.recording import Batch
from assetkit.reporting import write_report
from assetkit.run import Run
from assetkit.sets import Grouping
from assetkit.standing import stand
from assetkit.state_folder import state_folder
from assetkit.text import ENGINES
from assetkit.timecode import parse_timecode
from assetkit.together import Together
from assetkit.transcribing import lines_in, lines_of, text_of
from assetkit.trim import Trim, parse_trim

Inputs = str | PathLike[str] | Sequence[str | PathLike[str]]
DEADLINE_SECONDS = 1800.0


def process(  # noqa: PLR0913 - all but the first are named, and each is a flag of the command
    inputs: Inputs,
    *,
    preset: str | Preset,
    output: str | PathLike[str],
    overwrite: bool = False,
    trim: str | None = None,
    min_vmaf: float | None = None,
    sets: str = "off",
    partial_sets: bool = False,
    engine: str = "paddle",
    jobs: int | None = None,
    scheduler: str | None = None,
    deadline_seconds: float = DEADLINE_SECONDS,
    report: Report | None = None,
    has_report: bool = True,
    cache: bool = True,
) -> Batch:
    """Make upload-ready files of `inputs` (a file, a folder, or several) under `output`; iterate over the outcomes.

    `trim` cuts clips that are too long, from their `start` or to their `best` part, or all to two times (`3.5-20`).
    Beside the manifest goes a report for people, unless `has_report` is False; `report` is told how encodes get on.
    A clip whose encode is less like its source than `min_vmaf` (0 to 100) is encoded again, finer, else refused.
    `sets` makes carousels of the stills of a `folder`, or of those numbered alike (`name`); a `set.toml` beside them
    always does. A set is published whole or not at all, unless `partial_sets`.
    What an earlier run did with the same files, preset and options is not done again, unless `cache` is False.
    `scheduler` names a Dask cluster that does the work, by its address (`tcp://host:8786`) or its scheduler file; else
    it is done here, by `jobs` processes.
    `overwrite` allows results of an earlier run to be replaced and removed. Raises UserInputError before any asset is
    touched if the request is wrong, SetupError if the machine is.
    Worker processes import the calling script again: guard it with `if __name__ == "__main__"`.
    """
    _refuse_nonsense(jobs, deadline_seconds)
    paths, folder = _paths(inputs), _folder(output)
    wanted = _wanted(preset, engine)
    check_output(folder, paths)
    run = Run(
        engine=engine,
        trim=trim_of(trim),
        min_vmaf=min_vmaf,
        overwrite=overwrite,
        partial_sets=partial_sets,
        deadline_seconds=deadline_seconds,
        scheduler=scheduler or None,
    )
    batch = partial(Batch, jobs=jobs, report=report, has_report=has_report)
    return _batch(batch, discover(paths, grouping_of(sets)), wanted, replace(run, output=folder), paths, cache=cache)


def process_for(  # noqa: PLR0913 - as of `process`
    inputs: Inputs,
    *,
    presets: Sequence[str | Preset],
    output: str | PathLike[str],
    overwrite: bool = False,
    trim: str | None = None,
    min_vmaf: float | None = None,
    sets: str = "off",
    partial_sets: bool = False,
    engine: str = "paddle",
    jobs: int | None = None,
    scheduler: str | None = None,
    deadline_seconds: float = DEADLINE_SECONDS,
    report: Report | None = None,
    has_report: bool = True,
    cache: bool = True,
) -> Together:
    """Make upload-ready files for several presets in one reading of the inputs, each in `output`/its id.

    What each folder gets is what `process` would write there for that preset alone. Otherwise as `process`.
    """
    _refuse_nonsense(jobs, deadline_seconds)
    paths, folder = _paths(inputs), _folder(output)
    wanted = [_wanted(preset, engine) for preset in presets]
    ids = [preset.id for preset in wanted]
    if not ids or len(set(ids)) < len(ids):
        raise UserInputError(f"each preset once, and at least one: {', '.join(ids) or 'none was named'}")
    check_output(folder, paths)
    run = Run(
        engine=engine,
        trim=trim_of(trim),
        min_vmaf=min_vmaf,
        overwrite=overwrite,
        partial_sets=partial_sets,
        deadline_seconds=deadline_seconds,
        scheduler=scheduler or None,
    )
    found, batch = discover(paths, grouping_of(sets)), partial(Batch, jobs=jobs, has_report=has_report)
    batches = [_batch(batch, found, p, replace(run, output=folder / p.id), paths, cache=cache) for p in wanted]
    return Together(batches, folder, jobs=jobs, report=report)


def _batch(
    batch: Callable[..., Batch], found: Discovery, wanted: Preset, run: Run, paths: Sequence[Path], *, cache: bool
) -> Batch:
    """A batch for one preset, once its folder is known to be free for it."""
    folder, memory, standing = run.output or Path(), _memory(wanted, run) if cache else None, None
    if memory is None:
        prepare_output(folder, paths, overwrite=run.overwrite)
    else:
        standing = stand(found.sources, folder, memory, overwrite=run.overwrite)
    return batch(found, wanted, run, writes=folder, memory=memory, standing=standing)


def inspect(  # noqa: PLR0913 - all but the first are named, and each is a flag of the command
    inputs: Inputs,
    *,
    preset: str | Preset,
    output: str | PathLike[str] | None = None,
    overlay: str | PathLike[str] | None = None,
    overwrite: bool = False,
    trim: str | None = None,
    sets: str = "off",
    partial_sets: bool = False,
    engine: str = "paddle",
    jobs: int | None = None,
    deadline_seconds: float = DEADLINE_SECONDS,
    has_report: bool = True,
) -> Batch:
    """Judge and plan, transform nothing; iterate over the outcomes. `output` gets the record, and the reasons.

    `overlay` is a folder, outside the inputs, for copies of the stills with the plan drawn over them.
    """
    _refuse_nonsense(jobs, deadline_seconds)
    paths, folder = _paths(inputs), _folder(output) if output is not None else None
    wanted = _wanted(preset, engine)
    if folder is not None:
        prepare_output(folder, paths, overwrite=overwrite)
    found, drawings = discover(paths, grouping_of(sets)), _folder(overlay) if overlay is not None else None
    if drawings is not None:
        overlay_places(drawings, paths, found.sources, "plan")
    run = Run(
        overlay=drawings,
        engine=engine,
        trim=trim_of(trim),
        partial_sets=partial_sets,
        deadline_seconds=deadline_seconds,
    )
    return Batch(found, wanted, run, writes=folder, jobs=jobs, has_report=has_report)


def covers(
    video: str | PathLike[str],
    *,
    preset: str | Preset,
    output: str | PathLike[str],
    count: int | None = None,
    at: Sequence[str | float] = (),
    overwrite: bool = False,
    engine: str = "paddle",
    deadline_seconds: float = DEADLINE_SECONDS,
) -> CoverSet:
    """Write covers of a video, each made and proved under the preset's cover rules, and a contact sheet of them.

    First the frames shown `at` the times (seconds, or `0:12.4`), then up to `count` that are chosen, best first; by
    default one, or none beside stated times. Raises UserInputError for what is no time, AssetError if one lies beyond
    the video's end, the video cannot be read or a file is in the way.
    """
    from assetkit.covers import CoverRequest  # brings all that decodes, which nothing else here needs

    request = CoverRequest(count if count is not None else 0 if at else 1, _times(at))
    wanted = _wanted(preset, engine)
    found = discover([Path(video)])
    if not found.sources:
        raise UserInputError(f"{video}: not a file to take covers from")
    _refuse_nonsense(None, deadline_seconds)
    folder, source = _folder(output), found.sources[0]
    run = Run(folder, engine=engine, deadline_seconds=deadline_seconds)
    with run_covers(source, wanted, run, request) as taken:
        written = [place_file(t.file, folder, overwrite=overwrite) for t in taken.covers]
        sheet = place_sheet(taken.sheet, folder, overwrite=overwrite)
    return CoverSet(
        preset=wanted.id,
        source=source.relative,
        covers=[cover_choice(t.outcome, file) for t, file in zip(taken.covers, written, strict=True)],
        sheet=sheet,
    )


def coverage(
    inputs: Inputs,
    *,
    engine: str = "paddle",
    overlay: str | PathLike[str] | None = None,
    jobs: int | None = None,
    deadline_seconds: float = DEADLINE_SECONDS,
) -> Iterator[CoverageEntry]:
    """Measure how much of each picture text covers; yield an entry each, in the order of their paths.

    `overlay` is a folder, outside the inputs, for copies with what was counted drawn over them. Raises UserInputError
    before any picture is touched if the request is wrong, SetupError if the machine is.
    """
    _refuse_nonsense(jobs, deadline_seconds)
    paths = _paths(inputs)
    _refuse_unknown(engine)
    files = every_file(discover(paths))
    places = [None] * len(files) if overlay is None else overlay_places(_folder(overlay), paths, files, "text")
    run = Run(engine=engine, deadline_seconds=deadline_seconds)
    gauged = run_coverage(list(zip(files, places, strict=True)), run, jobs=jobs)
    return (coverage_entry(g.source.relative, engine, g.measured, g.seconds, g.error) for g in gauged)


def claims(
    source: str | PathLike[str],
    *,
    products: Sequence[str] = (),
    engine: str = "paddle",
    deadline_seconds: float = DEADLINE_SECONDS,
) -> ClaimsReport:
    """Look for words that an ad may not carry in a text or on a still, for the product categories in `products`.

    Raises UserInputError for products that are none, AssetError if the file cannot be read, SetupError if the machine
    is at fault. A pre-check, not legal advice.
    """
    _refuse_nonsense(None, deadline_seconds)
    _refuse_unknown(engine)
    _refuse_products(products)
    path = Path(source)
    return _claims(path.name, lines_of(path, engine=engine, deadline_seconds=deadline_seconds), products)


def claims_in(text: str | bytes, *, products: Sequence[str] = ()) -> ClaimsReport:
    """Look for words that an ad may not carry in a text that is in no file, as `claims` does."""
    _refuse_products(products)
    return _claims("-", lines_in(text if isinstance(text, str) else text_of(text)), products)


def report(
    manifest: str | PathLike[str], *, sources: str | PathLike[str] | None = None, jobs: int | None = None
) -> Path:
    """Write the report of a manifest again, from it and the files it names; return its first page.

    `sources` is the folder of the input, should it have moved since. Raises UserInputError if the manifest cannot be
    read, SetupError if the report cannot be written.
    """
    _refuse_nonsense(jobs, DEADLINE_SECONDS)
    path = Path(manifest)
    path = path / JSON_NAME if path.is_dir() else path
    record = read_manifest(path)
    if sources is not None:
        for asset in record.assets:
            asset.source.location = location(Path(sources) / asset.source.path, path.parent)
    try:
        return write_report(record, path.parent, Run(), jobs=jobs)
    except OSError as error:
        raise cannot_write(path.parent, error) from error


def _memory(preset: Preset, run: Run) -> Memory | None:
    ledger = open_ledger(state_folder())
    return None if ledger is None else Memory(ledger, preset_file.sha256(preset), run)


def _claims(name: str, lines: Sequence[Line], products: Sequence[str]) -> ClaimsReport:
    return claims_report(name, products, lines, find_claims(lines, products), missing_statements(lines, products))


def _refuse_products(products: Sequence[str]) -> None:
    for product in products:
        if product not in PRODUCTS:
            raise UserInputError(f"there is no product category {product!r}: choose of {', '.join(PRODUCTS)}")


def _times(at: Sequence[str | float]) -> tuple[Fraction, ...]:
    try:
        return tuple(parse_timecode(time) for time in at)
    except ValueError as error:
        raise UserInputError(str(error)) from error


def _folder(name: str | PathLike[str]) -> Path:
    """An empty name would be the current folder, which nobody meant."""
    if not str(name).strip():
        raise UserInputError("the name of the output folder is empty")
    return Path(name)


def trim_of(text: str | None) -> Trim | None:
    """The trim that a text names. Raises UserInputError."""
    try:
        return None if text is None else parse_trim(text)
    except ValueError as error:
        raise UserInputError(f"--trim: {error}") from error


def grouping_of(text: str) -> Grouping:
    """What makes stills a set. Raises UserInputError."""
    try:
        return Grouping(text)
    except ValueError as error:
        raise UserInputError(f"sets is {text!r}: it is one of {', '.join(Grouping)}") from error


def _refuse_nonsense(jobs: int | None, deadline_seconds: float) -> None:
    if jobs is not None and jobs < 1:
        raise UserInputError(f"jobs is {jobs}: name at least 1, or none for one per core")
    if not deadline_seconds > 0:
        raise UserInputError(f"the deadline is {deadline_seconds:g} s: it must be above 0")


def _refuse_unknown(engine: str) -> None:
    if engine not in ENGINES:
        raise UserInputError(f"there is no text engine {engine!r}: choose one of {', '.join(ENGINES)}")


def _wanted(preset: str | Preset, engine: str) -> Preset:
    _refuse_unknown(engine)
    return preset if isinstance(preset, Preset) else preset_file.load(preset)


def _paths(inputs: Inputs) -> list[Path]:
    paths = [Path(inputs)] if isinstance(inputs, str | PathLike) else [Path(each) for each in inputs]
    if not paths:
        raise UserInputError("no input: name at least one file or folder")
    return paths
