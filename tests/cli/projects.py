"""A small project whose tests notice some mistakes and miss others."""

USERS = {
    "migrations/0001_users.up.sql": "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);\n",
    "migrations/0001_users.down.sql": "DROP TABLE users;\n",
    "migrations/0002_names.up.sql": "ALTER TABLE users ADD COLUMN name text UNIQUE;\n",
    "migrations/0002_names.down.sql": "ALTER TABLE users DROP COLUMN name;\n",
    "tests/0001_key.sql": "SELECT count(*) = 1 FROM pg_constraint WHERE conrelid = 'users'::regclass"
    " AND contype = 'p';\n",
    "tests/0002_column.sql": "SELECT count(*) = 1 FROM pg_attribute WHERE attrelid = 'users'::regclass"
    " AND attname = 'name' AND NOT attisdropped;\n",
}
"""Notices that a key or a column is missing; does not notice a missing NOT NULL or UNIQUE."""


def sleep_forever(mark: str) -> dict[str, str]:
    """A project whose migration never ends by itself; other runs on the same server do not have its ``mark``."""
    return {"migrations/0001_sleep.up.sql": f"SELECT pg_sleep(3600) AS {mark};\n"}
