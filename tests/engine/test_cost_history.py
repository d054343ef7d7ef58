"""Earlier times are kept for pictures; whatever happens to their file, nothing else suffers."""

from dataclasses import replace
from pathlib import Path

import pytest

from confiture.config import Config
from confiture.engine.cost_history import CostHistory
from confiture.model.profile import Environment

HERE = Environment("18.6", "Linux 2 cores", 100, 0.001)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / ".confiture" / "cache" / "costs.jsonl"


@pytest.fixture
def history(tmp_path: Path) -> CostHistory:
    return CostHistory(Config(tmp_path))


def test_times_are_read_again_oldest_first(history: CostHistory) -> None:
    assert history.load(HERE) == {}
    history.append(HERE, {"1 a": 0.5})
    history.append(HERE, {"1 a": 0.25, "1 b": 1.0})
    assert history.load(HERE) == {"1 a": (0.5, 0.25), "1 b": (1.0,)}


def test_other_environments_have_a_history_of_their_own(history: CostHistory) -> None:
    history.append(HERE, {"1 a": 0.5})
    assert history.load(replace(HERE, rows=7)) == {}
    assert history.load(replace(HERE, pace=9.0)) == {"1 a": (0.5,)}


def test_the_newest_thirty_runs_count(history: CostHistory) -> None:
    for number in range(40):
        history.append(HERE, {"1 a": float(number)})
    assert history.load(HERE)["1 a"] == tuple(map(float, range(10, 40)))


def test_half_a_line_and_lines_of_others_are_left_out(history: CostHistory, file: Path) -> None:
    history.append(HERE, {"1 a": 0.5})
    with file.open("a") as stream:
        stream.write('7\n{"where": 1}\n{"where": "x", "seconds": {"1 a": "soon"}}\n{"where": "18.6 Lin\n')
    history.append(HERE, {"1 a": 0.25})
    assert history.load(HERE) == {"1 a": (0.5, 0.25)}


def test_a_file_that_grew_too_long_keeps_its_newest_runs(history: CostHistory, file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text("#" * 1_000_001 + "\n")
    history.append(HERE, {"1 a": 0.5})
    assert file.stat().st_size < 1_000
    assert history.load(HERE) == {"1 a": (0.5,)}


def test_a_place_that_cannot_be_written_is_no_error(history: CostHistory, tmp_path: Path) -> None:
    (tmp_path / ".confiture").write_text("")
    history.append(HERE, {"1 a": 0.5})
    assert history.load(HERE) == {}
