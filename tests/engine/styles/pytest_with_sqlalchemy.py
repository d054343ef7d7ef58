from sqlalchemy import text


def test_something(db):
    assert db.execute(text("SELECT 1")).scalar_one()
