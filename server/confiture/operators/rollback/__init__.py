"""Mistakes in down scripts."""

from confiture.operators.operator import Operator

OPERATORS: tuple[Operator, ...] = ()
