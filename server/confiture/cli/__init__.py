"""The command ``confiture``. A command is one file and one line in `COMMANDS`."""

import argparse
import io
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, TypeAlias

from confiture import version
from confiture.cli import (
    baseline,
    check,
    complete_down,
    config_schema,
    doctor,
    ease,
    explain,
    init,
    profile,
    report,
    serve,
    stats,
    write_tests,
)
from confiture.cli.exits import Exit, exit_of
from confiture.errors import ConfitureError

# Each has NAME, SUMMARY, add_arguments(parser) and run(arguments) -> Exit. To keep `confiture --help` fast, a
# command imports what it works with when it runs.
COMMANDS = (
    check,
    report,
    write_tests,
    complete_down,
    ease,
    profile,
    baseline,
    stats,
    explain,
    doctor,
    init,
    config_schema,
    serve,
)


Server: TypeAlias = Callable[[Sequence[str]], int]


class Terminated(BaseException):
    """SIGTERM arrived. Like KeyboardInterrupt it is no Exception, so that clean-up runs and nothing swallows it."""


def main(argv: Sequence[str] | None = None, *, server: Server | None = None) -> int:
    """Runs a command line and returns the exit status.

    Args:
        argv: the words behind the program's name; by default those of the process.
        server: the language server as a function of its options, which this layer must not import; without it there
            is no ``confiture serve``.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminate)
    _prepare_streams()
    return _guarded(lambda: _run(argv, server))


def _run(argv: Sequence[str] | None, server: Server | None) -> Exit:
    parser = build_parser(server=server)
    arguments = parser.parse_args(argv)
    if not hasattr(arguments, "run"):
        parser.print_help(sys.stderr)
        return Exit.USAGE
    return arguments.run(arguments)


def build_parser(*, server: Server | None = None) -> argparse.ArgumentParser:
    """The parser of the whole command line; see `main`."""
    parser = argparse.ArgumentParser(
        prog="confiture", description="Mutation tests and cost profiles for PostgreSQL migrations.", allow_abbrev=False
    )
    parser.add_argument("-V", "--version", action=_Version, nargs=0, help="print the version and end")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in COMMANDS:
        if command is serve and server is None:
            continue
        child = commands.add_parser(
            command.NAME, help=command.SUMMARY, description=command.__doc__, allow_abbrev=False, formatter_class=_Layout
        )
        command.add_arguments(child)
        child.set_defaults(run=command.run, server=server)
    return parser


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        del namespace, values, option_string
        sys.stdout.write(f"confiture {version()}\n")
        parser.exit()


class _Layout(argparse.RawDescriptionHelpFormatter):
    """Keeps the paragraphs of a command's description."""


def _guarded(run: Callable[[], Exit]) -> int:
    """The one place where everything that a command can raise becomes a message and a status."""
    try:
        code = run()
        if not sys.stdout.closed:  # the language server closes it
            sys.stdout.flush()
    except ConfitureError as error:
        _say(str(error))
        return exit_of(error)
    except KeyboardInterrupt:
        _say("interrupted")
        return Exit.INTERRUPTED
    except Terminated:
        _say("terminated")
        return Exit.TERMINATED
    except BrokenPipeError:
        # The reader of our output went away, as `head` does; Python would complain once more while closing the stream.
        sys.stdout = None
        return Exit.PIPE_CLOSED
    except Exception:  # noqa: BLE001 - whatever it is, the user gets a traceback and a status of its own
        traceback.print_exc()
        _say(f"this is a bug in version {version()}; please report it with the lines above")
        return Exit.BUG
    return code


def _say(message: str) -> None:
    sys.stderr.write(f"confiture: {message}\n")


def _terminate(signum: int, frame: FrameType | None) -> None:
    del signum, frame
    raise Terminated


def _prepare_streams() -> None:
    """Makes output survive terminals that cannot show a character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
