"""What running SQL can end in. The engine turns these into findings; the user never sees them raw."""

OF_THE_DATA = frozenset({"21", "22", "23"})
"""Classes of SQLSTATE with which the rows speak."""
NO_ROOM = "53"
"""Class of SQLSTATE with which a server says that it lacks memory, connections or disk."""
OF_THE_SERVER = frozenset({NO_ROOM, "57", "58"})
"""Classes of SQLSTATE with which a server speaks of itself, not of what it was asked."""


class SqlError(Exception):
    """PostgreSQL refused a statement, or it cannot be sent.

    Attributes:
        sqlstate: five characters, for instance ``42P01``.
        message: PostgreSQL's own words.
        position: offset, from 0, of the code point in the text that was sent.
        context: the call stack inside PostgreSQL, for errors in functions.
        constraint: name of the constraint or unique index that was violated.
        column: name of the column that must not be null.
    """

    def __init__(
        self,
        message: str,
        *,
        sqlstate: str,
        detail: str | None = None,
        hint: str | None = None,
        position: int | None = None,
        context: str | None = None,
        constraint: str | None = None,
        column: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.sqlstate = sqlstate
        self.detail = detail
        self.hint = hint
        self.position = position
        self.context = context
        self.constraint = constraint
        self.column = column

    def __str__(self) -> str:
        """For people: ``relation "a" does not exist (42P01)``."""
        return f"{self.message} ({self.sqlstate})"


class SqlTimeout(SqlError):
    """Our deadline ended the statement, whatever the statement did to its own timeouts."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"did not end within {seconds:g} s", sqlstate="57014")
        self.seconds = seconds


class Interrupted(Exception):
    """`Session.interrupt` was called: the run is over, nothing is wrong with the SQL."""
