"""From times on tables of a few sizes to a time on a table of another size. Numbers in, numbers out.

Two coefficients, a fixed part and one that grows, are fitted for each shape by least squares of relative errors,
because noise is a part of what is measured. The simplest shape that fits about as well as the best is named. An
estimate's interval holds what that shape and the next worse one say, if the points do not rule it out, each fitted to
many draws of one run per size, and is the wider the further it lies from what was measured.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice, product
from math import log, log2, sqrt
from random import Random
from statistics import median, quantiles

from confiture.model.growth import Estimate, Point, Shape

LEAST_POINTS = 3
_TERMS: Mapping[Shape, Callable[[float], float]] = {
    Shape.CONSTANT: lambda _: 0.0,
    Shape.LINEAR: lambda rows: rows,
    Shape.LOG_LINEAR: lambda rows: rows * log2(max(rows, 2.0)),
    Shape.WORSE: lambda rows: rows * rows,
}
_LEAST_NOISE = 0.05
"""Differences of a twentieth say nothing about a shape."""
_MODEL_ERROR = 0.20
"""For each fourfold of rows: no statement follows a formula exactly, caches end, pages fill."""
_DRAWS = 400


def shape_of(points: Sequence[Point]) -> tuple[Shape, float]:
    """The simplest shape that fits ``points``, and how far it misses them, as a part of them."""
    errors = _errors(points)
    shape = next(shape for shape in Shape if errors[shape] <= _tolerated(points, errors))
    return shape, errors[shape]


def predict(points: Sequence[Point], rows: float) -> Estimate:
    """What a run on ``rows`` rows takes."""
    errors = _errors(points)
    shape, _ = shape_of(points)
    middle = curve(_middles(points), shape)(rows)
    lows, highs = [middle], [middle]
    draws = list(_draws(points))
    for each in (shape, *_worse_than(shape, tolerated=_tolerated(points, errors), errors=errors)):
        low, high = _most_of([curve(draw, each)(rows) for draw in draws])
        lows.append(low)
        highs.append(high)
    error = 1 + _MODEL_ERROR * sqrt(max(log(rows / points[-1].rows, 4), 1.0))  # as errors of independent steps add up
    return Estimate(min(lows) / error, middle, max(highs) * error)


def _most_of(values: Sequence[float]) -> tuple[float, float]:
    """What nine in ten of ``values`` lie between."""
    cuts = quantiles(values, n=20, method="inclusive") if len(values) > 1 else values
    return cuts[0], cuts[-1]


def _worse_than(shape: Shape, *, tolerated: float, errors: Mapping[Shape, float]) -> Sequence[Shape]:
    """The next shape, if the points do not rule it out: few sizes do not tell neighbours apart."""
    following = list(Shape)[list(Shape).index(shape) + 1 :][:1]
    return [each for each in following if errors[each] <= tolerated]


def _middles(points: Sequence[Point]) -> list[tuple[float, float]]:
    return [(point.rows, median(settled(point))) for point in points]


def settled(point: Point) -> Sequence[float]:
    """The faster half of the runs: what disturbs one only makes it longer."""
    return sorted(point.seconds)[: (len(point.seconds) + 1) // 2]


def _draws(points: Sequence[Point]) -> Sequence[Sequence[tuple[float, float]]]:
    """One run of each size, in many combinations; always the same for the same points."""
    choices = [[(float(point.rows), seconds) for seconds in settled(point)] for point in points]
    random = Random(0)  # noqa: S311 - nothing is secret
    if len(choices[0]) ** len(choices) <= _DRAWS:
        return list(islice(product(*choices), _DRAWS))
    return [[random.choice(choice) for choice in choices] for _ in range(_DRAWS)]


def _errors(points: Sequence[Point]) -> Mapping[Shape, float]:
    """The root mean square of the relative errors of each shape's fit."""
    middles = _middles(points)
    return {shape: _miss(middles, curve(middles, shape)) for shape in Shape}


def _miss(values: Sequence[tuple[float, float]], line: Callable[[float], float]) -> float:
    return sqrt(sum((line(rows) / seconds - 1) ** 2 for rows, seconds in values) / len(values))


def _tolerated(points: Sequence[Point], errors: Mapping[Shape, float]) -> float:
    """The error up to which a shape is not ruled out: that of the best one, and the noise of the runs."""
    spreads = [max(runs) / min(runs) - 1 for runs in map(settled, points)]
    return min(errors.values()) + max(median(spreads), _LEAST_NOISE)


def curve(values: Sequence[tuple[float, float]], shape: Shape) -> Callable[[float], float]:
    """The curve a + b·term(n) with a, b ≥ 0 that misses ``values`` least, in parts of them."""
    term = _TERMS[shape]
    ones = [1 / seconds for _, seconds in values]  # Each equation divided by its time makes errors relative.
    terms = [term(rows) / seconds for rows, seconds in values]
    aa, ab, bb = _dot(ones, ones), _dot(ones, terms), _dot(terms, terms)
    a1, b1 = sum(ones), sum(terms)
    determinant = aa * bb - ab * ab
    a, b = (
        ((a1 * bb - b1 * ab) / determinant, (aa * b1 - ab * a1) / determinant)
        if determinant > 1e-12 * aa * bb
        else (a1 / aa, 0.0)
    )
    if a < 0 and bb:
        a, b = 0.0, b1 / bb
    elif b < 0:
        a, b = a1 / aa, 0.0
    return lambda rows: a + b * term(rows)


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
