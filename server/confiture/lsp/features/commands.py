"""Commands that lenses and code actions name; every client can run them."""

import asyncio

from lsprotocol import types

from confiture.errors import ProjectError
from confiture.lsp.feature import Command
from confiture.lsp.features.mutant_views import diff_of, uri_of
from confiture.lsp.record import Record
from confiture.lsp.session import RUN, Session
from confiture.lsp.words import verdict_in_short
from confiture.model.migration import Role
from confiture.model.script import Statement

CANCEL = "confiture.cancel"
ACCEPT_BASELINE = "confiture.acceptBaseline"
SHOW_MUTANT = "confiture.showMutant"
SHOW_MUTANTS = "confiture.showMutants"


def run(session: Session, uri: object = None, *_: object) -> None:
    """Checks the migration of ``uri`` as it is on disk."""
    session.run(session.file(uri))


def cancel(session: Session, *_: object) -> None:
    """Ends the run that is under way."""
    session.cancel()


async def accept_baseline(session: Session, uri: object = None, operation: object = None, *_: object) -> int:
    """Makes today's costs the baselines: of one operation, or of all of the file's. Returns how many."""
    record = session.record(uri)
    chosen = [c for c in record.outcome.comparisons if operation in (None, c.profile.operation)]
    if not chosen:
        raise ProjectError(f"no cost is known of {operation or 'this migration'}: run the check again")
    await asyncio.to_thread(_accept, record, [c.profile.operation for c in chosen])
    session.run(record.migration.up.path)
    return len(chosen)


def _accept(record: Record, operations: list[str]) -> None:
    from confiture.engine.baselines import BaselineStore, key_of

    store = BaselineStore(record.config.root / record.config.performance.baseline)
    for comparison in record.outcome.comparisons:
        if comparison.profile.operation in operations and comparison.environment:
            store.accept({key_of(record.migration, comparison.profile): comparison.profile}, comparison.environment)


async def show_mutant(session: Session, uri: object = None, mutant_id: object = None, *_: object) -> str:
    """The mutant as a unified diff; shown too, as a message where the client cannot show documents."""
    record = session.record(uri)
    judgement = record.judgement(str(mutant_id))
    if judgement is None:
        raise ProjectError(f"the mutant {mutant_id} is not known any more: run the check again")
    diff = diff_of(record, judgement.mutant)
    if session.can("window.show_document.support"):
        uri = await asyncio.to_thread(uri_of, session, record, judgement.mutant)
        session.server.window_show_document(types.ShowDocumentParams(uri), lambda _: None)
    else:
        session.tell(diff, types.MessageType.Info)
    return diff


def show_mutants(
    session: Session, uri: object = None, role: object = None, statement: object = None, *_: object
) -> list[str]:
    """The mutants of one statement with their verdicts, a line each; shown as a message too."""
    record = session.record(uri)
    found_role, found = statement_of(record, role, statement)
    lines = [
        f"{verdict_in_short(judgement.verdict)}: {judgement.mutant.description} ({judgement.mutant.operator})"
        for judgement in record.judgements(found_role, found)
    ]
    session.tell("\n".join([found.operation, *lines]), types.MessageType.Info)
    return lines


def statement_of(record: Record, role: object, index: object) -> tuple[Role, Statement]:
    """The statement that a client names.

    Raises:
        ProjectError: there is none.
    """
    statements = ((script_role, each) for script_role, script in record.scripts() for each in script.statements)
    found = next((each for each in statements if (each[0].value, each[1].index) == (role, index)), None)
    if found is None:
        raise ProjectError(f"statement {index} of {role} is not known any more: run the check again")
    return found


COMMANDS = (
    Command(RUN, run),
    Command(CANCEL, cancel),
    Command(ACCEPT_BASELINE, accept_baseline),
    Command(SHOW_MUTANT, show_mutant),
    Command(SHOW_MUTANTS, show_mutants),
)
