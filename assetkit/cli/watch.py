"""`assetkit watch`."""

import logging
import os
import signal
from datetime import datetime
from pathlib import Path
from types import FrameType

import click

from assetkit import preset_file
from assetkit.api import grouping_of, trim_of
from assetkit.cli import language, options
from assetkit.cli.cluster import print_dashboard
from assetkit.cli.rows import COLOURS, on_one_line, summary
from assetkit.errors import ExitCode
from assetkit.model import Outcome
from assetkit.run import Run
from assetkit.watch.door import Told, watcher
from assetkit.watch.loop import Orders
from assetkit.wording import in_language, term

_seconds = click.FloatRange(min=0.1)


@click.command("watch")
@click.argument("folder", metavar="IN", type=click.Path(exists=True, file_okay=False, path_type=Path))
@options.preset
@click.option("--output", required=True, type=click.Path(path_type=Path), metavar="DIR", help=options.output_help)
@click.option(
    "--archive",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Move sources there when they are done: DIR/done, DIR/rejected (with the reasons), DIR/failed.",
)
@click.option("--once", is_flag=True, help="Do what is there, wait for what is being copied, and end.")
@click.option("--interval", type=_seconds, default=2.0, show_default=True, help="Seconds between two looks.")
@click.option(
    "--settle",
    type=click.FloatRange(min=0),
    default=5.0,
    show_default=True,
    help="Seconds for which a file must stay the same; large ones a little longer.",
)
@click.option("--retries", type=click.IntRange(min=0), default=3, show_default=True, help="Tries after a failure.")
@click.option("--on-result", metavar="CMD", help="Run for each result; gets its manifest entry (JSON) as its input.")
@click.option("--webhook", metavar="URL", help="Post each manifest entry there.")
@click.option("--metrics", type=click.Path(path_type=Path), metavar="FILE", help="Write numbers for Prometheus there.")
@click.option(
    "--stop-within",
    type=click.FloatRange(min=0),
    default=30.0,
    show_default=True,
    help="Seconds in which to finish when told to stop; what takes longer is abandoned, and done the next time.",
)
@options.sets
@options.partial_sets
@click.option(
    "--set-quiet",
    type=click.FloatRange(min=0),
    default=30.0,
    show_default=True,
    help="Seconds without another slide after which a carousel is taken for whole; a file set.done says so at once.",
)
@options.trim
@options.min_vmaf
@options.jobs
@options.scheduler
@options.deadline
@options.engine
@options.verbose
@language.option
def command(
    folder: Path,
    preset: str,
    output: Path,
    archive: Path | None,
    once: bool,
    interval: float,
    settle: float,
    retries: int,
    on_result: str | None,
    webhook: str | None,
    metrics: Path | None,
    stop_within: float,
    sets: str,
    partial_sets: bool,
    set_quiet: float,
    trim: str | None,
    min_vmaf: float | None,
    jobs: int | None,
    scheduler: str | None,
    deadline: float,
    text_engine: str,
) -> int:
    """Process what arrives in IN, for as long as it runs; `docs/watch.md` says how to run it as a service.

    A file is taken when it has settled. Stop it with Ctrl-C or SIGTERM. Exit code: 0 when stopped, with --once as of
    `process`; 2 usage (also: somebody else watches IN), 3 environment, 4 internal.
    """
    if logging.getLogger().level > logging.WARNING:
        logging.getLogger().setLevel(logging.WARNING)  # who looks at a service looks into its log
    orders = Orders(
        folder,
        archive=archive,
        jobs=jobs or os.cpu_count() or 1,
        interval=interval,
        settle=settle,
        retries=retries,
        stop_within=stop_within,
        is_once=once,
        metrics=metrics,
        grouping=grouping_of(sets),
        set_quiet=set_quiet,
    )
    run = Run(
        output,
        engine=text_engine,
        trim=trim_of(trim),
        min_vmaf=min_vmaf,
        partial_sets=partial_sets,
        deadline_seconds=deadline,
        scheduler=scheduler or None,
    )
    if scheduler:
        print_dashboard(scheduler)
    told = Told(on_result, webhook)
    with watcher(orders, output, preset_file.load(preset), run, told=told, said=_say) as watching:

        def end(_signal: int, _frame: FrameType | None) -> None:
            watching.end()

        before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            are_all_ready = watching.run()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    return ExitCode.ALL_READY if are_all_ready or not once else ExitCode.NOT_ALL_READY


def _say(outcome: Outcome) -> None:
    """A line for each result, as it comes; a reader that has left must not end the watcher."""
    time, told = datetime.now().astimezone().isoformat(timespec="seconds"), language.language()
    verdict = click.style(in_language(term(outcome.status.value), told), COLOURS[outcome.status])
    line, why = f"{time} {verdict} {on_one_line(outcome.source.relative)}", summary(outcome)
    try:
        click.echo(f"{line}: {on_one_line(why)}" if why else line)
    except OSError:
        logging.getLogger(__name__).info("nobody reads what is printed")
