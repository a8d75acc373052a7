"""Price badges: a small picture of what a model costs, for a README that links its page."""

from __future__ import annotations

from xml.sax.saxutils import escape

from ratecard.site.views.rows import ModelRow

#: The width of a letter in a common sans-serif at 11 px, wide enough for those of prices.
LETTER = 7
PADDING = 7
HEIGHT = 20

#: The colour of the right half by the status of the price; white text on it has a contrast of 4.5 or more.
COLOURS = {
    "known": "#17663a",
    "free": "#17663a",
    "single": "#17663a",
    "subscription": "#8a5300",
    "beta": "#8a5300",
    "stale": "#8a5300",
    "undated": "#8a5300",
    "partial": "#8a5300",
    "unverified": "#8a5300",
    "disputed": "#a3271c",
    "unknown": "#5b6369",
}
MAX_LETTERS = 60


def badge(row: ModelRow) -> str:
    """The badge as SVG: the model's name, and its price or that it is unknown."""
    left, right = _short(row.name), _short(row.headline.text or "price unknown")
    own, all = _width(left), _width(left) + _width(right)
    end = f"M{own} 0h{all - own - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1 -3 3h-{all - own - 3}z"
    label = escape(f"{left}: {right}", {'"': "&quot;"})
    words = "".join(
        f'<text x="{x}" y="14" textLength="{len(word) * LETTER}" lengthAdjust="spacingAndGlyphs">{escape(word)}</text>'
        for x, word in ((PADDING, left), (own + PADDING, right))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{all}" height="{HEIGHT}" role="img" aria-label="{label}">'
        f"<title>{escape(f'{left}: {right}')}</title>"
        f'<rect width="{all}" height="{HEIGHT}" rx="3" fill="#30373b"/>'
        f'<path d="{end}" fill="{COLOURS[row.status]}"/>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">{words}</g></svg>\n'
    )


def _short(words: str) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in words)
    return printable if len(printable) <= MAX_LETTERS else f"{printable[: MAX_LETTERS - 1]}…"


def _width(words: str) -> int:
    return len(words) * LETTER + 2 * PADDING
