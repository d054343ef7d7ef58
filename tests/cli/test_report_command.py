"""``confiture check --shard`` on several machines and ``confiture report`` afterwards say what one machine would."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from command import Answer, run, write_files
from projects import USERS

MEASURED = frozenset({"duration", "milliseconds", "appliedMilliseconds", "performance"})
COST = frozenset({"operation", "statement", "rows", "rewrites", "scans", "baseline", "regressed"})
CHOSEN = frozenset({"000004", "000010", "000014", "000016"})
"""Migrations with mutants of all categories and of all verdicts that the example has."""


def without_measures(data: Any) -> Any:
    """``data`` without what differs between two runs of the same: times, and amounts of WAL, memory and pages."""
    if isinstance(data, list):
        return [without_measures(each) for each in data]
    if not isinstance(data, dict):
        return data
    if "walBytes" in data:
        return {key: data[key] for key in COST} | {"locks": [(lock["table"], lock["mode"]) for lock in data["locks"]]}
    return {key: without_measures(value) for key, value in data.items() if key not in MEASURED}


def check(project: Path, *arguments: str, to: Path) -> Answer:
    """Checks as a machine does that has never seen the project."""
    shutil.rmtree(project / ".confiture", ignore_errors=True)
    return run("check", *arguments, "--format", "json", "-o", str(to), cwd=project)


@pytest.mark.usefixtures("server")
@pytest.mark.timeout(600)  # four runs
def test_three_shards_of_the_example_put_together_are_the_whole_run(shop: Path, tmp_path: Path) -> None:
    chosen = [str(path) for path in sorted(shop.glob("migrations/*.up.sql")) if path.name[:6] in CHOSEN]
    whole, merged = tmp_path / "whole.json", tmp_path / "merged.json"
    assert check(shop, *chosen, to=whole) == Answer(1, "", "")
    files = [tmp_path / f"{number}.json" for number in (1, 2, 3)]
    for number, file in enumerate(files, start=1):
        assert check(shop, *chosen, "--shard", f"{number}/3", to=file) == Answer(1, "", "")
    answer = run("report", *map(str, reversed(files)), "--format", "json", "-o", str(merged), cwd=tmp_path)
    assert answer == Answer(1, "", "")
    ours, theirs = (without_measures(json.loads(file.read_text("utf-8"))) for file in (merged, whole))
    assert ours == theirs
    assert sum(len(file["mutants"]) for file in ours["files"].values()) > 150

    def drawn(*files: Path) -> list[str]:
        """The report as people read it, up to the costs and without times."""
        text = run("report", *map(str, files), cwd=tmp_path).stdout
        text = re.sub(r"(?ms)^ {2}Costs$.*?(?=^ \S)", "", text)
        return re.sub(r"\d[\d.]* (ms|s|min)\b", "…", text).splitlines()

    assert drawn(*files) == drawn(whole)
    assert "  Mistakes that no test would notice" in "\n".join(drawn(*files))


@pytest.fixture
def users(tmp_path: Path) -> Path:
    write_files(USERS, tmp_path)
    return tmp_path


@pytest.mark.usefixtures("server")
def test_the_score_is_asked_of_all_shards_together(users: Path) -> None:
    for number in (1, 2):
        answer = check(users, "--shard", f"{number}/2", "--fail-under", "100", to=users / f"{number}.json")
        assert answer == Answer(0, "", "")
    one = run("check", "--shard", "1/2", "--fail-under", "100", cwd=users)
    words = " ".join(one.stdout.split())
    assert one.code == 0
    assert "Shard 1/2: 2 migrations, " in words
    assert "; `confiture report` puts the shards together" in words
    assert "asked for" not in words
    asked, less, none = (
        run("report", "1.json", "2.json", *options, cwd=users)
        for options in ([], ["--fail-under", "1"], ["--fail-under", "100", "--quiet"])
    )
    assert [each.code for each in (asked, less, none)] == [1, 0, 1]
    assert "below the 100 % that is asked for" in " ".join(asked.stdout.split())
    assert "asked for" not in less.stdout
    assert none.stdout.startswith("  2 migrations, ")


@pytest.mark.usefixtures("server")
def test_a_shard_of_one_is_the_whole(users: Path) -> None:
    answer = check(users, "--shard", "1/1", "--fail-under", "100", to=users / "whole.json")
    assert answer.code == 1
    assert json.loads((users / "whole.json").read_text("utf-8"))["config"]["confiture"]["shard"] is None
    again = run("report", "whole.json", "--verbose", cwd=users)
    assert again.code == 1
    assert "All other mutants" in again.stdout


@pytest.mark.usefixtures("server")
def test_a_failing_test_ends_shard_and_report_alike(users: Path) -> None:
    (users / "tests" / "0002_wrong.sql").write_text("SELECT false;\n")
    codes = [check(users, "--shard", f"{number}/2", to=users / f"{number}.json").code for number in (1, 2)]
    answer = run("report", "1.json", "2.json", cwd=users)
    assert [*codes, answer.code] == [3, 3, 3]
    assert answer.stdout.count("error oracle-failed  tests/0002_wrong.sql:1:") == 1


@pytest.mark.usefixtures("server")
def test_shards_of_different_files_are_not_put_together(users: Path) -> None:
    check(users, "--shard", "1/2", to=users / "1.json")
    script = users / "migrations" / "0002_names.up.sql"
    script.write_text(script.read_text() + "-- changed meanwhile\n")
    check(users, "--shard", "2/2", to=users / "2.json")
    assert run("report", "1.json", "2.json", cwd=users) == Answer(
        2,
        "",
        "confiture: 1.json and 2.json: hold different texts of migrations/0002_names.up.sql; "
        "run all shards on the same files\n",
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    answer = run("report", "nowhere.json", cwd=tmp_path)
    assert answer == Answer(2, "", "confiture: nowhere.json: cannot be read: No such file or directory\n")
