"""What psql reads in a script by itself: meta-commands."""

import re

_OF_APPEARANCE = re.compile(
    r"^[ \t]*\\(?:set|unset|pset|timing|echo|qecho|warn|encoding|[afHtTx])\b[^\r\n]*", re.MULTILINE
)


def without_appearance(text: str) -> str:
    """``text`` with the meta-commands blanked that only say how psql prints; it keeps its length.

    The others change what a script does, and stay there for PostgreSQL to refuse.
    Source: https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-META-COMMANDS
    """
    return _OF_APPEARANCE.sub(lambda match: " " * len(match[0]), text)
