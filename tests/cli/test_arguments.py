"""What works without a project and without PostgreSQL."""

import subprocess
import sys
from pathlib import Path

import pytest
from command import environment, run

from confiture.cli import main
from confiture.operators import ALL_OPERATORS, Operator

HEAVY = ("rich", "psycopg", "sqlglot", "pygls", "lsprotocol")


@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["check", "--help"], ["report", "--help"], ["serve", "--help"]]
)
def test_quick_commands_import_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    program = (
        "import sys\nfrom confiture.__main__ import main\n"
        f"sys.argv[1:] = {arguments!r}\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print('heavy:', *(name for name in {HEAVY!r} if name in sys.modules))\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True
    )
    assert answer.stdout.splitlines()[-1] == "heavy:"


def test_version_is_one_line(tmp_path: Path) -> None:
    answer = run("--version", cwd=tmp_path)
    assert (answer.code, answer.stderr) == (0, "")
    assert answer.stdout.startswith("confiture ")
    assert answer.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "commands:"),
        (["chekc"], "invalid choice: 'chekc'"),
        (["check", "--format", "xml"], "invalid choice: 'xml'"),
        (["check", "--fail-under", "101"], "not a percentage"),
        (["check", "--fail-under", "much"], "not a percentage"),
        (["check", "--quiet", "--verbose"], "not allowed with"),
        (["check", "--operators", "SCH_001", "--no-mutants"], "not allowed with"),
        (["check", "--verb"], "unrecognized arguments: --verb"),
        (["check", "--shard", "0/3"], "'0/3' is no shard; write 1/3, 2/3 and 3/3 for the shards of three"),
        (["check", "--shard", "4/3"], "'4/3' is no shard"),
        (["check", "--shard", "2"], "'2' is no shard"),
        (["check", "--in-diff"], "expected one argument"),
        (["report"], "FILE"),
        (["report", "--fail-under", "101", "1.json"], "not a percentage"),
        (["baseline"], "ACTION"),
        (["serve", "--tcp"], "expected one argument"),
        (["serve", "--stdio", "--tcp", "1"], "not allowed with"),
    ],
)
def test_wrong_usage_is_2(arguments: list[str], words: str, tmp_path: Path) -> None:
    answer = run(*arguments, cwd=tmp_path)
    assert answer.code == 2
    assert words in answer.stderr
    assert answer.stdout == ""


def test_explain_lists_every_operator(tmp_path: Path) -> None:
    answer = run("explain", cwd=tmp_path)
    assert answer.code == 0
    for operator in ALL_OPERATORS:
        assert f"{operator.id} " in answer.stdout
        assert operator.name in answer.stdout


@pytest.mark.parametrize("operator", ALL_OPERATORS, ids=lambda operator: operator.id)
def test_explain_knows_ids_and_names(operator: Operator, capsys: pytest.CaptureFixture[str]) -> None:
    for word in (operator.id, operator.id.lower(), operator.name, operator.name.upper()):
        assert main(["explain", word]) == 0
        assert capsys.readouterr().out == operator.page


def test_explain_prints_several_pages(tmp_path: Path) -> None:
    answer = run("explain", "SCH_001", "skip_dml", cwd=tmp_path)
    assert answer.stdout.count("## Why it matters") == 2


@pytest.mark.parametrize(
    ("word", "hint"),
    [("SCH_01", "SCH_001"), ("drop_constrain", "drop_constraint"), ("drop-constraint", "drop_constraint")],
)
def test_explain_suggests(word: str, hint: str, tmp_path: Path) -> None:
    answer = run("explain", word, cwd=tmp_path)
    assert answer.code == 2
    assert answer.stderr == f"confiture: there is no operator {word!r}; did you mean {hint}?\n"


def test_explain_says_where_the_operators_are(tmp_path: Path) -> None:
    answer = run("explain", "xyz", cwd=tmp_path)
    assert answer.code == 2
    assert "`confiture explain` lists them" in answer.stderr


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    """As ``confiture explain | head -1``: the pipe is closed before anything is written."""
    process = subprocess.Popen(
        [sys.executable, "-m", "confiture", "explain"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=30), errors) == (141, b"")
