"""Pictures of costs as figures of plotly: who locks what for how long, how times grow, and how they were."""

from collections.abc import Mapping, Sequence
from html import escape
from statistics import median
from typing import TypeAlias

from confiture.engine.growth import curve, settled
from confiture.model.growth import Growth, rows_in_words
from confiture.model.profile import Comparison, LockMode
from confiture.report.json_value import Json

Figure: TypeAlias = Mapping[str, Json]

_COLORS = {
    LockMode.ACCESS_SHARE: "#c9d6df",
    LockMode.ROW_SHARE: "#b3cde0",
    LockMode.ROW_EXCLUSIVE: "#8fb8d8",
    LockMode.SHARE_UPDATE_EXCLUSIVE: "#5b94c4",
    LockMode.SHARE: "#f2b84b",
    LockMode.SHARE_ROW_EXCLUSIVE: "#ee9a3a",
    LockMode.EXCLUSIVE: "#e2703a",
    LockMode.ACCESS_EXCLUSIVE: "#c8352b",
}
"""Blue stops no query, yellow to orange stop writers, red stops readers too."""
_LINES = ("#35618f", "#c8352b", "#3f8f5b", "#8a5fbf", "#d08a1d", "#2a9d9d", "#a8456c", "#6b7075")
_STEPS = 40
_NO_WORK = frozenset({"BEGIN", "COMMIT"})


def lock_timeline(comparisons: Sequence[Comparison]) -> Figure | None:
    """A bar for each lock, from the start of its statement to the end of its transaction; None without locks."""
    starts, now = list[float](), 0.0
    for comparison in comparisons:
        starts.append(now)
        now += comparison.profile.seconds
    bars: dict[LockMode, list[tuple[str, float, float, str]]] = {}
    for start, comparison in zip(starts, comparisons, strict=True):
        for lock in comparison.profile.locks:
            held = lock.held_seconds or comparison.profile.seconds
            what = f"{comparison.profile.operation}: {lock.mode.label} on {lock.table}"
            bars.setdefault(lock.mode, []).append((lock.table, start * 1000, held * 1000, escape(what)))
    if not bars:
        return None
    data: list[Json] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": mode.label,
            "marker": {"color": _COLORS[mode], "line": {"color": "white", "width": 1}},
            "y": [escape(table) for table, *_ in rows],
            "base": [start for _, start, _, _ in rows],
            "x": [held for _, _, held, _ in rows],
            "text": [what for *_, what in rows],
            "textposition": "none",
            "hovertemplate": "%{text}<br>held for %{x:.2f} ms<extra></extra>",
        }
        for mode, rows in sorted(bars.items(), reverse=True)
    ]
    tables = {lock.table for comparison in comparisons for lock in comparison.profile.locks}
    # Bars lie beside each other: a weaker lock is often within a stronger one.
    return _figure(data, x="milliseconds since the start", y="", height=150 + 60 * len(tables), barmode="group")


def growth_curves(comparisons: Sequence[Comparison]) -> Figure | None:
    """Times by rows, with the curves fitted through them and what follows for production; None without any."""
    data: list[Json] = []
    grown = [(comparison, growth) for comparison in comparisons if (growth := comparison.growth)]
    for number, (comparison, growth) in enumerate(grown):
        color, name = _LINES[number % len(_LINES)], escape(comparison.profile.operation)
        data.append(_points(growth, name=name, color=color))
        data.append(_curve(growth, name=name, color=color))
        if expected := growth.production:
            time = expected.seconds
            data.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": name,
                    "legendgroup": name,
                    "showlegend": False,
                    "marker": {"color": color, "symbol": "diamond", "size": 11},
                    "x": [expected.rows],
                    "y": [time.middle],
                    "error_y": {
                        "type": "data",
                        "symmetric": False,
                        "array": [time.high - time.middle],
                        "arrayminus": [time.middle - time.low],
                        "color": color,
                    },
                    "text": [f"{name}: {time.in_seconds()} at {rows_in_words(expected.rows)}"],
                    "hovertemplate": "%{text}<extra>worked out</extra>",
                }
            )
    if not data:
        return None
    logarithmic: Mapping[str, Json] = {"type": "log", "dtick": 1}
    return _figure(data, x="rows", y="seconds", height=460, axes=logarithmic)


def past_times(comparisons: Sequence[Comparison]) -> Figure | None:
    """Times of earlier runs and of this one; None where there was no earlier one."""
    data: list[Json] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": escape(comparison.profile.operation),
            "line": {"color": _LINES[number % len(_LINES)]},
            "x": list(range(-len(comparison.history), 1)),
            "y": [seconds * 1000 for seconds in (*comparison.history, comparison.profile.seconds)],
            "hovertemplate": "%{y:.2f} ms<extra>%{fullData.name}</extra>",
        }
        for number, comparison in enumerate(comparisons)
        if comparison.history and comparison.profile.operation not in _NO_WORK
    ]
    return (
        _figure(data, x="runs ago (0 is this one)", y="milliseconds", height=360, steps={"dtick": 1}) if data else None
    )


def _points(growth: Growth, *, name: str, color: str) -> Json:
    measured = [(point.rows, seconds) for point in growth.points for seconds in point.seconds]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "legendgroup": name,
        "showlegend": False,
        "marker": {"color": color, "size": 6, "opacity": 0.55},
        "x": [rows for rows, _ in measured],
        "y": [seconds for _, seconds in measured],
        "hovertemplate": "%{x} rows: %{y:.4f} s<extra>measured</extra>",
    }


def _curve(growth: Growth, *, name: str, color: str) -> Json:
    """From the smallest size to production's, or to the largest that was measured."""
    line = curve([(point.rows, median(settled(point))) for point in growth.points], growth.shape)
    first = growth.points[0].rows
    last = max(growth.points[-1].rows, growth.production.rows if growth.production else 0)
    rows = [first * (last / first) ** (step / _STEPS) for step in range(_STEPS + 1)]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "legendgroup": name,
        "line": {"color": color, "width": 2},
        "x": [round(each) for each in rows],
        "y": [line(each) for each in rows],
        "hovertemplate": f"grows as {growth.shape.value}<extra>{name}</extra>",
    }


def _figure(
    data: Sequence[Json],
    *,
    x: str,
    y: str,
    height: int,
    axes: Mapping[str, Json] | None = None,
    steps: Mapping[str, Json] | None = None,
    barmode: str = "overlay",
) -> Figure:
    grid: Mapping[str, Json] = {"gridcolor": "#e6e8eb", "zerolinecolor": "#c9ced4", **(axes or {})}
    return {
        "data": data,
        "layout": {
            "height": height,
            "barmode": barmode,
            "margin": {"l": 60, "r": 20, "t": 40, "b": 50},
            "font": {"family": "system-ui, sans-serif", "size": 13, "color": "#24292f"},
            "paper_bgcolor": "white",
            "plot_bgcolor": "white",
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "xaxis": {**grid, **(steps or {}), "title": {"text": x, "standoff": 12}, "automargin": True},
            "yaxis": {**grid, "title": {"text": y}, "automargin": True},
        },
    }
