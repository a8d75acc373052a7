"""The audit: prices and cards that are valid but suspicious."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from ratecard.core import decimals, display, lives
from ratecard.core.catalog import Catalog, event_date, retired
from ratecard.core.evidence import tariff_at, unit_price
from ratecard.core.records import Card, Meter, Offer, Rate, Tariff
from ratecard.market import policy, price_lists, reconcile
from ratecard.market.reconcile import SLIPS
from ratecard.pricing.rates import could_tie

STALE = "stale"
OUTLIER = "outlier"
UNPROVEN_ZERO = "unproven-zero"
UNDER_UPSTREAM = "under-upstream"
RECOMMENDED = "retired-recommended"
EXAMPLE = "incomplete-example"
NO_SUCCESSOR = "no-successor"
FOREIGN_END = "foreign-end"
OUT_OF_BOUNDS = "out-of-bounds"
TIE = "tie"
UNPLACED = "unplaced"
SLIP = "slip"
CHEAP_OUTPUT = "cheap-output"
BLOCK = "block"
UNDECIDED = "undecided"
IDLE_DECISION = "idle-decision"

#: The number of days after which a price should be checked again.
OLD = 180
#: The largest ratio of a price to the median of other sellers, or the inverse.
FAR = price_lists.OFF
#: The largest ratio of what a token of the prompt costs to what one of the answer does.
CHEAP = 10

#: A difference by more than this factor is decided, or left open with its reason, where makers' prices are.
MUCH = Decimal(3)

#: The kinds of sellers that resell the calls of others.
PASSING_ON = frozenset({"gateway", "reseller"})


class AuditFinding(NamedTuple):
    """One suspicious price or card, with a likely fix."""

    kind: str
    slug: str
    seller: str
    what: str
    mend: str


class Audit(NamedTuple):
    """A catalog as of a day, and the number of days after which a price is old."""

    catalog: Catalog
    day: date
    older_than: int


class ListedOffer(NamedTuple):
    """An offer with the price list in force."""

    card: Card
    offer: Offer
    tariff: Tariff


def audit(catalog: Catalog, day: date, older_than: int = OLD) -> list[AuditFinding]:
    """Every finding, by kind, model and seller."""
    asked = Audit(catalog, day, older_than)
    found = (finding for card in catalog.cards.values() for check in CHECKS for finding in check(asked, card))
    return sorted([*found, *_unplaced(catalog), *_blocks(asked), *_disagreements(asked)])


def _stale(asked: Audit, card: Card) -> Iterator[AuditFinding]:
    """Prices that were not checked for long; an imported price was checked on the day of its feed."""
    for listed in _listed(asked, card):
        if lives.ended(card, listed.offer, asked.day):
            continue
        tariff = listed.tariff
        newest = max(source.checked for source in (*tariff.sources, *(claim.source for claim in tariff.claims)))
        if newest < asked.day - timedelta(days=asked.older_than):
            age = (asked.day - newest).days
            yield _at(STALE, listed, f"last read on {newest}, {age} days ago", "read the source again, or import anew")


def _outliers(asked: Audit, card: Card) -> Iterator[AuditFinding]:
    """Plain prices far from those of other sellers of the same model."""
    listed = list(_listed(asked, card))
    sellers = price_lists.asked_of((one.offer.seller, one.tariff) for one in listed)
    for one in listed:
        typical = sellers.elsewhere(one.offer.seller)
        for rate in filter(_is_plain, price_lists.own_rates(one.tariff)):
            price, median = unit_price(rate), typical.get(rate.meter)
            if median is None or one.tariff.currency != price_lists.CURRENCY:
                continue
            ratio = decimals.divide(max(price, median), min(price, median))
            if ratio > FAR:
                side = "above" if price > median else "below"
                what = (
                    f"{_shown(asked, rate, price, one.tariff)} is {display.factor(ratio)} times {side}"
                    f" {_money(asked, rate, median, one.tariff)}, the median of the other sellers"
                )
                yield _at(OUTLIER, one, what, "check the unit at the source; settle it in catalog/decisions")


def _unproven_zeros(asked: Audit, card: Card) -> Iterator[AuditFinding]:
    """Zeros without a source that confirms them."""
    for listed in _listed(asked, card):
        meters = dict.fromkeys(rate.meter for rate in listed.tariff.rates if rate.zero == "unverified")
        if meters:
            what = f"an unconfirmed zero: {', '.join(meters)}"
            yield _at(UNPROVEN_ZERO, listed, what, "check whether it is free, and write zero: free or the price")


def _under_upstream(asked: Audit, card: Card) -> Iterator[AuditFinding]:
    """Prices of gateways and resellers below every price of the maker, of ids that are not those of cheaper tiers."""
    listed = list(_listed(asked, card))
    for one in listed:
        seller = asked.catalog.sellers.get(one.offer.seller)
        if seller is None or seller.kind not in PASSING_ON or "service_tier" in one.offer.facts:
            continue
        sources = {card.provider, one.offer.upstream} - {one.offer.seller}
        tariffs = [other.tariff for other in listed if other.offer.seller in sources]
        alike = (tariff for tariff in tariffs if tariff.currency == one.tariff.currency)
        own = [rate for tariff in alike for rate in price_lists.own_rates(tariff)]
        for rate in (rate for rate in price_lists.own_rates(one.tariff) if rate.price):
            floor = min((unit_price(other) for other in own if other.meter == rate.meter and other.price), default=None)
            price = unit_price(rate)
            if floor is not None and price < floor and not policy.same(price, floor):
                what = (
                    f"{_shown(asked, rate, price, one.tariff)} is under"
                    f" {_money(asked, rate, floor, one.tariff)}, the lowest price of the maker"
                )
                yield _at(UNDER_UPSTREAM, one, what, "check both prices at their sources; one of them may be old")


def _retired_recommended(asked: Audit, card: Card) -> Iterator[AuditFinding]:
    """Models whose successor is itself retired."""
    successor = asked.catalog.cards.get(card.replaced_by)
    if successor is not None and retired(successor, asked.day):
        what = f"its successor {successor.slug} retired on {event_date(successor, 'retired')}"
        yield AuditFinding(RECOMMENDED, card.slug, "", what, "name a successor that answers in `replaced_by`")


def _incomplete_examples(asked: Audit, card: Card) -> Iterator[AuditFinding]:
    """Worked examples without an input that every call has and that the price list charges for."""
    known = asked.catalog.vocabulary.meters.values()
    for needed in card.required_inputs:
        inputs = {meter.id for meter in known if meter.input == needed}
        meters = {meter.id for meter in known if meter.prompt and not meter.input} if needed == "prompt" else inputs
        for offer in card.offers:
            for tariff in offer.tariffs:
                charged = sorted({rate.meter for rate in tariff.rates if rate.price and rate.meter in meters})
                for number, example in enumerate(tariff.examples if charged else (), 1):
                    if meters.isdisjoint(example.usage):
                        what = f"example {number} has no {needed}, which is charged by {' or '.join(charged)}"
                        listed = ListedOffer(card, offer, tariff)
                        yield _at(EXAMPLE, listed, what, "add the input to the example's usage")


def _foreign_ends(asked: Audit, card: Card) -> Iterator[AuditFinding]:
    """Models that end on a day which a list states of another seller's offer, and not of the maker's."""
    lists = {feed.name for feed in asked.catalog.feeds.values()}
    for end in card.lifecycle:
        if end.event not in (lives.RETIRED, lives.DEPRECATED) or lives.who(end.source) not in lists:
            continue
        alike = sorted({offer.seller for offer in card.offers if event_date(offer, lives.RETIRED) == end.date})
        if alike and not any(asked.catalog.sellers[seller].kind == "maker" for seller in alike):
            what = f"{end.event} on {end.date}, which {lives.who(end.source)} says of {', '.join(alike)} alone"
            yield AuditFinding(FOREIGN_END, card.slug, alike[0], what, "remove the event, or give the maker's page")


def _without_successor(asked: Audit, card: Card) -> Iterator[AuditFinding]:
    """Retired or deprecated models without a successor."""
    if card.replaced_by:
        return
    for event in ("retired", "deprecated"):
        day = event_date(card, event)
        if day is not None and day <= asked.day:
            yield AuditFinding(NO_SUCCESSOR, card.slug, "", f"{event} on {day}", "name its successor in `replaced_by`")
            return


def _out_of_bounds(asked: Audit, card: Card) -> Iterator[AuditFinding]:
    """Imported prices that are implausible for their meter."""
    for listed in _listed(asked, card):
        for rate in listed.tariff.rates if listed.tariff.confidence else ():
            meter = asked.catalog.vocabulary.meters.get(rate.meter)
            price = unit_price(rate)
            if meter is None or not price or meter.bounds[0] <= price <= meter.bounds[1]:
                continue
            bound, side = (meter.bounds[0], "below") if price < meter.bounds[0] else (meter.bounds[1], "above")
            what = (
                f"{_shown(asked, rate, price, listed.tariff)} is {side}"
                f" {_money(asked, rate, bound, listed.tariff)}, the bound of {meter.id}{_slip(meter, price)}"
            )
            yield _at(OUT_OF_BOUNDS, listed, what, "check the unit at the source, then fix the importer or the feed")


def _ties(asked: Audit, card: Card) -> Iterator[AuditFinding]:
    """Prices of which two would apply alike to some usage, which therefore has none."""
    for listed in _listed(asked, card):
        for one, other in combinations(listed.tariff.rates, 2):
            if could_tie(one, other, listed.tariff.rates):
                both = " and ".join(filter(None, (display.conditions(one.when), display.conditions(other.when))))
                what = f"two prices of {one.meter} apply alike to a usage with {both or 'a long prompt'}"
                yield _at(TIE, listed, what, "state the price of that usage in a decision or a card")


def _slips(asked: Audit, card: Card) -> Iterator[AuditFinding]:
    """Prices that the rest of their own list shows to be wrong."""
    from ratecard.market import slips  # here for start-up time: it reads YAML, which no other command's help needs

    for listed in _listed(asked, card):
        rates = listed.tariff.rates
        for rate, why in zip(rates, slips.reasons(listed.offer.model_id, rates), strict=True):
            if why:
                what = f"{_shown(asked, rate, unit_price(rate), listed.tariff)}: {why}"
                yield _at(SLIP, listed, what, "check the price at the source; import the feed again")


def _cheap_outputs(asked: Audit, card: Card) -> Iterator[AuditFinding]:
    """Answers that cost far less than the prompt."""
    for listed in _listed(asked, card):
        plain = {rate.meter: rate for rate in listed.tariff.rates if _is_plain(rate)}
        prompt, answer = plain.get("input_tokens"), plain.get("output_tokens")
        if prompt and answer and unit_price(prompt) > unit_price(answer) * CHEAP:
            what = (
                f"{_shown(asked, answer, unit_price(answer), listed.tariff)} is less than a tenth of"
                f" {_money(asked, prompt, unit_price(prompt), listed.tariff)}"
            )
            yield _at(CHEAP_OUTPUT, listed, what, "check the unit of both at the source")


def _blocks(asked: Audit) -> Iterator[AuditFinding]:
    """Blocks of a list in another unit than the rest of it."""
    from ratecard.market import units  # here for start-up time, too

    for block in units.judged(units.of_catalog(asked.catalog, asked.day)):
        slug, seller = (block.of.removeprefix(units.MODEL), "") if block.of.startswith(units.MODEL) else ("", block.of)
        mend = "state the block's unit in the importer's file, and import the feed again"
        yield AuditFinding(BLOCK, slug, seller, f"{block.source}: {units.sentence(block)}", mend)


def _slip(meter: Meter, price: Decimal) -> str:
    """The smallest wrong unit that explains a price outside its bounds."""
    low, high = meter.bounds
    for factor in SLIPS:
        right = decimals.divide(price, Decimal(factor)) if price > high else decimals.multiply(price, Decimal(factor))
        if low <= right <= high:
            return f": probably a unit slip of x{factor} or more"
    return ""


def _unplaced(catalog: Catalog) -> Iterator[AuditFinding]:
    """Offers whose id no card claims."""
    for slug, offer in catalog.unplaced.items():
        mend = "add the id to `ids` of its model, or write a card"
        yield AuditFinding(UNPLACED, slug, offer.seller, "no card claims this id", mend)


def _listed(asked: Audit, card: Card) -> Iterator[ListedOffer]:
    """The card's offers that have a price in force."""
    for offer in card.offers:
        tariff = tariff_at(offer, asked.day)
        if tariff is not None and tariff.rates:
            yield ListedOffer(card, offer, tariff)


def _is_plain(rate: Rate) -> bool:
    """Whether a price above zero holds without conditions and from the first token on."""
    return bool(rate.price) and not rate.when and not rate.above


def _disagreements(asked: Audit) -> Iterator[AuditFinding]:
    """The disagreements about makers' prices that nobody decided, and the decisions that no longer judge any."""
    found = reconcile.disputes(asked.catalog)
    makers = {seller.id for seller in asked.catalog.sellers.values() if seller.kind in ("maker", "cloud")}
    for one in reconcile.undecided([one for one in found if one.seller in makers], MUCH):
        said = ", ".join(f"{each.who} {decimals.text(each.price)}" for each in one.said)
        what = f"{one.model_id}: {one.cell.meter}: {said}"
        yield AuditFinding(UNDECIDED, one.slug, one.seller, what, "read the seller's page, and write a decision")
    settled = {(one.seller, one.cell, one.reason) for one in found if one.state in (reconcile.OPEN, policy.DECIDED)}
    sold = {
        (offer.seller, id.lower())
        for card in asked.catalog.cards.values()
        for offer in card.offers
        for id in (offer.model_id, *offer.ids)
    }
    for decision in asked.catalog.decisions.values():
        if (decision.seller, decision.model_id.lower()) not in sold:
            continue
        cell = policy.PriceKey(decision.meter, decision.when, decision.above)
        if (decision.seller, cell, decision.reason) not in settled:
            what = f"{decision.model_id}: {decision.meter}: {decision.id}"
            yield AuditFinding(IDLE_DECISION, "", decision.seller, what, "take the decision out, or judge anew")


def _at(kind: str, listed: ListedOffer, what: str, mend: str) -> AuditFinding:
    return AuditFinding(kind, listed.card.slug, listed.offer.seller, f"{listed.offer.model_id}: {what}", mend)


def _shown(asked: Audit, rate: Rate, price: Decimal, tariff: Tariff) -> str:
    """A price with its meter and conditions."""
    above = f"above {display.quantity(rate.above)}" if rate.above else ""
    what = ", ".join(filter(None, (rate.meter, display.conditions(rate.when), above)))
    return f"{what} at {_money(asked, rate, price, tariff)}"


def _money(asked: Audit, rate: Rate, price: Decimal, tariff: Tariff) -> str:
    """A unit price as it is usually shown: $3.00 per 1M input tokens."""
    meter = asked.catalog.vocabulary.meters.get(rate.meter)
    per = meter.per if meter else 1
    amount = display.money(decimals.multiply(price, Decimal(per)), tariff.currency)
    return f"{amount} {display.per(per, meter.unit)}" if meter else amount


CHECKS: tuple[Callable[[Audit, Card], Iterator[AuditFinding]], ...] = (
    _stale,
    _outliers,
    _unproven_zeros,
    _under_upstream,
    _retired_recommended,
    _incomplete_examples,
    _without_successor,
    _foreign_ends,
    _out_of_bounds,
    _ties,
    _slips,
    _cheap_outputs,
)

#: What each kind of finding is, in one sentence.
KINDS = {
    STALE: "A price that was not checked recently.",
    OUTLIER: f"More than {FAR} times off the median of at least {price_lists.OTHERS} other sellers of the model.",
    UNPROVEN_ZERO: "A price of zero without a source that confirms it is free.",
    UNDER_UPSTREAM: "A gateway or reseller is cheaper than the maker.",
    RECOMMENDED: "A retired model is named as a successor.",
    EXAMPLE: "A worked example omits an input that every call has and that is charged.",
    NO_SUCCESSOR: "A retired model without a named successor.",
    FOREIGN_END: "A model that is retired by the end of another seller's offer.",
    OUT_OF_BOUNDS: "An imported price is implausible for its meter: probably a wrong unit.",
    TIE: "Two prices of a list apply alike to one usage, which therefore has no price.",
    SLIP: "A price that the rest of its own list shows to be wrong, such as a cached token dearer than a fresh one.",
    CHEAP_OUTPUT: f"A token of the answer costs less than a part in {CHEAP} of one of the prompt.",
    BLOCK: "Most prices of one list and meter, at a seller or for a model, are off by one factor: another unit.",
    UNDECIDED: "Lists differ more than three times about a price of a maker or cloud, and nobody has decided it.",
    IDLE_DECISION: "A decision that the lists, as they are now, no longer ask for.",
    UNPLACED: "An offer of a seller whose model id no card claims, so that it is in no list and no route.",
}
