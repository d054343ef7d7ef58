"""Rules that only some versions of PostgreSQL know; `tests/testing/test_data_validator.py` has all others."""

import pytest

from confiture.postgres.errors import SqlError
from confiture.postgres.session import Session
from confiture.postgres.violations import count_violations, read_checks

TABLES = """
CREATE TABLE rooms (id int4range, open daterange, PRIMARY KEY (id, open WITHOUT OVERLAPS));
CREATE TABLE stays (room int4range, nights daterange,
    CONSTRAINT housed FOREIGN KEY (room, PERIOD nights) REFERENCES rooms (id, PERIOD open));
INSERT INTO rooms VALUES ('[1,1]', '[2026-01-01,2026-02-01)'), ('[1,1]', '[2026-02-01,2026-03-01)');
"""
NIGHTS = {
    "'[1,1]', '[2026-01-05,2026-01-07)'": 0,
    "'[1,1]', '[2026-01-30,2026-02-02)'": 0,
    "'[1,1]', '[2026-02-27,2026-03-02)'": 1,
    "'[2,2]', '[2026-01-05,2026-01-07)'": 1,
    "'[2,2]', NULL": 0,
}


@pytest.mark.parametrize("row", NIGHTS)
def test_periods_of_foreign_keys_may_span_several_rows(row: str, each_session: Session) -> None:
    if each_session.server.version < 18:
        with pytest.raises(SqlError, match="syntax error"):
            each_session.run(TABLES)
        return
    each_session.run(f"{TABLES} SET session_replication_role = replica; INSERT INTO stays VALUES ({row});")
    [check] = [check for check in read_checks(each_session) if check.kind == "foreign key"]
    assert (check.label, check.columns) == ("constraint stays.housed", ("room", "nights"))
    assert count_violations(each_session, check) == NIGHTS[row]
