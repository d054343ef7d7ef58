"""What psql reads in a script by itself: meta-commands."""

import re

_OF_APPEARANCE = re.compile(
    r"^[ \t]*\\(?:set|unset|pset|timing|echo|qecho|warn|encoding|restrict|unrestrict|[afHtTx])\b[^\r\n]*", re.MULTILINE
)
_COMMAND = re.compile(r"\\\S+")


def command_at(text: str, position: int | None) -> str | None:
    """The meta-command that PostgreSQL stumbled over at ``position``."""
    match = None if position is None else _COMMAND.match(text, position)
    return match[0] if match else None


def without_appearance(text: str) -> str:
    """``text`` with the meta-commands blanked that only say how psql prints and stops; it keeps its length.

    The others change what a script does, and stay there for PostgreSQL to refuse.
    Source: https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-META-COMMANDS
    """
    return _OF_APPEARANCE.sub(lambda match: " " * len(match[0]), text)
