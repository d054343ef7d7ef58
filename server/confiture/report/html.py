"""The report for people as one HTML page without scripts, light or dark, also for a phone."""

from collections.abc import Iterable, Iterator
from html import escape

from confiture.engine.outcome import Outcome
from confiture.model.finding import Finding
from confiture.model.span import Span
from confiture.model.verdict import UNDETECTED, Judgement
from confiture.report.cost_page import cost_table
from confiture.report.diff import changes, shared_ends
from confiture.report.documentation import operator_page, page_of
from confiture.report.page import page
from confiture.report.place import line_of, placed, region_of
from confiture.report.report import Report, count
from confiture.report.selection import Detail, findings, survivors
from confiture.report.style import LEVEL_STYLES, SEVERITY_STYLES, score_style, visible
from confiture.report.terminal import place_of, state_of, survivors_title
from confiture.report.totals import operator_name, sentence_of
from confiture.report.words import because, plural, score_text, unnoticed_because

_TONES = {"red": "bad", "yellow": "fair", "green": "good", "blue": "dim", "dim": "dim"}
"""The page's name for the last word of a terminal's style."""


def render(report: Report, *, version: str, detail: Detail = Detail.NORMAL) -> str:
    """The page.

    Args:
        report: what to write.
        version: of Confiture.
        detail: how much is said.
    """
    sections = (_section(report, outcome, number, detail=detail) for number, outcome in enumerate(report.outcomes))
    head = f"<p>{_text(sentence_of(report))}</p>\n{_summary(report)}"
    foot = f'<hr>\n<p class="dim">{_text(report.server)}</p>\n'
    return page("Migrations and their mistakes", f"{head}{''.join(sections)}{foot}", version=version)


def _text(text: str) -> str:
    return escape(visible(text))


def _toned(text: str, style: str) -> str:
    return f'<span class="{_TONES[style.rpartition(" ")[2]]}">{_text(text)}</span>'


def _link(address: str, text: str) -> str:
    return f'<a href="{escape(address)}">{_text(text)}</a>'


def _summary(report: Report) -> str:
    if not report.outcomes:
        return ""
    rows = "".join(_row(report, outcome, number) for number, outcome in enumerate(report.outcomes))
    numbers = "".join(f'<th class="number">{name}</th>' for name in ("noticed", "missed", "score"))
    return f'<div class="scroll"><table>\n<tr><th>migration</th>{numbers}</tr>\n{rows}</table></div>\n'


def _row(report: Report, outcome: Outcome, number: int) -> str:
    counts = count(outcome.judgements)
    cells = (str(counts.detected), str(counts.survived + counts.no_coverage), _score(report, outcome))
    numbers = "".join(f'<td class="number">{cell}</td>' for cell in cells)
    return f'<tr><td class="name">{_link(f"#migration-{number}", outcome.migration.title)}</td>{numbers}</tr>\n'


def _score(report: Report, outcome: Outcome) -> str:
    return _toned(score_text(outcome.score), score_style(outcome.score, fail_under=report.fail_under))


def _section(report: Report, outcome: Outcome, number: int, *, detail: Detail) -> str:
    migration = outcome.migration
    paths = ", ".join(
        dict.fromkeys(f"<code>{_text(report.shown_path(script.path))}</code>" for script in migration.scripts.values())
    )
    parts = [
        f'<h2 id="migration-{number}">{_text(migration.title)}</h2>\n',
        f'<p class="dim">{paths}</p>\n<p>{_text(state_of(outcome))}</p>\n',
        *(_finding(report, finding) for finding in findings(outcome, detail=detail)),
        *_survivors(report, outcome, detail=detail),
    ]
    if detail is not Detail.QUIET:
        parts += [*_others(report, outcome), *_costs(outcome)]
    return "".join(parts)


def _finding(report: Report, finding: Finding) -> str:
    source = report.sources.get(finding.path)
    place = placed(report.shown_path(finding.path), source, finding.span.start)
    excerpt = "" if source is None else _excerpt(source, finding.span)
    level = _toned(finding.level.value, LEVEL_STYLES[finding.level])
    related = "".join(
        f'<p class="dim">{_text(f"{report.shown_path(each.path)}: {each.message}")}</p>\n' for each in finding.related
    )
    head = f"<h3>{level} {_link(page_of(finding), finding.code)} <code>{_text(place)}</code></h3>\n"
    return f'{head}<p class="said">{_text(finding.message)}</p>\n{excerpt}{related}'


def _excerpt(source: str, span: Span) -> str:
    """The line where ``span`` begins, with what of it is meant."""
    region = region_of(source, span)
    line = line_of(source, region.start.line)
    start = region.start.column - 1
    end = region.end.column - 1 if region.end.line == region.start.line else len(line)
    before, marked, after = (_text(part) for part in (line[:start], line[start:end], line[end:]))
    return f"<pre>{before}<mark>{marked}</mark>{after}</pre>\n" if line else ""


def _survivors(report: Report, outcome: Outcome, *, detail: Detail) -> Iterator[str]:
    ranked = survivors(report, outcome, detail=detail)
    if ranked:
        yield f"<h3>{survivors_title(ranked, outcome)}</h3>\n"
    for judgement in ranked:
        mutant, verdict = judgement.mutant, judgement.verdict
        severity = _toned(mutant.severity.name, SEVERITY_STYLES[mutant.severity])
        name = _link(operator_page(mutant.operator), operator_name(mutant.operator))
        yield f"<h4>{severity} {name} <code>{_text(place_of(report, outcome, judgement))}</code></h4>\n"
        yield f"<p>{_text(mutant.description)}</p>\n{_diff(outcome, judgement)}"
        if why := unnoticed_because(verdict):
            yield f'<p class="fair">{_text(why)}</p>\n'


def _diff(outcome: Outcome, judgement: Judgement) -> str:
    """The lines that the mutant changes; of a single pair what differs stands out."""
    lines: list[str] = []
    for change in changes(outcome.migration.script(judgement.mutant.role).source, judgement.mutant.edits):
        old, new = [visible(line) for line in change.removed], [visible(line) for line in change.added]
        ends = shared_ends(old[0], new[0]) if len(old) == len(new) == 1 else None
        lines += _side("del", "-", old, ends=ends)
        lines += _side("ins", "+", new, ends=ends)
    return f"<pre>{''.join(lines)}</pre>\n"


def _side(element: str, sign: str, lines: Iterable[str], *, ends: tuple[int, int] | None) -> Iterator[str]:
    for line in lines:
        text = escape(line)
        if ends:
            start, end = ends[0], len(line) - ends[1]
            text = f"{escape(line[:start])}<b>{escape(line[start:end])}</b>{escape(line[end:])}"
        yield f"<{element}>{sign} {text}</{element}>"


def _others(report: Report, outcome: Outcome) -> Iterator[str]:
    rest = [judgement for judgement in outcome.judgements if judgement.verdict.status not in UNDETECTED]
    if not rest:
        return
    yield f"<details><summary>{plural(len(rest), 'other mutant')}</summary>\n<ul>\n"
    for judgement in rest:
        mutant, reason = judgement.mutant, because(judgement.verdict)
        name, why = _link(operator_page(mutant.operator), mutant.operator), f" ({reason})" if reason else ""
        yield (
            f"<li>{judgement.verdict.status.value} {name} <code>{_text(place_of(report, outcome, judgement))}</code> "
            f'{_text(mutant.description)}<span class="dim">{_text(why)}</span></li>\n'
        )
    yield "</ul>\n</details>\n"


def _costs(outcome: Outcome) -> Iterator[str]:
    if outcome.comparisons:
        yield f"<details><summary>Costs</summary>\n{cost_table(outcome.comparisons)}</details>\n"
