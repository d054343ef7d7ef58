"""Where the documentation explains what is reported."""

import re
from urllib.parse import urljoin

from confiture.model.finding import Finding

DOCUMENTS = "https://github.com/confiture-lsp/confiture/blob/main/docs"

_LINK = re.compile(r"(?<=\]\()[^)\s]+(?=\))")


def page_of(finding: Finding) -> str:
    """The address of the page, or of the part of one, that explains ``finding``."""
    return operator_page(finding.code) if finding.judgement else f"{DOCUMENTS}/findings.md#{finding.code}"


def operator_page(id: str) -> str:
    """The address of an operator's page."""
    return f"{DOCUMENTS}/operators/{id}.md"


def with_addresses(markdown: str, *, of: str = f"{DOCUMENTS}/") -> str:
    """``markdown``, which stands at the address ``of``, with whole addresses in its links."""
    return _LINK.sub(lambda link: urljoin(of, link[0]), markdown)
