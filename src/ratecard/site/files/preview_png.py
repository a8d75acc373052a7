"""The previews of pages, drawn: words in four sizes and three colours on a plain ground, as small PNG files.

Pillow draws; it is an extra, since few sites need it, and brings the one font used here.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ratecard.core.errors import BadValue

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT = 1200, 630
#: Where words begin and must end, and how wide the stripe at the left edge is.
LEFT, RIGHT, STRIPE = 88, 1112, 24
#: How many shades a colour has between the ground and itself, so that all fit into four bits.
SHADES = 2
INK, QUIET, ACCENT = range(3)
#: The sizes of a title, the largest that fits first: on one line, then on two.
NAMES = ((80, 1), (68, 1), (58, 1), (54, 2), (44, 2))
SMALL, PRICE, UNIT = 28, 58, 30
DOTS = "…"
#: Where a line may end.
_PIECES = re.compile(r"(?<=[-/_ ])")
#: Hyphens and dashes that the font has in another form.
_ALIKE = str.maketrans("\u2010\u2011\u2012\u2013\u2014", "-----")
#: How wide the amount of a price may be, which leaves room for its unit.
AMOUNT = 720
#: The word under which a file keeps what it was drawn from.
DRAWN = "drawn-from"


class Preview(NamedTuple):
    """What a preview says: the site, a title and what stands in for it, words below, prices, a last line."""

    site: str
    title: str
    instead: str
    about: str
    prices: tuple[tuple[str, str], ...]
    foot: str
    colours: tuple[str, str, str, str]


#: The size at which words are measured, and how much wider they may be at another, in percent.
RULE, LOOSE = 100, 105


class Pen:
    """The fonts of previews, by size, which letters they have and how wide words are."""

    def __init__(self) -> None:
        self.fonts: dict[int, FreeTypeFont] = {}
        self.known: dict[str, bool] = {}
        self.widths: dict[str, int] = {}

    def font(self, size: int) -> FreeTypeFont:
        """The font at a size; raises `BadValue` where Pillow is not there or has no font that grows."""
        if size not in self.fonts:
            self.fonts[size] = _font(size)
        return self.fonts[size]

    def width(self, words: str, size: int) -> int:
        """How wide words are at most: letters are moved to whole pixels, which matters where they are small."""
        if words not in self.widths:
            self.widths[words] = int(self.font(RULE).getlength(words))
        return -(-self.widths[words] * size * LOOSE // (RULE * 100))

    def has(self, words: str) -> bool:
        """Whether the font has every letter; one it lacks would be drawn as a box."""
        return all(self._letter(letter) for letter in words)

    def _letter(self, letter: str) -> bool:
        if letter not in self.known:
            font = self.font(SMALL)
            box = font.getmask("\uffff")
            mask = font.getmask(letter)
            self.known[letter] = letter == " " or (mask.size, bytes(mask)) != (box.size, bytes(box))
        return self.known[letter]


def _font(size: int) -> FreeTypeFont:
    try:
        from PIL import ImageFont  # an extra: only who asks for previews needs it
        from PIL.ImageFont import FreeTypeFont
    except ImportError:
        raise BadValue(
            "previews are drawn with Pillow, which is not installed; pip install 'ratecard[images]'"
        ) from None
    font = ImageFont.load_default(size)
    if not isinstance(font, FreeTypeFont):
        raise BadValue("this Pillow was built without FreeType, which previews need; install a wheel of it")
    return font


def draw(preview: Preview, pen: Pen, key: str) -> bytes:
    """A preview as PNG, with the key of what it was drawn from inside."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    picture = Image.new("P", (WIDTH, HEIGHT), 0)
    picture.putpalette([value for colour in _palette(preview.colours) for value in colour])
    picture.paste(1 + ACCENT * SHADES + SHADES - 1, (0, 0, STRIPE, HEIGHT))
    _write(picture, pen, preview)
    held, info = io.BytesIO(), PngInfo()
    info.add_text(DRAWN, key)
    picture.save(held, "PNG", bits=4, optimize=False, compress_level=6, pnginfo=info)
    return held.getvalue()


def _palette(colours: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """The ground, then each colour in steps from nearly the ground to itself."""
    ground, *inks = ([int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in colours)
    yield tuple(ground)
    for ink in inks:
        for step in range(1, SHADES + 1):
            yield tuple((low * (SHADES - step) + high * step) // SHADES for low, high in zip(ground, ink, strict=True))


def _write(picture: Image.Image, pen: Pen, preview: Preview) -> None:
    title = preview.title.translate(_ALIKE)
    title = title if pen.has(title) else preview.instead
    size, lines = _fitted(pen, title)
    _put(picture, pen, (LEFT, 60), _cut(pen, preview.site, SMALL), SMALL, QUIET)
    top = 122
    for line in lines:
        _put(picture, pen, (LEFT, top), line, size, INK)
        top += size * 9 // 8
    _put(picture, pen, (LEFT, top + 16), _cut(pen, preview.about, SMALL), SMALL, QUIET)
    top = 536 - len(preview.prices) * 78
    for amount, unit in preview.prices:
        end = _put(picture, pen, (LEFT, top), _cut(pen, amount, PRICE, AMOUNT), PRICE, ACCENT)
        if unit:
            _put(picture, pen, (end + 18, top + PRICE - UNIT - 4), _cut(pen, unit, UNIT, RIGHT - end - 18), UNIT, INK)
        top += 78
    _put(picture, pen, (LEFT, 552), _cut(pen, preview.foot, SMALL), SMALL, QUIET)


def _put(picture: Image.Image, pen: Pen, place: tuple[int, int], words: str, size: int, colour: int) -> int:
    """Words in a colour from a place on; returns where they end."""
    from PIL import Image, ImageDraw

    box = (pen.width(words, size) + size, size * 3 // 2)
    mask = Image.new("L", box, 0)
    ImageDraw.Draw(mask).text((0, 0), words, fill=255, font=pen.font(size))
    base = 1 + colour * SHADES
    picture.paste(mask.point(_shades(base)), place, mask.point(_shades(0)))
    return place[0] + int(pen.font(size).getlength(words))


@functools.cache
def _shades(base: int) -> list[int]:
    """What each coverage becomes: the nearest shade of a colour; with 0 for a colour, whether there is any."""
    nearest = [(value * SHADES + 127) // 255 for value in range(256)]
    return [base + max(0, shade - 1) if base else 255 * bool(shade) for shade in nearest]


def _fitted(pen: Pen, title: str) -> tuple[int, list[str]]:
    """The title at the largest size at which it fits, in lines; at the smallest it is cut."""
    for size, most in NAMES:
        lines = _lines(pen, title, size)
        if len(lines) <= most and all(pen.width(line, size) <= RIGHT - LEFT for line in lines):
            return size, lines
    size, most = NAMES[-1]
    whole = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return size, [_cut(pen, line, size) for line in whole]


def _lines(pen: Pen, title: str, size: int) -> list[str]:
    """The title in lines, which end between words or behind a hyphen or slash."""
    lines = [""]
    for piece in _PIECES.split(" ".join(title.split())):
        if lines[-1] and pen.width(f"{lines[-1]}{piece}".rstrip(), size) > RIGHT - LEFT:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _cut(pen: Pen, words: str, size: int, room: int = RIGHT - LEFT) -> str:
    """Words as far as there is room, without letters the font lacks."""
    words = "".join(letter if pen.has(letter) else "?" for letter in words)
    if pen.width(words, size) <= room:
        return words
    while words and pen.width(words + DOTS, size) > room:
        words = words[:-1]
    return words.rstrip() + DOTS


def drawn_from(picture: bytes) -> str:
    """The key inside a picture drawn here, or nothing: text stands right behind the size and the palette."""
    _, found, rest = picture[:400].partition(DRAWN.encode() + b"\0")
    return rest[:64].decode("ascii", "replace") if found else ""
