import os

import psycopg

with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    connection.execute("INSERT INTO orders (id, total) VALUES (1, 0)")
    try:
        connection.execute("INSERT INTO orders (id, total) VALUES (2, -1)")
    except psycopg.errors.CheckViolation:
        raise SystemExit(0) from None
    raise SystemExit("an order has a negative total")
