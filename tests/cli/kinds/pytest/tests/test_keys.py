import psycopg
import pytest


def test_an_id_is_used_once(test_db_connection):
    test_db_connection.execute("INSERT INTO orders (id, total) VALUES (7, 1)")
    with pytest.raises(psycopg.errors.UniqueViolation):
        test_db_connection.execute("INSERT INTO orders (id, total) VALUES (7, 1)")
