"""Helix, set up by the blocks of docs/editors.md, in a terminal: a survivor, its fix, and a better score."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from guide import blocks, environment

FILES = {
    "confiture.toml": "",
    "migrations/0001_users.up.sql": "CREATE TABLE users (id int PRIMARY KEY);\n",
    "migrations/0001_users.down.sql": "DROP TABLE users;\n",
    "migrations/0002_names.up.sql": "ALTER TABLE users ADD COLUMN name text UNIQUE;\n",
    "migrations/0002_names.down.sql": "ALTER TABLE users DROP COLUMN name;\n",
    "tests/0002_names.sql": "SELECT name FROM users LIMIT 0;\n",
}
SECONDS = 100

pytestmark = [
    pytest.mark.editor,
    pytest.mark.timeout(400),
    pytest.mark.skipif(
        not (shutil.which("hx") and shutil.which("tmux")), reason="needs hx (in Debian from 13 on) and tmux"
    ),
]


def wait_for(condition: Callable[[], Any], complaint: Callable[[], str]) -> Any:
    """What ``condition`` gives, once that is something."""
    end = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < end, complaint()
        time.sleep(0.1)
    return found


class Terminal:
    """A terminal that nobody looks at, with one program in it."""

    def __init__(self, socket: Path, directory: Path, variables: dict[str, str], command: list[str]) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", os.devnull]
        size = ["-x", "200", "-y", "40"]
        start = [*self._tmux, "new-session", "-d", *size, "-c", str(directory), *command]
        subprocess.run(start, env=variables | {"TERM": "xterm-256color"}, check=True)

    def type(self, *keys: str) -> None:
        subprocess.run([*self._tmux, "send-keys", *keys], check=True)

    def screen(self) -> str:
        shown = subprocess.run([*self._tmux, "capture-pane", "-p"], capture_output=True, text=True, check=True)
        return shown.stdout

    def until(self, pattern: str) -> re.Match[str]:
        """The first place of the screen that looks like ``pattern``, once there is one."""
        return wait_for(lambda: re.search(pattern, self.screen()), lambda: f"no {pattern} in:\n{self.screen()}")

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], check=True)


@pytest.fixture
def helix(tmp_path: Path) -> Iterator[Terminal]:
    project = tmp_path / "project"
    for name, text in FILES.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    variables = environment(tmp_path)
    config = Path(variables["XDG_CONFIG_HOME"]) / "helix"
    config.mkdir(parents=True)
    (_, languages), (_, settings) = blocks("Helix")
    (config / "languages.toml").write_text(languages)
    (config / "config.toml").write_text(settings)
    command = ["hx", "-v", "--log", str(tmp_path / "helix.log"), "migrations/0002_names.up.sql"]
    terminal = Terminal(tmp_path / "tmux", project, variables, command)
    yield terminal
    terminal.close()


def until_said(log: Path, words: str) -> None:
    """Until Helix has said something to the server, of which the screen shows nothing."""
    wait_for(lambda: log.exists() and words in log.read_text(), lambda: f"Helix did not say {words}")


def ask_for_hints(helix: Terminal) -> None:
    """Helix asks for hints when a text changes, and the server cannot tell it that there are new ones."""
    helix.type("o")
    helix.until(" INS ")
    helix.type("Escape")
    helix.until(" NOR ")
    helix.type("u")


def test_helix_shows_a_survivor_and_a_written_test_raises_the_score(helix: Terminal, tmp_path: Path) -> None:
    log = tmp_path / "helix.log"
    until_said(log, "textDocument/didOpen")  # only then it tells of saves
    helix.type(":w", "Enter")
    helix.until("●")
    helix.type("Space", "d")
    helix.until("No test would notice: ")
    helix.type("Escape")
    ask_for_hints(helix)
    before = int(helix.until(r"(\d+)% · 1 survivor · \d+ mutants")[1])
    helix.until(r"\d/\d killed · ")
    helix.type("]", "d")
    helix.type("Space", "a")
    helix.until("Write the test that kills this mutant")
    helix.type("Enter")
    until_said(log, '"result":{"applied":true}')
    helix.type(":wa", "Enter")
    wait_for(lambda: "●" not in helix.screen(), helix.screen)
    ask_for_hints(helix)
    after = int(helix.until(r"(\d+)% · 0 survivors")[1])
    assert after > before
    assert "is unique in users" in (tmp_path / "project/tests/0002_names.sql").read_text()
