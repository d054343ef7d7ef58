"""``-- confiture: …`` comments."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from confiture.errors import ConfigError
from confiture.model.profile import Budget, LockMode, parse_seconds
from confiture.model.script import Directive, Tokens
from confiture.model.span import Span
from confiture.sql.lexer import LexError
from confiture.sql.plpgsql import quoted
from confiture.sql.splits import split_text

_DIRECTIVE = re.compile(r"--\s*confiture:\s*(?P<verb>[\w-]+)[ \t]*(?P<arguments>[^\r\n]*)")
_LIMIT = re.compile(r"(?P<name>max|lock|rewrite|scan)\s*(?:<=|=)\s*(?P<value>[^\s,]+)")

FILE_VERBS = frozenset({"ignore-file", "ignore-start", "ignore-end", "migration"})
"""Verbs of directives that belong to no statement."""


def directives(text: str, comments: Iterable[Span]) -> Iterator[Directive]:
    """The directives among ``comments`` of ``text``."""
    for span in comments:
        match = _DIRECTIVE.match(span.of(text))
        if match:
            yield Directive(match["verb"], match["arguments"].strip(), span)


def directives_in_bodies(tokens: Tokens) -> Iterator[Directive]:
    """The ``ignore`` directives in what ``tokens`` quote, such as the body of a function.

    Each speaks of what follows it as far as the next semicolon, or of what ends on its line.
    """
    for token in tokens:
        text, offset = quoted(token)
        try:
            split = split_text(text) if "confiture:" in text else None
        except LexError:
            continue
        for directive in directives(text, split.comments) if split else ():
            if directive.verb == "ignore":
                scope = _scope(text, directive, [span for span, _ in split.statements] if split else [])
                yield replace(directive, span=directive.span.shift(offset), scope=scope.shift(offset))


def _scope(text: str, directive: Directive, runs: Sequence[Span]) -> Span:
    """The one of ``runs``, as semicolons separate them, that ``directive`` speaks of, or what of it is behind it."""
    place = directive.span
    owner = bisect_right(runs, place.start, key=lambda run: run.end)
    if owner and "\n" not in text[runs[owner - 1].end : place.start]:
        return runs[owner - 1]
    return Span(place.end, runs[owner].end) if owner < len(runs) else Span(place.end, place.end)


def parse_budget(text: str) -> Budget:
    """Limits such as ``max=2s lock<=ShareUpdateExclusive rewrite=no scan=no``.

    Raises:
        ConfigError: a limit is unknown or its value cannot be read.
    """
    rest = _LIMIT.sub("", text).strip(" ,")
    if rest:
        raise ConfigError(f"budget: cannot read {rest!r}; the limits are max=2s, lock<=MODE, rewrite=no, scan=no")
    limits = {match["name"]: match["value"] for match in _LIMIT.finditer(text)}
    return Budget(
        max_seconds=_seconds(limits["max"]) if "max" in limits else None,
        max_lock=_lock_mode(limits["lock"]) if "lock" in limits else None,
        rewrite=_allowed("rewrite", limits.get("rewrite", "yes")),
        scan=_allowed("scan", limits.get("scan", "yes")),
    )


def _seconds(value: str) -> float:
    seconds = parse_seconds(value)
    if seconds is None:
        raise ConfigError(f"budget: cannot read the time {value!r}; write 200ms, 2s or 1min")
    return seconds


def _lock_mode(value: str) -> LockMode:
    mode = LockMode.named(value)
    if mode is None:
        known = ", ".join(mode.name.title().replace("_", "") for mode in LockMode)
        raise ConfigError(f"budget: {value!r} is not a lock mode; the modes are {known}")
    return mode


def _allowed(name: str, value: str) -> bool:
    if value not in ("yes", "no"):
        raise ConfigError(f"budget: {name} is yes or no, not {value!r}")
    return value == "yes"
