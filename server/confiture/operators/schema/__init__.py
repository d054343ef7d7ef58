"""Mistakes in definitions."""

from confiture.operators.operator import Operator
from confiture.operators.schema import (
    alter_column,
    bend_check,
    drop_constraint,
    edit_key_columns,
    flip_not_null,
    omit_ddl,
)

OPERATORS: tuple[Operator, ...] = (
    drop_constraint.OPERATOR,
    flip_not_null.OPERATOR,
    edit_key_columns.OPERATOR,
    bend_check.OPERATOR,
    alter_column.OPERATOR,
    omit_ddl.OPERATOR,
)
