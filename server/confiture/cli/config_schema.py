"""Prints the JSON schema of confiture.toml, with which editors complete and check it."""

import argparse
import json
import re
import sys
from collections.abc import Mapping
from typing import TypeAlias

from confiture.cli.exits import Exit

NAME = "config-schema"
SUMMARY = "print the JSON schema of confiture.toml, for editors"

Schema: TypeAlias = dict[str, object]

_DRAFT = "http://json-schema.org/draft-07/schema#"
_ROW = re.compile(
    r"^\| `(?P<key>[\w.]+)` \| (?P<type>[^|]+) \| (?P<default>[^|]+) \|[^|]*\| (?P<meaning>.+) \|$", re.MULTILINE
)
_SOME_TEXT: Mapping[str, object] = {"type": "string", "pattern": r"\S"}
_TYPES: Mapping[str, Mapping[str, object]] = {
    "path": _SOME_TEXT,
    "text": _SOME_TEXT,
    "time": {"type": "string", "pattern": r"^\s*\d+(\.\d+)? ?(ms|s|min)\s*$"},
    "globs": {"type": "array", "items": _SOME_TEXT},
    "texts": {"type": "array", "items": {"type": "string"}},
    "table": {"type": "object", "additionalProperties": {"type": "string"}},
    "integers": {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 3},
    "counts": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
    "integer": {"type": "integer", "minimum": 1},
    "number": {"type": "number", "minimum": 0},
    "boolean": {"enum": [True, False, "yes", "no"]},
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``confiture config-schema`` has no options."""
    del parser


def run(arguments: argparse.Namespace) -> Exit:
    """Prints it."""
    del arguments
    sys.stdout.write(json.dumps(document(), indent=2, ensure_ascii=False) + "\n")
    return Exit.CLEAN


def document() -> Schema:
    """The schema, made from the table of settings in `confiture.config`."""
    import confiture.config

    tables: dict[str, Schema] = {"": {}}
    for row in _ROW.finditer(confiture.config.__doc__ or ""):
        section, _, name = row["key"].rpartition(".")
        tables.setdefault(section, {})[name] = _setting(row)
    top = tables.pop("")
    top |= {section: _table(settings) for section, settings in tables.items()}
    return {"$schema": _DRAFT, "title": "Confiture", **_table(top)}


def _table(settings: Schema) -> Schema:
    return {"type": "object", "properties": settings, "additionalProperties": False}


def _setting(row: re.Match[str]) -> Schema:
    default = {"default": json.loads(row["default"].strip("`"))} if "`" in row["default"] else {}
    return {"description": row["meaning"], **default, **_type(row["key"], row["type"].strip())}


def _type(key: str, name: str) -> Mapping[str, object]:
    """What may stand there; names are proposed where they can be spelt in more than one way."""
    match key:
        case "layout":
            from confiture.layouts import LAYOUTS

            return {"enum": [layout.name for layout in LAYOUTS]}
        case "budgets.lock":
            from confiture.model.profile import LockMode

            modes = [mode.name.title().replace("_", "") for mode in LockMode]
            return {"anyOf": [{"enum": modes}, _SOME_TEXT]}
        case "mutation.skip":
            from confiture.operators import ALL_OPERATORS

            known = [word for operator in ALL_OPERATORS for word in (operator.id, operator.name)]
            return {"type": "array", "items": {"anyOf": [{"enum": known}, {"type": "string"}]}}
        case "mutation.fail_under":
            return {**_TYPES[name], "maximum": 100}
        case "mutation.timeout_seconds" | "performance.threshold_pct":
            return {"type": "number", "exclusiveMinimum": 0}
        case _:
            return _TYPES[name]
