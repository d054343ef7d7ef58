"""Hand-made reports: what an engine could have found."""

from dataclasses import replace
from pathlib import Path

from confiture.engine.outcome import Outcome
from confiture.model.difference import Difference
from confiture.model.finding import Finding, Level, Related
from confiture.model.migration import Delivery, Migration, Role
from confiture.model.mutant import Category, Mutant, Severity
from confiture.model.profile import Baseline, Comparison, Environment, Lock, LockMode, Profile
from confiture.model.script import Script
from confiture.model.span import Edit, Span
from confiture.model.verdict import Judgement, Status, Verdict
from confiture.report.report import Report
from confiture.sql import parse_script

ROOT = Path("/shop")
UP = """\
-- é and 𝄞 come before the statements
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL CHECK (status IN ('new', '𝄞', 'sent')), total numeric(10, 2) NOT NULL CHECK (total >= 0)
);
CREATE INDEX orders_status_idx ON orders (status);
UPDATE users
SET orders = 0
WHERE orders IS NULL;
"""
DOWN = "UPDATE users SET orders = NULL;\r\nDROP TABLE orders;\r\n"
TEST = "SELECT count(*) = 1 FROM pg_constraint WHERE conname = 'orders_pkey';\n"


def migration(version: str, name: str, *, up: str, down: str | None = None) -> Migration:
    """A migration with files as golang-migrate names them."""
    stem = ROOT / "migrations" / f"{version}_{name}"
    return Migration(
        version=version,
        name=name,
        up=parse_script(Path(f"{stem}.up.sql"), up),
        down=parse_script(Path(f"{stem}.down.sql"), down) if down else None,
        delivery=Delivery.ONE_STRING,
    )


def judged(script: Script, operator: str, old: str, new: str, *, verdict: Verdict, role: Role = Role.UP) -> Judgement:
    """``old`` replaced by ``new`` at its first place in ``script``."""
    start = script.source.index(old)
    span = Span(start, start + len(old))
    statement = script.statement_at(start)
    assert statement
    mutant = Mutant(
        id=f"{operator}-{start:04}",
        operator=operator,
        category=Category[{"S": "SCHEMA", "D": "DATA", "R": "ROLLBACK", "P": "PERFORMANCE"}[operator[0]]],
        severity=Severity.CRITICAL if operator.endswith("1") else Severity.HIGH,
        description=f"{old.split(maxsplit=1)[0]} becomes {new.split(maxsplit=1)[0] if new.split() else 'nothing'}",
        role=role,
        statement=statement.index,
        span=span,
        edits=(Edit(span, new),),
    )
    return Judgement(mutant, verdict)


def survived() -> Verdict:
    return Verdict(Status.SURVIVED, oracles=3, duration_seconds=0.004)


def report(*outcomes: Outcome, fail_under: float | None = None, sources: dict[Path, str] | None = None) -> Report:
    scripts = [script for each in outcomes for script in each.migration.scripts.values()]
    return Report(
        root=ROOT,
        server="PostgreSQL 15.18, private cluster from /usr/lib/postgresql/15/bin: found on PATH",
        layout="golang-migrate",
        outcomes=outcomes,
        sources={script.path: script.source for script in scripts} | (sources or {}),
        fail_under=fail_under,
        duration_seconds=1.25,
    )


def everything() -> Report:
    """All sections at once: verdicts of every kind, residue, costs with a regression."""
    orders = migration("0004", "orders", up=UP, down=DOWN)
    assert orders.down
    killed = Verdict(Status.KILLED, "“unique” is not true", killed_by="tests/orders.sql", oracles=1)
    judgements = (
        judged(orders.up, "SCH_001", " PRIMARY KEY", "", verdict=killed),
        judged(orders.up, "SCH_004", "total >= 0", "total > 0", verdict=survived()),
        judged(orders.up, "SCH_004", ", 'sent'", "", verdict=survived()),
        judged(orders.up, "SCH_006", "CREATE INDEX orders_status_idx ON orders (status);", "", verdict=survived()),
        judged(orders.up, "DATA_001", "UPDATE users\nSET orders = 0\nWHERE orders IS NULL;", "", verdict=_uncovered()),
        judged(orders.up, "DATA_004", "IS NULL", "IS NOT NULL", verdict=Verdict(Status.TIMEOUT, "took over 2 s")),
        judged(orders.up, "SCH_005", "bigint", "boolean", verdict=Verdict(Status.COMPILE_ERROR, "identity (22023)")),
        judged(orders.up, "SCH_002", " NOT NULL", "", verdict=Verdict(Status.IGNORED, "ignored here", oracles=0)),
        judged(
            orders.up, "SCH_003", "(status)", "(id)", verdict=Verdict(Status.IGNORED, "same catalog", equivalent=True)
        ),
        judged(
            orders.down,
            "ROLL_001",
            "DROP TABLE orders;",
            "",
            verdict=Verdict(Status.KILLED, "table orders was left behind", killed_by="round trip"),
            role=Role.DOWN,
        ),
        judged(
            orders.down,
            "ROLL_004",
            "UPDATE users SET orders = NULL;",
            "",
            verdict=survived(),
            role=Role.DOWN,
        ),
    )
    residue = (
        Difference("column users.orders", "integer", "bigint"),
        Difference("index users_orders_idx", None, "CREATE INDEX users_orders_idx ON users (orders)"),
        Difference("trigger users_audit on users", "CREATE TRIGGER users_audit …", None),
    )
    outcome = Outcome(
        orders,
        mutants=tuple(judgement.mutant for judgement in judgements),
        judgements=judgements,
        comparisons=_comparisons(orders),
        findings=(
            Finding("residue", Level.WARNING, "Down does not undo up", orders.down.path, Span(0, 6)),
            Finding("unused-ignore", Level.INFORMATION, "Nothing is ignored here", orders.up.path, Span(0, 12)),
        ),
        residue=residue,
        applied_seconds=0.0123,
        undone=True,
        duration_seconds=0.9,
        finished=True,
    )
    clean = Outcome(
        migration("0005", "note", up="COMMENT ON TABLE orders IS 'all of them';\n"),
        applied_seconds=0.0004,
        finished=True,
    )
    return report(outcome, clean, fail_under=75, sources={ROOT / "tests" / "orders.sql": TEST})


def _uncovered() -> Verdict:
    return Verdict(Status.NO_COVERAGE, "the seed rows do not exercise it", oracles=3)


def _comparisons(orders: Migration) -> tuple[Comparison, ...]:
    def profile(index: int, seconds: float, **more: object) -> Profile:
        statement = orders.up.statements[index]
        return Profile(statement.operation, index, statement.text, (seconds, seconds * 1.5), **more)  # type: ignore[arg-type]

    here = Environment("15.18", "x86_64, 2 cores", 1000)
    users = (Lock("users", LockMode.ROW_EXCLUSIVE),)
    update = profile(2, 1.25, rows=1000, locks=users, scans=("users",), wal_bytes=81920)
    before = Baseline(profile(2, 0.25, rows=1000, locks=users), here, "2026-01-31")
    index = profile(1, 0.0004, locks=(Lock("orders", LockMode.SHARE),))
    return (
        Comparison(profile(0, 0.0031), None),
        Comparison(index, Baseline(profile(1, 0.0010), here, "2026-01-31"), ratio=0.4),
        Comparison(update, before, ratio=5.0, regressed=True, reason="5.0× its baseline in 9 runs side by side"),
    )


def broken() -> Report:
    """A script that PostgreSQL refuses: the place is behind characters of two UTF-16 units, in a file with CRLF."""
    text = "SELECT '𝄞𝄞', 'é';\r\nSELECT '𝄞é' AS x FROM ordres WHERE true;\r\n"
    wrong = migration("0006", "broken", up=text, down="SELECT 1;\n")
    start = text.index("ordres")
    finding = Finding(
        "apply-error",
        Level.ERROR,
        'relation "ordres" does not exist (42P01)\nHINT: there is no hint',
        wrong.up.path,
        Span(start, start + 6),
        related=(Related(ROOT / "migrations" / "0004_orders.up.sql", Span(0, 1), "orders is made here"),),
    )
    return report(Outcome(wrong, findings=(finding,), finished=True))


def failing_test() -> Report:
    """A test of the project fails without any mutation."""
    note = migration("0005", "note", up="SELECT 1;\n")
    test = ROOT / "tests" / "orders.sql"
    finding = Finding("oracle-failed", Level.ERROR, "tests/orders.sql fails: no such row", test, Span(7, 19))
    return report(Outcome(note, findings=(finding,), applied_seconds=0.001, finished=True), sources={test: TEST})


def unreached() -> Report:
    """No test reaches the migration, which is said once and not for each mutant."""
    note = migration("0007", "unreached", up="CREATE TABLE tags (name text UNIQUE);\n", down="DROP TABLE tags;\n")
    finding = Finding("no-test", Level.INFORMATION, "No test reaches this migration", note.up.path, Span(0, 37))
    reason = Verdict(Status.NO_COVERAGE, "no test reaches this migration")
    judgements = (judged(note.up, "SCH_001", " UNIQUE", "", verdict=reason),)
    return report(Outcome(note, judgements=judgements, findings=(finding,), applied_seconds=0.001, undone=True))


def hostile() -> Report:
    """Names and messages that would steer a terminal or a markup language."""
    text = "COMMENT ON TABLE a IS '\x1b[31mred\x07 [bold]not markup[/bold] \u202egnol\u202c " + "long " * 60 + "';\n"
    bad = migration("0008", "hostile [red]", up=text)
    finding = Finding("apply-error", Level.ERROR, "\x1b]0;title\x07 said [/]", bad.up.path, Span(23, 40))
    return report(Outcome(bad, findings=(finding,)))


def elsewhere() -> Report:
    """A project in a folder of its repository, names of all kinds, a file elsewhere, tests that cannot say."""
    text = "ALTER TABLE a ALTER b SET NOT NULL;\r\nALTER TABLE a ADD CHECK (c > '{0}');\r\n"
    outcomes: list[Outcome] = []
    for version in ("1", "2"):
        path = ROOT / "db" / "migrations" / f"{version} größe, 100%.sql"
        both = Migration(version, "", parse_script(path, text), None, Delivery.SPLIT)
        undecided = Verdict(Status.RUNTIME_ERROR, "tests/slow.py: skipped\non the mutant", oracles=1)
        judgements = (
            judged(both.up, "SCH_002", "SET NOT NULL", "DROP NOT NULL", verdict=undecided),
            judged(both.up, "SCH_001", "ADD CHECK (c > '{0}')", "", verdict=survived()),
            judged(both.up, "SCH_004", ">", ">=", verdict=Verdict(Status.PENDING)),
        )
        findings = (
            Finding(
                "flaky-test",
                Level.WARNING,
                "tests/slow.py: sometimes\nsay 100%0A",
                Path("/seeds/a b.sql"),
                Span(0, 1),
            ),
            Finding("budget", Level.ERROR, "ALTER TABLE a rewrite", path, Span(0, 35)),
            Finding("budget", Level.ERROR, "ALTER TABLE a scan", path, Span(0, 35)),
        )
        outcomes.append(
            Outcome(both, judgements=judgements, findings=findings, applied_seconds=0.2, finished=version == "1")
        )
    return replace(report(*outcomes), root=ROOT / "db", repository=ROOT)


def nothing() -> Report:
    """A directory without migrations to speak of."""
    return report()


REPORTS = {each.__name__: each for each in (everything, broken, failing_test, unreached, hostile, elsewhere, nothing)}
