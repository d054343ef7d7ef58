"""Down scripts of very many statements."""

from pathlib import Path

from confiture.model.migration import Role
from confiture.operators import Context, find_operator, mutants
from confiture.sql import parse_script


def test_a_long_down_script_stops_behind_its_first_statements_only() -> None:
    operator = find_operator("partial_down")
    assert operator
    script = parse_script(Path("down.sql"), "DROP VIEW a;\n" * 400)
    found = mutants(script, Context(role=Role.DOWN), operators=[operator])
    assert [mutant.statement for mutant in found] == list(range(50))
    assert all(len(mutant.edits) == 400 - mutant.statement for mutant in found)
