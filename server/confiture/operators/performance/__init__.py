"""Mistakes in what a migration costs others."""

from confiture.operators.operator import Operator

OPERATORS: tuple[Operator, ...] = ()
