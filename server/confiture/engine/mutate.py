"""Making the mutants of a migration and judging them."""

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from time import perf_counter

from confiture.config import MutationConfig
from confiture.engine import findings
from confiture.engine.deliver import deliver
from confiture.engine.ignores import ignored, unused
from confiture.engine.memory import Memory
from confiture.engine.programs import Programs
from confiture.engine.rehearse import Mode, Rehearsal
from confiture.engine.setting import Setting
from confiture.engine.side_by_side import judge_side_by_side
from confiture.engine.split_stream import judge_on_clones, split_stream
from confiture.engine.trial import Trial, limit_for
from confiture.engine.verdict_cache import VerdictCache
from confiture.model.event import Event, Found, Judged, Planned
from confiture.model.finding import Finding
from confiture.model.migration import Migration, Role
from confiture.model.mutant import Category, Mutant
from confiture.model.profile import TOO_SLOW
from confiture.model.schema import Schema
from confiture.model.verdict import Judgement, Status, Verdict
from confiture.operators import ALL_OPERATORS, Context, Operator, mutants
from confiture.operators.silence import Silence, silences
from confiture.oracles import budgets
from confiture.postgres.session import Session
from confiture.sql.spelling import as_written

_MOST_JOBS = 4
_MUTANTS_PER_JOB = 12
"""With fewer, another database costs more than it saves."""

_UNKNOWN = frozenset({Silence.UNKNOWN, Silence.DEEP})


def judge_mutants(
    setting: Setting,
    rehearsal: Rehearsal,
    plan: Sequence[Mutant],
    *,
    place: Callable[[], AbstractContextManager[Session]],
    programs: Programs | None = None,
) -> Iterator[Event]:
    """The mutants of this shard, then their verdicts as they are found.

    Args:
        setting: the run.
        rehearsal: what they are judged against, where they are run, and whether a test reaches them.
        plan: all mutants, see `plan_mutants`.
        place: opens a session on a database that is in the state that the up script finds, and left so; it is asked for
            one if there is a mutant whose verdict is not known.
        programs: tests that are asked after all others.
    """
    mine = setting.shard.share(plan, turn=setting.index)
    yield Planned(mine, elsewhere=len(plan) - len(mine))
    quiet = silences(setting.migration.up, [mutant for mutant in plan if mutant.role is Role.UP])
    if unknown := [statement for statement, silence in quiet if silence in _UNKNOWN]:
        yield Found(findings.not_mutated(setting.migration, unknown))
    if unread := [statement for statement, silence in quiet if silence is Silence.LONG]:
        yield Found(findings.not_read(setting.migration, unread))
    with_down = rehearsal.trial.after_down is not None
    yield from map(Found, _unused_ignores(setting, plan, with_down=with_down, unread=bool(unread)))
    timeout = limit_for(rehearsal.seconds, most=rehearsal.trial.timeout_seconds)
    trial = replace(rehearsal.trial, timeout_seconds=timeout)
    cache, bench, path = VerdictCache(setting.config.root), setting.workbench, str(setting.migration.up.path)
    memory = Memory(cache, bench.server, replace(rehearsal, trial=trial), measured=bench.measured)
    todo: list[Mutant] = []
    memory.recall(mine)
    for mutant in mine:
        verdict = _without_running(setting.migration, mutant, rehearsal) or memory.verdict_of(mutant)
        if verdict:
            yield Judged(Judgement(mutant, verdict))
        else:
            todo.append(mutant)
    if not todo:
        return
    try:
        with place() as session:
            ordered = _edited_first(todo, setting.migration, judged=bench.judged.find(path) or frozenset())
            for found in _judge_all(setting, trial, ordered, session=session, mode=rehearsal.mode):
                judgement = _ask_programs(programs, trial, found) if programs else found
                memory.learn(judgement)
                yield Judged(judgement)
        bench.judged.keep(path, _texts(setting.migration))
    finally:
        memory.keep()


def _edited_first(mutants: Sequence[Mutant], migration: Migration, *, judged: frozenset[str]) -> Sequence[Mutant]:
    """``mutants`` from those of the first statement on whose text was not ``judged`` before, then those ahead of it."""
    texts = (migration.script(each.role).statements[each.statement].text for each in mutants)
    first = next((index for index, text in enumerate(texts) if text not in judged), 0)
    return (*mutants[first:], *mutants[:first])


def _texts(migration: Migration) -> frozenset[str]:
    return frozenset(statement.text for script in migration.scripts.values() for statement in script.statements)


def _ask_programs(programs: Programs, trial: Trial, found: Judgement) -> Judgement:
    """What the programs say where no other test noticed anything."""
    mutant, verdict = found.mutant, found.verdict
    measured = mutant.category is Category.PERFORMANCE and verdict.status is Status.NO_COVERAGE
    if not trial.programs or mutant.role is Role.DOWN or not (verdict.status is Status.SURVIVED or measured):
        return found
    started = perf_counter()
    decided = programs.judge(trial, mutant.edits) or replace(verdict, oracles=verdict.oracles + len(trial.programs))
    return Judgement(mutant, replace(decided, duration_seconds=verdict.duration_seconds + perf_counter() - started))


def _unused_ignores(setting: Setting, plan: Sequence[Mutant], *, with_down: bool, unread: bool) -> Iterator[Finding]:
    """Directives that ignore nothing, where all mutants were made that there can be."""
    scripts = {Role.UP: setting.migration.up, Role.DOWN: setting.migration.down if with_down else None}
    for role, script in scripts.items():
        if script and not unread:
            mine = [mutant for mutant in plan if mutant.role is role]
            for directive in unused(script, mine, skipped=setting.config.mutation.skip):
                yield findings.unused_ignore(directive, script)


def _judge_all(
    setting: Setting, trial: Trial, todo: Sequence[Mutant], *, session: Session, mode: Mode
) -> Iterator[Judgement]:
    """Judges mutants of both scripts."""
    match mode:
        case Mode.TRANSACTION:
            yield from judge_in_transactions(setting, trial, todo, session=session)
        case Mode.CLONES:
            yield from _judge_on_clones(setting, trial, todo)


def _judge_on_clones(setting: Setting, trial: Trial, todo: Sequence[Mutant]) -> Iterator[Judgement]:
    up = [mutant for mutant in todo if mutant.role is Role.UP]
    yield from judge_on_clones(setting, trial, up, template=trial.base.database)
    if down := [mutant for mutant in todo if mutant.role is Role.DOWN]:
        with _after_up(setting, trial.base.database) as applied:
            yield from judge_on_clones(setting, trial, down, template=applied)


@contextmanager
def _after_up(setting: Setting, before: str) -> Generator[str]:
    """A database in the state that the down script finds."""
    migration = setting.migration
    with setting.workbench.clone(before) as database:
        with setting.sessions.open(database) as session:
            deliver(session, migration.up, migration.delivery)
        yield database


def plan_mutants(
    migration: Migration, config: MutationConfig, *, before: Schema, after: Schema | None
) -> tuple[Mutant, ...]:
    """The mutants of both scripts, except of operators that the project skips.

    Args:
        migration: whose scripts are mutated.
        config: names the operators to skip.
        before: the catalog that the up script finds.
        after: the catalog that the down script finds; None leaves its mutants out.
    """
    operators = _operators(config)
    up, down = migration.up, migration.down
    found = mutants(up, Context(as_written(before), Role.UP, down), operators=operators)
    if down and after:
        found += mutants(down, Context(as_written(after), Role.DOWN, up), operators=operators)
    return found


def _operators(config: MutationConfig) -> list[Operator]:
    return [each for each in ALL_OPERATORS if each.id not in config.skip and each.name not in config.skip]


def _without_running(migration: Migration, mutant: Mutant, rehearsal: Rehearsal) -> Verdict | None:
    reason = ignored(migration.script(mutant.role), mutant)
    if reason is not None:
        return Verdict(Status.IGNORED, reason)
    if rehearsal.covered or mutant.role is Role.DOWN or mutant.category is Category.PERFORMANCE:
        return None
    return Verdict(Status.NO_COVERAGE, "no test reaches this migration")


def most_jobs(config: MutationConfig) -> int:
    """How many databases judge at once, if there are mutants enough."""
    return config.jobs or min(os.cpu_count() or 1, _MOST_JOBS)


def judge_in_transactions(
    setting: Setting, trial: Trial, todo: Sequence[Mutant], *, session: Session
) -> Iterator[Judgement]:
    """Judges mutants in several databases at once.

    What a statement takes while others run is no shorter than alone: a mutant that was too slow is judged again, alone.
    """
    jobs = min(most_jobs(setting.config.mutation), len(todo) // _MUTANTS_PER_JOB)
    if jobs < 2 or trial.touches_cluster:
        yield from split_stream(setting.sessions, trial, iter(todo), session=session)
        return

    def judge(source: Iterator[Mutant], place: Session | None) -> Iterator[Judgement]:
        """In ``place``, or on a clone that is made while others judge already."""
        if place:
            yield from split_stream(setting.sessions, trial, source, session=place)
            return
        with setting.place(trial.base.database) as own:
            yield from split_stream(setting.sessions, trial, source, session=own)

    again: list[Mutant] = []
    for judgement in judge_side_by_side(todo, judge, places=[session, *[None] * (jobs - 1)]):
        if _was_too_slow(judgement.verdict):
            again.append(judgement.mutant)
        else:
            yield judgement
    if again:
        yield from split_stream(setting.sessions, trial, iter(again), session=session)


def _was_too_slow(verdict: Verdict) -> bool:
    return verdict.killed_by == budgets.NAME and TOO_SLOW in verdict.reason
