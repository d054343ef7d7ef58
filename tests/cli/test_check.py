"""``confiture check`` on a real PostgreSQL."""

import json
import os
import pty
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from command import SECONDS, run, start, write_files
from projects import USERS

from confiture.report.formats import FORMATS

pytestmark = pytest.mark.usefixtures("server")


@pytest.fixture
def users(tmp_path: Path) -> Path:
    write_files(USERS, tmp_path)
    return tmp_path


def report(stdout: str) -> dict[str, Any]:
    return json.loads(stdout)


def statuses(document: dict[str, Any]) -> dict[str, list[str]]:
    """Statuses by operator and file."""
    found: dict[str, list[str]] = {}
    for name, file in document["files"].items():
        for mutant in file["mutants"]:
            found.setdefault(f"{name} {mutant['mutatorName']}", []).append(mutant["status"])
    return found


def test_reports_what_no_test_notices(users: Path) -> None:
    answer = run("check", cwd=users)
    assert (answer.code, answer.stderr) == (1, "")
    assert "0001 users" in answer.stdout
    assert "0002 names" in answer.stdout
    assert "undone exactly" in answer.stdout
    assert "HIGH" in answer.stdout or "CRITICAL" in answer.stdout
    assert "SCH_001 drop_constraint  migrations/0002_names.up.sql:1:" in answer.stdout
    assert "- ALTER TABLE users ADD COLUMN name text UNIQUE;" in answer.stdout
    assert "+ ALTER TABLE users ADD COLUMN name text;" in answer.stdout
    assert "confiture explain" in answer.stdout
    assert "2 migrations" in answer.stdout
    assert "\x1b" not in answer.stdout


def test_json_is_all_that_standard_output_gets(users: Path, repository: Path) -> None:
    answer = run("check", "--format", "json", cwd=users)
    assert (answer.code, answer.stderr) == (1, "")
    document = report(answer.stdout)
    schema = repository / "node_modules/mutation-testing-report-schema/dist/src/mutation-testing-report-schema.json"
    assert not list(jsonschema.Draft7Validator(json.loads(schema.read_text("utf-8"))).iter_errors(document))
    found = statuses(document)
    assert found["migrations/0001_users.up.sql SCH_001"] == ["Killed"]
    assert found["migrations/0002_names.up.sql SCH_001"] == ["Survived"]
    assert set(document["testFiles"]) >= {"tests/0001_key.sql"}
    extra = document["config"]["confiture"]
    assert extra["layout"] == "golang-migrate"
    assert [each["version"] for each in extra["migrations"]] == ["0001", "0002"]
    assert all(each["applied"] and each["finished"] and each["costs"] for each in extra["migrations"])


def test_two_runs_find_the_same(users: Path) -> None:
    first, second = (statuses(report(run("check", "--format", "json", cwd=users).stdout)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("paths", "versions"),
    [
        (["migrations/0001_users.up.sql"], ["0001"]),
        (["migrations/0002_names.down.sql"], ["0002"]),
        (["migrations/0002_names.up.sql", "migrations/0001_users.up.sql"], ["0001", "0002"]),
        (["migrations"], ["0001", "0002"]),
        (["."], ["0001", "0002"]),
        (["tests"], ["0001", "0002"]),
    ],
)
def test_paths_choose_migrations(paths: list[str], versions: list[str], users: Path) -> None:
    answer = run("check", *paths, "--no-mutants", "--format", "json", cwd=users)
    migrations = report(answer.stdout)["config"]["confiture"]["migrations"]
    assert [each["version"] for each in migrations] == versions
    assert answer.code == 0


def test_histories_are_checked_one_at_a_time(users: Path) -> None:
    write_files({f"other/{name}": text for name, text in USERS.items()}, users)
    (users / "other" / "confiture.toml").write_text("")
    answer = run("check", "migrations", "other/migrations", cwd=users)
    assert answer.code == 2
    assert "are different histories; check one at a time" in answer.stderr


def test_operators_are_chosen_by_id_name_and_category(users: Path) -> None:
    answer = run("check", "--operators", "sch_001,skip_undo, PERFORMANCE", "--format", "json", cwd=users)
    operators = {name.split()[1] for name in statuses(report(answer.stdout))}
    assert "SCH_001" in operators
    assert operators <= {"SCH_001", "ROLL_001"} | {f"PERF_{number:03}" for number in range(1, 7)}


def test_without_mutants_nothing_is_mutated(users: Path) -> None:
    answer = run("check", "--no-mutants", cwd=users)
    assert answer.code == 0
    assert "0 mutants" in answer.stdout
    assert "Costs" in answer.stdout


@pytest.mark.parametrize(("wanted", "code"), [("1", 0), ("100", 1)])
def test_a_wanted_score_decides(wanted: str, code: int, users: Path) -> None:
    answer = run("check", "--operators", "SCH_001", "--fail-under", wanted, cwd=users)
    assert answer.code == code
    assert ("below the 100 % that is asked for" in answer.stdout) == bool(code)


def test_the_report_can_go_to_a_file(users: Path) -> None:
    answer = run("check", "--operators", "SCH_001", "--format", "json", "-o", "report.json", cwd=users)
    assert (answer.code, answer.stdout, answer.stderr) == (1, "", "")
    assert report((users / "report.json").read_text("utf-8"))["schemaVersion"] == "2"
    answer = run("check", "--operators", "SCH_001", "--output", "report.txt", cwd=users)
    assert answer.stdout == ""
    assert "0002 names" in (users / "report.txt").read_text("utf-8")


BEGINNINGS = {
    "terminal": " 0001 users",
    "json": '{\n  "schemaVersion"',
    "sarif": '{\n  "$schema"',
    "junit": "<?xml ",
    "github": "::",
    "gitlab": "[\n  {",
    "html": "<!DOCTYPE html>",
}


@pytest.mark.parametrize("kind", [each.name for each in FORMATS])
def test_each_format_can_go_to_a_file(kind: str, users: Path) -> None:
    answer = run("check", "--operators", "SCH_001", "--format", kind, "-o", "report", cwd=users)
    assert (answer.code, answer.stdout, answer.stderr) == (1, "", "")
    text = (users / "report").read_text("utf-8")
    assert text.startswith(BEGINNINGS[kind])
    assert "migrations/0002_names.up.sql" in text


def test_annotations_stream_with_paths_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write_files({f"db/{name}": text for name, text in USERS.items()}, tmp_path)
    (tmp_path / "db" / "confiture.toml").touch()
    answer = run("check", "--operators", "SCH_001", "--format", "github", cwd=tmp_path / "db")
    assert (answer.code, answer.stderr) == (1, "")
    *annotations, total = answer.stdout.splitlines()
    assert annotations[-1].startswith("::warning file=db/migrations/0002_names.up.sql,line=1,")
    assert "2 migrations" in total


def test_quiet_says_little_and_verbose_all(users: Path) -> None:
    quiet, normal, verbose = (
        run("check", "--operators", "SCH_001", *options, cwd=users).stdout
        for options in (["--quiet"], [], ["--verbose"])
    )
    assert quiet.count("\n") == 1
    assert "score" in quiet
    assert "All other mutants" not in normal
    assert "All other mutants" in verbose
    assert "Killed SCH_001 migrations/0001_users.up.sql:1:" in verbose
    assert "(tests/0001_key.sql)" in verbose


def test_progress_is_for_people_who_watch(users: Path) -> None:
    assert run("check", cwd=users).stderr == ""
    master, slave = pty.openpty()
    process = start(["check", "--format", "json"], cwd=users, more={"TERM": "xterm"}, stderr=slave)
    os.close(slave)
    with ThreadPoolExecutor(1) as reader:  # a terminal that nobody reads fills up and holds the program up
        drained = reader.submit(_drain, master)
        stdout, _ = process.communicate(timeout=SECONDS)
        watched = drained.result()
    document = report(stdout)
    assert process.returncode == 1
    assert document["schemaVersion"] == "2"
    assert "2/2 0002 names" in watched


def _drain(master: int) -> str:
    """All that was written to a terminal whose other end is closed."""
    parts: list[bytes] = []
    try:
        while part := os.read(master, 65536):
            parts.append(part)
    except OSError:  # Linux says EIO where other systems say end of file
        pass
    finally:
        os.close(master)
    return b"".join(parts).decode()


def test_costs_are_shown_beside_their_baseline(users: Path) -> None:
    first = run("profile", "--json", cwd=users)
    assert first.code == 0
    costs = json.loads(first.stdout)
    assert set(costs) == {"0001", "0002"}
    assert costs["0001"][0]["operation"] == "CREATE TABLE users"
    assert costs["0001"][0]["baseline"] is None
    (lock,) = costs["0002"][0]["locks"]
    assert (lock["table"], lock["mode"], "SELECT" in lock["blocks"]) == ("users", "ACCESS EXCLUSIVE", True)
    assert (users / ".confiture" / "baseline.json").is_file()
    again = json.loads(run("profile", "--json", "migrations/0002_names.up.sql", cwd=users).stdout)
    assert again["0002"][0]["baseline"]["operation"] == costs["0002"][0]["operation"]
    table = run("profile", cwd=users)
    assert table.code == 0
    assert "CREATE TABLE users" in table.stdout
    assert "DELETE on users for" in table.stdout


def test_baselines_are_shown_and_accepted(users: Path) -> None:
    assert "No baselines in" in run("baseline", "show", cwd=users).stdout
    accepted = run("baseline", "accept", "migrations/0001_users.up.sql", cwd=users)
    assert (accepted.code, accepted.stderr) == (0, "")
    assert accepted.stdout.startswith("1 baseline accepted in ")
    shown = run("baseline", "show", cwd=users)
    assert "0001 CREATE TABLE users" in shown.stdout
    assert "No baselines" in run("baseline", "show", "migrations/0002_names.up.sql", cwd=users).stdout


def test_what_cannot_be_measured_is_not_accepted(users: Path) -> None:
    (users / "migrations" / "0003_broken.up.sql").write_text("SELECT FROM FROM;\n")
    answer = run("baseline", "accept", "migrations/0003_broken.up.sql", cwd=users)
    assert answer.code == 1
    assert "0003 broken was not measured" in answer.stderr
    assert "0 baselines accepted" in answer.stdout


def test_doctor_says_what_it_found(users: Path) -> None:
    answer = run("doctor", cwd=users, more={"MUTATION_TIMEOUT": "7"})
    assert (answer.code, answer.stderr) == (0, "")
    for words in (
        "mutation.timeout_seconds from environment variable MUTATION_TIMEOUT",
        "2 migrations in",
        "golang-migrate",
        "tests/0001_key.sql",
        "rows are generated",
        "private cluster",
        "it answers",
    ):
        assert words in " ".join(answer.stdout.split())
