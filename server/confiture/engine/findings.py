"""Findings of a run that are not mutants. Each says what is wrong, where, and what to do."""

from collections.abc import Sequence
from dataclasses import replace

from confiture.engine.deliver import StatementFailed
from confiture.model.difference import Difference
from confiture.model.finding import Finding, Level, Related
from confiture.model.growth import Projection, rows_in_words
from confiture.model.migration import Migration
from confiture.model.profile import Comparison, Lock
from confiture.model.script import Directive, Script, Statement
from confiture.model.span import Span
from confiture.operators.abridge import LONGEST
from confiture.oracles.answer import Answer
from confiture.oracles.pgtap import PgtapOracle
from confiture.oracles.sql_test import SqlTest
from confiture.postgres.errors import SqlTimeout
from confiture.sql.lexer import word_at
from confiture.sql.prerequisites import prerequisite_for
from confiture.sql.psql import command_at

_MISSING_EXTENSION = "0A000"
_EXTENSION_FILE = "58P01"
_LISTED = 20

_NOT_NULL_VIOLATION = "23502"


def failed(failure: StatementFailed, *, code: str, what: str = "") -> Finding:
    """PostgreSQL's error at its exact place.

    Args:
        failure: what happened.
        code: ``apply-error``, ``undo-error``, ``again-error`` or ``history-error``.
        what: the circumstances, put before PostgreSQL's own words.
    """
    error = failure.error
    lines = [f"{what}: {error.message}" if what else error.message]
    lines += [f"DETAIL: {error.detail}"] if error.detail else []
    lines += [f"HINT: {error.hint}"] if error.hint else []
    if error.context:
        lines.append(f"CONTEXT: {error.context}")
    if _is_missing_extension(failure):
        lines.append("Install that extension on the machine, or choose a PostgreSQL that has it: `confiture doctor`.")
    if line := prerequisite_for(error.sqlstate, error.message):
        lines.append(f"If the platform supplies it, add to confiture/pre.sql: {line}")
    if command := command_at(failure.statement.text, error.position):
        lines.append(
            f"{command} is a command of psql; Confiture runs none, it only skips those that say how psql prints."
        )
    if isinstance(error, SqlTimeout):
        lines.append("Set mutation.timeout_seconds higher if it needs that long.")
    lines[0] += f" ({error.sqlstate})"
    return Finding(code, Level.ERROR, "\n".join(lines), failure.script.path, _place(failure))


def refused_made_up_rows(failure: StatementFailed, *, fewer: int) -> Finding:
    """A script fails, but only on rows that we made up; a new column without values fails on all rows.

    Args:
        failure: of the first run that failed there.
        fewer: the rows that each table had instead in the end.
    """
    instead = "with one in each table" if fewer else "without them"
    message = (
        f"Fails with rows that Confiture made up, and was checked {instead}. If production may have such rows, this "
        "will fail there; if not, write a seed file with rows that it can have."
    )
    error = failed(failure, code="made-up-rows")
    level = Level.WARNING if failure.error.sqlstate == _NOT_NULL_VIOLATION else Level.INFORMATION
    return replace(error, level=level, message=f"{message}\n{error.message}")


def _place(failure: StatementFailed) -> Span:
    """The word at PostgreSQL's error position, else the statement's first line."""
    text, position = failure.statement.text, failure.error.position
    start = failure.statement.span.start
    if position is not None:
        return word_at(text, min(position, len(text) - 1)).shift(start)
    return first_line(failure.statement)


def first_line(statement: Statement) -> Span:
    """The statement as far as its first line goes."""
    start = statement.span.start
    return Span(start, start + len(statement.text.split("\n", 1)[0].rstrip("\r")))


def _is_missing_extension(failure: StatementFailed) -> bool:
    return failure.statement.kind == "CREATE EXTENSION" and failure.error.sqlstate in (
        _MISSING_EXTENSION,
        _EXTENSION_FILE,
    )


def residue(migration: Migration, down: Script, differences: tuple[Difference, ...]) -> Finding:
    """What the down script left behind or lost, object by object."""
    listed = "\n".join(f"- {difference}" for difference in differences)
    message = f"Down does not undo up:\n{listed}"
    related = tuple(
        Related(migration.up.path, first_line(statement), statement.operation)
        for statement in migration.up.statements
        if any(_is_about(statement, difference) for difference in differences)
    )
    return Finding("residue", Level.WARNING, message, down.path, top_of(down), related)


def top_of(script: Script) -> Span:
    """The first line of the first statement, or the start of the file when there is none."""
    return first_line(script.statements[0]) if script.statements else Span(0, 0)


def _is_about(statement: Statement, difference: Difference) -> bool:
    name = statement.name.rsplit(".", 1)[-1]
    return bool(name) and name in difference.object.replace(".", " ").split()


def not_repeatable(migration: Migration, differences: tuple[Difference, ...]) -> Finding:
    """The up script after the down script led somewhere else than the first time."""
    listed = "\n".join(f"- {difference}" for difference in differences)
    message = f"Up, down and up again leads to another database than up alone:\n{listed}"
    return Finding("not-repeatable", Level.WARNING, message, migration.up.path, top_of(migration.up))


def oracle_failed(oracle: SqlTest, answer: Answer, *, migration: Migration) -> Finding:
    """One of the project's tests fails on the original."""
    message = f"{oracle.name} fails without any mutation: {answer.message}\nMutants are judged once it passes."
    span = answer.span or top_of(oracle.script)
    related = (Related(migration.up.path, top_of(migration.up), f"checked with {migration.title}"),)
    return Finding("oracle-failed", Level.ERROR, message, oracle.script.path, span, related)


def program_failed(name: str, answer: Answer, *, migration: Migration) -> Finding:
    """A test that is a program fails on the original, or cannot be run."""
    lines = [f"{name} fails without any mutation: {answer.message}", *([answer.details] if answer.details else [])]
    message = "\n".join([*lines, "Mutants are judged once it passes."])
    return Finding("oracle-failed", Level.ERROR, message, migration.up.path, top_of(migration.up))


def flaky(name: str, answer: Answer, *, migration: Migration) -> Finding:
    """A test passed and failed on the same database."""
    message = f"{name} passes and fails on the same original, so it is not asked about mutants: {answer.message}"
    return Finding("flaky-test", Level.WARNING, message, migration.up.path, top_of(migration.up))


def no_pgtap(tests: Sequence[SqlTest], message: str) -> Finding:
    """The project's tests use pgTAP, and there is none; without them no verdict would be right."""
    scripts = [test.script for test in tests if isinstance(test, PgtapOracle)]
    message = f"{len(scripts)} of {len(tests)} tests use pgTAP, so that nothing was run. {message}"
    return Finding("no-pgtap", Level.ERROR, message, scripts[0].path, top_of(scripts[0]))


def no_test(migration: Migration, *, tests: int) -> Finding:
    """No test notices when the whole migration is missing."""
    why = f"with an empty up script, {tests} of {tests} tests pass" if tests else "the project has no tests"
    message = (
        f"No test reaches this migration: {why}. "
        f"Add a test named {migration.version}_….sql, whose boolean columns must be true."
    )
    return Finding("no-test", Level.INFORMATION, message, migration.up.path, top_of(migration.up))


def not_mutated(migration: Migration, statements: Sequence[Statement]) -> Finding:
    """Statements about whose tests nothing is known: silence must not read as a pass."""
    message = f"No mutants of {_listed(statements)}: how well they are tested is not known"
    return _about(statements, migration, code="not-mutated", message=message)


def not_read(migration: Migration, statements: Sequence[Statement]) -> Finding:
    """Statements that were left out because the script is too long."""
    message = (
        f"Not looked at: {_listed(statements)}. The script has {len(migration.up.text):,} characters; beyond "
        f"{LONGEST:,}, rows and statements that repeat themselves and then those in the middle are left out"
    )
    return _about(statements, migration, code="not-read", message=message)


def _listed(statements: Sequence[Statement]) -> str:
    named = ", ".join(statement.operation for statement in statements[:_LISTED])
    more = len(statements) - _LISTED
    return f"{named} and {more:,} more" if more > 0 else named


def _about(statements: Sequence[Statement], migration: Migration, *, code: str, message: str) -> Finding:
    path = migration.up.path
    related = tuple(Related(path, first_line(statement), statement.operation) for statement in statements[:_LISTED])
    return Finding(code, Level.HINT, message, path, first_line(statements[0]), related)


def unused_ignore(directive: Directive, script: Script) -> Finding:
    """A directive that ignores nothing, any more or because of a slip of the pen."""
    message = f"Nothing is ignored here: no such mutant of {directive.arguments.partition(' ')[0] or 'any operator'}"
    return Finding("unused-ignore", Level.HINT, message, script.path, directive.span)


def not_seeded(migration: Migration, notes: tuple[str, ...]) -> Finding:
    """Tables that got no generated rows, so that mistakes in what is done with their rows show less."""
    listed = "\n".join(f"- {note}" for note in notes)
    message = f"Some tables stay empty, write a seed file to have rows in them:\n{listed}"
    return Finding("not-seeded", Level.HINT, message, migration.up.path, top_of(migration.up))


def seed_left_out(failure: StatementFailed, migration: Migration) -> Finding:
    """A seed file that is bound to no migration cannot run before this one."""
    name = failure.script.path.name
    message = (
        f"Needs what is not there before {migration.title}, which was checked without these rows. A line "
        f"-- confiture: migration VERSION in {name} has it run right after that migration."
    )
    error = failed(failure, code="seed-left-out")
    return replace(error, level=Level.INFORMATION, message=f"{message}\n{error.message}")


def over_budget(statement: Statement, script: Script, breaches: tuple[str, ...]) -> Finding:
    """A statement exceeds the limits that the project set."""
    return Finding(
        "budget", Level.ERROR, f"{statement.operation} {'; '.join(breaches)}", script.path, first_line(statement)
    )


def regression(comparison: Comparison, statement: Statement, script: Script) -> Finding:
    """A statement costs more than its baseline."""
    message = f"{statement.operation} costs more: {comparison.reason}"
    return Finding("regression", Level.WARNING, message, script.path, first_line(statement))


def baselines_unusable(migration: Migration, reason: str) -> Finding:
    """Costs are compared with nothing, or not remembered: the file is damaged or cannot be written."""
    return Finding("baselines", Level.WARNING, reason, migration.up.path, top_of(migration.up))


def blocks_for_long(
    statement: Statement, script: Script, expected: Projection, lock: Lock, *, planned: bool
) -> Finding:
    """On a table as large as in production, queries would wait for longer than the project allows."""
    unless = "; another plan there would take another time" if planned else ""
    message = (
        f"{statement.operation}: at {rows_in_words(expected.rows)} about {expected.held.in_seconds()} under "
        f"{lock.mode.label}, which blocks {', '.join(lock.mode.blocks)} on {lock.table}{unless}"
    )
    return Finding("blocks-for-long", Level.WARNING, message, script.path, first_line(statement))


def not_grown(migration: Migration, notes: tuple[str, ...]) -> Finding:
    """Tables whose rows could not be multiplied, so that nothing is known of larger ones."""
    listed = "\n".join(f"- {note}" for note in notes)
    return Finding(
        "not-grown", Level.HINT, f"Some tables stay as they are:\n{listed}", migration.up.path, top_of(migration.up)
    )


def no_room(migration: Migration, factor: int, reason: str) -> Finding:
    """Fewer sizes are measured than asked for."""
    message = (
        f"Nothing was measured at {factor}× or above for want of room: {reason}. Lower scale.rows or scale.factors."
    )
    return Finding("no-room", Level.WARNING, message, migration.up.path, top_of(migration.up))


def statistics_unusable(migration: Migration, reason: str) -> Finding:
    """Nothing is worked out for production: the file of its sizes cannot be read."""
    return Finding("statistics", Level.WARNING, reason, migration.up.path, top_of(migration.up))


def outdated_baselines(migration: Migration, reasons: tuple[str, ...]) -> Finding:
    """Baselines that are compared with, but say little about today."""
    listed = "\n".join(f"- {reason}" for reason in reasons)
    message = f"Some baselines are old; `confiture baseline accept` measures them anew:\n{listed}"
    return Finding("old-baseline", Level.HINT, message, migration.up.path, top_of(migration.up))
