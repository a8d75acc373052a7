"""The offers of a model as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ratecard.core import decimals, display, evidence, lives
from ratecard.core.records import Card, Claim, Example, Offer, Tariff
from ratecard.site import links
from ratecard.site.edition import Edition, seller_name, seller_of, tariff_of
from ratecard.site.views import fees, prices
from ratecard.site.views.prices import ShownPrice
from ratecard.site.views.references import Reference, References

#: How an offer answers, in words.
MODES: Mapping[str, str] = {"sync": "at once", "async": "with a job to poll", "both": "at once or with a job"}
#: The most rates of a table row that are not folded.
MAX_OPEN = 4
#: The most prices that are named where a source states others.
MAX_DENIED = 3


class Agreement(NamedTuple):
    """A source that confirms prices: how many, and the price if it is one."""

    prices: int
    price: ShownPrice | None
    reference: Reference


class Denial(NamedTuple):
    """A source that states another price, and the number of further prices that it states otherwise."""

    price: ShownPrice
    reference: Reference
    more: int


class Worked(NamedTuple):
    """A worked example: a usage and its total."""

    seller: str
    usage: str
    total: str
    value: str
    zero: str
    title: str
    url: str


class Period(NamedTuple):
    """A price list with the days it holds."""

    seller: str
    since: str
    until: str
    prices: tuple[ShownPrice, ...]


class OfferRow(NamedTuple):
    """A row of the table of offers; `differs` says by which facts its id differs from the plain model."""

    seller: str
    path: str
    model_id: str
    differs: str
    upstream: str
    mode: str
    prices: tuple[ShownPrice, ...]
    folded: bool
    here: bool
    status: str
    since: str
    assumed: str
    missing: tuple[str, ...]
    adjustments: tuple[str, ...]
    agreed: tuple[Agreement, ...]
    denied: tuple[Denial, ...]
    references: tuple[Reference, ...]
    fee: str
    note: str
    tariff_note: str


def listed(
    edition: Edition, card: Card, offer: Offer, tariff: Tariff | None, references: References, *, here: bool = False
) -> OfferRow:
    """An offer with one of its price lists, or with none; `here` for the one the page is about."""
    vocabulary = edition.catalog.vocabulary
    stated = prices.prices(tariff, vocabulary)
    known = offer.seller in edition.catalog.sellers
    agreeing = evidence.agreements(tariff) if tariff else ()
    return OfferRow(
        seller=seller_name(edition, offer.seller),
        path=links.seller(offer.seller) if known else "",
        model_id=offer.model_id,
        differs=differs(edition, offer),
        upstream=seller_name(edition, offer.upstream) if offer.upstream else "",
        mode=MODES.get(offer.mode, ""),
        prices=stated,
        folded=len(stated) > MAX_OPEN,
        here=here,
        status=evidence.price_status(tariff),
        since=tariff.effective.isoformat() if tariff and tariff.effective else "",
        assumed=prices.facts(tariff.defaults.items(), vocabulary) if tariff else "",
        missing=missing(edition, tariff),
        adjustments=tuple(
            line[0].upper() + line[1:]
            for line in (display.percentages(tariff.adjustments, vocabulary) if tariff else ())
        ),
        agreed=_agreed(edition, tariff, agreeing, references),
        denied=_denied(edition, tariff, agreeing, references),
        references=tuple(references[source] for source in tariff.sources) if tariff else (),
        fee=fees.short(seller_of(edition, offer)),
        note="; ".join(filter(None, (lives.saying(card, offer, edition.day), offer.note))),
        tariff_note=tariff.note if tariff else "",
    )


def differs(edition: Edition, offer: Offer) -> str:
    """The facts by which the id of an offer differs from the plain model: snapshot 2024-08-06, service tier batch."""
    return prices.facts(offer.facts.items(), edition.catalog.vocabulary)


def missing(edition: Edition, tariff: Tariff | None) -> tuple[str, ...]:
    """The labels of meters that a seller bills at an unknown price."""
    meters = edition.catalog.vocabulary.meters
    named = tariff.incomplete if tariff else ()
    return tuple(meters[meter].label.lower() if meter in meters else meter for meter in named)


def worked(edition: Edition, card: Card) -> tuple[Worked, ...]:
    """The worked examples of every price list in force."""
    return tuple(example for offer in card.offers for example in worked_at(edition, offer, tariff_of(edition, offer)))


def worked_at(edition: Edition, offer: Offer, tariff: Tariff | None) -> tuple[Worked, ...]:
    """The worked examples of one price list."""
    return tuple(_worked(edition, offer, tariff, example) for example in (tariff.examples if tariff else ()))


def history(edition: Edition, card: Card) -> tuple[Period, ...]:
    """Every price list of the offers that have had, or will have, more than one."""
    return tuple(
        Period(
            seller=seller_name(edition, offer.seller),
            since=tariff.effective.isoformat() if tariff.effective else "",
            until=until(offer, tariff),
            prices=prices.headline(tariff, edition.catalog.vocabulary).prices,
        )
        for offer in card.offers
        for lists in [evidence.dated(offer)]
        if len(lists) > 1
        for tariff in reversed(lists)
    )


def until(offer: Offer, tariff: Tariff | None) -> str:
    """The first day on which a price list no longer holds, or nothing where none is known."""
    end = evidence.until(offer, tariff) if tariff else None
    return end.isoformat() if end else ""


def _worked(edition: Edition, offer: Offer, tariff: Tariff | None, example: Example) -> Worked:
    vocabulary = edition.catalog.vocabulary
    units = {id: vocabulary.meters[id].unit if id in vocabulary.meters else id for id in example.usage}
    used = [display.counted(number, units[id]) for id, number in sorted(example.usage.items())]
    given = [prices.facts(example.facts.items(), vocabulary)] if example.facts else []
    reasons = dict.fromkeys(rate.zero for rate in tariff.rates if rate.zero) if tariff else {}
    return Worked(
        seller=seller_name(edition, offer.seller),
        usage=", ".join(used + given),
        total=display.money(example.total, tariff.currency if tariff else "USD"),
        value=decimals.text(example.total),
        zero="" if example.total else ", ".join(prices.ZERO_REASONS[reason] for reason in reasons),
        title=links.title(example.source) if example.source else "",
        url=links.safe_url(example.source),
    )


def _agreed(
    edition: Edition, tariff: Tariff | None, agreeing: Iterable[Claim], references: References
) -> tuple[Agreement, ...]:
    if not tariff:
        return ()
    said: dict[Reference, list[Claim]] = {}
    for claim in agreeing:
        said.setdefault(references[claim.source], []).append(claim)
    return tuple(
        Agreement(len(claims), _price(edition, tariff, claims[0]) if len(claims) == 1 else None, reference)
        for reference, claims in said.items()
    )


def _denied(
    edition: Edition, tariff: Tariff | None, agreeing: Sequence[Claim], references: References
) -> tuple[Denial, ...]:
    if not tariff or len(agreeing) == len(tariff.claims):
        return ()
    agreed = frozenset(agreeing)
    said: dict[Reference, list[Claim]] = {}
    for claim in tariff.claims:
        if claim not in agreed:
            said.setdefault(references[claim.source], []).append(claim)
    found = []
    for reference, claims in said.items():
        named = sorted(claims, key=lambda one: len(one.when))[:MAX_DENIED]
        found += [Denial(_price(edition, tariff, claim), reference, 0) for claim in named]
        found[-1] = found[-1]._replace(more=len(claims) - len(named))
    return tuple(found)


def _price(edition: Edition, tariff: Tariff, claim: Claim) -> ShownPrice:
    return prices.price(claim, edition.catalog.vocabulary, tariff.currency)
