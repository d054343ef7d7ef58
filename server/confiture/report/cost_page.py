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
from confiture.report.words import duration

_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
<title>Costs of migrations</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; color: #24292f; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid #d0d7de; padding-bottom: .3rem; }
h3 { margin: 2rem 0 .5rem; font-size: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid #eaeef2; vertical-align: top; }
th { font-weight: 600; color: #57606a; }
td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { background: #f6f8fa; padding: .8rem; overflow: auto; max-height: 24rem; }
.alarm { color: #b3261e; font-weight: 600; }
.dim { color: #57606a; }
</style>
"""


def render(outcomes: Iterable[Outcome], *, version: str) -> str:
    """The page.

    Args:
        outcomes: one section each.
        version: of Confiture.

    Raises:
        ConfigError: the library that draws is not installed.
    """
    sections = "".join(_section(number, outcome) for number, outcome in enumerate(outcomes))
    return (
        f"{_HEAD}<script>{_library()}</script>\n</head>\n<body>\n<h1>Costs of migrations</h1>\n{sections}"
        f'<p class="dim">Confiture {escape(version)}. Times are those of a scratch database in memory.</p>\n'
        "</body>\n</html>\n"
    )


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
            _table(comparisons),
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


def _table(comparisons: Sequence[Comparison]) -> str:
    names = ("time", "baseline", "statement", "grows as", "in production", "locks and notes")
    head = "".join(f"<th>{name}</th>" for name in names)
    return f"<table>\n<tr>{head}</tr>\n{''.join(map(_row, comparisons))}</table>\n"


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
