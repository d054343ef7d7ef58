"""Mistakes in the rows that a migration writes."""

from confiture.operators.data import (
    flip_predicate,
    null_handling,
    skip_dml,
    wrong_multiplicity,
    wrong_rows,
    wrong_source,
    wrong_value,
)
from confiture.operators.operator import Operator

OPERATORS: tuple[Operator, ...] = (
    skip_dml.OPERATOR,
    wrong_rows.OPERATOR,
    flip_predicate.OPERATOR,
    null_handling.OPERATOR,
    wrong_value.OPERATOR,
    wrong_source.OPERATOR,
    wrong_multiplicity.OPERATOR,
)
