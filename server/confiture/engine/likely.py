"""Which tests are likely to kill a mutant: those that speak of what it changes."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from confiture.oracles.sql_file import SqlOracle

_WORD = re.compile(r"\w+")


def likely_first(tests: Sequence[SqlOracle], text: str) -> tuple[SqlOracle, ...]:
    """``tests`` in the order in which they share words with ``text``; a word counts less the more tests have it.

    The order depends on the texts alone, so that a mutant has the same killer wherever and whenever it is judged.
    """
    if len(tests) < 2:
        return tuple(tests)
    frequencies = _frequencies(tuple(test.script.text for test in tests))
    words = words_of(text)
    weights = [math.fsum(1 / frequencies[word] for word in words & words_of(test.script.text)) for test in tests]
    return tuple(tests[index] for index in sorted(range(len(tests)), key=lambda index: -weights[index]))


@lru_cache(maxsize=4096)
def words_of(text: str) -> frozenset[str]:
    """The words and numbers in ``text``, also those in strings and comments, in lower case."""
    return frozenset(_WORD.findall(text.lower()))


@lru_cache(maxsize=16)
def _frequencies(texts: tuple[str, ...]) -> Counter[str]:
    return Counter(word for text in texts for word in words_of(text))
