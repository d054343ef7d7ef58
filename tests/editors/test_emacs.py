"""Emacs with eglot, set up by the lines of docs/editors.md, shows what ``confiture check`` reports and takes a fix."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from guide import block, environment, reported

SESSION = Path(__file__).with_name("emacs_session.el")


@pytest.mark.editor
@pytest.mark.timeout(300)
def test_emacs_shows_what_the_command_line_reports_and_ignores_a_survivor(shop: Path, tmp_path: Path) -> None:
    (shop / "confiture.toml").write_text("[mutation]\nper_line = 1000\nper_file = 1000\n")
    migration = max((shop / "migrations").glob("*.up.sql"))
    variables = environment(tmp_path)
    expected = reported(migration, variables)
    assert len(expected) > 1

    config, answer = tmp_path / "init.el", tmp_path / "answer.json"
    config.write_text(block("Emacs", "elisp"))
    emacs = subprocess.run(
        ["emacs", "--batch", "-l", config, "-l", SESSION],
        cwd=shop,
        env=variables | {"MIGRATION": str(migration), "EXPECTED": str(len(expected)), "ANSWER": str(answer)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.exists(), emacs.stderr
    said = json.loads(answer.read_text())
    shown = sorted((each["code"], each["message"], each["line"]) for each in said["diagnostics"])
    assert [(code, message) for code, message, _ in shown] == [(code, message) for code, message, _ in expected]
    assert all(line in lines for (_, _, line), (_, _, lines) in zip(shown, expected, strict=True))
    assert re.fullmatch(r"-- confiture: ignore [A-Z]+_\d+ reason: ", said["inserted"])
