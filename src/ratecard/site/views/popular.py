"""The models that people use most, by what they make: the table on the first screen of the site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals, lives
from ratecard.core.evidence import KNOWN, SINGLE, delisted, unit_price
from ratecard.core.records import Card, Offer
from ratecard.database.offer_attributes import limits_of, parsed, value
from ratecard.pricing import headline
from ratecard.routing.options import SELLING
from ratecard.site.edition import Edition, seller_name, status_of, tariff_of
from ratecard.site.views import collections, prices
from ratecard.site.views.estimate_box import Estimate, one_image
from ratecard.site.views.prices import Headline, ShownPrice
from ratecard.site.views.rows import ModelRow, model_row

#: A model counts half after this time, so that what was used last year makes room.
HALF_LIFE = timedelta(days=180)
#: The age of a model whose day nobody states.
UNDATED = timedelta(days=720)
#: The most models of a maker in a table.
OF_A_MAKER = 4

TOKENS = ("input_tokens", "output_tokens")
#: Of four tokens three go in, as in most calls, where sellers are compared.
WEIGHTS = (3, 1)
#: What costs at most this much of the least costs the same.
NEARLY = Decimal("1.01")


class Group(NamedTuple):
    """A table: its name, the kinds of models in it, and how many it has."""

    id: str
    label: str
    kinds: frozenset[str]
    most: int


GROUPS = (
    Group("text", "Text", frozenset({"chat", "omni"}), 30),
    Group("image", "Image", frozenset({"image"}), 20),
    Group("video", "Video", frozenset({"video"}), 12),
    Group("audio", "Audio", frozenset({"transcription", "speech", "realtime", "music"}), 12),
    Group("embedding", "Embedding", frozenset({"embedding"}), 12),
)


class Cheapest(NamedTuple):
    """The cheapest seller in no doubt: its name, and its price in words."""

    seller: str
    shown: str


class PopularModel(NamedTuple):
    """A model as a row, with the prices of its first seller in no doubt, and where it costs least.

    `tokens` are the prices of a token in and out, where both are sold; `one` is the cost of one image.
    """

    row: ModelRow
    tokens: tuple[ShownPrice, ...]
    headline: Headline
    one: Estimate | None
    context: str
    sellers: int
    cheapest: Cheapest | None


class PopularTable(NamedTuple):
    """The models of a group, those used most first."""

    group: Group
    models: tuple[PopularModel, ...]


def tables(edition: Edition) -> tuple[PopularTable, ...]:
    """A table for each group in which anything has a price."""
    found: dict[str, list[tuple[float, Card, int]]] = {group.id: [] for group in GROUPS}
    for card in edition.catalog.cards.values():
        group = next((group for group in GROUPS if (card.kind or card.modality) in group.kinds), None)
        sellers = len({offer.seller for offer in _sold(edition, card)})
        if group and sellers:
            found[group.id].append((_weight(edition, card, sellers), card, sellers))
    made = (PopularTable(group, tuple(_models(edition, group, found[group.id]))) for group in GROUPS)
    return tuple(table for table in made if table.models)


def _weight(edition: Edition, card: Card, sellers: int) -> float:
    """How much a model is used, as far as the catalog can tell: its sellers, halved with each `HALF_LIFE` of age."""
    born = collections.born(card)
    age = edition.day - born if born else UNDATED
    return float(sellers * 0.5 ** max(age / HALF_LIFE, 0))


def _models(edition: Edition, group: Group, ranked: Iterable[tuple[float, Card, int]]) -> Iterator[PopularModel]:
    held: Counter[str] = Counter()
    shown = 0
    for _, card, sellers in sorted(ranked, key=lambda one: (-one[0], one[1].slug)):
        if held[card.provider] < OF_A_MAKER and shown < group.most:
            held[card.provider] += 1
            shown += 1
            yield _model(edition, card, sellers)


def _sold(edition: Edition, card: Card) -> Iterator[Offer]:
    """The offers that a call would go to: alive, priced in no doubt, at a seller that nothing speaks against."""
    for offer in card.offers:
        if lives.ended(card, offer, edition.day) or delisted(offer) or "service_tier" in offer.facts:
            continue
        kind, caution = parsed(value("seller_kind", card, offer, edition.catalog.sellers))
        if status_of(edition, offer) in (KNOWN, SINGLE) and kind in SELLING and not caution:
            yield offer


def _model(edition: Edition, card: Card, sellers: int) -> PopularModel:
    offer = next(_sold(edition, card))
    tariff, words = tariff_of(edition, offer), edition.catalog.vocabulary
    meters = {rate.meter for rate in tariff.rates} if tariff else set()
    found = [headline.default_rate(tariff, meter) for meter in TOKENS] if tariff and meters >= set(TOKENS) else []
    context = limits_of(card, offer).context_tokens
    return PopularModel(
        row=model_row(edition, card),
        tokens=tuple(prices.price(rate, words, tariff.currency) for rate in found if tariff),
        headline=prices.headline(tariff, words),
        one=one_image(edition, card, offer),
        context=_tokens(context) if context else "",
        sellers=sellers,
        cheapest=_cheapest(edition, card),
    )


def _tokens(count: int) -> str:
    """A number of tokens as people say it: 128k, 1M."""
    return f"{round(count / 1_000_000, 1):g}M" if count >= 1_000_000 else f"{round(count / 1_000)}k"


def _cheapest(edition: Edition, card: Card) -> Cheapest | None:
    """The seller whose default call costs least; of several that cost the same, but for a hundredth, the first."""
    priced = [(paid, offer) for offer in _sold(edition, card) if (paid := _paid(edition, card, offer))]
    if not priced:
        return None
    alike = [(paid, offer) for paid, offer in priced if paid[0] == priced[0][0][0]]
    least = decimals.multiply(min(amount for (_, amount, _), _ in alike), NEARLY)
    return next(
        Cheapest(seller_name(edition, offer.seller), shown) for (_, amount, shown), offer in alike if amount <= least
    )


def _paid(edition: Edition, card: Card, offer: Offer) -> tuple[tuple[str, ...], Decimal, str] | None:
    """What is compared, the amount, and the price in words; None where it cannot be compared."""
    tariff, words = tariff_of(edition, offer), edition.catalog.vocabulary
    if tariff is None or tariff.currency != "USD":
        return None
    if card.modality == "image":
        image = one_image(edition, card, offer)
        return (("one image",), Decimal(image.value), image.shown) if image else None
    rates = [rate for rate, _ in headline.headline_rates(tariff, words) if rate.price]
    if not rates:
        return None
    meters = tuple(rate.meter for rate in rates)
    shown = [prices.price(rate, words, tariff.currency) for rate in rates]
    if meters == TOKENS:
        parts = (decimals.multiply(unit_price(rate), Decimal(part)) for rate, part in zip(rates, WEIGHTS, strict=True))
        return meters, sum(parts, Decimal(0)), " / ".join(price.shown for price in shown)
    return meters[:1], unit_price(rates[0]), shown[0].shown
