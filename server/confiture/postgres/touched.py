"""The state of a transaction, read only where it may be another than the state in which the transaction began.

What it touched is read and put in place of what was there; of a large schema that is a small part.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from confiture.postgres.fingerprint import Fingerprint, Inventory, compare, inventory_of
from confiture.postgres.fingerprint_query import TOUCHED_QUERY
from confiture.postgres.session import Session
from confiture.postgres.volatile import read_stable, without_volatile

_PRINTED_ELSEWHERE = ("type ", "domain ")
"""Keys of objects whose definition, not their name alone, shows in definitions of others: as a label in a default."""


class TouchedStates:
    """Reads states of transactions that begin in one state."""

    def __init__(self, inventory: Inventory, before: Fingerprint, *, expected: Iterable[Fingerprint]) -> None:
        """Of transactions in copies of one database.

        Args:
            inventory: of that database.
            before: its state, maybe without volatile columns.
            expected: states that are likely; what is not the same there as in ``before`` is always read.
        """
        self._inventory = inventory
        self._before = before
        self._keys: defaultdict[int | None, list[str]] = defaultdict(list)
        for key in (*before.catalog, *before.rows):
            self._keys[inventory.relations.get(key)].append(key)
        self._always = sorted(self._with_statistics() | {each for other in expected for each in self._other(other)})

    def _with_statistics(self) -> set[int]:
        """Relations that may lose something without being locked."""
        return {oid for key, oid in self._inventory.relations.items() if key.startswith("statistics ")}

    def _other(self, expected: Fingerprint) -> Iterable[int]:
        """Relations that are not the same there."""
        before, relations = self._before, self._inventory.relations
        for each in (*compare(before.catalog, expected.catalog), *compare(before.rows, expected.rows)):
            if each.object in relations:
                yield relations[each.object]

    def read(self, session: Session, volatile: Mapping[str, Iterable[str]]) -> Fingerprint:
        """What `read_stable` would read in the transaction of ``session``."""
        argument = f"{{{','.join(map(str, self._always))}}}"
        [[objects, touched]] = session.read(TOUCHED_QUERY, plan="touched", argument=argument)
        part = inventory_of(session, str(objects))
        if self._shows_elsewhere(part):
            return read_stable(session, volatile)
        stable = without_volatile(session, part.fingerprint, volatile)
        return self._overlaid(stable, read=json.loads(str(touched or "[]")))

    def _shows_elsewhere(self, part: Inventory) -> bool:
        """Whether something is called another name than before, or a type changed: others may say so."""
        before, names = self._before.catalog, self._inventory.identities
        renamed = any(names.get(identity, key) != key for identity, key in part.identities.items())
        return renamed or any(
            key.startswith(_PRINTED_ELSEWHERE) and before.get(key, definition) != definition
            for key, definition in part.fingerprint.catalog.items()
        )

    def _overlaid(self, part: Fingerprint, *, read: Sequence[int]) -> Fingerprint:
        catalog, rows = dict(self._before.catalog), dict(self._before.rows)
        for relation in (None, *read):
            for key in self._keys.get(relation, ()):
                catalog.pop(key, None)
                rows.pop(key, None)
        return Fingerprint({**catalog, **part.catalog}, {**rows, **part.rows}, {**self._before.part_of, **part.part_of})
