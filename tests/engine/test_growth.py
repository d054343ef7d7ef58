"""Shapes and estimates, on numbers alone."""

from math import log2
from random import Random

import pytest

from confiture.engine.growth import predict, settled, shape_of
from confiture.model.growth import Estimate, Point, Shape, rows_in_words

FORMULAS = {
    Shape.CONSTANT: lambda _: 0.004,
    Shape.LINEAR: lambda rows: 0.001 + rows * 1e-6,
    Shape.LOG_LINEAR: lambda rows: rows * log2(rows) * 1e-7,
    Shape.WORSE: lambda rows: 0.001 + rows * rows * 1e-9,
}
SIZES = (5_000, 20_000, 80_000)


def points(shape: Shape, *, sizes: tuple[int, ...] = SIZES, seed: int = 0, noise: float = 0.01) -> list[Point]:
    """Five runs of each size; one in ten takes twice as long."""
    random = Random(seed)

    def run(rows: int) -> float:
        return FORMULAS[shape](rows) * (1 + random.random() * noise) * random.choices((1, 2), (9, 1))[0]

    return [Point(rows, tuple(run(rows) for _ in range(5))) for rows in sizes]


@pytest.mark.parametrize("shape", [Shape.CONSTANT, Shape.LINEAR, Shape.WORSE])
def test_the_simplest_shape_that_fits_is_named(shape: Shape) -> None:
    assert {shape_of(points(shape, seed=seed))[0] for seed in range(20)} == {shape}


def test_shapes_that_few_sizes_cannot_tell_apart_are_both_in_the_interval() -> None:
    estimate = predict(points(Shape.LINEAR), 40_000_000)
    assert estimate.low < FORMULAS[Shape.LINEAR](40_000_000) < estimate.high
    assert estimate.high / estimate.low > log2(40_000_000) / log2(80_000) * 0.9


@pytest.mark.parametrize("shape", Shape)
def test_the_interval_holds_what_the_formula_says_sixteen_times_further(shape: Shape) -> None:
    for seed in range(20):
        estimate = predict(points(shape, seed=seed, noise=0.05), 16 * SIZES[-1])
        assert estimate.low <= FORMULAS[shape](16 * SIZES[-1]) <= estimate.high


def test_the_further_from_what_was_measured_the_wider_is_the_interval() -> None:
    exact = [Point(rows, (FORMULAS[Shape.LINEAR](rows),)) for rows in SIZES]
    near, far = (predict(exact, factor * SIZES[-1]) for factor in (4, 4**9))
    assert near.middle / near.low == pytest.approx(1.2)
    assert far.middle / far.low == pytest.approx(1.6)


def test_the_same_points_always_get_the_same_estimate() -> None:
    many = points(Shape.LINEAR, sizes=(10, 20, 40, 80, 160, 320, 640))
    assert predict(many, 1e6) == predict(many, 1e6)


def test_nothing_gets_cheaper_with_more_rows() -> None:
    falling = [Point(rows, (1 / rows,)) for rows in SIZES]
    assert shape_of(falling)[0] is Shape.CONSTANT
    assert predict(falling, 1e9).low > 0


def test_the_slower_half_of_the_runs_does_not_count() -> None:
    assert settled(Point(1, (5.0, 1.0, 9.0, 2.0, 3.0))) == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (Estimate(0.0009, 0.0012, 0.05), "1.2 ms (0.9–50)"),
        (Estimate(120, 180, 300), "3 min (2–5)"),
        (Estimate(3_000, 7_200, 36_000), "2 h (0.8–10)"),
    ],
)
def test_times_are_said_as_people_read_them(estimate: Estimate, words: str) -> None:
    assert estimate.in_seconds() == words


@pytest.mark.parametrize(
    ("rows", "words"),
    [(1, "1 row"), (950, "950 rows"), (80_000, "80 k rows"), (40_000_000, "40 M rows"), (2_500_000_000, "2.5 G rows")],
)
def test_rows_are_said_as_people_read_them(rows: int, words: str) -> None:
    assert rows_in_words(rows) == words
