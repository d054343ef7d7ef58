"""Emacs with eglot and the lines of docs/editors.md, shows what ``confiture check`` reports; a test is written."""

import json
import subprocess
from pathlib import Path

import pytest
from guide import block, check_session, environment, reported, show_everything

SESSION = Path(__file__).with_name("emacs_session.el")


@pytest.mark.editor
@pytest.mark.timeout(400)
def test_emacs_shows_what_the_command_line_reports_and_a_written_test_raises_the_score(
    shop: Path, tmp_path: Path
) -> None:
    show_everything(shop)
    migration = max((shop / "migrations").glob("*.up.sql"))
    variables = environment(tmp_path)
    expected = reported(migration, variables)

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
    check_session(json.loads(answer.read_text()), expected)
