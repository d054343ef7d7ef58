"""The 24 kinds of mistakes. To add one: a file, a line in the `OPERATORS` of its category, its cases."""

from collections.abc import Iterable

from confiture.model.mutant import Mutant
from confiture.model.script import Script
from confiture.operators import data, performance, rollback, schema
from confiture.operators.generate import generate
from confiture.operators.operator import Context, Operator

__all__ = ["ALL_OPERATORS", "Context", "Operator", "find_operator", "mutants"]

ALL_OPERATORS: tuple[Operator, ...] = schema.OPERATORS + data.OPERATORS + rollback.OPERATORS + performance.OPERATORS


def mutants(
    script: Script, context: Context | None = None, *, operators: Iterable[Operator] = ALL_OPERATORS
) -> tuple[Mutant, ...]:
    """All mutants of ``script``, in the order of the text."""
    return generate(script, context or Context(), operators=operators)


def find_operator(id_or_name: str) -> Operator | None:
    """The operator with this id or name, in any case."""
    wanted = id_or_name.strip().lower()
    return next((operator for operator in ALL_OPERATORS if wanted in (operator.id.lower(), operator.name)), None)
