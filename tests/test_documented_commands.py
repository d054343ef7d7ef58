"""The commands that the README shows work on the example project."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text()
COMMANDS = re.findall(r"^confiture ([^#\n]*[^#\n ])", README, re.MULTILINE)


@pytest.mark.timeout(600)  # the whole history of the example
@pytest.mark.parametrize("command", COMMANDS)
def test_command_of_the_readme_works(command: str, shop: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "confiture", *shlex.split(command)],
        cwd=shop,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode in ({0, 1} if command.startswith(("check", "write-tests")) else {0}), finished.stderr
    assert finished.stdout


def test_readme_shows_the_commands_that_people_need_first() -> None:
    assert {command.split()[0] for command in COMMANDS} >= {"check", "explain", "doctor"}
