"""The report for people: what failed, what nobody would notice, what it costs."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.text import Text

from confiture.engine.outcome import Outcome
from confiture.model.difference import Change, Difference
from confiture.model.finding import Finding
from confiture.model.verdict import UNDETECTED, Judgement, Status
from confiture.report.console import draw, indented
from confiture.report.costs import cost_lines
from confiture.report.excerpt import caret_lines, diff_lines
from confiture.report.place import placed
from confiture.report.report import Report, count
from confiture.report.selection import Detail, findings, survivors
from confiture.report.style import LEVEL_STYLES, SEVERITY_STYLES, STATUS_STYLES, joined, plain, score_style
from confiture.report.totals import operator_name, totals
from confiture.report.words import because, duration, plural, score_text, unnoticed_because

_OWN_SECTION = frozenset({"residue", "regression"})
"""Codes of findings that the sections on residue and costs show already."""
_SIGNS = {Change.LEFT_BEHIND: ("+", "yellow"), Change.LOST: ("-", "red"), Change.CHANGED: ("~", "yellow")}


def draw_outcome(report: Report, outcome: Outcome, *, to: Console, detail: Detail = Detail.NORMAL) -> None:
    """Draws one migration of ``report``; ``outcome`` need not be in it yet."""
    draw(_outcome(report, outcome, width=to.width, detail=detail), to=to)


def draw_totals(report: Report, *, to: Console, detail: Detail = Detail.NORMAL) -> None:
    """Draws the end of ``report``."""
    draw(totals(report, width=to.width, detail=detail), to=to)


def state_of(outcome: Outcome) -> str:
    """One line: applied, undone, how many mutants became what."""
    return _state(outcome).plain


def survivors_title(ranked: Sequence[Judgement], outcome: Outcome) -> str:
    """What stands above the ``ranked`` survivors of ``outcome``, which may be only some of them."""
    undetected = sum(judgement.verdict.status in UNDETECTED for judgement in outcome.judgements)
    some = "" if len(ranked) == undetected else f", the {len(ranked)} worst of {undetected}"
    return f"Mistakes that no test would notice{some}"


def _outcome(report: Report, outcome: Outcome, *, width: int, detail: Detail) -> Iterator[RenderableType]:
    told = [finding for finding in findings(outcome, detail=detail) if finding.code not in _OWN_SECTION]
    if detail is Detail.QUIET:
        loud = list(_findings(report, told, width=width))
        residue = list(_residue(outcome.residue))
        if loud or residue:
            yield from (_header(report, outcome), *loud, *residue, Text())
        return
    yield _header(report, outcome)
    yield _files(report, outcome)
    yield indented(_state(outcome))
    yield from _findings(report, told, width=width)
    yield from _residue(outcome.residue)
    yield from _survivors(report, outcome, width=width, detail=detail)
    if detail is Detail.VERBOSE:
        yield from _others(report, outcome)
    yield from _costs(outcome, width=width, detail=detail)
    yield Text()


def _header(report: Report, outcome: Outcome) -> Rule:
    counts = count(outcome.judgements)
    title = plain(f" {outcome.migration.title} ", "bold")
    if counts.valid:
        style = score_style(outcome.score, fail_under=report.fail_under)
        title.append(f"· {score_text(outcome.score)} ", style=style)
        title.append(f"({counts.detected} of {counts.valid}) ", style="dim")
    return Rule(title, align="left", style="dim")


def _files(report: Report, outcome: Outcome) -> RenderableType:
    migration = outcome.migration
    names = [report.shown_path(migration.up.path)]
    if migration.down and migration.down.path != migration.up.path:
        names.append(report.shown_path(migration.down.path))
    return indented(plain(", ".join(names), "dim"))


def _state(outcome: Outcome) -> Text:
    counts = count(outcome.judgements)
    parts: list[Text] = []
    if outcome.applied_seconds is None:
        parts.append(Text("does not apply", style="bold red"))
    else:
        parts.append(Text(f"applied in {duration(outcome.applied_seconds)}"))
        parts.append(_undo(outcome))
    verdicts = (
        (counts.killed, "killed", Status.KILLED),
        (counts.timeout, "timed out", Status.TIMEOUT),
        (counts.survived, "survived", Status.SURVIVED),
        (counts.no_coverage, "not covered", Status.NO_COVERAGE),
        (counts.invalid, "invalid", Status.COMPILE_ERROR),
        (counts.ignored, "ignored", Status.IGNORED),
        (counts.pending, "not judged", Status.PENDING),
    )
    said = [Text(f"{number} {word}", style=STATUS_STYLES[status]) for number, word, status in verdicts if number]
    if said:
        parts.append(Text.assemble(f"{plural(counts.total, 'mutant')}: ", joined(", ", said)))
    if not outcome.finished:
        parts.append(Text("stopped early", style="bold yellow"))
    return joined(" · ", parts)


def _undo(outcome: Outcome) -> Text:
    if outcome.migration.down is None:
        return Text("no down script", style="dim")
    if not outcome.undone:
        return Text("not undone", style="red")
    return Text("undone with a difference", style="red") if outcome.residue else Text("undone exactly", style="green")


def _findings(report: Report, told: Iterable[Finding], *, width: int) -> Iterator[RenderableType]:
    for finding in told:
        source = report.sources.get(finding.path)
        style = LEVEL_STYLES[finding.level]
        place = placed(report.shown_path(finding.path), source, finding.span.start)
        yield Text()
        yield indented(Text.assemble((f"{finding.level.value} {finding.code}", style), "  ", plain(place, "dim")))
        yield indented(plain(finding.message), by=2)
        if source:
            yield from caret_lines(source, finding.span, style=style, width=width)
        for related in finding.related:
            yield indented(plain(f"{report.shown_path(related.path)}: {related.message}", "dim"), by=2)


def _residue(residue: tuple[Difference, ...]) -> Iterator[RenderableType]:
    if not residue:
        return
    yield from _section("After up and down the database differs from what it was", style="red")
    for difference in residue:
        sign, style = _SIGNS[difference.change]
        what = Text.assemble((f"{sign} ", style), plain(difference.object), (f"  {difference.change.value}", "dim"))
        yield indented(what, by=2)
        if difference.change is Change.CHANGED:
            for prefix, side, colour in (("was", difference.expected, "red"), ("is ", difference.actual, "green")):
                yield indented(plain(f"{prefix} {side}", colour), by=3)


def _survivors(report: Report, outcome: Outcome, *, width: int, detail: Detail) -> Iterator[RenderableType]:
    ranked = survivors(report, outcome, detail=detail)
    if not ranked:
        return
    yield from _section(survivors_title(ranked, outcome), style="bold")
    for judgement in ranked:
        yield from _survivor(report, outcome, judgement, width=width)
    operators = " ".join(dict.fromkeys(judgement.mutant.operator for judgement in ranked))
    yield Text()
    yield indented(Text(f"What it means and which test notices it: confiture explain {operators}", style="dim"))


def _survivor(report: Report, outcome: Outcome, judgement: Judgement, *, width: int) -> Iterator[RenderableType]:
    mutant, verdict = judgement.mutant, judgement.verdict
    script = outcome.migration.script(mutant.role)
    severity = (f"{mutant.severity.name} ", SEVERITY_STYLES[mutant.severity])
    name = (operator_name(mutant.operator), "bold")
    yield Text()
    yield indented(Text.assemble(severity, name, "  ", plain(place_of(report, outcome, judgement), "dim")))
    yield indented(plain(mutant.description), by=2)
    yield from diff_lines(script.source, mutant.edits, width=width)
    if why := unnoticed_because(verdict):
        yield indented(plain(why, "yellow"), by=2)


def place_of(report: Report, outcome: Outcome, judgement: Judgement) -> str:
    """Where the mutant is: ``migrations/0004_orders.up.sql:4:54``."""
    script = outcome.migration.script(judgement.mutant.role)
    return placed(report.shown_path(script.path), script.source, judgement.mutant.span.start)


def _others(report: Report, outcome: Outcome) -> Iterator[RenderableType]:
    """Every other mutant in one line each, with its reason."""
    rest = [judgement for judgement in outcome.judgements if judgement.verdict.status not in UNDETECTED]
    if not rest:
        return
    yield from _section("All other mutants", style="bold")
    for judgement in rest:
        mutant, verdict = judgement.mutant, judgement.verdict
        reason = because(verdict)
        line = Text.assemble(
            (f"{verdict.status.value} ", STATUS_STYLES[verdict.status]),
            plain(f"{mutant.operator} {place_of(report, outcome, judgement)} {mutant.description}"),
            plain(f" ({reason})" if reason else "", "dim"),
        )
        yield indented(line, by=2)


def _costs(outcome: Outcome, *, width: int, detail: Detail) -> Iterator[RenderableType]:
    if not outcome.comparisons:
        return
    yield from _section("Costs", style="bold")
    everything = detail is Detail.VERBOSE
    yield from cost_lines(outcome.migration, outcome.comparisons, width=width, everything=everything)


def _section(title: str, *, style: str) -> Iterator[RenderableType]:
    yield Text()
    yield indented(Text(title, style=style))
