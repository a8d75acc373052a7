"""The numbered sources at the foot of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ratecard.core.records import Capability, Card, Disagreement, Offer, Seller, Source
from ratecard.site import links


class Reference(NamedTuple):
    """A source as a page prints it, with the number it is quoted by."""

    number: int
    title: str
    url: str
    checked: str
    as_of: str
    via: str
    note: str


References = Mapping[Source, Reference]


def numbered(sources: Iterable[Source]) -> dict[Source, Reference]:
    """Each source once, numbered in the order of first use."""
    found: dict[Source, Reference] = {}
    for source in sources:
        if source not in found:
            found[source] = Reference(
                number=len(found) + 1,
                title=links.title(source.url),
                url=links.safe_url(source.url),
                checked=source.checked.isoformat(),
                as_of=source.as_of,
                via=source.via,
                note=source.note,
            )
    return found


def sources_of_card(card: Card, first: Offer | None) -> Iterator[Source]:
    """Every source of a card in the order its page quotes them, the page's offer first."""
    offers = sorted(card.offers, key=lambda offer: offer != first)
    for offer in offers:
        yield from _of_tariffs(offer)
    yield from _of_capabilities(card.capabilities)
    for offer in offers:
        yield from _of_capabilities(offer.capabilities)
    yield from (event.source for event in card.lifecycle)
    if card.licence.source:
        yield card.licence.source
    yield from sources_of_disagreements(card.disagreements)
    yield from card.sources


def sources_of_seller(seller: Seller, unplaced: Iterable[Offer] = ()) -> Iterator[Source]:
    """Every source of a seller and of its offers of no known model, in the order its page quotes them."""
    for fee in seller.fees:
        yield from fee.sources
    yield from (rule.source for rule in seller.rules)
    yield from (said.source for said in seller.capabilities if said.source)
    yield from sources_of_disagreements(seller.disagreements)
    for offer in unplaced:
        yield from _of_tariffs(offer)


def sources_of_disagreements(disagreements: Iterable[Disagreement]) -> Iterator[Source]:
    """Every source that takes part in a disagreement."""
    for disagreement in disagreements:
        yield from (statement.source for statement in disagreement.statements)


def _of_tariffs(offer: Offer) -> Iterator[Source]:
    for tariff in reversed(offer.tariffs):
        yield from tariff.sources
        yield from (claim.source for claim in tariff.claims)


def _of_capabilities(capabilities: Mapping[str, Capability]) -> Iterator[Source]:
    yield from (entry.source for _, entry in sorted(capabilities.items()) if entry.source)
