"""Pairs of schemas that differ in one thing each: it is found and named, and nothing else is."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg.rows import dict_row

from confiture.errors import DatabaseError
from confiture.postgres.borrowed import Connection
from confiture.testing.fixtures.migration_runner import MigrationRunner
from confiture.testing.fixtures.schema_snapshotter import SchemaSnapshotter

SCHEMA = """
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL, age integer DEFAULT 1, mood mood);
CREATE TABLE posts (id integer, user_id integer REFERENCES users (id), CONSTRAINT small CHECK (id < 100));
CREATE INDEX posts_user_id_idx ON posts (user_id);
CREATE SEQUENCE numbers;
CREATE VIEW adults AS SELECT id FROM users WHERE age >= 18;
CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM users;
CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
CREATE POLICY own ON users USING (id = 1);
"""
CHANGES = {
    "CREATE TABLE tags (id int)": "+ table tags",
    "DROP TABLE posts": "- table posts",
    "ALTER TABLE users ADD COLUMN name text": "+ column users.name",
    "ALTER TABLE posts ALTER id TYPE bigint": "~ column posts.id: integer -> bigint",
    "ALTER TABLE users ALTER age DROP DEFAULT": "~ column users.age: integer DEFAULT 1 -> integer",
    "ALTER TABLE users ALTER email DROP NOT NULL": "~ column users.email: text NOT NULL -> text",
    "ALTER TABLE posts DROP CONSTRAINT small": "- constraint posts.small",
    "ALTER TABLE posts DROP CONSTRAINT posts_user_id_fkey": "- constraint posts.posts_user_id_fkey",
    "DROP INDEX posts_user_id_idx": "- index posts_user_id_idx",
    "CREATE OR REPLACE VIEW adults AS SELECT id FROM users WHERE age >= 21": "~ view adults: ",
    "DROP MATERIALIZED VIEW totals": "- materialized view totals",
    "ALTER SEQUENCE numbers INCREMENT 2": "~ sequence numbers: ",
    "ALTER TYPE mood ADD VALUE 'angry'": "~ type mood: ",
    "ALTER DOMAIN positive SET DEFAULT 1": "~ domain positive: ",
    "CREATE OR REPLACE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 2'": "~ function one(): ",
    "ALTER TABLE users DISABLE TRIGGER touched": "~ trigger users.touched: ",
    "DROP POLICY own ON users": "- policy users.own",
    "ALTER TABLE users ENABLE ROW LEVEL SECURITY": "~ table users: TABLE -> TABLE ROW LEVEL SECURITY",
    "GRANT SELECT ON users TO PUBLIC": "+ grants on table users",
    "COMMENT ON TABLE users IS 'people'": "+ comment on table users",
    "CREATE SCHEMA other": "+ schema other",
    "CREATE EXTENSION citext": "+ extension citext",
    "ALTER TABLE users SET (fillfactor = 50)": "~ table users: TABLE -> TABLE WITH (fillfactor=50)",
}


@pytest.mark.parametrize("change", CHANGES)
def test_finds_the_one_difference(change: str, connection: Connection) -> None:
    connection.execute(SCHEMA)
    snapshotter = SchemaSnapshotter(connection)
    before, same = snapshotter.capture(), snapshotter.capture()
    assert before == same
    assert str(snapshotter.compare(before, same)) == "no difference"
    assert not snapshotter.compare(before, same)
    connection.execute(change)
    after = snapshotter.capture()
    difference = snapshotter.compare(before, after)
    assert difference
    assert before != after
    line = str(difference)
    assert len(difference.added) + len(difference.removed) + len(difference.changed) == 1, str(difference)
    assert line.startswith(CHANGES[change]), line


def test_says_each_difference_on_a_line_of_its_own(connection: Connection) -> None:
    connection.execute(SCHEMA)
    before = SchemaSnapshotter(connection).capture()
    connection.execute("DROP TABLE posts; ALTER TABLE users ALTER email DROP NOT NULL; CREATE TABLE tags (id int)")
    assert str(SchemaSnapshotter.compare(before, SchemaSnapshotter(connection).capture())) == (
        "- table posts\n+ table tags\n~ column users.email: text NOT NULL -> text"
    )


def test_knows_the_moment(connection: Connection) -> None:
    captured = datetime.fromisoformat(SchemaSnapshotter(connection).capture().timestamp)
    assert captured.tzinfo is UTC
    assert abs(datetime.now(UTC) - captured) < timedelta(minutes=10)


def test_needs_no_row(url: str, connection: Connection) -> None:
    with psycopg.connect(url) as other:
        other.execute("CREATE TABLE a (id int)")
        other.commit()
        other.execute("LOCK TABLE a")
        connection.execute("SET lock_timeout = '5s'")
        assert "table a" in SchemaSnapshotter(connection).capture().objects


def test_data_is_no_difference(connection: Connection) -> None:
    connection.execute(SCHEMA)
    before = SchemaSnapshotter(connection).capture()
    connection.execute("INSERT INTO users VALUES (1, 'a'); SELECT nextval('numbers')")
    assert not SchemaSnapshotter.compare(before, SchemaSnapshotter(connection).capture())


def test_the_bookkeeping_of_the_runner_is_no_difference(connection: Connection) -> None:
    before = SchemaSnapshotter(connection).capture()
    connection.execute("CREATE SCHEMA confiture; CREATE TABLE confiture.applied_migrations (version text)")
    assert MigrationRunner(connection, ".").run("x").error
    assert not SchemaSnapshotter.compare(before, SchemaSnapshotter(connection).capture())


def test_leaves_the_connection_as_it_was(url: str) -> None:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        SchemaSnapshotter(connection).capture()
        assert connection.info.transaction_status.name == "IDLE"
        connection.execute("SET search_path = nowhere")
        SchemaSnapshotter(connection).capture()
        assert connection.execute("SHOW search_path").fetchone() == {"search_path": "nowhere"}


def test_works_in_autocommit_mode(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        before = SchemaSnapshotter(connection).capture()
        connection.execute("CREATE TABLE a (id integer)")
        assert str(SchemaSnapshotter.compare(before, SchemaSnapshotter(connection).capture())) == "+ table a"
        assert connection.autocommit
        assert connection.info.transaction_status.name == "IDLE"


def test_says_that_a_catalog_is_damaged(connection: Connection) -> None:
    connection.execute("CREATE TABLE a (id int PRIMARY KEY)")
    connection.execute("UPDATE pg_constraint SET conkey = '{9}' WHERE conrelid = 'a'::regclass")
    with pytest.raises(DatabaseError, match=r"^The schema cannot be read: .* \(XX000\)$"):
        SchemaSnapshotter(connection).capture()


def test_says_what_is_wrong_with_the_connection(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.SyntaxError):
        connection.execute("SELEC")
    with pytest.raises(DatabaseError, match=r"rollback\(\)"):
        SchemaSnapshotter(connection).capture()
    connection.close()
    with pytest.raises(DatabaseError, match="closed"):
        SchemaSnapshotter(connection).capture()
