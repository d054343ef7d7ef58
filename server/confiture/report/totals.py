"""The end of the report: a table of verdicts and a closing sentence."""

from collections.abc import Callable, Iterable, Iterator

from rich.console import RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from confiture.model.verdict import Judgement, score
from confiture.operators import find_operator
from confiture.report.console import indented
from confiture.report.report import Counts, Report, count
from confiture.report.selection import Detail
from confiture.report.style import plain, score_style
from confiture.report.words import duration, plural, score_text

_NARROW = 72
"""Below so many cells the table has only the verdicts that the score counts."""


def totals(report: Report, *, width: int, detail: Detail) -> Iterator[RenderableType]:
    """The summary of ``report``; with `Detail.VERBOSE` also by operator."""
    if detail is not Detail.QUIET:
        yield Rule(Text(" Summary ", style="bold"), align="left", style="dim")
    if detail is Detail.VERBOSE:
        yield from (_table("operator", _by_operator(report), report=report, width=width), Text())
    if len(report.outcomes) > 1 and detail is not Detail.QUIET:
        rows = [(outcome.migration.title, outcome.judgements) for outcome in report.outcomes]
        yield from (_table("migration", rows, report=report, width=width), Text())
    yield indented(_sentence(report))
    if detail is not Detail.QUIET:
        yield indented(plain(report.server, "dim"))


def _by_operator(report: Report) -> list[tuple[str, tuple[Judgement, ...]]]:
    groups: dict[str, list[Judgement]] = {}
    for judgement in report.judgements:
        groups.setdefault(judgement.mutant.operator, []).append(judgement)
    return [(operator_name(id), tuple(groups[id])) for id in sorted(groups)]


def operator_name(id: str) -> str:
    """``SCH_004 bend_check``; the bare id where there is no such operator any more."""
    operator = find_operator(id)
    return f"{id} {operator.name}" if operator else id


_WIDE_COLUMNS: tuple[tuple[str, Callable[[Counts], int]], ...] = (
    ("killed", lambda counts: counts.killed),
    ("timeout", lambda counts: counts.timeout),
    ("survived", lambda counts: counts.survived),
    ("not covered", lambda counts: counts.no_coverage),
    ("invalid", lambda counts: counts.invalid),
    ("ignored", lambda counts: counts.ignored),
)
_NARROW_COLUMNS: tuple[tuple[str, Callable[[Counts], int]], ...] = (
    ("noticed", lambda counts: counts.detected),
    ("missed", lambda counts: counts.survived + counts.no_coverage),
)


def _table(
    title: str, rows: Iterable[tuple[str, tuple[Judgement, ...]]], *, report: Report, width: int
) -> RenderableType:
    columns = _NARROW_COLUMNS if width < _NARROW else _WIDE_COLUMNS
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column(title, overflow="ellipsis", no_wrap=True)
    for name, _ in columns:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    for name, judgements in (*rows, ("total", report.judgements)):
        counts, reached = count(judgements), score(judgements)
        numbers = [_number(header, of(counts)) for header, of in columns]
        style = "bold" if name == "total" else ""
        last = Text(score_text(reached), style=score_style(reached, fail_under=report.fail_under))
        table.add_row(plain(name), *numbers, last, style=style)
    return indented(table)


def _number(header: str, number: int) -> Text:
    if not number:
        return Text("·", style="dim")
    loud = {"survived": "red", "missed": "red", "not covered": "yellow", "invalid": "magenta"}
    return Text(str(number), style=loud.get(header, ""))


def sentence_of(report: Report) -> str:
    """What there was, how long it took and what came of it."""
    return _sentence(report).plain


def _sentence(report: Report) -> Text:
    counts = count(report.judgements)
    migrations = plural(len(report.outcomes), "migration")
    shard = f"Shard {report.shard}: " if report.shard else ""
    text = Text(f"{shard}{migrations}, {plural(counts.total, 'mutant')} in {duration(report.duration_seconds)}")
    if counts.valid:
        style = score_style(report.score, fail_under=report.fail_under)
        text.append(f": {counts.detected} of {counts.valid} noticed, score ")
        text.append(score_text(report.score), style=style)
    if report.shard:
        text.append("; `confiture report` puts the shards together", style="dim")
    elif report.fail_under is not None and (report.score or 0.0) < report.fail_under and counts.valid:
        text.append(f", below the {report.fail_under:g} % that is asked for", style="bold red")
    return text
