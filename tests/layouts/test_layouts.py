"""Each case writes a project, finds its history and compares it, or the error, with what is expected."""

import os
import tomllib
from pathlib import Path

import pytest

from confiture.config import load_config
from confiture.errors import ConfigError, ProjectError
from confiture.layouts import LAYOUTS, find_history
from confiture.model.migration import History, Migration
from confiture.model.script import Script

ROOT = Path(__file__).parent / "cases"
CASES = sorted(ROOT.glob("*/*.toml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_history_is_as_expected(path: Path, tmp_path: Path) -> None:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    root = tmp_path.resolve()
    for name, text in case["files"].items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode(case.get("encoding", "utf-8")))
    near = root / case["near"] if "near" in case else None

    def find() -> History:
        return find_history(load_config(root, environment={}), near=near)

    if "error" in case:
        with pytest.raises((ConfigError, ProjectError)) as caught:
            find()
        assert str(caught.value).replace(str(root), "ROOT") == case["error"]
    else:
        history = find()
        assert plain(history, root) == case["history"]
        assert_offsets_are_those_of_the_files(history, expanded=case.get("expanded", False))


def plain(history: History, root: Path) -> dict[str, object]:
    return {
        "directory": history.root.relative_to(root).as_posix(),
        "layout": history.layout,
        "reason": history.reason,
        "migrations": [plain_migration(migration) for migration in history.migrations],
    }


def plain_migration(migration: Migration) -> dict[str, object]:
    values = {
        "version": migration.version,
        "name": migration.name,
        "up": [statement.text for statement in migration.up.statements],
        "down": [statement.text for statement in migration.down.statements] if migration.down else None,
        "delivery": migration.delivery.value,
        "verify": [statement.text for statement in migration.verify.statements] if migration.verify else None,
        "down_delivery": migration.down_delivery.value if migration.down_delivery else None,
    }
    return {key: value for key, value in values.items() if value is not None}


def assert_offsets_are_those_of_the_files(history: History, *, expanded: bool) -> None:
    for migration in history.migrations:
        for script in migration.scripts.values():
            source = script.path.read_bytes().decode()
            if expanded:
                assert script.source.count("\n") == source.count("\n")
                source = script.source
            assert script.source == source
            assert len(script.text) == len(source)
            assert all(statement.span.of(source) == statement.text for statement in script.statements)


def test_every_layout_has_cases() -> None:
    assert {layout.name for layout in LAYOUTS} | {"finding"} == {path.parent.name for path in CASES}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "1_a.up.sql").write_text("SELECT 1;\n")
    return tmp_path.resolve()


def texts_of(script: Script) -> list[str]:
    return [statement.text for statement in script.statements]


def test_the_editors_text_counts_instead_of_the_file(project: Path) -> None:
    path = project / "migrations" / "1_a.up.sql"
    history = find_history(load_config(project, environment={}), texts={path: "SELECT 'unsaved';"})
    assert texts_of(history.migrations[0].up) == ["SELECT 'unsaved'"]
    assert path.read_text() == "SELECT 1;\n"


def test_a_file_that_is_only_in_the_editor_counts(project: Path) -> None:
    path = project / "migrations" / "2_new.up.sql"
    history = find_history(load_config(project, environment={}), near=path, texts={path: "SELECT 2;"})
    assert [migration.title for migration in history.migrations] == ["1 a", "2 new"]
    assert history.index_of(path) == 1


def test_a_changed_file_is_read_again(project: Path) -> None:
    config = load_config(project, environment={})
    assert texts_of(find_history(config).migrations[0].up) == ["SELECT 1"]
    (project / "migrations" / "1_a.up.sql").write_text("SELECT 2;\n")
    assert texts_of(find_history(config).migrations[0].up) == ["SELECT 2"]


def test_a_file_behind_a_link_is_known_by_its_own_name(project: Path) -> None:
    target = project / "shared.sql"
    target.write_text("SELECT 2;\n")
    (project / "migrations" / "2_b.up.sql").symlink_to(target)
    history = find_history(load_config(project, environment={}))
    assert history.index_of(target) == 1
    assert history.migrations[1].name == "b"


def test_a_directory_that_cannot_be_listed_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(project, environment={}, overrides={"migrations": "migrations"})

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(ProjectError, match="migrations: cannot be read: Permission denied"):
        find_history(config)
