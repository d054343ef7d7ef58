"""Judging all mutants of a script: its true statements run once, each mutant branches off where it differs.

BEGIN; statements before the 1st mutated one
  SAVEPOINT; mutant, rest of the script, later history, tests; ROLLBACK TO SAVEPOINT    (per mutant)
the true statements up to the next mutated one
  …
ROLLBACK
"""

from collections.abc import Iterator, Sequence
from contextlib import closing

from confiture.engine.interrupt import Sessions
from confiture.engine.judge import judge
from confiture.engine.setting import Setting
from confiture.engine.stage import CloneStage, TransactionStage, transactional
from confiture.engine.trial import Trial
from confiture.model.mutant import Mutant
from confiture.model.verdict import Judgement
from confiture.postgres.sequences import restoring_query, sequences_kept

_LEG = 64
"""Mutants per connection: a backend keeps memory for every plan that it made, and slows down with it."""


def split_stream(sessions: Sessions, trial: Trial, mutants: Sequence[Mutant], *, database: str) -> Iterator[Judgement]:
    """Judges ``mutants`` of one script in transactions of ``database`` that are all rolled back.

    Args:
        sessions: of the run.
        trial: what they are judged against.
        mutants: in the order of their statements.
        database: in the state that their script finds.
    """
    judged = 0
    while judged < len(mutants):
        with sessions.open(database) as bystander, sequences_kept(bystander):
            for judgement in _leg(sessions, trial, mutants[judged : judged + _LEG], database=database):
                judged += 1
                yield judgement


def _leg(sessions: Sessions, trial: Trial, mutants: Sequence[Mutant], *, database: str) -> Iterator[Judgement]:
    """One connection's share of ``mutants``: it ends early when a statement could only be stopped with its backend."""
    script = trial.migration.script(mutants[0].role)
    text = transactional(script)
    position = 0
    with sessions.open(database) as session:
        session.begin()
        restore = restoring_query(session)
        for mutant in mutants:
            first = mutant.statement
            start = script.statements[first - 1].end if first else 0
            if start > position:
                session.run(text[position:start])
                position = start
                restore = restoring_query(session)
            session.savepoint("mutant")
            yield Judgement(mutant, judge(TransactionStage(session, script, first=first), trial, mutant))
            if session.closed:
                return
            session.rollback_to("mutant")
            if restore:
                session.query(restore)


def judge_on_clones(setting: Setting, trial: Trial, mutants: Sequence[Mutant], *, database: str) -> Iterator[Judgement]:
    """Judges ``mutants``, each on a clone of ``database``, delivered as the migration tool does."""
    for mutant in mutants:
        stage = CloneStage(setting.workbench, setting.sessions, trial.migration, role=mutant.role, template=database)
        with closing(stage):
            yield Judgement(mutant, judge(stage, trial, mutant))
