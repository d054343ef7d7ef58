"""Operator cases: a ``.sql`` file, the mutants expected of it in a ``.expected`` file, a schema in ``.toml`` if any.

A case whose name begins with ``not_`` expects no mutant. A file with ``-- migrate:up`` and ``-- migrate:down`` lines
holds both scripts; without them it is the up script, or the down script for operators that mutate only that.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from confiture.model.migration import Role
from confiture.model.mutant import Mutant
from confiture.model.schema import Column, Constraint, Index, Schema, Table
from confiture.model.script import Script
from confiture.model.span import Span
from confiture.operators import Context, Operator, find_operator, mutants
from confiture.sql import parse_script

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    path: Path
    operator: Operator
    up: Script | None
    down: Script | None
    schema: Schema

    def __str__(self) -> str:
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def expected(self) -> Path:
        return self.path.with_suffix(".expected")

    def mutants(self) -> Iterator[tuple[Script, Mutant]]:
        for role, script, other in ((Role.UP, self.up, self.down), (Role.DOWN, self.down, self.up)):
            if script:
                context = Context(self.schema, role, other)
                for mutant in mutants(script, context, operators=[self.operator]):
                    yield script, mutant

    def rendered(self) -> str:
        return "\n".join(render(script, mutant) for script, mutant in self.mutants())


def all_cases() -> list[Case]:
    return [read_case(path) for path in sorted(CASES.glob("*/*.sql"))]


def read_case(path: Path) -> Case:
    operator = find_operator(path.parent.name)
    assert operator, f"{path.parent.name} is no operator"
    source = path.read_bytes().decode()
    up, down = scripts(path, source, operator)
    schema_file = path.with_suffix(".toml")
    schema = read_schema(tomllib.loads(schema_file.read_text())) if schema_file.exists() else Schema()
    return Case(path, operator, up, down, schema)


def scripts(path: Path, source: str, operator: Operator) -> tuple[Script | None, Script | None]:
    marker = source.find("-- migrate:down")
    if marker < 0:
        script = parse_script(path, source)
        return (script, None) if Role.UP in operator.roles else (None, script)
    return (
        parse_script(path, source, keep=[Span(0, marker)]),
        parse_script(path, source, keep=[Span(marker, len(source))]),
    )


def read_schema(data: dict[str, dict[str, object]]) -> Schema:
    return Schema(
        tables={name: read_table(name, table) for name, table in data.get("tables", {}).items()},
        enums={name: tuple(labels) for name, labels in data.get("enums", {}).items()},
    )


def read_table(name: str, data: dict) -> Table:
    return Table(
        name,
        columns=tuple(Column(**{"not_null": False, **column}) for column in data.get("columns", [])),
        constraints=tuple(Constraint(**tuples(constraint)) for constraint in data.get("constraints", [])),
        indexes=tuple(Index(**tuples(index)) for index in data.get("indexes", [])),
        rows=data.get("rows", 0),
    )


def tuples(data: dict) -> dict:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


def render(script: Script, mutant: Mutant) -> str:
    changed = unified_diff(
        script.text.splitlines(), mutant.apply(script).splitlines(), "original", "mutant", lineterm="", n=0
    )
    lines = [line for line in list(changed)[2:] if not line.startswith("@@")]
    return "\n".join([f"{mutant.role.value}: {mutant.description}", *lines, ""])
