"""The page with pictures of costs: what it shows, and that names from files cannot become markup."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from confiture.engine.outcome import Outcome
from confiture.model.growth import Estimate, Growth, Point, Projection, Shape
from confiture.model.migration import Delivery, Migration
from confiture.model.profile import Comparison, Lock, LockMode, Profile
from confiture.report import cost_page
from confiture.report.cost_figures import growth_curves, lock_timeline, past_times
from confiture.report.words import growth_words, plan_in_short, sparkline
from confiture.sql import parse_script

ESTIMATE = Estimate(120.0, 180.0, 300.0)
GROWTH = Growth(
    "orders",
    (Point(100, (0.1,)), Point(200, (0.2,)), Point(400, (0.4,))),
    Shape.LINEAR,
    0.0,
    Projection(40_000_000, ESTIMATE, ESTIMATE, Estimate(1e9, 2e9, 3e9)),
)
PLAN = json.dumps(
    [{"Plan": {"Node Type": "ModifyTable", "Operation": "Update", "Relation Name": "orders",
               "Plans": [{"Node Type": "Seq Scan", "Relation Name": "orders"}]}}]
)  # fmt: skip
EVIL = "</script><script>alert(1)</script>"
PROFILE = Profile(f"UPDATE {EVIL}", 0, "UPDATE", (0.2,), locks=(Lock(EVIL, LockMode.ACCESS_EXCLUSIVE, 0.3),), plan=PLAN)
COMPARISON = Comparison(PROFILE, None, growth=GROWTH, history=(0.1, 0.3))


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(cost_page, "_library", lambda: "/* plotly */")
    migration = Migration("1", "orders", parse_script(Path("1.sql"), "UPDATE a SET b = 1;"), None, Delivery.SPLIT)
    return cost_page.render([Outcome(migration, comparisons=(COMPARISON,))], version="1")


def test_each_picture_is_drawn_from_its_figure(page: str) -> None:
    figures = [json.loads(text) for text in re.findall(r"const figure = (.*);$", page, re.MULTILINE)]
    assert len(figures) == 3
    assert all({"data", "layout"} <= figure.keys() for figure in figures)


def test_names_from_files_cannot_become_markup(page: str) -> None:
    assert "alert(1)" in page
    assert EVIL not in page
    assert page.count("<script>") == page.count("</script>") == 4


def test_nothing_is_fetched(page: str) -> None:
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=", page)


def test_without_the_library_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "plotly.offline", None)
    with pytest.raises(cost_page.ConfigError, match=r"pip install 'confiture-lsp\[html\]'"):
        cost_page.render([], version="1")


def test_locks_last_from_their_statement_to_the_end_of_the_transaction() -> None:
    first = Comparison(replace(PROFILE, locks=()), None)
    figure = lock_timeline([first, COMPARISON])
    assert figure
    [bar] = figure["data"]
    assert (bar["name"], bar["base"], bar["x"]) == ("ACCESS EXCLUSIVE", [200.0], [300.0])


def test_curves_lead_from_the_smallest_size_to_productions() -> None:
    figure = growth_curves([COMPARISON])
    assert figure
    points, curve, expected = figure["data"]
    assert points["x"] == [100, 200, 400]
    assert (curve["x"][0], curve["x"][-1]) == (100, 40_000_000)
    assert curve["y"][-1] == pytest.approx(40_000)
    assert (expected["y"], expected["error_y"]["array"], expected["error_y"]["arrayminus"]) == (
        [180.0],
        [120.0],
        [60.0],
    )


def test_earlier_times_end_with_this_one() -> None:
    figure = past_times([COMPARISON])
    assert figure
    [line] = figure["data"]
    assert (line["x"], line["y"]) == ([-2, -1, 0], [100.0, 300.0, 200.0])


def test_what_is_not_known_has_no_picture() -> None:
    nothing = [Comparison(replace(PROFILE, locks=()), None)]
    assert (lock_timeline(nothing), growth_curves(nothing), past_times(nothing)) == (None, None, None)


def test_growth_in_words() -> None:
    assert growth_words(GROWTH) == "grows as n; at 40 M rows 3 min (2–5), 2 GB (1–3) of WAL"
    assert growth_words(replace(GROWTH, planned=True)).startswith("grows as n while its plan stays; at 40 M rows")
    assert growth_words(replace(GROWTH, shape=Shape.CONSTANT, production=None)) == "does not grow with its table"


def test_a_plan_in_short() -> None:
    assert plan_in_short(PLAN) == "Update on orders ← Seq Scan on orders"


def test_a_sparkline_starts_at_zero() -> None:
    assert sparkline((0.0, 1.0, 4.0, 8.0)) == "▁▂▅█"
    assert sparkline((0.0,)) == "▁"
