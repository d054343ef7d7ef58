"""What the exit status of ``confiture`` says.

The table in ``docs/exit-codes.md`` is made from here.
"""

from enum import IntEnum

from confiture.errors import ConfitureError, DatabaseError


class Exit(IntEnum):
    """Exit statuses; those above 100 are 128 plus the signal, as shells count."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    TESTS_FAIL = 3
    NO_DATABASE = 4
    BUG = 70
    INTERRUPTED = 130
    PIPE_CLOSED = 141
    TERMINATED = 143

    @property
    def meaning(self) -> str:
        """What it says, in a sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    Exit.CLEAN: "Nothing to report.",
    Exit.FINDINGS: "There are findings: an error, a difference after undoing, a regression, a budget that is not "
    "kept, or severe mistakes that no test notices (HIGH and CRITICAL; those that no test reaches are only said). "
    "With `--fail-under N`, unnoticed mistakes count only if the score is below N; with `--shard` they do not count "
    "then, `confiture report` asks for the score of all shards.",
    Exit.USAGE: "The command line, the configuration, the project's files or the reports to put together are wrong.",
    Exit.TESTS_FAIL: "The project's own tests fail on a migration as it is, so nothing can be said of its mutants.",
    Exit.NO_DATABASE: "PostgreSQL was not found, did not let us in, or went away.",
    Exit.BUG: "Confiture itself failed; a traceback on standard error says where.",
    Exit.INTERRUPTED: "Ended by Ctrl-C (SIGINT).",
    Exit.PIPE_CLOSED: "The program that read the output went away (SIGPIPE).",
    Exit.TERMINATED: "Ended by SIGTERM.",
}


def exit_of(error: ConfitureError) -> Exit:
    """The status for a run that ended with ``error``."""
    return Exit.NO_DATABASE if isinstance(error, DatabaseError) else Exit.USAGE


def page() -> str:
    """The page ``docs/exit-codes.md``."""
    rows = [f"| {code.value} | {code.meaning} |" for code in Exit]
    head = [
        "# Exit codes",
        "",
        "`confiture` ends with one of these. Where several apply, 3 wins over 1.",
        "",
        "| code | meaning |",
        "| ---: | --- |",
    ]
    return "\n".join([*head, *rows, ""])
