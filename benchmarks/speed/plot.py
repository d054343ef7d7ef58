"""Line charts as SVG."""

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT, _MARGIN = 720, 260, 56
_COLOURS = ("#1f6feb", "#bf3989", "#1a7f37")


def plot(series: Mapping[str, Sequence[float]], *, step: int) -> str:
    """A chart of ``series``, whose values lie ``step`` apart; the vertical axis begins at zero."""
    highest = max(max(values) for values in series.values()) or 1.0
    longest = max(map(len, series.values()))
    across, up = (_WIDTH - 2 * _MARGIN) / max(1, longest - 1), (_HEIGHT - 2 * _MARGIN) / highest
    bottom = _HEIGHT - _MARGIN
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" font-family="sans-serif" '
            'font-size="12">'
        ),
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<path d="M{_MARGIN} {_MARGIN}V{bottom}H{_WIDTH - _MARGIN}" fill="none" stroke="#57606a"/>',
        f'<text x="8" y="{_MARGIN + 4}">{highest:,.0f}</text><text x="8" y="{bottom}">0</text>',
        f'<text x="{_WIDTH - _MARGIN}" y="{bottom + 18}" text-anchor="end">{longest * step:,}</text>',
    ]
    for index, (name, values) in enumerate(series.items()):
        points = " ".join(
            f"{_MARGIN + place * across:.1f},{bottom - value * up:.1f}" for place, value in enumerate(values)
        )
        colour = _COLOURS[index % len(_COLOURS)]
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts.append(f'<text x="{_MARGIN + 200 * index}" y="24" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])
