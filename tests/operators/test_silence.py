"""What is said of statements without mutants."""

from pathlib import Path

import pytest

from confiture.operators import mutants
from confiture.operators.silence import Silence, silences
from confiture.sql import parse_script


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COMMENT ON TABLE a IS 'b'", Silence.ARID),
        ("ANALYZE a", Silence.ARID),
        ("COMMIT", Silence.ARID),
        ("ALTER TABLE a RENAME CONSTRAINT b TO c", Silence.ARID),
        ("ALTER INDEX a RENAME TO b", Silence.ARID),
        ("ALTER INDEX a SET (fillfactor = 70)", Silence.UNKNOWN),
        ("DELETE FROM schema_migrations", Silence.ARID),
        ("CALL backfill()", Silence.UNKNOWN),
        ("SELECT 'a", Silence.UNREADABLE),
    ],
)
def test_a_statement_without_mutants_has_its_reason(text: str, expected: Silence) -> None:
    script = parse_script(Path("up.sql"), text)
    assert [silence for _, silence in silences(script, mutants(script))] == [expected]


def test_what_a_script_creates_and_drops_again_is_not_worth_a_test() -> None:
    script = parse_script(Path("up.sql"), "CREATE ROLE a; CREATE TABLE b (c int); DROP TABLE b; DROP ROLE a;")
    assert {silence for _, silence in silences(script, mutants(script))} == {Silence.ARID}
