"""Keeping a private server for the databases of failed tests."""

import subprocess
from pathlib import Path

import pytest

from confiture.errors import DatabaseError
from confiture.testing.keeper import command_to_end, keep_running


def test_each_project_has_one_that_ends_when_told(keeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert keep_running(tmp_path) is keeper
    assert keeper.poll() is None
    keeper.terminate()
    assert keeper.wait(10) == 0


def test_says_that_the_server_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "confiture.toml").write_text("[postgres]\nurl = 1\n")
    with pytest.raises(DatabaseError, match="could not be kept: its keeper ended with status 1"):
        keep_running(tmp_path)


@pytest.mark.parametrize(("platform", "command"), {"linux": "kill 1 22", "win32": "taskkill /F /PID 1 /PID 22"}.items())
def test_says_how_keepers_are_ended(platform: str, command: str) -> None:
    assert command_to_end([1, 22], platform=platform) == command
