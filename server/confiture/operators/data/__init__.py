"""Mistakes in the rows that a migration writes."""

from confiture.operators.operator import Operator

OPERATORS: tuple[Operator, ...] = ()
