"""Which tests are likely to kill a mutant: those that speak of what it changes."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

from sqlglot.dialects.postgres import Postgres

from confiture.oracles.sql_test import SqlTest

_WORD = re.compile(r"\w+")


def likely_first(tests: Sequence[SqlTest], text: str) -> tuple[SqlTest, ...]:
    """``tests`` in the order in which they share names with ``text``; a name counts less the more tests have it.

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
    """The names and numbers in ``text``, also those in strings and comments, in lower case: all words but SQL's own."""
    return frozenset(_WORD.findall(text.lower())) - _keywords()


@cache
def _keywords() -> frozenset[str]:
    return frozenset(word.lower() for key in Postgres.Tokenizer.KEYWORDS for word in key.split())


@lru_cache(maxsize=16)
def _frequencies(texts: tuple[str, ...]) -> Counter[str]:
    return Counter(word for text in texts for word in words_of(text))
