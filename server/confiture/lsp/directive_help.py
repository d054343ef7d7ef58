"""What can be written in ``-- confiture: …`` comments, and what it means there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from confiture.lsp.warm_up import warm_up
from confiture.model.profile import LockMode
from confiture.model.span import Span

VERBS = {
    "ignore": "leaves out an operator's mutants of the statement below; the reason goes into the report",
    "ignore-start": "leaves out an operator's mutants of all statements below, up to `ignore-end`",
    "ignore-end": "ends what `ignore-start` began",
    "ignore-file": "leaves out an operator's mutants of the whole file",
    "budget": "limits what the statement below may cost; what it leaves out comes from `[budgets]`",
    "migration": "in a test, binds the test to that migration: it runs right after it",
}
LIMITS = {
    "max": ("=", "most that the statement may take: `200ms`, `2s`, `1min`"),
    "lock": ("<=", "strongest lock on an existing table, such as `ShareUpdateExclusive`"),
    "rewrite": ("=", "`no`: existing tables may not be rewritten"),
    "scan": ("=", "`no`: existing tables may not be read in full"),
}
_DIRECTIVE = re.compile(r"--\s*confiture:[ \t]*(?P<verb>[\w-]*)(?P<rest>[^\r\n]*)")
_PREFIX = re.compile(r"--\s*(?P<word>c[a-z]*)$")
_WORD = re.compile(r"[^\s,=<:]*$")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text for the last ``replaced`` code points before the cursor.

    Attributes:
        title: a few words beside it.
        meaning: Markdown.
        also: under what else it is found.
    """

    text: str
    replaced: int
    title: str
    meaning: str = ""
    also: str = ""


def proposals(before: str) -> Iterator[Proposal]:
    """What can stand next on a line that has ``before`` in front of the cursor."""
    warm_up()
    from confiture.operators import ALL_OPERATORS

    word = _WORD.search(before)
    typed = len(word.group()) if word else 0
    prefix, directive = _PREFIX.search(before), _DIRECTIVE.search(before)
    if prefix and "confiture:".startswith(prefix["word"]):
        yield Proposal("confiture: ", len(prefix["word"]), "a directive for Confiture")
    elif directive and not directive["rest"]:
        yield from (Proposal(f"{verb} ", typed, "", meaning) for verb, meaning in VERBS.items())
    elif directive and directive["verb"].startswith("ignore"):
        if directive["rest"].strip(" \t") == before[len(before) - typed :]:
            for operator in ALL_OPERATORS:
                yield Proposal(f"{operator.id} ", typed, operator.name, operator.summary, operator.name)
        elif directive["verb"] != "ignore-end" and len(directive["rest"].split()) + (not typed) == 2:
            yield Proposal("reason: ", typed, "why no test is needed")
    elif directive and directive["verb"] == "budget":
        yield from _limits(before[: len(before) - typed], typed)


def _limits(before: str, typed: int) -> Iterator[Proposal]:
    if re.search(r"lock\s*<?=\s*$", before):
        for mode in LockMode:
            stops = f"stops {', '.join(mode.blocks)}" if mode.blocks else "stops no query"
            yield Proposal(mode.name.title().replace("_", ""), typed, stops)
    elif re.search(r"(?:rewrite|scan)\s*=\s*$", before):
        yield from (Proposal(word, typed, "") for word in ("no", "yes"))
    elif not re.search(r"=\s*$", before):
        for name, (sign, meaning) in LIMITS.items():
            if not re.search(rf"\b{name}\s*<?=", before):
                yield Proposal(f"{name}{sign}", typed, "", meaning)


def explained(text: str, offset: int) -> tuple[Span, str] | None:
    """The directive at ``offset`` of ``text`` and what it means, in Markdown."""
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    match = _DIRECTIVE.search(text, start)
    if not match or not match.start() <= offset <= match.end():
        return None
    verb = match["verb"]
    if verb not in VERBS:
        known = ", ".join(f"`{each}`" for each in VERBS)
        return Span(*match.span()), f"`{verb}` is no directive; there are {known}."
    lines = [f"**{verb}** {VERBS[verb]}."]
    if verb.startswith("ignore"):
        lines += _operator(match["rest"].split()[:1])
    elif verb == "budget":
        lines += [f"- `{name}{sign}…` {meaning}" for name, (sign, meaning) in LIMITS.items()]
    return Span(*match.span()), "\n\n".join(lines[:1]) + "\n\n" + "\n".join(lines[1:])


def subjects(text: str) -> Iterator[tuple[str, Span]]:
    """The verb of each directive in ``text`` with the place of the first word behind it."""
    for match in _DIRECTIVE.finditer(text):
        word = re.match(r"[ \t]+([\w-]+)", match["rest"])
        if word:
            yield match["verb"], Span(*word.span(1)).shift(match.start("rest"))


def _operator(words: list[str]) -> list[str]:
    warm_up()
    from confiture.operators import find_operator

    word = "".join(words).rstrip(":,")
    operator = find_operator(word)
    if operator:
        return [f"`{operator.id}` **{operator.name}** ({operator.category.value}): {operator.summary}"]
    return [] if "-" in word else [f"There is no operator `{word}`."]
