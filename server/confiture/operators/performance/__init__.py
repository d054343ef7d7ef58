"""Mistakes in what a migration costs others."""

from confiture.operators.operator import Operator
from confiture.operators.performance import (
    drop_concurrently,
    drop_guards,
    drop_index,
    force_rewrite,
    unbatch,
    validate_under_lock,
)

OPERATORS: tuple[Operator, ...] = (
    drop_concurrently.OPERATOR,
    validate_under_lock.OPERATOR,
    force_rewrite.OPERATOR,
    drop_index.OPERATOR,
    drop_guards.OPERATOR,
    unbatch.OPERATOR,
)
