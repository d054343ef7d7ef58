"""Lost and changed rows, rows that break the rules of their tables, and indexes of no use."""

import re
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from confiture.errors import DatabaseError
from confiture.postgres.borrowed import Connection
from confiture.testing.fixtures.data_validator import DataValidator

TABLES = """
CREATE TABLE users (id integer PRIMARY KEY, name text, born timestamptz DEFAULT '2020-01-01');
CREATE TABLE posts (author integer REFERENCES users (id), title text);
CREATE TABLE empty (id integer);
CREATE TABLE parts (id integer, kind text, PRIMARY KEY (id, kind)) PARTITION BY LIST (kind);
CREATE TABLE parts_a PARTITION OF parts FOR VALUES IN ('a');
CREATE TABLE parts_rest PARTITION OF parts DEFAULT;
INSERT INTO users SELECT n, 'user ' || n FROM generate_series(1, 100) AS n;
INSERT INTO posts SELECT n % 100 + 1, 'title' FROM generate_series(1, 200) AS n;
INSERT INTO parts SELECT n, CASE WHEN n % 2 = 0 THEN 'a' ELSE 'b' END FROM generate_series(1, 10) AS n;
"""
LOSSES = {
    "SELECT 1": [],
    "INSERT INTO users VALUES (101, 'new')": [],
    "INSERT INTO users SELECT n, 'new' FROM generate_series(101, 2000) AS n": [],
    "ALTER TABLE users ADD COLUMN age integer DEFAULT 1": [],
    "ALTER TABLE users RENAME TO people": [],
    "ALTER TABLE users RENAME name TO full_name": [],
    "ALTER TABLE posts ALTER author TYPE bigint": [],
    "SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'German'": [],
    "ALTER TABLE posts DROP CONSTRAINT posts_author_fkey; CREATE TABLE u AS TABLE users; DROP TABLE users;"
    "ALTER TABLE u RENAME TO users": [],
    "UPDATE users SET name = 'other' WHERE id = 7": [r"users: 1 row changed: \(7\)"],
    "UPDATE users SET name = NULL WHERE id < 4": [r"users: 3 rows changed: \(\d\), \(\d\), \(\d\)"],
    "UPDATE users SET name = NULL WHERE id < 6": [r"users: 5 rows changed: \(\d\), \(\d\), \(\d\), …"],
    "DELETE FROM posts WHERE author = 3": ["posts: 2 rows lost"],
    "DELETE FROM posts WHERE author = 3; INSERT INTO posts VALUES (4, 'title'), (4, 'title')": ["posts: 2 rows lost"],
    "DELETE FROM parts WHERE id = 4": ["parts: 1 row lost"],
    "DELETE FROM parts WHERE id = 4; UPDATE users SET id = 1000 WHERE id = 100 AND false": ["parts: 1 row lost"],
    "TRUNCATE users CASCADE": ["posts: 200 rows lost", "users: 100 rows lost"],
    "DROP TABLE empty": [],
    "ALTER TABLE posts DROP COLUMN author": ["posts: the column author is gone, with its values in 200 rows"],
    "DROP TABLE posts": ["posts: the table is gone, with 200 rows"],
    "ALTER TABLE users DROP COLUMN name": ["users: the column name is gone, with its values in 100 rows"],
    "ALTER TABLE posts DROP COLUMN author; DELETE FROM posts WHERE ctid = '(0,1)'": [
        "posts: the column author is gone, with its values in 200 rows",
        "posts: 1 row lost",
    ],
}


@pytest.mark.parametrize("change", LOSSES)
def test_finds_what_is_lost(change: str, connection: Connection) -> None:
    connection.execute(TABLES)
    validator = DataValidator(connection)
    baseline = validator.capture_baseline()
    assert baseline.row_counts == {"users": 100, "posts": 200, "parts": 10, "empty": 0}
    connection.execute(change)
    found = validator.find_data_loss(baseline)
    assert len(found) == len(LOSSES[change]), found
    assert all(re.fullmatch(wanted, line) for line, wanted in zip(found, LOSSES[change], strict=True)), found
    assert validator.no_data_loss(baseline) is (not LOSSES[change])


OFF = "SET session_replication_role = replica;"
VIOLATIONS = {
    "SELECT 1": [],
    "ALTER TABLE users ADD CONSTRAINT few CHECK (id < 99) NOT VALID": ["2 rows break constraint users.few"],
    "ALTER TABLE users ADD CONSTRAINT named CHECK (name <> '') NOT VALID": [],
    f"{OFF} DELETE FROM users WHERE id = 5": ["2 rows break constraint posts.posts_author_fkey"],
    "INSERT INTO posts VALUES (NULL, 'nobody')": [],
    "ALTER TABLE posts ADD FOREIGN KEY (title) REFERENCES names NOT VALID": [
        "200 rows break constraint posts.posts_title_fkey"
    ],
    "UPDATE pg_attribute SET attnotnull = true WHERE attrelid = 'users'::regclass AND attname = 'name';"
    "UPDATE users SET born = born": [],
    "UPDATE users SET name = NULL WHERE id = 1;"
    "UPDATE pg_attribute SET attnotnull = true WHERE attrelid = 'users'::regclass AND attname = 'name'": [
        "1 row breaks NOT NULL of users.name"
    ],
    "UPDATE pg_index SET indisready = false WHERE indexrelid = 'users_pkey'::regclass;"
    "INSERT INTO users VALUES (1, 'twin')": ["1 row breaks constraint users.users_pkey"],
    "CREATE DOMAIN kinds AS text; ALTER TABLE parts ADD of kinds, ADD CONSTRAINT few CHECK (id < 10) NOT VALID;"
    "ALTER TABLE parts_a ADD CONSTRAINT own CHECK (id < 8) NOT VALID; UPDATE parts SET of = 'x' WHERE id < 3;"
    "ALTER DOMAIN kinds ADD CONSTRAINT long CHECK (length(VALUE) > 1) NOT VALID": [
        "2 rows break constraint long of parts.of",
        "1 row breaks constraint parts.few",
        "2 rows break constraint parts_a.own",
    ],
    "ALTER TABLE parts ADD name text, ADD owner text;"
    "UPDATE pg_attribute SET attnotnull = true WHERE attname = 'name' AND attrelid::regclass::text ~ '^parts'": [
        "10 rows break NOT NULL of parts.name"
    ],
    "CREATE DOMAIN age AS integer; CREATE TABLE pets (age age, name text); INSERT INTO pets VALUES (-1), (0), (NULL);"
    "ALTER DOMAIN age ADD CONSTRAINT born CHECK (VALUE >= 0) NOT VALID": ["1 row breaks constraint born of pets.age"],
    'CREATE DOMAIN word AS text; CREATE DOMAIN "Nick" AS word; CREATE TABLE pets (id integer, nick "Nick", old "Nick");'
    "ALTER TABLE pets DROP COLUMN old; INSERT INTO pets VALUES (1, 'Al'), (2, ''), (3, NULL);"
    "UPDATE pg_type SET typnotnull = true WHERE typname = 'Nick';"
    "ALTER DOMAIN word ADD CONSTRAINT short CHECK (VALUE <> '' AND length(VALUE) < 9) NOT VALID": [
        '1 row breaks NOT NULL of domain "Nick" of pets.nick',
        "1 row breaks constraint short of pets.nick",
    ],
    "CREATE TABLE spans (s int4range, EXCLUDE USING gist (s WITH &&));"
    "INSERT INTO spans VALUES ('[1,3)'), ('[3,5)')": [],
    "CREATE TABLE spans (s int4range, EXCLUDE USING gist (s WITH &&));"
    "UPDATE pg_index SET indisready = false WHERE indexrelid = 'spans_s_excl'::regclass;"
    "INSERT INTO spans VALUES ('[1,4)'), ('[3,5)')": ["1 row breaks constraint spans.spans_s_excl"],
}


@pytest.mark.parametrize("change", VIOLATIONS)
def test_holds_every_row_against_every_rule(change: str, connection: Connection) -> None:
    connection.execute(f"CREATE TABLE names (name text PRIMARY KEY);{TABLES}")
    connection.execute(change)
    validator = DataValidator(connection)
    assert validator.find_violations() == VIOLATIONS[change]
    assert validator.constraints_valid() is (not VIOLATIONS[change])


INDEXES = {
    "UPDATE pg_index SET indisready = false WHERE indexrelid = 'users_pkey'::regclass;"
    "INSERT INTO users VALUES (1, 'twin')": [
        "index users_pkey of users is not ready",
        "1 row breaks constraint users.users_pkey",
    ],
    "CREATE UNIQUE INDEX ON users (lower(name))": [],
    "CREATE UNIQUE INDEX ON posts (title) WHERE author = 1000": [],
    "CREATE INDEX titles ON posts (title);"
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'titles'::regclass": [
        "index titles of posts is invalid"
    ],
    "CREATE UNIQUE INDEX names ON users (lower(name)) WHERE id > 0;"
    "UPDATE pg_index SET indisready = false WHERE indexrelid = 'names'::regclass;"
    "UPDATE users SET name = 'USER 1' WHERE id = 2": ["index names of users is not ready", "1 row breaks index names"],
}


@pytest.mark.parametrize("change", INDEXES)
def test_indexes_are_used_and_tell_the_truth(change: str, connection: Connection) -> None:
    connection.execute(TABLES)
    connection.execute(change)
    validator = DataValidator(connection)
    assert validator.find_index_problems() == INDEXES[change]
    assert validator.validate_indexes() is (not INDEXES[change])
    assert validator.find_violations() == [line for line in INDEXES[change] if "constraint" in line]


def test_counts_rows_as_the_connection_names_tables(connection: Connection) -> None:
    connection.execute(f'CREATE SCHEMA app; SET search_path = app; {TABLES} CREATE TABLE "Odd ""one" (id int)')
    validator = DataValidator(connection)
    assert [validator.get_row_count(name) for name in ("users", "app.parts", '"Odd ""one"')] == [100, 10, 0]


NO_TABLES = {
    "nowhere": "^there is no table nowhere$",
    "": "^'' is no name of a table: ",
    "a b c": "^'a b c' is no name of a table: .*\\(42602\\)",
    "users; DROP TABLE users": "is no name of a table: ",
}


@pytest.mark.parametrize("name", NO_TABLES)
def test_says_that_there_is_no_such_table(name: str, connection: Connection) -> None:
    connection.execute(TABLES)
    with pytest.raises(ValueError, match=NO_TABLES[name]):
        DataValidator(connection).get_row_count(name)
    assert DataValidator(connection).get_row_count("users") == 100


def test_checks_one_foreign_key(connection: Connection) -> None:
    connection.execute(f"{TABLES} CREATE TABLE notes (author integer); INSERT INTO notes VALUES (1000)")
    connection.execute("ALTER TABLE notes ADD FOREIGN KEY (author) REFERENCES users NOT VALID")
    validator = DataValidator(connection)
    assert validator.check_foreign_key_integrity("posts", "author")
    assert not validator.check_foreign_key_integrity("notes", "author")
    connection.execute(f"{OFF} DELETE FROM users WHERE id = 5")
    assert not validator.check_foreign_key_integrity("posts", "author")


def test_says_which_columns_are_in_foreign_keys(connection: Connection) -> None:
    connection.execute(f"{TABLES} ALTER TABLE posts ADD editor integer REFERENCES users (id)")
    validator = DataValidator(connection)
    with pytest.raises(
        ValueError, match=r"^posts\.title is in no foreign key; columns of posts that are: author, editor$"
    ):
        validator.check_foreign_key_integrity("posts", "title")
    with pytest.raises(ValueError, match=r"^users\.id is in no foreign key; columns of users that are: none$"):
        validator.check_foreign_key_integrity("users", "id")


def test_knows_the_moment_of_a_baseline(connection: Connection) -> None:
    captured = datetime.fromisoformat(DataValidator(connection).capture_baseline().timestamp)
    assert captured.tzinfo is UTC
    assert abs(datetime.now(UTC) - captured) < timedelta(minutes=10)


def test_says_why_data_cannot_be_read(connection: Connection) -> None:
    connection.execute("CREATE TABLE a (n integer); INSERT INTO a VALUES (0)")
    connection.execute("ALTER TABLE a ADD CHECK (1 / n > 0) NOT VALID")
    with pytest.raises(DatabaseError, match=r"^The data cannot be read: division by zero \(22012\)$"):
        DataValidator(connection).constraints_valid()


def test_leaves_the_connection_as_it_was(connection: Connection) -> None:
    validator = DataValidator(connection)
    baseline = validator.capture_baseline()
    assert validator.no_data_loss(baseline)
    assert validator.constraints_valid()
    assert validator.validate_indexes()
    assert connection.info.transaction_status.name == "IDLE"


def test_works_in_autocommit_mode(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLES)
        validator = DataValidator(connection)
        baseline = validator.capture_baseline()
        connection.execute("DELETE FROM posts WHERE author = 3")
        assert validator.find_data_loss(baseline) == ["posts: 2 rows lost"]
        assert validator.constraints_valid()
        assert connection.autocommit
        assert connection.info.transaction_status.name == "IDLE"


def test_says_what_is_wrong_with_the_connection(connection: Connection) -> None:
    validator = DataValidator(connection)
    with pytest.raises(psycopg.errors.SyntaxError):
        connection.execute("SELEC")
    with pytest.raises(
        DatabaseError, match=r"^The transaction of the connection has failed; call its rollback\(\) first\.$"
    ):
        validator.constraints_valid()
    connection.close()
    with pytest.raises(DatabaseError, match="closed"):
        validator.capture_baseline()
