"""What holds of the mutants of any script."""

from itertools import pairwise
from pathlib import Path

from cases import CASES
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from confiture.model.migration import Role
from confiture.model.mutant import Mutant
from confiture.model.schema import Schema, Table
from confiture.model.script import Script, TokenKind
from confiture.operators import Context, mutants
from confiture.sql import parse_script, read_source
from confiture.sql.lexer import tokenize

FILES = sorted(CASES.glob("*/*.sql"))
SCRIPTS = st.sampled_from(FILES).map(lambda path: parse_script(path, read_source(path)))
ROLES = st.sampled_from(Role)
UNRELATED = st.lists(
    st.sampled_from(
        [
            "CREATE TABLE apart (apart_id int PRIMARY KEY, apart_name text NOT NULL)",
            "CREATE TABLE apart (\n  apart_id INT primary key,  -- é\n  apart_name text not null\n)",
            "CREATE SEQUENCE apart_numbers",
            "GRANT SELECT ON apart TO PUBLIC",
            "COMMENT ON TABLE apart IS 'far; away'",
        ]
    ),
    max_size=3,
)
FEW = settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])


CATALOG = Schema({"elsewhere": Table("elsewhere", ())})
"""Not empty, as an empty one means that nothing is known; IF EXISTS makes a difference then."""


def found(script: Script, role: Role) -> tuple[Mutant, ...]:
    return mutants(script, Context(CATALOG, role=role))


def normal(text: str) -> list[str]:
    """``text`` without blanks, comments and the case of what is not quoted."""
    return [t.text.lower() if t.kind is TokenKind.WORD else t.text for t in tokenize(text)]


@FEW
@given(SCRIPTS, ROLES)
def test_everything_outside_the_edits_stays(script: Script, role: Role) -> None:
    for mutant in found(script, role):
        rest = mutant.apply_to_source(script)
        position = 0
        for edit in mutant.edits:
            unchanged = script.source[position : edit.span.start] + edit.replacement
            assert rest.startswith(unchanged)
            rest = rest[len(unchanged) :]
            position = edit.span.end
        assert rest == script.source[position:]


@FEW
@given(SCRIPTS, ROLES)
def test_edits_of_a_mutant_never_overlap(script: Script, role: Role) -> None:
    for mutant in found(script, role):
        assert all(first.span.end <= second.span.start for first, second in pairwise(mutant.edits))


@FEW
@given(SCRIPTS, ROLES)
def test_a_mutant_differs_in_more_than_its_spelling(script: Script, role: Role) -> None:
    original = normal(script.text)
    assert all(normal(mutant.apply(script)) != original for mutant in found(script, role))


@FEW
@given(SCRIPTS, ROLES)
def test_the_same_text_gives_the_same_mutants(script: Script, role: Role) -> None:
    again = parse_script(Path("elsewhere.sql"), script.source)
    assert found(again, role) == found(script, role)


@FEW
@given(SCRIPTS, UNRELATED, UNRELATED)
def test_ids_do_not_depend_on_unrelated_statements(script: Script, before: list[str], after: list[str]) -> None:
    assume(not after or "CREATE EXTENSION" not in script.source)  # whatever follows may use what the extension brings
    around = "".join(f"{statement};\n" for statement in before), "".join(f"{statement};\n" for statement in after)
    source = f"{around[0]}{script.source.rstrip().removesuffix(';')};\n{around[1]}"
    ids = {mutant.id for mutant in found(script, Role.UP)}
    assert ids <= {mutant.id for mutant in found(parse_script(script.path, source), Role.UP)}
