"""What statements cost, beside their baselines, for a terminal."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from confiture.model.migration import Migration
from confiture.model.profile import Comparison, Lock, LockMode, Profile
from confiture.report.console import indented
from confiture.report.place import position_of
from confiture.report.style import joined, plain
from confiture.report.words import duration, growth_words, lock_words, plural

WIDE = 90
"""Cells that a table needs; narrower terminals get a list."""

_LOUD = LockMode.SHARE
"""The weakest lock that stops writers."""


_NOISE_SECONDS = 0.005
"""Gains below this are not worth a colour."""
_SLOWEST = 3


def cost_lines(
    migration: Migration, comparisons: Sequence[Comparison], *, width: int, everything: bool = True
) -> list[RenderableType]:
    """A table, or a list where ``width`` is small, of what the statements of ``migration`` cost.

    Args:
        migration: whose up script was measured.
        comparisons: one for each statement.
        width: cells of the terminal.
        everything: False leaves out statements that are cheap and stop nobody.
    """
    chosen = comparisons if everything else _worth_reading(comparisons)
    drawn: list[RenderableType] = []
    if width >= WIDE:
        drawn.append(indented(_table(migration, chosen)))
    else:
        drawn += [line for comparison in chosen for line in _item(migration, comparison)]
    hidden = [comparison for comparison in comparisons if comparison not in chosen]
    if hidden:
        together = duration(sum(comparison.profile.seconds for comparison in hidden))
        drawn.append(indented(Text(f"{plural(len(hidden), 'statement')} more, {together} together", style="dim")))
    return drawn


def _worth_reading(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """The slowest few, and all that regressed, stop writers, rewrite or read whole tables."""
    slowest = sorted(comparisons, key=lambda comparison: -comparison.profile.seconds)[:_SLOWEST]
    return [comparison for comparison in comparisons if comparison in slowest or _is_loud(comparison)]


def _is_loud(comparison: Comparison) -> bool:
    profile = comparison.profile
    stops_writers = any(lock.mode >= _LOUD for lock in profile.locks)
    return bool(comparison.regressed or stops_writers or profile.rewrites or profile.scans)


def _table(migration: Migration, comparisons: Sequence[Comparison]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("line", "time", "baseline", "rows"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("statement", overflow="ellipsis", no_wrap=True, max_width=44)
    table.add_column("locks and notes")
    for comparison in comparisons:
        profile = comparison.profile
        table.add_row(
            Text(str(_line(migration, profile)), style="dim"),
            Text(duration(profile.seconds), style="bold red" if comparison.regressed else ""),
            baseline_text(comparison),
            str(profile.rows) if profile.rows else "",
            plain(profile.operation),
            _notes(comparison),
        )
    return table


def _item(migration: Migration, comparison: Comparison) -> list[RenderableType]:
    profile = comparison.profile
    head = Text.assemble(
        (f"{duration(profile.seconds):>8}  ", "bold red" if comparison.regressed else ""),
        plain(profile.operation),
        (f"  line {_line(migration, profile)}", "dim"),
    )
    notes = [text for text in (baseline_text(comparison), _notes(comparison)) if text.plain]
    return [indented(head), *(indented(joined("; ", notes), by=6) for _ in notes[:1])]


def _line(migration: Migration, profile: Profile) -> int:
    return position_of(migration.up.source, migration.up.statements[profile.statement].span.start).line


def baseline_text(comparison: Comparison) -> Text:
    """The remembered time and how the new one compares to it; empty without a baseline."""
    if not comparison.baseline:
        return Text("new", style="dim")
    old = comparison.baseline.profile.seconds
    text = Text.assemble((duration(old), "dim"))
    if comparison.ratio is not None and comparison.regressed:
        text.append(f" ×{comparison.ratio:.1f}", style="bold red")
    elif comparison.ratio is not None and old - comparison.profile.seconds > _NOISE_SECONDS:
        text.append(f" ×{comparison.ratio:.1f}", style="green")
    return text


def changes(comparison: Comparison) -> list[str]:
    """What is not as its baseline says; times are left out unless the difference was proved, for they always vary."""
    if comparison.baseline is None:
        return ["had no baseline"]
    old, new = comparison.baseline.profile, comparison.profile
    facts = (
        ("rows", str(old.rows), str(new.rows)),
        ("pages", str(old.blocks), str(new.blocks)),
        ("locks", _named(old.locks), _named(new.locks)),
        ("rewrites", ", ".join(old.rewrites), ", ".join(new.rewrites)),
        ("reads all of", ", ".join(old.scans), ", ".join(new.scans)),
    )
    found = ["the text changed"] if old.sql != new.sql else []
    found += [f"{name}: {before or 'none'} → {after or 'none'}" for name, before, after in facts if before != after]
    return found + ([comparison.reason] if comparison.regressed else [])


def _named(locks: Sequence[Lock]) -> str:
    return ", ".join(f"{lock.mode.label} {lock.table}" for lock in locks)


def notes_of(comparison: Comparison) -> str:
    """Locks, rewrites, full reads, growth and the reason of an alarm, in plain text."""
    return _notes(comparison).plain


def _notes(comparison: Comparison) -> Text:
    profile = comparison.profile
    notes: list[Text] = []
    for mode in sorted({lock.mode for lock in profile.locks}, reverse=True):
        locks = [lock for lock in profile.locks if lock.mode is mode]
        notes.append(plain(lock_words(mode, locks), "yellow" if mode >= _LOUD else ""))
    why = f" ({profile.rewrite_reason})" if profile.rewrite_reason else ""
    notes += [plain(f"rewrites {table}{why}", "red") for table in profile.rewrites]
    notes += [plain(f"reads all of {table}", "yellow") for table in profile.scans]
    if comparison.growth:
        notes.append(plain(growth_words(comparison.growth)))
    if comparison.regressed:
        notes.append(plain(comparison.reason, "bold red"))
    return joined("; ", notes)
