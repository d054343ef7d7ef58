"""What an operator is, what it sees and what it proposes."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from inspect import cleandoc

from confiture.model.migration import Role
from confiture.model.mutant import Category, Severity
from confiture.model.schema import Schema
from confiture.model.script import Script, Statement
from confiture.model.span import Edit, Span


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds the script that is mutated.

    Attributes:
        schema: the catalog when the script starts; empty when it is not known.
        role: whether the script is the up or the down script of its migration.
        other: the other script of the migration.
    """

    schema: Schema = field(default_factory=Schema)
    role: Role = Role.UP
    other: Script | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mistake that an operator could make.

    Attributes:
        statement: the first one that it changes.
        description: the mistake as a sentence without a full stop: ``users.email may repeat``.
        place: what to underline; by default what the edits replace.
    """

    statement: Statement
    edits: tuple[Edit, ...]
    description: str
    place: Span | None = None


_IGNORING = """\
## To ignore it

```sql
-- confiture: ignore {0} reason: why no test is needed
```

above a statement; `ignore-start {0}` and `ignore-end {0}` around several, `ignore-file {0}` for
the whole file ([in the SQL](../configuration.md#in-the-sql)). `skip = ["{0}"]` under `[mutation]` of
confiture.toml leaves it out everywhere.
"""


@dataclass(frozen=True, slots=True)
class Operator:
    """One of the 24 kinds of mistake. The docstring of its module is its page in the documentation."""

    id: str
    name: str
    category: Category
    severity: Severity
    summary: str
    keywords: tuple[str, ...]
    propose: Callable[[Script, Context], Iterator[Proposal]]
    roles: frozenset[Role] = frozenset({Role.UP})

    @property
    def page(self) -> str:
        """Its documentation in Markdown."""
        documentation = cleandoc(sys.modules[self.propose.__module__].__doc__ or "")
        heading = f"# {self.id} {self.name}\n\n{self.category.value} · {self.severity.name}"
        return f"{heading}\n\n{documentation}\n\n{_IGNORING.format(self.id)}"
