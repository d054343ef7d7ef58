"""What to ask a database about privileges that a mutant changed."""

from collections.abc import Callable, Iterator

from confiture.engine.killing.claim import Observation, literal
from confiture.engine.names import Name, name_of
from confiture.model.difference import Difference
from confiture.postgres.results import Value

_TESTS = {
    "table": "has_table_privilege",
    "view": "has_table_privilege",
    "materialized view": "has_table_privilege",
    "sequence": "has_sequence_privilege",
    "schema": "has_schema_privilege",
    "type": "has_type_privilege",
    "domain": "has_type_privilege",
}


def privileges(kind: str, label: str, difference: Difference) -> Iterator[Observation]:
    """Whether each role has each privilege that it has in only one of the two states.

    Args:
        kind: of the object, for instance ``table``.
        label: its name in the fingerprint.
        difference: of its privileges, such as ``app: INSERT, SELECT; PUBLIC: USAGE``.
    """
    name = name_of(label, parts=2 if kind == "column" else 1)
    if name is None or not (kind == "column" or kind in _TESTS):
        return
    for role, privilege in sorted(_granted(difference.expected) ^ _granted(difference.actual)):
        yield Observation(_test(kind, name, role, privilege), "", _said(name, role, privilege))


def _granted(privileges_of: str | None) -> set[tuple[str, str]]:
    """Pairs of a role and a privilege, from the fingerprint's text."""
    grants = (grant.partition(": ") for grant in (privileges_of or "").split("; ") if ": " in grant)
    return {(role, privilege.rstrip("*")) for role, _, list_ in grants for privilege in list_.split(", ")}


def _test(kind: str, name: Name, role: str, privilege: str) -> str:
    who = literal(role if role != "PUBLIC" else "public")
    if kind == "column":
        owner, column = literal(name.owner.written), literal(name.last)
        return f"has_column_privilege({who}, {owner}, {column}, {literal(privilege)})"
    return f"{_TESTS[kind]}({who}, {literal(name.written)}, {literal(privilege)})"


def _said(name: Name, role: str, privilege: str) -> Callable[[Value], str]:
    return lambda may: f"{role} has {'' if may else 'no '}{privilege} on {name.words}"
