"""The names in a fingerprint's keys, such as ``column orders.status``, in words and in SQL."""

from dataclasses import dataclass

from confiture.sql.spelling import quoted

_WORDY_KINDS = ("materialized view", "foreign table", "grants on", "rows of", "owner of", "comment on")


@dataclass(frozen=True, slots=True)
class Name:
    """The name of an object, as a fingerprint's key has it.

    Attributes:
        schema: ``public`` when the key has none.
        parts: the rest, for instance a table and its column.
    """

    schema: str
    parts: tuple[str, ...]

    @property
    def last(self) -> str:
        """The object's own name."""
        return self.parts[-1]

    @property
    def owner(self) -> "Name":
        """What it belongs to."""
        return Name(self.schema, self.parts[:-1])

    @property
    def words(self) -> str:
        """For people: without the schema ``public``."""
        return ".".join(self.parts if self.schema == "public" else (self.schema, *self.parts))

    @property
    def written(self) -> str:
        """As SQL has it."""
        return ".".join(map(quoted, self.parts if self.schema == "public" else (self.schema, *self.parts)))


def split_key(key: str) -> tuple[str, str]:
    """The kind and the label of a key of a fingerprint."""
    for kind in _WORDY_KINDS:
        if key.startswith(f"{kind} "):
            return kind, key.removeprefix(f"{kind} ")
    kind, _, label = key.partition(" ")
    return kind, label


def name_of(label: str, *, parts: int) -> Name | None:
    """The name in ``label``; None where dots within names make it ambiguous."""
    names = tuple(label.split("."))
    if len(names) == parts:
        return Name("public", names)
    return Name(names[0], names[1:]) if len(names) == parts + 1 else None
