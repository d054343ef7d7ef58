def test_something(cur):
    cur.execute("SELECT 1")
    assert cur.fetchone() == (1,)
