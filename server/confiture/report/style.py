"""How text meets a terminal: colours by meaning, and no control characters from anyone's files."""

import re
from collections.abc import Sequence

from rich.text import Text

from confiture.model.finding import Level
from confiture.model.mutant import Severity
from confiture.model.verdict import Status

MARGIN = "  "

LEVEL_STYLES = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.INFORMATION: "blue", Level.HINT: "dim"}
SEVERITY_STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "dim",
}
STATUS_STYLES = {
    Status.KILLED: "green",
    Status.TIMEOUT: "green",
    Status.SURVIVED: "red",
    Status.NO_COVERAGE: "yellow",
    Status.COMPILE_ERROR: "magenta",
    Status.RUNTIME_ERROR: "magenta",
    Status.IGNORED: "dim",
    Status.PENDING: "dim",
}

# Line breaks and tabs are layout; all else that steers a terminal or turns the reading direction is shown, not obeyed,
# and so is what no UTF-8 (half of a surrogate pair) or no XML can hold.
# Source: https://www.w3.org/TR/xml/#charsets (Char).
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def visible(text: str) -> str:
    """``text`` with control characters replaced by a picture of them and tabs by spaces."""
    return _STEERING.sub(_picture, text.replace("\r\n", "\n").expandtabs(4))


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def plain(text: str, style: str = "") -> Text:
    """``text`` as rich draws it, safely."""
    return Text(visible(text), style=style)


def joined(separator: str, parts: Sequence[Text]) -> Text:
    """``parts`` with a dim ``separator`` between them; unlike `Text.join` it leaves their styles alone."""
    pieces = [piece for part in parts for piece in (Text(separator, style="dim"), part)]
    return Text.assemble(*pieces[1:])


def score_style(score: float | None, *, fail_under: float | None) -> str:
    """Green for a score that is enough, yellow and red below."""
    if score is None:
        return "dim"
    good, fair = (80.0, 60.0) if fail_under is None else (fail_under, fail_under)
    return "bold green" if score >= good else "bold yellow" if score >= fair else "bold red"
