"""The frame of the pages that people open and send: one file that fetches nothing."""

from html import escape

_STYLE = """\
:root { color-scheme: light; --text: #24292f; --dim: #57606a; --line: #d0d7de; --back: #ffffff; --raised: #f6f8fa;
        --link: #0a58ca; --bad: #b3261e; --fair: #8a5a00; --good: #1a7f37; --old: #ffebe9; --new: #dafbe1;
        --old-part: #ffc1bc; --new-part: #a6f0b5; --mark: #fff1a8; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 68rem;
       margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
a { color: var(--link); }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
h3 { margin: 2rem 0 .5rem; font-size: 1rem; }
h4 { margin: 1.2rem 0 .3rem; font-size: .95rem; }
p { margin: .3rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; overflow-wrap: normal; }
th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--dim); }
th.number, td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.name { overflow-wrap: anywhere; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { background: var(--raised); padding: .6rem .8rem; margin: .4rem 0; overflow: auto; max-height: 24rem;
      white-space: pre-wrap; border-radius: 4px; }
summary { cursor: pointer; margin-top: 1.5rem; font-weight: 600; }
del, ins { display: block; text-decoration: none; }
del { background: var(--old); } del b { background: var(--old-part); }
ins { background: var(--new); } ins b { background: var(--new-part); }
del b, ins b { font-weight: inherit; }
mark { background: var(--mark); color: inherit; }
.said { white-space: pre-line; }
.alarm, .bad { color: var(--bad); font-weight: 600; }
.fair { color: var(--fair); font-weight: 600; }
.good { color: var(--good); font-weight: 600; }
.dim { color: var(--dim); font-weight: normal; }
"""
_DARK = """\
@media (prefers-color-scheme: dark) {
:root { color-scheme: dark; --text: #d6dbe1; --dim: #98a2ad; --line: #373e47; --back: #15191e; --raised: #1f252c;
        --link: #6cb0ff; --bad: #ff8a80; --fair: #e6b455; --good: #5fd07a; --old: #4a1f22; --new: #143d22;
        --old-part: #84343a; --new-part: #1f6b39; --mark: #6b5a12; }
}
"""


def page(title: str, body: str, *, version: str, script: str = "") -> str:
    """A whole page, light or dark as the reader has it.

    Args:
        title: in plain text; also the first heading.
        body: HTML that ends in a line break.
        version: of Confiture, for the foot.
        script: a library that draws pictures on white, so that the page is light for all.
    """
    allowed = "script-src 'unsafe-inline'; img-src data: blob:; " if script else ""
    style = _STYLE if script else _STYLE + _DARK
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy"\n'
        f"      content=\"default-src 'none'; {allowed}style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n"
        + (f"<script>{script}</script>\n" if script else "")
        + f"</head>\n<body>\n<h1>{escape(title)}</h1>\n{body}"
        f'<p class="dim">Confiture {escape(version)}. Times are those of a scratch database in memory.</p>\n'
        "</body>\n</html>\n"
    )
