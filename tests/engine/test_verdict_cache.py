"""The file of verdicts may be lost, shared and damaged, and only ever says what was put there."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from confiture.engine.verdict_cache import VerdictCache
from confiture.model.verdict import Status, Verdict

KILLED = Verdict(Status.KILLED, "“total” is not true", killed_by="tests/orders.sql", oracles=3, duration_seconds=0.1)
EQUIVALENT = Verdict(Status.IGNORED, "leads to the same database", equivalent=True)


def test_gives_back_what_another_process_kept(tmp_path: Path) -> None:
    VerdictCache(tmp_path).keep({"a": KILLED})
    VerdictCache(tmp_path).keep({"b": EQUIVALENT})
    assert VerdictCache(tmp_path).find(["a", "b", "c"]) == {"a": KILLED, "b": EQUIVALENT}


def test_finds_more_keys_than_one_query_holds(tmp_path: Path) -> None:
    verdicts = {str(number): KILLED for number in range(1234)}
    VerdictCache(tmp_path).keep(verdicts)
    assert VerdictCache(tmp_path).find(verdicts) == verdicts


def test_looking_up_makes_no_file(tmp_path: Path) -> None:
    assert VerdictCache(tmp_path).find(["a"]) == {}
    assert list(tmp_path.iterdir()) == []


def test_version_control_ignores_the_folder(tmp_path: Path) -> None:
    cache = VerdictCache(tmp_path)
    cache.keep({"a": KILLED})
    assert (cache.path.parent / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("damage", [b"", b"not a database at all", b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_file_is_forgotten_and_made_anew(tmp_path: Path, damage: bytes) -> None:
    cache = VerdictCache(tmp_path)
    cache.keep({"a": KILLED})
    cache.path.write_bytes(damage)
    assert cache.find(["a"]) == {}
    cache.keep({"a": KILLED})
    assert cache.find(["a"]) == {"a": KILLED}


def test_a_verdict_that_was_tampered_with_is_not_believed(tmp_path: Path) -> None:
    cache = VerdictCache(tmp_path)
    cache.keep({"a": KILLED, "b": KILLED})
    with sqlite3.connect(cache.path) as connection:
        connection.execute("UPDATE verdicts SET verdict = replace(verdict, 'Killed', 'Survived') WHERE key = 'a'")
    connection.close()
    assert cache.find(["a", "b"]) == {"b": KILLED}


def test_a_place_where_nothing_can_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / ".confiture").write_text("a file where the folder should be")
    cache = VerdictCache(tmp_path)
    cache.keep({"a": KILLED})
    assert cache.find(["a"]) == {}


KEEPER = """
import sys
from pathlib import Path
from confiture.engine.verdict_cache import VerdictCache
from confiture.model.verdict import Status, Verdict

root, own = Path(sys.argv[1]), sys.argv[2]
for number in range(20):
    cache = VerdictCache(root)
    cache.keep({f"{own} {number}": Verdict(Status.KILLED, killed_by=f"{own} {number}")})
    if own == "2" and number == 10:
        cache.path.write_bytes(b"no database at all" * 100)
    for key, verdict in cache.find(f"{who} {number}" for who in range(4)).items():
        assert verdict.killed_by == key, (key, verdict)
"""


def test_several_processes_share_it_while_one_of_them_damages_it(tmp_path: Path) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", KEEPER, tmp_path, str(number)]) for number in range(4)]
    assert [process.wait() for process in processes] == [0, 0, 0, 0]
    cache = VerdictCache(tmp_path)
    cache.keep({"after": Verdict(Status.KILLED)})
    cache.keep({"after": Verdict(Status.KILLED)})  # the first one may have found it damaged
    assert list(cache.find(["after"])) == ["after"]
