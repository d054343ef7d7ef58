from project import connect


def test_something():
    with connect() as connection:
        assert connection.execute("SELECT 1")
