"""Names of the catalog are spelled as the tokens of a script spell them."""

from pathlib import Path

import pytest

from confiture.model.schema import Column, Constraint, Index, Schema, Table
from confiture.sql import parse_script
from confiture.sql.spelling import as_written
from confiture.sql.tables import columns


@pytest.mark.parametrize("name", ["users", "userId", "größe", "Größe", "order items", 'a"b', "2nd", "_x", "type"])
def test_names_of_the_catalog_equal_those_of_a_script(name: str) -> None:
    identifier = '"{}"'.format(name.replace('"', '""'))
    [statement] = parse_script(Path("up.sql"), f"CREATE TABLE {identifier} ({identifier} int)").statements
    [column] = columns(statement)
    key = Constraint(name, "FOREIGN KEY", (name,), "", referenced_table=name, referenced_columns=(name,))
    index = Index(name, unique=False, columns=(name, "lower(a)"), definition="")
    table = Table(name, (Column(name, "integer", not_null=False),), (key,), (index,), rows=2)
    found = as_written(Schema({name: table})).table(statement.table)
    assert found is not None
    assert found.name == statement.table
    assert found.rows == table.rows
    assert found.column(column.name) is not None
    assert found.constraints[0].columns == found.constraints[0].referenced_columns == (column.name,)
    assert found.constraints[0].referenced_table == statement.table
    assert found.indexes[0].columns == (column.name, "lower(a)")


def test_a_schema_and_its_table_are_spelled_each() -> None:
    assert list(as_written(Schema({"Shop.orders": Table("Shop.orders", ())})).tables) == ['"Shop".orders']
