"""The command line. Every command is a file; each is imported when it is called, so that --help answers at once."""

import gc
import logging
import signal
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import click

from assetkit import __version__, forking
from assetkit.cli import language
from assetkit.cli.typos import Guessing
from assetkit.errors import AssetError, AssetkitError, ExitCode

# command -> (module, one line for --help)
_COMMANDS = {
    "process": ("assetkit.cli.process", "Make upload-ready files, and say why the rest is not ready."),
    "watch": ("assetkit.cli.watch", "Process what arrives in a folder, for as long as it runs."),
    "inspect": ("assetkit.cli.inspect", "Judge and plan; transform nothing."),
    "coverage": ("assetkit.cli.coverage", "Measure how much of each picture text covers."),
    "claims": ("assetkit.cli.claims", "Look for words that an ad may not carry in a text or a picture."),
    "cover": ("assetkit.cli.cover", "Take cover stills out of a video."),
    "report": ("assetkit.cli.report", "Write the report of a run again, and open it."),
    "presets": ("assetkit.cli.presets", "List, show and validate presets."),
    "explain": ("assetkit.cli.explain", "Say what a check means, and its limits in each preset."),
    "init": ("assetkit.cli.init", "Write a starter preset of your own."),
    "doctor": ("assetkit.cli.doctor", "Check that everything assetkit needs is here."),
}
_WITH_WORKERS = frozenset({"process", "watch", "inspect", "coverage", "cover", "report"})


class _Commands(Guessing):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(_COMMANDS[cmd_name][0]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] in _WITH_WORKERS and not (ctx and ctx.resilient_parsing) and not _may_be_done(args):
            forking.start_early()
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in _COMMANDS.items()])


def _may_be_done(args: list[str]) -> bool:
    """True if a run was there before: what it did is remembered, and there may be nothing to start workers for."""
    outputs = [args[place + 1] for place in range(len(args) - 1) if args[place] == "--output"]
    return "--no-cache" not in args and any((Path(output) / "manifest.json").exists() for output in outputs)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="assetkit")
@click.option("-v", "--verbose", count=True, help="Log more to standard error; twice for everything.")
def cli(verbose: int) -> None:
    """Turn a folder of raw photos and clips into upload-ready advertising creative."""
    level = (logging.ERROR, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")


def main() -> None:
    """Run the command line; every error that is meant for people ends here as one line and an exit code."""
    language.forget()
    try:
        with suppress(ValueError):  # not the main thread
            signal.signal(signal.SIGTERM, signal.default_int_handler)  # services are stopped as people stop commands
        code = cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt) as stop:
        click.echo(str(stop.__cause__ or "") or "interrupted", err=True)
        code = ExitCode.INTERRUPTED
    except AssetkitError as error:
        click.echo(f"assetkit: {_told(error)}", err=True)
        code = error.exit_code
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has left; nobody wants a second message about it
        code = ExitCode.ALL_READY
    except Exception:
        traceback.print_exc()
        click.echo("assetkit: this is a bug; please report it with the lines above", err=True)
        code = ExitCode.INTERNAL
    gc.freeze()  # else all that is left is looked through, several times over, before the process ends
    sys.exit(int(code or 0))


def _told(error: AssetkitError) -> str:
    """An asset's error in the language of the command line; those about the request and the machine are English."""
    if not isinstance(error, AssetError):
        return str(error)
    from assetkit.wording import in_language

    return in_language(error.detail, language.language())
