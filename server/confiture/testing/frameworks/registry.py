"""The 24 operators of the engine as values of the public API."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from confiture.model.migration import Role
from confiture.model.mutant import Category, Severity
from confiture.operators import ALL_OPERATORS, Context, Operator, mutants
from confiture.sql import parse_script


@dataclass(frozen=True, slots=True)
class Mutation:
    """One kind of mistake.

    Attributes:
        id: for instance ``SCH_001``.
        description: what the mistake is.
        category: ``SCHEMA``, ``DATA``, ``ROLLBACK`` or ``PERFORMANCE``.
        severity: ``CRITICAL``, ``HIGH``, ``MEDIUM`` or ``LOW``.
        apply_function: takes a SQL text and returns it with the mistake at the first place that can have it, or
            unchanged where none can; see `apply_operator`.
        keywords: SQL keywords that the mistake is about.
        name: short name, for instance ``drop_constraint``.
    """

    id: str
    description: str
    category: str
    severity: str
    apply_function: Callable[[str], str] = field(compare=False, repr=False)
    keywords: list[str] = field(default_factory=list[str], hash=False)
    name: str = ""


class MutationRegistry:
    """The catalog of all mutations: 6 for schemas, 7 for data, 5 for rollbacks and 6 for performance."""

    def __init__(self) -> None:
        self._by_id = {operator.id: _mutation(operator) for operator in ALL_OPERATORS}

    @property
    def mutations(self) -> dict[str, list[Mutation]]:
        """All mutations by category."""
        return {category.value: self._of(category) for category in Category}

    @property
    def schema_mutations(self) -> list[Mutation]:
        """Mistakes in definitions."""
        return self._of(Category.SCHEMA)

    @property
    def data_mutations(self) -> list[Mutation]:
        """Mistakes in the rows that a migration writes."""
        return self._of(Category.DATA)

    @property
    def rollback_mutations(self) -> list[Mutation]:
        """Mistakes in down scripts."""
        return self._of(Category.ROLLBACK)

    @property
    def performance_mutations(self) -> list[Mutation]:
        """Mistakes in what a migration costs others."""
        return self._of(Category.PERFORMANCE)

    def get_category_mutations(self, category: str) -> list[Mutation]:
        """The mutations of ``category``, named in any case.

        Raises:
            ValueError: there is no such category.
        """
        return self._of(Category[_known(category, [one.name for one in Category], "category")])

    def get_mutation_by_id(self, mutation_id: str) -> Mutation | None:
        """The mutation with this id, or None."""
        return self._by_id.get(mutation_id)

    def get_all_mutations(self) -> list[Mutation]:
        """All 24, by category."""
        return [*self._by_id.values()]

    def has_mutation(self, mutation_id: str) -> bool:
        """Whether there is a mutation with this id."""
        return mutation_id in self._by_id

    def get_mutations_by_severity(self, severity: str) -> list[Mutation]:
        """The mutations of ``severity``, named in any case.

        Raises:
            ValueError: there is no such severity.
        """
        wanted = _known(severity, [one.name for one in Severity], "severity")
        return [mutation for mutation in self._by_id.values() if mutation.severity == wanted]

    def _of(self, category: Category) -> list[Mutation]:
        return [mutation for mutation in self._by_id.values() if mutation.category == category.value]


def apply_operator(operator: Operator, sql: str) -> str:
    """``sql`` with the mistake of ``operator`` at its first place; unchanged where it has none.

    The text is read as an up script and, where the operator is about these, as a down script. The tables that it finds
    are not known, only those that it makes.
    """
    script = parse_script(Path("migration.sql"), sql)
    for role in Role:
        if found := mutants(script, Context(role=role), operators=[operator]):
            return found[0].apply_to_source(script)
    return sql


def _mutation(operator: Operator) -> Mutation:
    return Mutation(
        id=operator.id,
        description=operator.summary,
        category=operator.category.value,
        severity=operator.severity.name,
        apply_function=partial(apply_operator, operator),
        keywords=[*operator.keywords],
        name=operator.name,
    )


def _known(word: str, words: list[str], what: str) -> str:
    if word.upper() not in words:
        raise ValueError(f"{word!r} is no {what}; there are {', '.join(words)}")
    return word.upper()
