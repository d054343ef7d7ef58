"""Costs as one HTML page with pictures, which needs no network and no other file."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape
from importlib import import_module

from confiture.engine.outcome import Outcome
from confiture.errors import ConfigError
from confiture.model.growth import rows_in_words
from confiture.model.profile import Comparison
from confiture.report.cost_figures import Figure, growth_curves, lock_timeline, past_times
from confiture.report.costs import notes_of
from confiture.report.page import page
from confiture.report.words import duration


def render(outcomes: Iterable[Outcome], *, version: str) -> str:
    """The page.

    Args:
        outcomes: one section each.
        version: of Confiture.

    Raises:
        ConfigError: the library that draws is not installed.
    """
    sections = "".join(_section(number, outcome) for number, outcome in enumerate(outcomes))
    return page("Costs of migrations", sections, version=version, script=_library())


def _library() -> str:
    try:
        return import_module("plotly.offline").get_plotlyjs()
    except ImportError:
        raise ConfigError(
            "--html draws with plotly, which is not installed: pip install 'confiture-lsp[html]'"
        ) from None


def _section(number: int, outcome: Outcome) -> str:
    comparisons = outcome.comparisons
    pictures = (
        ("Locks on tables that existed before", lock_timeline(comparisons)),
        ("Times by rows", growth_curves(comparisons)),
        ("Earlier runs", past_times(comparisons)),
    )
    return "".join(
        [
            f"<h2>{escape(outcome.migration.title)}</h2>\n",
            *_findings(outcome),
            cost_table(comparisons),
            *(
                _picture(f"picture-{number}-{index}", title, figure)
                for index, (title, figure) in enumerate(pictures)
                if figure is not None
            ),
            *_plans(comparisons),
        ]
    )


def _findings(outcome: Outcome) -> Iterator[str]:
    for finding in outcome.findings:
        yield f"<p><strong>{finding.level.value} {finding.code}</strong> {escape(finding.message)}</p>\n"


def cost_table(comparisons: Sequence[Comparison]) -> str:
    """What each statement costs, beside its baseline."""
    names = ("time", "baseline", "statement", "grows as", "in production", "locks and notes")
    head = "".join(f"<th>{name}</th>" for name in names)
    rows = "".join(map(_row, comparisons))
    return f'<div class="scroll"><table>\n<tr>{head}</tr>\n{rows}</table></div>\n'


def _row(comparison: Comparison) -> str:
    growth, profile = comparison.growth, comparison.profile
    expected = growth.production if growth else None
    cells = (
        duration(profile.seconds),
        duration(comparison.baseline.profile.seconds) if comparison.baseline else "",
        profile.operation,
        growth.shape.value if growth else "",
        f"{expected.seconds.in_seconds()} at {rows_in_words(expected.rows)}" if expected else "",
        notes_of(replace(comparison, growth=None)),
    )
    numbers = (' class="number"', ' class="number"', "", "", "", ' class="alarm"' if comparison.regressed else "")
    return f"<tr>{''.join(f'<td{k}>{escape(c)}</td>' for k, c in zip(numbers, cells, strict=True))}</tr>\n"


def _picture(name: str, title: str, figure: Figure) -> str:
    """``<`` is written so that no name in a figure can end the script."""
    text = json.dumps(figure, ensure_ascii=True).replace("<", "\\u003c")
    return (
        f'<h3>{escape(title)}</h3>\n<div id="{name}"></div>\n<script>{{ const figure = {text};\n'
        f'Plotly.newPlot("{name}", figure.data, figure.layout, {{displayModeBar: false, responsive: true}});\n'
        "}</script>\n"
    )


def _plans(comparisons: Sequence[Comparison]) -> Iterator[str]:
    for comparison in comparisons:
        if comparison.profile.plan:
            plan = json.dumps(json.loads(comparison.profile.plan), indent=2)
            name = escape(comparison.profile.operation)
            yield f"<details><summary>Plan of {name}</summary><pre>{escape(plan)}</pre></details>\n"
