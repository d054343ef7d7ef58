"""The page about the configuration and the settings of the VS Code client agree with the code."""

import json
import re
from functools import reduce
from pathlib import Path

import pytest

import confiture.config
from confiture.config import KEYS, Config, load_config

ROW = re.compile(r"^\| `(?P<key>[\w.]+)` \| (?P<type>[^|]+) \| (?P<default>[^|]+) \|", re.MULTILINE)
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.DOTALL | re.MULTILINE)
CLIENT_ONLY = {"server.path", "server.python", "trace.server"}
OF_THE_MACHINE = {"postgres.url", "postgres.binaries"}
WITHOUT_EFFECT_IN_EDITORS = {"mutation.fail_under"}
TYPES = {
    "path": "string",
    "text": "string",
    "time": "string",
    "lock mode": "string",
    "globs": "array",
    "texts": "array",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "table": "object",
    "integers": "array",
    "counts": "object",
}


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "configuration.md").read_text()


@pytest.fixture(scope="module")
def manifest(repository: Path) -> dict[str, dict]:
    settings = json.loads((repository / "vscode-client" / "package.json").read_text())["contributes"]["configuration"]
    return {name.removeprefix("confiture."): setting for name, setting in settings["properties"].items()}


def test_page_has_every_key_once(page: str) -> None:
    assert [row["key"] for row in ROW.finditer(page)] == list(KEYS)


def test_page_has_the_table_of_the_code(page: str) -> None:
    lines = [line for line in (confiture.config.__doc__ or "").splitlines() if line.startswith("|")]
    assert lines == [line for line in page.splitlines() if line.startswith("|")]


def test_defaults_on_the_page_are_those_of_the_code(page: str) -> None:
    stated = {row["key"]: json.loads(row["default"].strip("`")) for row in ROW.finditer(page) if "`" in row["default"]}
    assert stated
    assert stated == {key: default(key) for key in stated}


def test_examples_on_the_page_are_valid(page: str, tmp_path: Path) -> None:
    examples = BLOCK.findall(page)
    assert examples
    for example in examples:
        (tmp_path / "confiture.toml").write_text(example)
        assert load_config(tmp_path, environment={}) != Config(tmp_path)


def test_client_offers_every_setting(manifest: dict[str, dict]) -> None:
    assert set(manifest) == set(KEYS) - WITHOUT_EFFECT_IN_EDITORS | CLIENT_ONLY


def test_client_tells_types_and_defaults_but_sets_none(manifest: dict[str, dict], page: str) -> None:
    for row in ROW.finditer(page):
        if row["key"] not in WITHOUT_EFFECT_IN_EDITORS:
            setting = manifest[row["key"]]
            assert setting["type"] == [TYPES[row["type"]], "null"]
            assert setting["default"] is None
            assert setting["markdownDescription"].endswith(f" Default: {row['default']}.")


def test_each_folder_can_have_its_own(manifest: dict[str, dict]) -> None:
    scopes = {key: setting["scope"] for key, setting in manifest.items() if key not in CLIENT_ONLY}
    assert scopes == {key: "machine-overridable" if key in OF_THE_MACHINE else "resource" for key in scopes}


def default(key: str) -> object:
    """The default of a setting, as JSON would hold it."""
    names = {"budgets": "budget"}
    value = reduce(getattr, (names.get(name, name) for name in key.split(".")), Config(Path()))
    return list(value) if isinstance(value, tuple) else str(value) if isinstance(value, Path) else value
