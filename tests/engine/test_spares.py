"""Clones that are made ahead."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from confiture.engine.spares import Spares
from confiture.engine.workbench import Workbench
from confiture.postgres.session import Session


@pytest.fixture
def template(workbench: Workbench) -> Iterator[str]:
    with workbench.clone(None) as database:
        with Session(workbench.server, database) as session:
            session.run("CREATE TABLE t AS SELECT 1 AS a")
        yield database


@pytest.fixture
def spares(workbench: Workbench) -> Iterator[Spares]:
    spares = Spares(workbench.server, workbench.scratch)
    yield spares
    spares.close()


def test_as_many_as_are_wanted_are_ready_each_in_the_state_of_the_template(spares: Spares, template: str) -> None:
    spares.want(template, 2)
    spares.wait()
    taken = [spare for spare in (spares.take(template) for _ in range(3)) if spare]
    assert len({spare.session.database for spare in taken}) == 2
    for spare in taken:
        with closing(spare):
            assert not spare.session.in_transaction
            assert spare.session.run("SELECT a FROM t")[0].rows == (("1",),)
        assert spare.session.closed


def test_those_that_were_taken_are_replaced_when_they_are_wanted_again(spares: Spares, template: str) -> None:
    spares.want(template, 1)
    spares.wait()
    first = spares.take(template)
    assert first
    spares.want(template, 1)
    spares.wait()
    assert spares.take(template) is None
    spares.want_again(1)
    spares.wait()
    second = spares.take(template)
    assert second
    with closing(first), closing(second):
        assert first.session.database != second.session.database


def test_of_another_template_there_are_none_and_the_old_ones_go(
    spares: Spares, template: str, workbench: Workbench
) -> None:
    spares.want(template, 1)
    spares.wait()
    assert spares.take("another") is None
    with workbench.clone(template) as another:
        spares.want(another, 1)
        spares.wait()
        assert spares.take(template) is None
        spare = spares.take(another)
        assert spare
        with closing(spare):
            assert spare.session.run("SELECT a FROM t")[0].rows == (("1",),)


def test_once_they_are_closed_their_sessions_are_too_and_none_is_made(
    workbench: Workbench, template: str, wait_until: Callable[[Callable[[], object]], None]
) -> None:
    ours = "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE %s", [template.rpartition("_")[0] + "%"]
    with workbench.clone(template) as another, Session(workbench.server, another) as session:
        before = session.query(*ours)
        spares = Spares(workbench.server, workbench.scratch)
        spares.want(template, 2)
        spares.wait()
        assert session.query(*ours) != before
        spares.close()
        spares.want_again(1)
        spares.wait()
        assert spares.take(template) is None
        wait_until(lambda: session.query(*ours) == before)


def test_a_server_of_somebody_else_has_no_idle_connections_of_ours(workbench: Workbench, template: str) -> None:
    spares = Spares(replace(workbench.server, private=False), workbench.scratch)
    spares.want(template, 1)
    spares.wait()
    assert spares.take(template) is None


def test_a_template_that_cannot_be_copied_is_no_error_yet(spares: Spares, template: str) -> None:
    spares.want("confiture_no_such_database", 1)
    spares.wait()
    assert spares.take("confiture_no_such_database") is None
    spares.want(template, 1)
    spares.wait()
    spare = spares.take(template)
    assert spare
    with closing(spare):
        pass
