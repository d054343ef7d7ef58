"""Shards judge all mutants between them, each in exactly one of them."""

from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confiture.engine.check import check
from confiture.engine.outcome import Outcome, collect
from confiture.engine.project import load_project
from confiture.engine.workbench import Workbench
from confiture.model.shard import WHOLE, Shard, parse_shard

COUNTS = st.integers(1, 40)
SHARDS = {number: [Shard(k, number) for k in range(1, number + 1)] for number in range(1, 41)}


@given(items=st.lists(st.integers(), unique=True, max_size=200), of=COUNTS, turn=st.integers(0, 500))
def test_every_item_is_in_exactly_one_shard(items: list[int], of: int, turn: int) -> None:
    shares = [shard.share(items, turn=turn) for shard in SHARDS[of]]
    assert sorted(chain.from_iterable(shares)) == sorted(items)


@given(size=st.integers(0, 200), of=COUNTS, turn=st.integers(0, 500))
def test_shares_are_even_and_in_order_and_neighbours_part(size: int, of: int, turn: int) -> None:
    shares = [shard.share(range(size), turn=turn) for shard in SHARDS[of]]
    lengths = [len(share) for share in shares]
    assert max(lengths) - min(lengths) <= 1
    for share in shares:
        assert list(share) == list(range(share[0], size, of)) if share else size < of


@given(migrations=st.integers(1, 60), of=COUNTS)
def test_migrations_with_one_mutant_each_are_spread_too(migrations: int, of: int) -> None:
    lengths = [sum(len(shard.share([0], turn=turn)) for turn in range(migrations)) for shard in SHARDS[of]]
    assert max(lengths) - min(lengths) <= 1


def test_the_only_shard_has_everything() -> None:
    assert WHOLE.share([3, 1, 2], turn=7) == (3, 1, 2)


@pytest.mark.parametrize(("text", "shard"), [("1/1", Shard(1, 1)), ("2/3", Shard(2, 3)), ("12/12", Shard(12, 12))])
def test_shards_are_written_as_k_of_n(text: str, shard: Shard) -> None:
    assert parse_shard(text) == shard
    assert str(shard) == text


@pytest.mark.parametrize(
    "text", ["", "2", "0/3", "4/3", "1/0", "-1/3", "1/-3", "1/3/5", " 1/3", "01/3", "a/b", "1.5/3"]
)
def test_other_texts_name_no_shard(text: str) -> None:
    assert parse_shard(text) is None


def test_shards_of_a_check_do_everything_but_judge_others_mutants(shop: Path, workbench: Workbench) -> None:
    project = load_project(shop, environment={})
    promotions = project.history.migrations[13]

    def outcome(shard: Shard) -> Outcome:
        return collect(check(project, promotions, workbench=workbench, shard=shard))

    whole, one, two = outcome(WHOLE), outcome(Shard(1, 2)), outcome(Shard(2, 2))
    judged = [{judgement.mutant.id for judgement in each.judgements} for each in (whole, one, two)]
    assert judged[1] | judged[2] == judged[0]
    assert not judged[1] & judged[2]
    assert min(len(ids) for ids in judged) > 20
    for each in (one, two):
        assert len(each.mutants) == len(each.judgements)
        assert each.planned == whole.planned == len(whole.judgements)
        assert (each.findings, each.residue, each.undone) == (whole.findings, whole.residue, whole.undone)
        assert len(each.comparisons) == len(whole.comparisons)
