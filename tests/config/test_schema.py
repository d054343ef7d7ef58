"""The JSON schema takes what the program takes, and refuses what it refuses."""

import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from confiture.cli.config_schema import document
from confiture.config import KEYS

CASES = Path(__file__).parent / "cases"
FILES = [
    (path.stem, case["files"]["confiture.toml"], case.get("error", ""))
    for path in sorted(CASES.glob("*.toml"))
    if "confiture.toml" in (case := tomllib.loads(path.read_text("utf-8"))).get("files", {})
]
OUT_OF_SIGHT = {
    "factors_that_do_not_grow": "order",
    "both_files": "another file",
    "glob_that_climbs_out": "paths",
    "glob_that_leaves_the_project": "paths",
    "invalid_toml": "no TOML",
    "unknown_lock_mode": "modes have many spellings",
}
"""Why a schema cannot tell that these are wrong."""


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return document()


def test_has_every_setting_and_is_a_schema(schema: dict[str, Any]) -> None:
    jsonschema.Draft7Validator.check_schema(schema)
    tables = {"": schema["properties"]} | {
        name: table["properties"] for name, table in schema["properties"].items() if "properties" in table
    }
    keys = {f"{section}.{name}".lstrip(".") for section, settings in tables.items() for name in settings}
    assert keys == {*KEYS, *tables} - {""}
    assert schema["properties"]["mutation"]["properties"]["per_file"]["default"] == 7


@pytest.mark.parametrize(("name", "text", "error"), FILES, ids=[name for name, *_ in FILES])
def test_agrees_with_the_program(name: str, text: str, error: str, schema: dict[str, Any]) -> None:
    if name in OUT_OF_SIGHT:
        assert error
        return
    table = tomllib.loads(text.removeprefix("\ufeff"))
    assert jsonschema.Draft7Validator(schema).is_valid(table) is not bool(error)
