"""Each case writes files, loads the settings and compares them, or the error, with what is expected."""

import tomllib
from dataclasses import fields
from operator import attrgetter
from pathlib import Path

import pytest

from confiture import config as config_module
from confiture.config import KEYS, Config, find_root, load_config, repository_of
from confiture.errors import ConfigError
from confiture.model.profile import LockMode

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_settings_are_as_expected(path: Path, tmp_path: Path) -> None:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    for name, text in case.get("files", {}).items():
        (tmp_path / name).write_bytes(text.encode())

    def load() -> Config:
        return load_config(tmp_path, environment=case.get("environment", {}), overrides=case.get("overrides", {}))

    if "error" in case:
        with pytest.raises(ConfigError) as caught:
            load()
        assert str(caught.value).replace(str(tmp_path), "ROOT") == case["error"]
    else:
        config = load()
        actual = {key: plain(attrgetter(key)(config), tmp_path) for key in case["expected"]}
        assert actual == case["expected"]
        assert case["expected"] or config == load_config(tmp_path / "nowhere" / "..", environment={})


def plain(value: object, root: Path) -> object:
    match value:
        case tuple():
            return list(value)
        case LockMode():
            return value.name
        case Path():
            return str(value).replace(str(root), "ROOT")
        case _:
            return value


def test_overrides_of_none_are_not_set(tmp_path: Path) -> None:
    config = load_config(tmp_path, environment={}, overrides={"layout": None, "mutation": {"per_line": None}})
    assert config == load_config(tmp_path, environment={})


def test_a_file_that_is_not_utf8_is_said(tmp_path: Path) -> None:
    (tmp_path / "confiture.toml").write_bytes('layout = "é"'.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"confiture\.toml: byte 10 is not UTF-8"):
        load_config(tmp_path, environment={})


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    config = load_config(tmp_path, environment={"DATABASE_URL": "postgresql://me:secret@localhost/shop"})
    assert "secret" not in repr(config)


def test_the_documentation_names_every_setting_and_its_default() -> None:
    lines = (config_module.__doc__ or "").splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| `")]
    assert tuple(row[0].strip("`") for row in rows) == KEYS

    config = Config(Path("/"))
    for quoted, _, default, *_ in rows:
        key = quoted.strip("`")
        if default.startswith("`") and not key.startswith("budgets."):
            actual = attrgetter(key)(config)
            expected = tomllib.loads(f"value = {default.strip('`')}")["value"]
            assert plain(actual, Path("/nowhere")) == expected, key


def test_every_field_can_be_set() -> None:
    sections = {key.partition(".")[0] for key in KEYS}
    assert {field.name for field in fields(Config)} - {"root", "budget"} | {"budgets"} == sections


@pytest.mark.parametrize(
    ("files", "start", "root"),
    [
        pytest.param(["a/confiture.toml", "a/b/c/x.sql"], "a/b/c/x.sql", "a", id="own file"),
        pytest.param(["a/confiture.toml", "a/b/c/x.sql"], "a/b/c", "a", id="from a directory"),
        pytest.param(["a/confiture.toml"], "a/b/unsaved.sql", "a", id="from a file that is not saved yet"),
        pytest.param(["a/.git/HEAD", "a/b/x.sql"], "a/b/x.sql", "a", id="repository"),
        pytest.param(["a/.git", "a/b/x.sql"], "a/b/x.sql", "a", id="worktree, whose .git is a file"),
        pytest.param(["a/.git/HEAD", "a/b/confiture.toml", "a/b/x.sql"], "a/b/x.sql", "a/b", id="nearest"),
        pytest.param(
            ["a/confiture.toml", "a/b/pyproject.toml", "a/b/x.sql"], "a/b/x.sql", "a", id="pyproject of others"
        ),
    ],
)
def test_the_root_is_found_upwards(files: list[str], start: str, root: str, tmp_path: Path) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert find_root(tmp_path / start) == (tmp_path / root).resolve()


def test_a_pyproject_with_our_table_is_a_root(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.confiture.mutation]\nper_line = 2\n")
    assert find_root(inner) == (tmp_path / "a").resolve()


@pytest.mark.parametrize("mark", [".git", ".git/HEAD"], ids=["a worktree", "a clone"])
def test_a_project_may_be_a_folder_of_its_repository(mark: str, tmp_path: Path) -> None:
    project = tmp_path / "services" / "db"
    project.mkdir(parents=True)
    (tmp_path / mark).parent.mkdir(exist_ok=True)
    (tmp_path / mark).touch()
    assert repository_of(project) == tmp_path
    assert repository_of(tmp_path) == tmp_path
