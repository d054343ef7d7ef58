"""``-- confiture: …`` comments."""

import re
from collections.abc import Iterable, Iterator

from confiture.errors import ConfigError
from confiture.model.profile import Budget, LockMode, parse_seconds
from confiture.model.script import Directive
from confiture.model.span import Span

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
