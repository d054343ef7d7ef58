"""Whether migration tools themselves make the database that Confiture's layouts say they make.

Run with ``python benchmarks/tools_agree.py``. Each tool that is found on PATH (dbmate, sqitch, psql, liquibase, and
node with the packages drizzle-orm and pg in ``node_modules`` of the working directory) migrates an empty database of a
private PostgreSQL; ``pg_dump`` of it is compared with that of a database which Confiture made from the same files. The
order of files matters in each history, so that a wrong one fails or leads elsewhere. The package ``liquibase`` of npm
has the program in ``dist/liquibase``, which needs Java.
"""

import os
import re
import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from confiture.config import PostgresConfig
from confiture.engine.deliver import deliver
from confiture.engine.project import load_project
from confiture.engine.steps import steps_before
from confiture.postgres.installation import find_installations
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server, open_server
from confiture.postgres.session import Session
from confiture.postgres.variables import with_database

SHOP = """CREATE TYPE state AS ENUM ('open', 'paid');
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    total numeric(10, 2) NOT NULL CHECK (total >= 0),
    state state NOT NULL DEFAULT 'open'
);
COMMENT ON TABLE orders IS 'one; two';
INSERT INTO orders (total) VALUES (1), (2.50);
CREATE VIEW open_orders AS SELECT id, total FROM orders WHERE state = 'open';
"""
BODY = """CREATE FUNCTION pay(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE orders SET state = 'paid' WHERE id = wanted;
END $$;
"""
LATER = """UPDATE orders SET total = total * 2;
ALTER TABLE orders ADD COLUMN note text;
DROP VIEW open_orders;
"""
"""Statements that fail or lead elsewhere before `SHOP`."""

NODE = """
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
const pool = new pg.Pool();
await migrate(drizzle(pool), { migrationsFolder: process.argv[2] });
await pool.end();
"""


@dataclass(frozen=True)
class Tool:
    """A migration tool.

    Attributes:
        files: of a history.
        command: that migrates the database that the variables lead to.
        bookkeeping: what the tool adds for itself, dropped before the comparison.
    """

    name: str
    program: str
    files: Mapping[str, str]
    command: Callable[[Path, Server, str], list[str]]
    bookkeeping: str = ""


@contextmanager
def tcp_port(server: Server) -> Iterator[int]:
    """A port of this machine that leads to the server's socket, for what only speaks TCP."""
    path = f"{server.parameters['host']}/.s.PGSQL.{server.parameters['port']}"

    class Bridge(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.socket(socket.AF_UNIX) as there:
                there.connect(path)
                threading.Thread(target=pump, args=(self.request, there), daemon=True).start()
                pump(there, self.request)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Bridge) as bridge:
        bridge.daemon_threads = True
        threading.Thread(target=bridge.serve_forever, daemon=True).start()
        yield bridge.server_address[1]
        bridge.shutdown()


def pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # either side may leave first
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def dbmate_url(server: Server, database: str) -> str:
    parameters = server.parameters
    return f"postgres://{parameters['user']}@:{parameters['port']}/{database}?socket={parameters['host']}"


def sqitch_target(server: Server, database: str) -> str:
    parameters = server.parameters
    return f"db:pg://{parameters['user']}@/{database}?host={parameters['host']}&port={parameters['port']}"


TOOLS = (
    Tool(
        "dbmate",
        "dbmate",
        {
            "db/migrations/10_b.sql": f"-- migrate:up\n{SHOP}{BODY}-- migrate:down\nDROP TABLE orders;\n",
            "db/migrations/2_c.sql": f"-- migrate:up\n{LATER}-- migrate:down\n",
            "db/migrations/1_a.sql": "-- migrate:up\nALTER TABLE orders ADD COLUMN one int;\n-- migrate:down\n",
            "db/migrations/3_index.sql": "-- migrate:up transaction:false\n"
            "CREATE INDEX CONCURRENTLY orders_total ON orders (total);\n-- migrate:down\nDROP INDEX orders_total;\n",
            "db/migrations/notes.sql": "-- migrate:up\nDROP TABLE orders;\n",
        },
        lambda root, server, database: [
            *("dbmate", "--url", dbmate_url(server, database), "--no-dump-schema"),
            *("-d", str(root / "db/migrations"), "migrate"),
        ],
        "DROP TABLE IF EXISTS schema_migrations;",
    ),
    Tool(
        "sqitch",
        "sqitch",
        {
            "sqitch.conf": "[core]\n    engine = pg\n",
            "sqitch.plan": "%syntax-version=1.0.0\n%project=shop\n\n"
            "z_first 2024-01-01T00:00:00Z Me <me@example.com> # first\n"
            "a_second [z_first] 2024-01-02T00:00:00Z Me <me@example.com> # second\n"
            "@v1 2024-01-03T00:00:00Z Me <me@example.com> # tag\n\n"
            "a_second [a_second@v1] 2024-01-04T00:00:00Z Me <me@example.com> # reworked\n",
            "deploy/z_first.sql": f"\\set QUIET on\nBEGIN;\n{SHOP}{BODY}COMMIT;\n",
            "deploy/a_second@v1.sql": f"{LATER}",
            "deploy/a_second.sql": "ALTER TABLE orders RENAME COLUMN note TO remark;\n",
            "revert/z_first.sql": "DROP TABLE orders CASCADE;\n",
            "revert/a_second@v1.sql": "ALTER TABLE orders DROP COLUMN note;\n",
            "revert/a_second.sql": "ALTER TABLE orders RENAME COLUMN remark TO note;\n",
            "verify/z_first.sql": "SELECT id FROM orders;\n",
            "verify/a_second@v1.sql": "SELECT note FROM orders;\n",
            "verify/a_second.sql": "SELECT remark FROM orders;\n",
        },
        lambda root, server, database: [
            *("sqitch", "--chdir", str(root), "deploy", "--target", sqitch_target(server, database), "--verify"),
        ],
        "DROP SCHEMA IF EXISTS sqitch CASCADE;",
    ),
    Tool(
        "drizzle",
        "node",
        {
            "drizzle/0001_b.sql": f"{SHOP}--> statement-breakpoint\n{BODY}",
            "drizzle/0000_a.sql": f"{LATER}--> statement-breakpoint\nCREATE INDEX ON orders (note)",
            "drizzle/0002_not_listed.sql": "DROP TABLE orders;",
            "drizzle/meta/_journal.json": '{"version": "7", "dialect": "postgresql", "entries": ['
            '{"idx": 1, "version": "7", "when": 1700000000000, "tag": "0001_b", "breakpoints": true},'
            '{"idx": 0, "version": "7", "when": 1700000000001, "tag": "0000_a", "breakpoints": true}]}',
        },
        lambda root, *_: ["node", "confiture-drizzle.mjs", str(root / "drizzle")],
        "DROP SCHEMA IF EXISTS drizzle CASCADE;",
    ),
    Tool(
        "liquibase",
        "liquibase",
        {
            "db/b.sql": f"--liquibase formatted sql\n--property name:index value:orders_total\n--changeset me:1\n{SHOP}"
            f"--rollback DROP TABLE orders;\n--changeset me:2 splitStatements:false\n{BODY}"
            "--changeset me:3 dbms:!postgresql\nDROP TABLE orders;\n"
            "--changeset me:4 runInTransaction:false\nCREATE INDEX CONCURRENTLY ${index} ON orders (total);\n",
            "db/a.sql": f"--liquibase formatted sql\n--changeset me:5 endDelimiter:;\n{LATER}",
            "db/root.yaml": "databaseChangeLog:\n"
            "  - include:\n      file: db/b.sql\n  - include:\n      file: db/a.sql\n",
        },
        lambda root, _, database: [
            *("liquibase", f"--search-path={root}", "--changelog-file=db/root.yaml", "--username=postgres"),
            *(f"--url=jdbc:postgresql://127.0.0.1:{os.environ['BRIDGE']}/{database}", "update"),
        ],
        "DROP TABLE IF EXISTS databasechangelog, databasechangeloglock;",
    ),
    Tool(
        "plain files, each given to psql",
        "psql",
        {
            "migrations/10_b.sql": f"\\set ON_ERROR_STOP on\n{LATER}",
            "migrations/9_a.sql": f"{SHOP}{BODY}CREATE INDEX CONCURRENTLY ON orders (total);\n",
        },
        lambda root, *_: [
            *("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"),
            *("-f", str(root / "migrations/9_a.sql"), "-f", str(root / "migrations/10_b.sql")),
        ],
    ),
)


def dump(pg_dump: Path, environment: Mapping[str, str]) -> str:
    command = [pg_dump, "--no-owner", "--inserts"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return re.sub(r"^(--|\\(un)?restrict|SET|SELECT pg_catalog\.set_config).*\n|^\n", "", said, flags=re.MULTILINE)


def agrees(tool: Tool, server: Server, pg_dump: Path) -> str:
    with tempfile.TemporaryDirectory() as folder, Scratch(server) as scratch:
        root = Path(folder).resolve()
        for name, text in {"confiture.toml": "", **tool.files}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        project = load_project(root, environment={})
        ours, theirs = scratch.create(), scratch.create()
        with Session(server, ours) as session:
            for step in steps_before(project, len(project.history.migrations)):
                deliver(session, step.script, step.delivery)
        environment = with_database(os.environ, server, theirs)
        command = tool.command(root, server, theirs)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"the tool failed: {(done.stderr or done.stdout).strip()[-400:]}"
        with Session(server, theirs) as session:
            session.run(tool.bookkeeping or ";")
        mine = dump(pg_dump, with_database(os.environ, server, ours))
        other = dump(pg_dump, environment)
        count = len(project.history.migrations)
        same = (
            f"the same database after {count} migrations ({project.history.layout}), {len(mine)} characters of pg_dump"
        )
        return same if mine == other else f"DIFFERS\n--- ours\n{mine}\n--- the tool's\n{other}"


def main() -> None:
    installation = next(lead.installation for lead in find_installations(PostgresConfig()) if lead.installation)
    script = Path("confiture-drizzle.mjs")
    script.write_text(NODE)
    try:
        with open_server(PostgresConfig(binaries=installation.binaries)) as server, tcp_port(server) as port:
            os.environ["BRIDGE"] = str(port)
            for tool in TOOLS:
                found = shutil.which(tool.program)
                said = agrees(tool, server, installation.program("pg_dump")) if found else "is not installed"
                print(f"{tool.name}: {said}")
    finally:
        script.unlink()


if __name__ == "__main__":
    main()
