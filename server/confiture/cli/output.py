"""Where a report goes: migration by migration to a terminal, as a whole to programs and files."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from confiture import version
from confiture.cli.options import LOG_WIDTH, color_of, width_of
from confiture.errors import ConfigError
from confiture.report.formats import Sheet, format_named

if TYPE_CHECKING:
    from confiture.report.report import Report


class Output:
    """The options ``--format``, ``--output``, ``--quiet``, ``--verbose`` and ``--no-color`` at work."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        """Reads the options.

        Raises:
            ConfigError: the directory of the output file does not exist; better said before a long run than after it.
        """
        self.color = color_of(arguments)
        self.detail: int = arguments.detail
        self._format = format_named(arguments.format)
        self._file: Path | None = arguments.output
        if self._file and not self._file.absolute().parent.is_dir():
            raise ConfigError(f"--output {self._file}: there is no directory {self._file.absolute().parent}")

    def add(self, report: "Report") -> None:
        """Says at once what is new: the last outcome of ``report``."""
        if self._file is None:
            self._format.add(report, sys.stdout, self._sheet(width_of(sys.stdout)))

    def end(self, report: "Report") -> None:
        """Says the rest of ``report``, or all of it where nothing was said yet.

        Raises:
            ConfigError: the output file cannot be written.
        """
        if self._file is None:
            self._format.end(report, sys.stdout, self._sheet(width_of(sys.stdout)))
            return
        try:
            with self._file.open("w", encoding="utf-8", newline="\n") as file:
                self._format.write(report, file, self._sheet(LOG_WIDTH))
        except OSError as error:
            raise ConfigError(f"--output {self._file}: cannot be written: {error.strerror}") from error

    def whole(self, report: "Report") -> None:
        """Says all of ``report`` at once, see `end`."""
        if self._file is None:
            self._format.write(report, sys.stdout, self._sheet(width_of(sys.stdout)))
        else:
            self.end(report)

    def _sheet(self, width: int | None) -> Sheet:
        return Sheet(version=version(), detail=self.detail, color=self.color, width=width)
