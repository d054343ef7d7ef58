def test_orders_status_is_never_null(connection):
    assert connection.execute("SELECT 1").fetchone()


def helper(cursor):
    cursor.execute("SELECT 1")
