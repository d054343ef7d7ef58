"""The mutation report as a command, from which a client makes trees, scores and pages of its own."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from confiture import version
from confiture.lsp.feature import Command
from confiture.lsp.session import Session

if TYPE_CHECKING:
    from confiture.lsp.record import Record
    from confiture.report.json_value import Json

REPORT = "confiture.report"


async def report(session: Session, *_: object) -> "list[dict[str, Json]]":
    """What is known of every migration that was checked: a document of the report schema for each project."""
    projects: dict[Path, list[Record]] = {}
    for record in session.records.values():
        projects.setdefault(record.config.root, []).append(record)
    origin = session.origin
    return await asyncio.to_thread(lambda: [_document(records, origin) for records in projects.values()])


def _document(records: "Sequence[Record]", origin: str) -> "dict[str, Json]":
    from confiture.report import mutation_json
    from confiture.report.report import Report

    config = records[0].config
    outcomes = sorted((record.outcome for record in records), key=lambda outcome: outcome.migration.version)
    sources = {path: anchors.source for record in records for path, anchors in record.anchors.items()}
    report = Report(
        root=config.root,
        server=origin,
        layout=records[0].layout,
        outcomes=tuple(outcomes),
        sources=sources,
        per_line=config.mutation.per_line,
        per_file=config.mutation.per_file,
    )
    return mutation_json.document(report, version=version())


COMMANDS = (Command(REPORT, report),)
