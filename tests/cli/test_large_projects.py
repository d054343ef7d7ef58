"""The page about large projects shows commands that work."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from command import run
from projects import USERS
from repositories import GIT, begin, change, git

pytestmark = [
    pytest.mark.usefixtures("server"),
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]


def test_every_command_of_the_page_works_in_its_order(repository: Path, tmp_path: Path) -> None:
    page = (repository / "docs" / "large-projects.md").read_text("utf-8")
    commands = re.findall(r"^confiture ([^#\n]*[^#\n ])", page, re.MULTILINE)
    assert [command.split()[0] for command in commands] == ["check"] * 4 + ["report"]
    begin(tmp_path, USERS)
    git("update-ref", "refs/remotes/origin/main", "main", cwd=tmp_path)
    change(tmp_path, {"migrations/0003_notes.up.sql": "CREATE TABLE notes (id int UNIQUE);\n"})
    answers = [run(*shlex.split(command), cwd=tmp_path, more=GIT) for command in commands]
    assert [(answer.code in {0, 1}, answer.stderr) for answer in answers] == [(True, "")] * 5
    assert "1 migration, " in answers[0].stdout
    assert "3 migrations, " in answers[-1].stdout
    shards = [json.loads((tmp_path / f"{number}.json").read_text("utf-8")) for number in (1, 2, 3)]
    assert [shard["config"]["confiture"]["shard"] for shard in shards] == ["1/3", "2/3", "3/3"]
