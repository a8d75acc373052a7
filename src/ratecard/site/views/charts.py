"""Charts of prices as coordinates; each accompanies a table of the same numbers."""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Context, Decimal
from itertools import pairwise
from typing import NamedTuple

from ratecard.core import decimals, display, evidence
from ratecard.core.catalog import retired
from ratecard.core.records import Card, Offer, Tariff
from ratecard.market.reconcile import Dispute
from ratecard.pricing import headline
from ratecard.site import links
from ratecard.site.edition import Edition, one_a_seller, priced_offer, seller_name, tariff_of
from ratecard.site.views import prices

#: The size of the plot area, in units of its own.
WIDTH, HEIGHT = 600, 160
#: The precision of logarithms, independent of the current context.
_DIGITS = Context(prec=12)
#: The fewest sellers of a spread, and the fewest dots of a front.
ENOUGH = 3
#: The factor between prices above which their scale is logarithmic.
FAR = 8


class StepChart(NamedTuple):
    """The price history of an offer: a stepped path for each meter."""

    seller: str
    lines: tuple[tuple[str, str], ...]
    turns: tuple[int, ...]
    first: str
    last: str
    top: str


class SpreadChart(NamedTuple):
    """The prices of sellers as dots on one axis."""

    label: str
    unit: str
    dots: str
    sellers: int
    least: str
    most: str
    factor: str


class FrontRow(NamedTuple):
    """A model on the front: no other costs less for at least as long a context."""

    name: str
    path: str
    seller: str
    context: str
    tokens: int
    shown: str
    value: str


class FrontChart(NamedTuple):
    """Price against context: every model a dot, and the line of those on the front."""

    unit: str
    dots: str
    line: str
    drawn: int
    free: int
    across: tuple[str, ...]
    up: tuple[str, ...]
    rows: tuple[FrontRow, ...]


class Bar(NamedTuple):
    """A bar: a count and its length."""

    label: str
    number: int
    length: int


class _Dot(NamedTuple):
    tokens: int
    price: Decimal
    card: Card
    seller: str


def steps(edition: Edition, card: Card) -> tuple[StepChart, ...]:
    """The price lists of each offer that has had more than one, the leading prices as steps over time."""
    return tuple(_steps(edition, offer) for offer in card.offers if len(_dated(offer, edition.day)) > 1)


def spread(edition: Edition, card: Card) -> SpreadChart | None:
    """The sellers' leading prices under default facts; None for too few sellers."""
    found: dict[tuple[str, str], list[Decimal]] = {}
    for offer in one_a_seller(card, edition.day):
        tariff = tariff_of(edition, offer)
        line = prices.headline(tariff, edition.catalog.vocabulary)
        if tariff and tariff.currency == "USD" and line.prices and not line.start and not line.prices[0].zero:
            price = line.prices[0]
            found.setdefault((price.label, price.unit), []).append(Decimal(price.value))
    (label, unit), values = max(found.items(), key=lambda entry: len(entry[1]), default=(("", ""), []))
    if len(values) < ENOUGH or min(values) == max(values):
        return None
    low, high = min(values), max(values)
    ratio = decimals.divide(high, low)
    scale = _Scale(low, high, WIDTH, by_magnitude=ratio > FAR)
    return SpreadChart(
        label, unit, _points(sorted({(scale.at(value), 0) for value in values})), len(values), display.price(low),
        display.price(high), display.factor(ratio),
    )  # fmt: skip


def context_front(edition: Edition, cards: Iterable[Card]) -> FrontChart | None:
    """The price of input against the length of context on logarithmic scales; None if few models state both."""
    found = [dot for card in cards if not retired(card, edition.day) and (dot := _dot(edition, card))]
    dots = [dot for dot in found if dot.price]
    if len(dots) < ENOUGH:
        return None
    across = _Scale.over([Decimal(dot.tokens) for dot in dots], WIDTH)
    up = _Scale.over([dot.price for dot in dots], HEIGHT)
    best = unbeaten(dots)
    places = sorted({(across.at(Decimal(dot.tokens)), HEIGHT - up.at(dot.price)) for dot in dots})
    return FrontChart(
        unit="per 1M input tokens",
        dots=_points(places),
        line=_stairs([(across.at(Decimal(dot.tokens)), HEIGHT - up.at(dot.price)) for dot in best]),
        drawn=len(dots),
        free=len(found) - len(dots),
        across=tuple(map(_magnitude, across.powers())),
        up=tuple(map(display.price, reversed(up.powers()))),
        rows=tuple(
            FrontRow(
                dot.card.name, links.model(dot.card.slug), dot.seller, display.quantity(dot.tokens), dot.tokens,
                display.price(dot.price), decimals.text(dot.price),
            )
            for dot in best
        ),
    )  # fmt: skip


def unbeaten(dots: Iterable[_Dot]) -> list[_Dot]:
    """The dots on the front, shortest context first: no other has as much context for less, or more for the same."""
    best: list[_Dot] = []
    for dot in sorted(dots, key=lambda dot: (-dot.tokens, dot.price, dot.card.slug)):
        if not best or dot.price < best[-1].price:
            best.append(dot)
    return best[::-1]


#: The bounds of the factors by which disputes are counted.
_FACTORS = tuple(Decimal(bound) for bound in ("1.1", "1.5", "2", "5", "10", "100"))


def factors(found: Sequence[Dispute]) -> tuple[Bar, ...]:
    """The number of disputes by the factor between the highest and the lowest price."""
    # The last bin is that of zeros against a price, which have no ratio.
    counts = Counter(
        len(_FACTORS) + 1 if dispute.ratio is None else bisect.bisect_left(_FACTORS, dispute.ratio) for dispute in found
    )
    bounds = ("1", *map(decimals.text, _FACTORS))
    between = [f"{low} to {high} times" for low, high in pairwise(bounds)]
    labels = [*between, f"more than {bounds[-1]} times", "zero against a price"]
    most = max(counts.values(), default=1)
    return tuple(Bar(label, counts[place], counts[place] * WIDTH // most) for place, label in enumerate(labels))


def _dated(offer: Offer, day: date) -> list[Tariff]:
    """The price lists that have been in force."""
    return [tariff for tariff in evidence.dated(offer) if tariff.effective is None or tariff.effective <= day]


def _steps(edition: Edition, offer: Offer) -> StepChart:
    lists = _dated(offer, edition.day)
    meters = headline.leading(lists[-1], edition.catalog.vocabulary)
    known = [tariff.effective for tariff in lists if tariff.effective]
    first = known[0].toordinal()
    length = max(1, edition.day.toordinal() - first)
    # A list without a first day begins a tenth of the width before the first known day.
    start = first - length // 10 - 1 if lists[0].effective is None else first
    span = max(1, edition.day.toordinal() - start)
    at = [((tariff.effective.toordinal() if tariff.effective else start) - start) * WIDTH // span for tariff in lists]
    shown = {meter: [_unit(tariff, meter) for tariff in lists] for meter in meters}
    top = max((price for held in shown.values() for price in held if price is not None), default=decimals.ZERO)
    words = edition.catalog.vocabulary.meters
    leading = words[meters[0]]
    highest = decimals.multiply(top, Decimal(leading.per))
    return StepChart(
        seller=seller_name(edition, offer.seller),
        lines=tuple((words[meter].label, _path(at, held, top)) for meter, held in shown.items()),
        turns=tuple(at[1:]),
        first=("before " if lists[0].effective is None else "") + known[0].isoformat(),
        last=edition.day.isoformat(),
        top=f"{display.price(highest, lists[-1].currency)} {display.per(leading.per, leading.unit)}",
    )


def _unit(tariff: Tariff, meter: str) -> Decimal | None:
    """The price of one unit under default facts."""
    usual = [rate for rate in tariff.rates if rate.meter == meter and headline.by_default(tariff, rate)]
    return evidence.unit_price(max(usual, key=lambda rate: len(rate.when))) if usual else None


def _path(at: Sequence[int], held: Sequence[Decimal | None], top: Decimal) -> str:
    """A line as high as each price, from the day it holds; broken where there is none."""
    drawn = []
    ends = (*at[1:], WIDTH)
    joined = False
    for start, end, price in zip(at, ends, held, strict=True):
        if price is not None:
            y = HEIGHT - int(decimals.divide(decimals.multiply(price, Decimal(HEIGHT)), top)) if top else HEIGHT
            drawn.append(f"{f'V{y}' if joined else f'M{start} {y}'}H{end}")
        joined = price is not None
    return "".join(drawn)


def _dot(edition: Edition, card: Card) -> _Dot | None:
    tokens = card.limits.context_tokens
    offer = priced_offer(edition, card)
    tariff = tariff_of(edition, offer)
    if not tokens or offer is None or tariff is None or tariff.currency != "USD":
        return None
    price = _unit(tariff, "input_tokens")
    if price is None:
        return None
    return _Dot(tokens, decimals.multiply(price, Decimal(1_000_000)), card, seller_name(edition, offer.seller))


class _Scale(NamedTuple):
    """A linear or logarithmic scale."""

    low: Decimal
    high: Decimal
    length: int
    by_magnitude: bool = True

    @classmethod
    def over(cls, values: Sequence[Decimal], length: int) -> _Scale:
        """A scale by magnitude that begins and ends at powers of ten around the values."""
        low = _power(min(values).adjusted())
        high = _power(max(values).adjusted() + 1)
        return cls(low, high, length)

    def at(self, value: Decimal) -> int:
        """The place of a number, from 0 at the low end to the length at the high one."""
        # Decimal's logarithm is rounded correctly on every machine, so that pictures are the same everywhere.
        low, high, here = ((end.log10(_DIGITS) if self.by_magnitude else end) for end in (self.low, self.high, value))
        share = _DIGITS.divide(_DIGITS.subtract(here, low), _DIGITS.subtract(high, low))
        return int(_DIGITS.multiply(share, Decimal(self.length)).to_integral_value())

    def powers(self) -> list[Decimal]:
        """The powers of ten within the scale, equally spaced."""
        return [_power(exponent) for exponent in range(self.low.adjusted(), self.high.adjusted() + 1)]


def _power(exponent: int) -> Decimal:
    """A power of ten, exact in any decimal context."""
    return Decimal((0, (1,), exponent))


def _points(places: Iterable[tuple[int, int]]) -> str:
    """Dots as one path of strokes without length, round at their ends."""
    return "".join(f"M{x} {y}h0" for x, y in places)


def _stairs(places: Sequence[tuple[int, int]]) -> str:
    """Steps along the front: the least price for at least so much context."""
    first, *rest = places
    return f"M0 {first[1]}H{first[0]}" + "".join(f"V{y}H{x}" for x, y in rest)


def _magnitude(value: Decimal) -> str:
    for bound, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= bound:
            return f"{display.quantity(decimals.divide(value, Decimal(bound)))}{letter}"
    return display.quantity(value)
