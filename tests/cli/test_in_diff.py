"""``confiture check --in-diff`` checks what changed, as git sees it. Cases are in ``in_diff/``."""

import json
import os
import shutil
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from command import Answer, run
from projects import USERS
from repositories import ENVIRONMENT, GIT, begin, change, commit, git

from confiture.cli.changes import changed_files, changed_migrations
from confiture.engine.project import load_project
from confiture.errors import ConfigError

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

CASES = sorted((Path(__file__).parent / "in_diff").glob("*.toml"))


def versions(root: Path, ref: str = "main") -> list[str]:
    """The versions of the migrations that changed."""
    project = load_project(root, environment={})
    files = changed_files(ref, near=project.history.root, environment=ENVIRONMENT)
    return [migration.version for migration in changed_migrations(project, project.history.migrations, files)]


def nothing(repository: Path) -> None:
    """The change is in the work tree, new files untracked."""


def stage(repository: Path) -> None:
    git("add", "--all", cwd=repository)


@pytest.mark.parametrize("how", [nothing, stage, commit])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_change_means_migrations(path: Path, how: Callable[[Path], None], tmp_path: Path) -> None:
    case: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    before = case.get("before", {}) if case.get("only") else {**USERS, **case.get("before", {})}
    root = begin(tmp_path, before, project=case.get("project", "."))
    change(root, case["after"])
    how(tmp_path)
    assert versions(root) == case["changed"]


@pytest.fixture
def users(tmp_path: Path) -> Path:
    return begin(tmp_path, USERS)


NEW = {"migrations/0003_notes.up.sql": "CREATE TABLE notes (id int);\n"}


def test_changes_of_the_other_branch_since_are_not_ours(users: Path) -> None:
    change(users, NEW)
    commit(users)
    git("switch", "--quiet", "main", cwd=users)
    change(users, {"migrations/0001_users.up.sql": "SELECT 1;\n"})
    commit(users)
    git("switch", "--quiet", "work", cwd=users)
    assert versions(users) == ["0003"]


def test_the_commit_can_be_named_in_any_way(users: Path) -> None:
    git("tag", "--annotate", "--message", "…", "v1", cwd=users)
    change(users, NEW)
    commit(users)
    for ref in ("main", "v1", "HEAD~1", "HEAD^", git("rev-parse", "main", cwd=users).strip(), "refs/heads/main"):
        assert versions(users, ref) == ["0003"]
    assert versions(users, "HEAD") == []


def test_ignored_files_and_settings_of_git_change_nothing(users: Path) -> None:
    change(users, {".gitignore": "*_notes.*\n", "migrations/0002_names.down.sql": "SELECT 1;\n", **NEW})
    git("config", "diff.relative", "true", cwd=users)
    git("config", "diff.renames", "copies", cwd=users)
    git("config", "diff.noprefix", "true", cwd=users)
    git("config", "core.quotePath", "true", cwd=users)
    git("config", "status.showUntrackedFiles", "no", cwd=users)
    git("config", "diff.external", "false", cwd=users)
    assert versions(users) == ["0002"]


def test_a_linked_work_tree_is_one_too(users: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    linked = tmp_path_factory.mktemp("linked") / "tree"
    git("worktree", "add", "--quiet", str(linked), "main", cwd=users)
    change(linked, NEW)
    assert versions(linked) == ["0003"]
    assert versions(users) == []


def test_a_project_behind_a_symbolic_link(users: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    link = tmp_path_factory.mktemp("elsewhere") / "link"
    link.symlink_to(users)
    change(users, NEW)
    assert versions(link) == ["0003"]


def test_git_dir_and_work_tree_are_those_of_the_environment(
    users: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (users / ".git").rename(users / "repository")
    change(users, {".gitignore": "repository\n", **NEW})
    monkeypatch.chdir(users)
    environment = {**ENVIRONMENT, "GIT_DIR": "repository", "GIT_WORK_TREE": "."}
    assert users / "migrations/0003_notes.up.sql" in changed_files(
        "main", near=users / "tests", environment=environment
    )


def test_a_file_that_was_only_touched_has_not_changed(users: Path) -> None:
    os.utime(users / "migrations/0001_users.up.sql", (1, 1))
    assert versions(users) == []


def _unborn(root: Path) -> None:
    git("checkout", "--quiet", "--orphan", "new", cwd=root)


def _unrelated(root: Path) -> None:
    _unborn(root)
    change(root, NEW)  # the same files at the same second would be the same commit
    commit(root)


def _shallow(root: Path) -> None:
    change(root, NEW)
    commit(root)
    git("config", "uploadpack.allowAnySHA1InWant", "true", cwd=root)
    other = root / "other"
    git("clone", "--quiet", "--depth", "1", "--branch", "work", root.as_uri(), str(other), cwd=root)
    git("fetch", "--quiet", "--depth", "1", "origin", "main:main", cwd=other)
    for name in (".git", "migrations"):
        shutil.rmtree(root / name)
        (other / name).rename(root / name)
    shutil.rmtree(other)


REFUSED: dict[str, tuple[Callable[[Path], None], str, list[str]]] = {
    "there is no such commit": (
        nothing,
        "origin/main",
        ["--in-diff origin/main: git knows no such commit", "fetch it"],
    ),
    "a range is no commit": (nothing, "main...HEAD", ["--in-diff main...HEAD: git knows no such commit here"]),
    "nor is an option": (nothing, "--output=x", ["--in-diff --output=x: git knows no such commit here"]),
    "nor is nothing": (nothing, "", ["git knows no such commit here"]),
    "nothing in common": (_unrelated, "main", ["it has no commit in common with HEAD", "name a commit that HEAD"]),
    "nothing committed": (_unborn, "main", ["it has no commit in common with HEAD"]),
    "a shallow clone": (_shallow, "main", ["no commit in common with HEAD", "this clone is shallow", "fetch-depth: 0"]),
    "no repository": (
        lambda root: shutil.rmtree(root / ".git"),
        "main",
        [
            "--in-diff main: git sees no work tree around /",
            "name the migrations instead. It says: ",
            "not a git repository",
        ],
    ),
    "a repository without a work tree": (
        lambda root: git("config", "core.bare", "true", cwd=root) and None,
        "main",
        ["--in-diff main: git sees no work tree around /", "must be run in a work tree"],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_git_cannot_tell_is_said(name: str, users: Path) -> None:
    spoil, ref, words = REFUSED[name]
    spoil(users)
    with pytest.raises(ConfigError) as caught:
        changed_files(ref, near=users / "migrations", environment={**ENVIRONMENT, "LC_ALL": "C"})
    for each in words:
        assert each in str(caught.value)


def in_diff(*arguments: str, cwd: Path, more: Mapping[str, str] | None = None) -> Answer:
    return run("check", "--no-mutants", "--format", "json", *arguments, cwd=cwd, more={**GIT, **(more or {})})


def checked(answer: Answer) -> list[str]:
    assert (answer.code, answer.stderr) == (0, "")
    return [each["version"] for each in json.loads(answer.stdout)["config"]["confiture"]["migrations"]]


@pytest.mark.usefixtures("server")
def test_paths_and_changes_both_choose(users: Path) -> None:
    change(users, {**NEW, "migrations/0001_users.down.sql": "DROP TABLE users CASCADE;\n"})
    assert checked(in_diff("--in-diff", "main", cwd=users)) == ["0001", "0003"]
    assert checked(in_diff("--in-diff", "main", "0003_notes.up.sql", cwd=users / "migrations")) == ["0003"]
    assert checked(in_diff("--in-diff=main", "migrations/0001_users.up.sql", "tests", cwd=users)) == ["0001", "0003"]


def test_nothing_changed_is_no_failure_and_needs_no_postgresql(users: Path) -> None:
    unreachable = {"DATABASE_URL": "postgresql://127.0.0.1:1/none"}
    told = "Nothing to check: none of the migrations asked for changed since main\n"
    answer = in_diff("--in-diff", "main", cwd=users, more=unreachable)
    assert (answer.code, answer.stderr) == (0, told)
    assert json.loads(answer.stdout)["files"] == {}
    change(users, NEW)
    answer = run("check", "--in-diff", "main", "migrations/0002_names.up.sql", cwd=users, more={**GIT, **unreachable})
    assert (answer.code, answer.stderr) == (0, told)
    assert "0 migrations, 0 mutants" in answer.stdout


def test_without_git_the_migrations_must_be_named(users: Path) -> None:
    answer = in_diff("--in-diff", "main", cwd=users, more={"PATH": str(users)})
    assert answer.code == 2
    assert answer.stderr == (
        "confiture: --in-diff main: git cannot be run: No such file or directory; "
        "install git, or name the migrations instead\n"
    )
