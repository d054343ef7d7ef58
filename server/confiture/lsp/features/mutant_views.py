"""Mutants as documents: a unified diff under a URI that the client asks us for, or in a file where it cannot."""

import tempfile
from difflib import unified_diff
from pathlib import Path
from urllib.parse import unquote

from lsprotocol import types

from confiture.lsp.feature import Feature
from confiture.lsp.protocol import SCHEME
from confiture.lsp.record import Record
from confiture.lsp.session import Session
from confiture.model.mutant import Mutant


def diff_of(record: Record, mutant: Mutant) -> str:
    """The mutant as a unified diff."""
    script = record.migration.script(mutant.role)
    lines = unified_diff(
        script.source.splitlines(keepends=True),
        mutant.apply_to_source(script).splitlines(keepends=True),
        script.path.name,
        f"{mutant.id}: {mutant.description}",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def uri_of(session: Session, record: Record, mutant: Mutant) -> str:
    """Where the client finds the diff; it may write a file, so call it in a thread."""
    if session.can("workspace.text_document_content"):
        path = record.migration.script(mutant.role).path
        return f"{SCHEME}:{path.as_uri().removeprefix('file:')}/{mutant.id}.diff"
    directory = session.directory.enter_context(tempfile.TemporaryDirectory(prefix="confiture-"))
    path = Path(directory) / f"{mutant.id}.diff"
    path.write_text(diff_of(record, mutant), "utf-8")
    return path.as_uri()


def content(session: Session, params: types.TextDocumentContentParams) -> types.TextDocumentContentResult:
    """The text behind a URI that `uri_of` made."""
    session.showing.views.add(params.uri)
    place, _, name = params.uri.removeprefix(f"{SCHEME}:").rpartition("/")
    path = session.path_of(f"file:{place}")
    for record in session.records_of(path) if path else ():
        judgement = record.judgement(unquote(name).removesuffix(".diff"))
        if judgement:
            return types.TextDocumentContentResult(diff_of(record, judgement.mutant))
    return types.TextDocumentContentResult("This mutant is not known any more: run the check again.\n")


FEATURES = (Feature(types.WORKSPACE_TEXT_DOCUMENT_CONTENT, content),)
