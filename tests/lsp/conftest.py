"""Language server sessions over real stdio."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from editor import Editor, started

from confiture.postgres.server import Server

FILES = {
    "confiture.toml": "",
    "migrations/0001_users.up.sql": "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);\n",
    "migrations/0001_users.down.sql": "DROP TABLE users;\n",
    "migrations/0002_names.up.sql": "ALTER TABLE users ADD COLUMN name text UNIQUE;\n",
    "migrations/0002_names.down.sql": "ALTER TABLE users DROP COLUMN name;\n",
    "tests/0002_column.sql": "SELECT count(*) = 1 FROM pg_attribute WHERE attrelid = 'users'::regclass"
    " AND attname = 'name' AND NOT attisdropped;\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose one test notices a missing column, but not a missing UNIQUE."""
    root = tmp_path / "project"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared(tmp_path_factory: pytest.TempPathFactory, server: Server) -> AsyncGenerator[Editor, Any]:
    """One process for all tests that do not end it; ``server`` keeps PostgreSQL warm."""
    async with started(tmp_path_factory.mktemp("workspace")) as editor:
        yield editor


@pytest_asyncio.fixture(loop_scope="session")
async def editor(shared: Editor) -> Editor:
    """An editor that has settled down after the test before."""
    await shared.execute("confiture.cancel")
    await shared.idle()
    shared.push({})
    shared.forget()
    return shared
