"""Several texts in one message, because each message costs as much as a small statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from confiture.postgres.errors import SqlError
from confiture.postgres.results import ResultSet

_MARK = "confiture: the next part"


@dataclass(frozen=True, slots=True)
class Part:
    """A text of the user's.

    Attributes:
        before: commands of ours that run first, each of which gives one result.
    """

    text: str
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of parts that were sent together.

    Attributes:
        results: of the parts that ended well, in order, without those of our commands.
        failed: index of the part that did not; those behind it never ran.
        error: of that part; its position is an offset in the part's text.
    """

    results: tuple[tuple[ResultSet, ...], ...]
    failed: int | None = None
    error: SqlError | None = None


def message_of(parts: Sequence[Part]) -> str:
    """One text that runs all of ``parts`` and tells where each begins."""
    return "".join(f"{_head(part)}{part.text}\n;\n" for part in parts)


def sort_out(parts: Sequence[Part], results: Sequence[ResultSet], error: SqlError | None) -> Batch:
    """What the message of ``parts`` gave, part by part."""
    groups: list[list[ResultSet]] = [[]]
    for result in results:
        if result.columns == (_MARK,):
            groups.append([])
        else:
            groups[-1].append(result)
    begun = groups[1:]
    failed = None if error is None else _failed(parts, error, begun=len(begun))
    following = (len(part.before) for part in chain(parts[1:], [Part("")]))
    ended = [tuple(group[: len(group) - count]) for group, count in zip(begun, following, strict=False)]
    return Batch(tuple(ended[:failed]), failed, error)


def _head(part: Part) -> str:
    """What is sent before the text; the mark stands behind commands that may end a failed transaction."""
    return "".join(f"{command};" for command in (*part.before, f'SELECT true AS "{_MARK}"'))


def _failed(parts: Sequence[Part], error: SqlError, *, begun: int) -> int:
    """The index of the part that ``error`` is of, whose position is made one in its text.

    PostgreSQL reads the whole message before it runs any of it: when nothing was begun, only the place tells.
    """
    start = 0
    for index, part in enumerate(parts):
        head = len(_head(part))
        end = start + head + len(part.text) + 3
        if begun == index + 1 or (begun == 0 and error.position is not None and error.position < end):
            inside = -1 if error.position is None else error.position - start - head
            error.position = inside if 0 <= inside <= len(part.text) else None
            return index
        start = end
    return 0
