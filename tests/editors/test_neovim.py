"""Neovim, configured by the lines of docs/editors.md, shows what ``confiture check`` reports."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BLOCK = re.compile(r"^## Neovim\n.*?^```lua\n(.*?)^```", re.DOTALL | re.MULTILINE)
MESSAGES = {
    "Survived": "No test would notice: {description}",
    "NoCoverage": "Not covered: {description} ({statusReason})",
}
SESSION = Path(__file__).with_name("neovim_session.lua")


@pytest.fixture
def config(repository: Path, tmp_path: Path) -> Path:
    lines = BLOCK.search((repository / "docs" / "editors.md").read_text())
    assert lines
    assert len(lines[1].splitlines()) <= 10
    file = tmp_path / "init.lua"
    file.write_text(lines[1])
    return file


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The developer's variables, with a home of its own and our commands first on PATH."""
    folders = {f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("CONFIG", "DATA", "STATE")}
    return os.environ | folders | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}


@pytest.mark.editor
@pytest.mark.timeout(300)
def test_neovim_shows_what_the_command_line_reports(
    shop: Path, config: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    (shop / "confiture.toml").write_text("[mutation]\nper_line = 1000\nper_file = 1000\n")
    migration = max((shop / "migrations").glob("*.up.sql"))
    expected = reported(migration, environment)
    assert len(expected) > 1

    answer = tmp_path / "answer.json"
    neovim = subprocess.run(
        ["nvim", "--headless", "-n", "-i", "NONE", "-u", config, migration, "-S", SESSION],
        cwd=shop,
        env=environment | {"EXPECTED": str(len(expected)), "ANSWER": str(answer)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.exists(), neovim.stderr
    shown = sorted((each["code"], each["message"], each["line"]) for each in json.loads(answer.read_text()))
    assert [(code, message) for code, message, _ in shown] == [(code, message) for code, message, _ in expected]
    assert all(line in lines for (_, _, line), (_, _, lines) in zip(shown, expected, strict=True))


def reported(migration: Path, environment: dict[str, str]) -> list[tuple[str, str, range]]:
    """Code, message and lines of what ``confiture check`` says of the up script."""
    checked = subprocess.run(
        [sys.executable, "-m", "confiture", "check", migration, "--format", "json"],
        cwd=migration.parents[1],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 1, checked.stderr
    report = json.loads(checked.stdout)
    (details,) = report["config"]["confiture"]["migrations"]
    findings = [
        (finding["code"], finding["message"], lines(finding["location"]))
        for finding in details["findings"]
        if finding["file"] == details["up"]
    ]
    mutants = [
        (mutant["mutatorName"], MESSAGES[mutant["status"]].format_map(mutant), lines(mutant["location"]))
        for mutant in report["files"][details["up"]]["mutants"]
        if mutant["status"] in MESSAGES
    ]
    return sorted(findings + mutants, key=lambda each: (each[0], each[1], each[2].start))


def lines(location: dict[str, dict[str, int]]) -> range:
    return range(location["start"]["line"], location["end"]["line"] + 1)
