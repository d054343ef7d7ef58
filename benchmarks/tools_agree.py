"""Whether migration tools themselves make the database that Confiture's layouts say they make.

Run with ``python benchmarks/tools_agree.py``. Each tool that is found on PATH (dbmate, sqitch, psql, and node with the
packages drizzle-orm and pg in ``node_modules`` of the working directory) migrates an empty database of a private
PostgreSQL; ``pg_dump`` of it is compared with that of a database which Confiture made from the same files. The order of
files matters in each history, so that a wrong one fails or leads elsewhere.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
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
            "db/migrations/10_b.sql": "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:down\nDROP TABLE a;\n",
            "db/migrations/2_c.sql": "-- migrate:up\nALTER TABLE a ADD COLUMN two int;\n-- migrate:down\n",
            "db/migrations/1_a.sql": "-- migrate:up\nALTER TABLE a ADD COLUMN one int;\n"
            "-- migrate:down\n-- migrate:up\nCREATE TABLE second_section (id int);\n-- migrate:down\n",
            "db/migrations/3_index.sql": "-- migrate:up transaction:false\n"
            "CREATE INDEX CONCURRENTLY a_id ON a (id);\n-- migrate:down\nDROP INDEX a_id;\n",
            "db/migrations/notes.sql": "-- migrate:up\nDROP TABLE a;\n",
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
            "deploy/z_first.sql": "BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\n",
            "deploy/a_second@v1.sql": "ALTER TABLE a ADD COLUMN one int;\n",
            "deploy/a_second.sql": "ALTER TABLE a RENAME COLUMN one TO two;\n",
            "revert/z_first.sql": "DROP TABLE a;\n",
            "revert/a_second@v1.sql": "ALTER TABLE a DROP COLUMN one;\n",
            "revert/a_second.sql": "ALTER TABLE a RENAME COLUMN two TO one;\n",
            "verify/z_first.sql": "SELECT id FROM a;\n",
            "verify/a_second@v1.sql": "SELECT one FROM a;\n",
            "verify/a_second.sql": "SELECT two FROM a;\n",
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
            "drizzle/0001_b.sql": "CREATE TABLE a (id int);--> statement-breakpoint\nINSERT INTO a VALUES (1);",
            "drizzle/0000_a.sql": "ALTER TABLE a ADD COLUMN later int;\n--> statement-breakpoint\n"
            "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;",
            "drizzle/0002_not_listed.sql": "DROP TABLE a;",
            "drizzle/meta/_journal.json": '{"version": "7", "dialect": "postgresql", "entries": ['
            '{"idx": 0, "version": "7", "when": 1700000000000, "tag": "0001_b", "breakpoints": true},'
            '{"idx": 1, "version": "7", "when": 1700000000001, "tag": "0000_a", "breakpoints": true}]}',
        },
        lambda root, *_: ["node", "confiture-drizzle.mjs", str(root / "drizzle")],
        "DROP SCHEMA IF EXISTS drizzle CASCADE;",
    ),
    Tool(
        "plain files, each given to psql",
        "psql",
        {
            "migrations/10_b.sql": "ALTER TABLE a ADD COLUMN ten int;\n",
            "migrations/9_a.sql": "CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\n"
            "CREATE INDEX CONCURRENTLY ON a (id);\n",
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
        with open_server(PostgresConfig(binaries=installation.binaries)) as server:
            for tool in TOOLS:
                found = shutil.which(tool.program)
                said = agrees(tool, server, installation.program("pg_dump")) if found else "is not installed"
                print(f"{tool.name}: {said}")
    finally:
        script.unlink()


if __name__ == "__main__":
    main()
