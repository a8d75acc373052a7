"""Formats numbers and tables for people; the only module that rounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from ratecard.core import decimals
from ratecard.core.records import Adjustment, Rate, Vocabulary

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


def money(amount: Decimal, currency: str = "USD") -> str:
    """An exact amount, with at least two decimals and never an exponent: $8.00, $0.0006336."""
    plain = decimals.text(amount)
    whole, _, places = plain.partition(".")
    shown = plain if len(places) >= 2 else f"{whole}.{places:0<2}"
    return _with_symbol(shown, currency)


def price(amount: Decimal, currency: str = "USD") -> str:
    """A price as page headings show it.

    $0, two decimals from $1, three from $0.01, otherwise four; more where needed, since a price is
    never rounded.
    """
    if not amount:
        return _with_symbol("0", currency)
    places = 2 if amount >= 1 else 3 if amount >= Decimal("0.01") else 4
    exact_places = -int(amount.normalize().as_tuple().exponent)
    return _with_symbol(_fixed(amount, max(places, exact_places)), currency)


def long_price(amount: Decimal, currency: str = "USD") -> str:
    """A price with at least four decimals: $0.1000."""
    exact_places = -int(amount.normalize().as_tuple().exponent)
    return _with_symbol(_fixed(amount, max(4, exact_places)), currency)


def rounded(amount: Decimal, places: int = 2, currency: str = "USD") -> str:
    """An amount rounded half-even, for overviews; never for anything that is computed on."""
    return _with_symbol(_fixed(amount, places), currency)


def quantity(number: Decimal | int) -> str:
    """A quantity with thousands separators: 1,000,000."""
    whole, _, places = decimals.text(Decimal(number)).partition(".")
    return f"{int(whole):,}" + (f".{places}" if places else "")


def factor(ratio: Decimal) -> str:
    """A factor with two decimals, for overviews: 1.27, 100.00."""
    return _fixed(ratio, 2)


def conditions(when: Iterable[tuple[str, str]]) -> str:
    """Conditions in words: quality high, size 1024x1024."""
    return ", ".join(f"{fact} {value}" for fact, value in sorted(when))


@lru_cache(maxsize=1024)
def per(count: int, unit: str) -> str:
    """The quantity a price is for: per image, per 1M input tokens, per 60 seconds of audio."""
    short = f"{count // 1_000_000}M" if count >= 1_000_000 and count % 1_000_000 == 0 else f"{count:,}"
    return f"per {unit}" if count == 1 else f"per {short} {plural(unit)}"


def rate(found: Rate, currency: str, vocabulary: Vocabulary) -> str:
    """A rate without its conditions: $0.04 per image, $0 per image (beta)."""
    zero = f" ({found.zero})" if found.zero else ""
    return f"{price(found.price, currency)} {per(found.per, vocabulary.meters[found.meter].unit)}{zero}"


def percentages(changes: Iterable[Adjustment], vocabulary: Vocabulary) -> list[str]:
    """The percentages of a price list in words: Batch discount for service tier batch: -50%, region au, eu: +10%.

    Those that have no name of their own and are alike share a line; those of zero are left out.
    """
    alike: dict[tuple[str, Decimal, tuple[str, ...]], list[str]] = {}
    for change in changes:
        if change.percent:
            when = conditions(change.when).replace("_", " ")
            named = f"{change.name} for " if change.name != when and when else change.name if not when else ""
            fact, _, value = when.rpartition(" ")
            alike.setdefault((f"{named}{fact}", change.percent, change.meters), []).append(value)
    found = []
    for (about, number, meters), values in alike.items():
        units = ", ".join(plural(vocabulary.meters[meter].unit) for meter in meters)
        change_of = f"{'+' if number > 0 else ''}{percent(number)}{f' on {units}' if units else ''}"
        named = " ".join(filter(None, (about, ", ".join(values))))
        found.append(f"{named}: {change_of}")
    return found


def plural(noun: str) -> str:
    """The plural of a noun: images, seconds of video, searches, queries."""
    head, joint, rest = next(
        (parts for joint in (" of ", " after ") if (parts := noun.partition(joint))[1]), (noun, "", "")
    )
    stem = f"{head[:-1]}ie" if head.endswith("y") else f"{head}e" if head.endswith(("ch", "sh", "s", "x")) else head
    return f"{stem}s{joint}{rest}"


def counted(number: Decimal | int, unit: str) -> str:
    """A quantity with its unit: 1 image, 2 images."""
    return f"{quantity(number)} {unit if number == 1 else plural(unit)}"


def percent(number: Decimal) -> str:
    """A percentage: 5%."""
    return f"{decimals.text(number)}%"


def share(part: Decimal | int, whole: Decimal | int) -> str:
    """A part of a whole as a percentage with one decimal: 13.9%."""
    return f"{_fixed(decimals.divide(decimals.multiply(Decimal(part), Decimal(100)), Decimal(whole)), 1)}%"


def shift(before: Decimal, after: Decimal) -> str:
    """The relative change of a price: +25%, -33.3%; empty if it is unchanged or was zero."""
    if not before or before == after:
        return ""
    percents = decimals.multiply(decimals.divide(after, before), Decimal(100)) - 100
    shown = decimals.text(Decimal(_fixed(percents, 1)))
    return f"{'+' if percents > 0 else ''}{shown}%" if shown != "0" else "less than 0.1%"


def file_size(count: int) -> str:
    """A number of bytes: 50 MB, 25 MB (26,214,400 bytes)."""
    if count % 1_000_000 == 0:
        return f"{count // 1_000_000} MB"
    return f"{count // 2**20} MB ({count:,} bytes)" if count % 2**20 == 0 else f"{count:,} bytes"


def article(noun: str) -> str:
    """The noun with its indefinite article: an image."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def html(text: str) -> str:
    """A text as notebooks show it: its lines and columns as they are."""
    from html import escape  # here because few results are shown in a notebook

    return f"<pre>{escape(text, quote=False)}</pre>"


def table(rows: Sequence[Mapping[str, str]], right: Sequence[str] = ()) -> str:
    """Rows as aligned text columns under their headings; columns in `right` are right-aligned."""
    if not rows:
        return ""
    headings = list(rows[0])
    lines = [headings, *([row[heading] for heading in headings] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    lines.insert(1, ["-" * width for width in widths])
    padded = (
        [
            cell.rjust(width) if heading in right else cell.ljust(width)
            for cell, width, heading in zip(line, widths, headings, strict=True)
        ]
        for line in lines
    )
    return "\n".join("  ".join(cells).rstrip() for cells in padded)


def _fixed(amount: Decimal, places: int) -> str:
    return f"{amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN):f}"


def _with_symbol(shown: str, currency: str) -> str:
    symbol = SYMBOLS.get(currency)
    if symbol is None:
        return f"{shown} {currency}"
    return f"-{symbol}{shown[1:]}" if shown.startswith("-") else f"{symbol}{shown}"
