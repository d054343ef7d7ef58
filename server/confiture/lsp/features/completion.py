"""Completion in ``-- confiture: …`` comments: what they can say, operators by id or name, limits and lock modes."""

from lsprotocol import types

from confiture.lsp.convert import to_offset, to_range
from confiture.lsp.directive_help import Proposal, proposals
from confiture.lsp.feature import Feature
from confiture.lsp.session import Session
from confiture.model.lines import line_start
from confiture.model.span import Span


def complete(session: Session, params: types.CompletionParams) -> list[types.CompletionItem]:
    """What can stand at the cursor, in a directive."""
    path = session.path_of(params.text_document.uri)
    text = session.text_of(path) if path else None
    if text is None:
        return []
    offset = to_offset(text, params.position, encoding=session.encoding)
    found = proposals(text[line_start(text, offset) : offset])
    return [
        _item(
            proposal,
            order=order,
            place=to_range(text, Span(offset - proposal.replaced, offset), encoding=session.encoding),
        )
        for order, proposal in enumerate(found)
    ]


def _item(proposal: Proposal, *, order: int, place: types.Range) -> types.CompletionItem:
    meaning = types.MarkupContent(types.MarkupKind.Markdown, proposal.meaning) if proposal.meaning else None
    return types.CompletionItem(
        label=proposal.text.strip(),
        kind=types.CompletionItemKind.Keyword,
        detail=proposal.title or None,
        documentation=meaning,
        filter_text=f"{proposal.text} {proposal.also}".strip(),
        sort_text=f"{order:03}",
        text_edit=types.TextEdit(place, proposal.text),
    )


FEATURES = (
    Feature(
        types.TEXT_DOCUMENT_COMPLETION, complete, types.CompletionOptions(trigger_characters=[":", " ", "=", "<", "-"])
    ),
)
