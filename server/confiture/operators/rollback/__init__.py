"""Mistakes in down scripts."""

from confiture.operators.operator import Operator
from confiture.operators.rollback import lose_data, overreach, partial_down, skip_undo, wrong_restore

OPERATORS: tuple[Operator, ...] = (
    skip_undo.OPERATOR,
    partial_down.OPERATOR,
    wrong_restore.OPERATOR,
    lose_data.OPERATOR,
    overreach.OPERATOR,
)
