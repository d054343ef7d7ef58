"""Which PostgreSQL is found, and what is said when none is."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from confiture.config import PostgresConfig
from confiture.errors import NoServerError
from confiture.postgres import installation as discovery
from confiture.postgres.installation import Installation, inspect_folder
from confiture.postgres.server import candidates, open_server


def programs(folder: Path, **said: str) -> Path:
    """A folder of programs, each of which prints a line."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in said.items():
        (folder / name).write_text(f"#!/bin/sh\necho '{text}'\n")
        (folder / name).chmod(0o755)
    return folder


def server_programs(folder: Path, version: str) -> Path:
    return programs(folder, initdb="", pg_ctl="", psql="", postgres=f"postgres (PostgreSQL) {version}")


@pytest.mark.parametrize(
    ("said", "version", "version_text"),
    [("15.18 (Debian 15.18-0+deb12u1)", 15, "15.18"), ("18.6", 18, "18.6"), ("19beta1", 19, "19beta1")],
)
def test_the_version_is_the_one_that_postgres_says(tmp_path: Path, said: str, version: int, version_text: str) -> None:
    found = inspect_folder(server_programs(tmp_path, said), found="here").installation
    assert found is not None
    assert (found.version, found.version_text) == (version, version_text)


def test_a_folder_with_only_the_client_is_named_as_such(tmp_path: Path) -> None:
    lead = inspect_folder(programs(tmp_path, psql="", pg_dump=""), found="here")
    assert lead.installation is None
    assert lead.reason == "only the client programs are installed: initdb, postgres, pg_ctl not in this folder"


def test_a_version_too_old_for_us_is_no_candidate(tmp_path: Path) -> None:
    lead = inspect_folder(server_programs(tmp_path, "9.6.24"), found="here")
    assert lead.installation is None
    assert "PostgreSQL 9.6.24 is older than 14" in lead.reason


@pytest.fixture
def only_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose installations are all below ``tmp_path``, and without the bundled one."""
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(discovery, "_PATTERNS", (f"{tmp_path.relative_to('/')}/usual/*/bin",))
    monkeypatch.setattr(discovery, "_WHEEL", "no_such_package")
    return tmp_path


def test_the_newest_local_installation_is_chosen_unless_a_version_is_asked_for(only_here: Path) -> None:
    server_programs(only_here / "usual" / "14" / "bin", "14.1")
    server_programs(only_here / "usual" / "16" / "bin", "16.2")
    programs(only_here / "usual" / "17" / "bin", psql="")
    chosen = {candidate.version_text: candidate.chosen for candidate in candidates(PostgresConfig())}
    assert chosen == {None: False, "16.2": True, "14.1": False}
    chosen = {candidate.version_text: candidate.chosen for candidate in candidates(PostgresConfig(version=14))}
    assert chosen == {None: False, "16.2": False, "14.1": True}


def test_without_any_all_places_that_were_looked_at_are_listed(only_here: Path) -> None:
    programs(only_here / "usual" / "17" / "bin", psql="")
    with pytest.raises(NoServerError) as caught, open_server(PostgresConfig()):
        pass
    message = str(caught.value)
    assert "not set" in message
    assert f"{only_here}/usual/17/bin (found in its usual folder): only the client programs are installed" in message
    assert "pip install 'confiture-lsp[postgres]'" in message
    assert not any(candidate.chosen for candidate in candidates(PostgresConfig()))


def test_a_version_that_is_not_here_is_said_with_those_that_are(only_here: Path) -> None:
    server_programs(only_here / "usual" / "16" / "bin", "16.2")
    with (
        pytest.raises(NoServerError, match=r"No PostgreSQL 15 .*(.|\n)*is version 16\.2"),
        open_server(PostgresConfig(version=15)),
    ):
        pass


def test_binaries_that_are_set_are_the_only_place_that_is_looked_at(only_here: Path) -> None:
    server_programs(only_here / "usual" / "16" / "bin", "16.2")
    with pytest.raises(NoServerError) as caught, open_server(PostgresConfig(binaries=only_here / "nowhere")):
        pass
    assert f"{only_here}/nowhere (set as postgres.binaries): not a PostgreSQL server installation" in str(caught.value)
    assert "16.2" not in str(caught.value)


def test_programs_on_the_path_are_found_through_links(only_here: Path) -> None:
    server_programs(only_here / "cellar" / "bin", "17.1")
    (only_here / "path").mkdir()
    (only_here / "path" / "postgres").symlink_to(only_here / "cellar" / "bin" / "postgres")
    [chosen] = [candidate for candidate in candidates(PostgresConfig()) if candidate.chosen]
    assert chosen.source == f"{only_here}/cellar/bin (found on PATH)"


def test_candidates_tell_the_extensions_of_the_chosen_one(installations: Mapping[int, Installation]) -> None:
    for version in installations:
        [chosen] = [one for one in candidates(PostgresConfig(version=version)) if one.chosen]
        assert {"plpgsql", "citext"} <= set(chosen.extensions)
