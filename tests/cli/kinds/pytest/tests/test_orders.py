import os

import psycopg
import pytest


@pytest.fixture
def orders():
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        yield connection
        connection.rollback()


def test_a_free_order_is_fine(orders):
    orders.execute("INSERT INTO orders (id, total) VALUES (1, 0)")


def test_a_total_is_never_negative(orders):
    with pytest.raises(psycopg.errors.CheckViolation):
        orders.execute("INSERT INTO orders (id, total) VALUES (1, -1)")


def test_prices_are_rounded():
    assert round(1.005 * 100) == 100
