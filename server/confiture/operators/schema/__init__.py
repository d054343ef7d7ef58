"""Mistakes in definitions."""

from confiture.operators.operator import Operator
from confiture.operators.schema import drop_constraint

OPERATORS: tuple[Operator, ...] = (drop_constraint.OPERATOR,)
