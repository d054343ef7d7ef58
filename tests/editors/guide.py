"""What the tests of editors share: the guide's own configuration blocks, and what an editor should show."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

GUIDE = Path(__file__).parents[2] / "docs" / "editors.md"
MESSAGES = {
    "Survived": "No test would notice: {description}",
    "NoCoverage": "Not covered: {description} ({statusReason})",
}


def blocks(editor: str) -> list[tuple[str, str]]:
    """Language and text of the code blocks below the heading ``editor``."""
    section = re.search(rf"^## {re.escape(editor)}\n(.*?)(?=^## |\Z)", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
    assert section, f"there is no guide for {editor}"
    return re.findall(r"^```(\w+)\n(.*?)^```", section[1], re.DOTALL | re.MULTILINE)


def block(editor: str, language: str) -> str:
    """The text of the only code block of that language."""
    (text,) = [text for name, text in blocks(editor) if name == language]
    return text


def environment(home: Path) -> dict[str, str]:
    """The developer's variables, with a home of its own and our commands first on PATH."""
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "STATE")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return os.environ | folders | {"HOME": str(home), "PATH": path}


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


def show_everything(project: Path) -> None:
    """Has an editor show as many mutants as the command line."""
    (project / "confiture.toml").write_text("[mutation]\nper_line = 1000\nper_file = 1000\n")


def check_session(said: dict[str, Any], expected: list[tuple[str, str, range]]) -> None:
    """What the editor ``said`` is what was ``expected`` of it, and the test that it had written raised the score."""
    assert len(expected) > 1
    shown = sorted((each["code"], each["message"], each["line"]) for each in said["diagnostics"])
    assert [(code, message) for code, message, _ in shown] == [(code, message) for code, message, _ in expected]
    assert all(line in lines for (_, _, line), (_, _, lines) in zip(shown, expected, strict=True))
    assert said["after"] > said["before"]
    assert said["left"] < len(expected)


def lines(location: dict[str, dict[str, int]]) -> range:
    return range(location["start"]["line"], location["end"]["line"] + 1)
