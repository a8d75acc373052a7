"""The attributes of an offer, each as one text, so that a rule judges all offers with the same text once.

An empty text means unknown. An offer's own value goes before its card's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from ratecard.core import decimals, lives
from ratecard.core.evidence import DISPUTED, SINGLE, STALE, SUBSCRIPTION, UNVERIFIED, confidence, delisted, price_status
from ratecard.core.records import (
    UNKNOWN,
    YES,
    Benchmark,
    Capability,
    Card,
    Licence,
    Limits,
    Offer,
    Seller,
    Source,
    Tariff,
)

#: The offer of a card that has none.
NO_OFFER = Offer("", "")

#: The limits that together give the possible sizes; they are one attribute.
SIZE_LIMITS = ("sizes", "min_side", "max_side", "multiple_of", "min_pixels", "max_pixels", "max_aspect")

CAPABILITY = "capability "


Sellers = Mapping[str, Seller]


def value(attribute: str, card: Card, offer: Offer, sellers: Sellers) -> str:
    """The text of an attribute at an offer of a card."""
    if attribute.startswith(CAPABILITY):
        return known(held(card, offer, attribute.removeprefix(CAPABILITY)).value)
    if attribute in _OF_CARDS:
        return _OF_CARDS[attribute](card)
    if attribute in _OF_LIMITS:
        return _OF_LIMITS[attribute](limits_of(card, offer))
    if attribute in _OF_OFFERS:
        return _OF_OFFERS[attribute](card, offer)
    return _OF_SELLERS[attribute](card, sellers)(offer)


def texts(card: Card, sellers: Sellers) -> Iterator[dict[str, str]]:
    """All attributes of each offer of a card, or of the card alone if it has none; what offers share is read once."""
    of_card = {name: read(card) for name, read in _OF_CARDS.items()}
    of_card |= {name: read(card.limits) for name, read in _OF_LIMITS.items()}
    of_card |= {CAPABILITY + word: known(stated.value) for word, stated in card.capabilities.items()}
    of_sellers = [(name, read(card, sellers)) for name, read in _OF_SELLERS.items()]
    for offer in card.offers or (NO_OFFER,):
        found = of_card | {name: read(card, offer) for name, read in _OF_OFFERS.items()}
        found |= {name: read(offer) for name, read in of_sellers}
        found |= {CAPABILITY + word: known(stated.value) for word, stated in offer.capabilities.items()}
        if offer.limits != _NO_LIMITS:
            limits = limits_of(card, offer)
            found |= {name: read(limits) for name, read in _OF_LIMITS.items()}
        yield found


def source(attribute: str, card: Card, offer: Offer) -> Source | None:
    """The source of an attribute at an offer; the card's first source if there is none of its own."""
    own: Source | None = None
    if attribute.startswith(CAPABILITY):
        own = held(card, offer, attribute.removeprefix(CAPABILITY)).source
    elif attribute == "licence":
        own = card.licence.source
    elif attribute == "retired":
        end = lives.end(card, offer)
        own = end.source if end else None
    elif attribute in ("tariffs", "delisted", "regions") and offer.tariffs:
        own = offer.tariffs[-1].sources[0]
    return own or (card.sources[0] if card.sources else None)


def held(card: Card, offer: Offer, word: str) -> Capability:
    """A capability at an offer: the offer's own, else the card's."""
    return offer.capabilities.get(word) or card.capabilities.get(word) or Capability(UNKNOWN)


def limits_of(card: Card, offer: Offer) -> Limits:
    """The limits at an offer: its own, else the card's."""
    if offer.limits == _NO_LIMITS:
        return card.limits
    own = {name: value for name, value in offer.limits._asdict().items() if value}
    return card.limits._replace(**own)


def known(word: str) -> str:
    """A word, or an empty text for `unknown`."""
    return "" if word == UNKNOWN else word


def words(text: str) -> tuple[str, ...]:
    """The words of an attribute that holds several."""
    return tuple(text.split(",")) if text else ()


#: The output of a model by its modality, where none is listed; a model of modality audio may have audio or text.
MAKES: Mapping[str, str] = {
    "text": "text", "image": "image", "video": "video", "embedding": "vector", "rerank": "score"
}  # fmt: skip


def _limit(name: str) -> Callable[[Limits], str]:
    def read(limits: Limits) -> str:
        found = getattr(limits, name)
        return "" if found in (None, ()) else ",".join(found) if isinstance(found, tuple) else str(found)

    return read


def _sizes(limits: Limits) -> str:
    stated = {name: limit for name in SIZE_LIMITS if (limit := getattr(limits, name)) not in (None, ())}
    if "max_aspect" in stated:
        stated["max_aspect"] = decimals.text(stated["max_aspect"])
    return _json(stated) if stated else ""


def _retired(card: Card, offer: Offer) -> str:
    """The day an offer ends, whoever says so, and the model's successor."""
    end = lives.end(card, offer)
    return _json([end.date.isoformat(), lives.who(end.source), card.replaced_by]) if end else ""


def _delisted(card: Card, offer: Offer) -> str:
    """The day an offer was last seen and the note that says so, if no list has it any more."""
    return _json([offer.seen.isoformat() if offer.seen else "", offer.note]) if delisted(offer) else ""


def _licence(card: Card) -> str:
    found = card.licence
    return "" if found == Licence() else _json([found.name, found.weights, found.commercial])


def _tariffs(card: Card, offer: Offer) -> str:
    """The first day, price status, currency, confidence and last check of each price list."""
    found: list[tuple[str, ...]] = []
    for tariff in offer.tariffs:
        since = tariff.effective.isoformat() if tariff.effective else ""
        checked = max(source.checked for source in tariff.sources).isoformat()
        status = price_status(tariff)
        if status == DISPUTED and not any(rate.price for rate in tariff.rates):
            status = UNVERIFIED
        found.append((since, status, tariff.currency, confidence(tariff), checked))
    return _json(found) if found else ""


def _subscription(card: Card, offer: Offer) -> str:
    """The seller, if a subscription includes all prices of the offer."""
    rates = [rate for tariff in offer.tariffs for rate in tariff.rates]
    return offer.seller if rates and all(rate.zero == SUBSCRIPTION for rate in rates) else ""


def _regions(card: Card, offer: Offer) -> str:
    """The regions that the id and the price lists of an offer name."""
    named = {region for fact, region in offer.facts.items() if fact == "region"}
    for tariff in offer.tariffs:
        conditions = [*(rate.when for rate in tariff.rates), *(change.when for change in tariff.adjustments)]
        for when in (*conditions, tariff.defaults.items()):
            named |= {region for fact, region in when if fact == "region"}
    return ",".join(sorted(named))


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def parsed(text: str) -> Any:
    """The value of an attribute's JSON text."""
    return json.loads(text)


_NO_LIMITS = Limits()

#: The kinds of sellers that run models themselves.
_HOSTS = frozenset({"maker", "cloud", "host"})
_IN_DOUBT = frozenset({DISPUTED, STALE, SUBSCRIPTION, UNVERIFIED})
#: More hosts than this are not counted.
MANY_HOSTS = 3


def _seller(card: Card, sellers: Sellers) -> Callable[[Offer], str]:
    """The kind of a seller, and what speaks against being sent there."""

    def read(offer: Offer) -> str:
        found = sellers.get(offer.seller)
        if found is None:
            return _json([UNKNOWN, ""]) if offer.seller else ""
        return _json([found.kind or UNKNOWN, found.caution or _too_cheap(card, offer, sellers)])

    return read


#: The kinds of sellers that pass calls on, and at which share of the maker's price that is hard to believe.
_PASSING_ON = frozenset({"gateway", "reseller"})
_HARD_TO_BELIEVE = Decimal("0.75")


def _too_cheap(card: Card, offer: Offer, sellers: Sellers) -> str:
    """What speaks against a price that one list alone states far below the maker's, where the calls go to the maker."""
    passed_on = card.licence.weights == "closed" and sellers[offer.seller].kind in _PASSING_ON
    if not passed_on or "service_tier" in offer.facts or _status(offer) != SINGLE:
        return ""
    mine = plain_prices(offer.tariffs[-1])
    for other in card.offers:
        maker = sellers.get(other.seller)
        if maker is None or maker.kind != "maker" or "service_tier" in other.facts or _status(other) in _IN_DOUBT:
            continue
        theirs = plain_prices(other.tariffs[-1]) if other.tariffs else {}
        shares = [decimals.divide(mine[key], theirs[key]) for key in mine.keys() & theirs.keys()]
        if shares and min(shares) < _HARD_TO_BELIEVE:
            percent = round(decimals.multiply(min(shares), Decimal(100)))
            return f"one list alone states a price here that is {percent}% of the price at {maker.name}"
    return ""


def _status(offer: Offer) -> str:
    return price_status(offer.tariffs[-1] if offer.tariffs else None)


def plain_prices(tariff: Tariff) -> dict[tuple[str, str], Decimal]:
    """The price of one unit of each meter, by meter and currency, where no condition is stated."""
    return {
        (rate.meter, tariff.currency): decimals.divide(rate.price, Decimal(rate.per))
        for rate in tariff.rates
        if rate.price and not rate.when and not rate.above
    }


def _hosts(card: Card, sellers: Sellers) -> Callable[[Offer], str]:
    """Who runs the model: `maker`, or how many clouds and hosts sell it: this one, and those by lists in no doubt."""
    listed = {offer.seller for offer in card.offers if _status(offer) not in _IN_DOUBT}

    @cache
    def run(seller: str) -> str:
        if not seller:
            return ""
        sure = [found for id in {seller, *listed} if (found := sellers.get(id)) and not (found.caution or found.closed)]
        hosts = {one.host or one.id for one in sure if one.kind in _HOSTS}
        return "maker" if any(one.kind == "maker" for one in sure) else str(min(len(hosts), MANY_HOSTS))

    return lambda offer: run(offer.seller)


_SIZE = re.compile(r"(?<![a-z0-9.])e?(?:(\d+)x)?(\d+(?:\.\d+)?)([bm])(?![a-z0-9])")


def _parameters(card: Card) -> str:
    """The billions of parameters that a model's name states; of a mixture of experts, of all or of each."""
    name = card.slug.partition("/")[2]
    sizes = [
        decimals.multiply(Decimal(int(count or 1)), decimals.multiply(Decimal(size), _UNITS[unit]))
        for count, size, unit in _SIZE.findall(name)
    ]
    return decimals.text(max(sizes)) if sizes else ""


_UNITS = {"b": Decimal(1), "m": Decimal("0.001")}

EXPERIMENTAL, PREVIEW = "experimental", "preview"
_STAGE = re.compile(r"(?:^|[-/.])(exp|experimental|preview)(?:-\d\d-\d{2,4}|-\d{6,8})?(?=[-.]|$)")


def _stage(card: Card, offer: Offer) -> str:
    """What comes before a release: `experimental` or `preview`, then the seller's id of the released model.

    For a preview with a card of its own, then the slug that the released model would have.
    """
    stages = [found[1] for name in (card.slug, offer.model_id) if (found := _STAGE.search(name))]
    if not stages:
        return ""
    if PREVIEW not in stages:
        return _json([EXPERIMENTAL, "", ""])
    if PREVIEW in card.slug:
        return _json([PREVIEW, "", _STAGE.sub("", card.slug)])
    here = [other.model_id for other in card.offers if other.seller == offer.seller and not other.facts]
    return _json([PREVIEW, next((id for id in here if not _STAGE.search(id)), ""), ""])


def _benchmarks(card: Card) -> str:
    """The best published score of each benchmark, what was measured and who says so."""
    best: dict[str, Benchmark] = {}
    for score in card.benchmarks:
        if score.benchmark not in best or best[score.benchmark].score < score.score:
            best[score.benchmark] = score
    found = [
        (name, decimals.text(best[name].score), best[name].variant, best[name].harness, best[name].source,
         best[name].day.isoformat())
        for name in sorted(best)
    ]  # fmt: skip
    return _json(found) if found else ""


def _kind(card: Card) -> str:
    """The kind of a model; of one whose card names none, a chat if it makes text, else what it is about."""
    makes = card.output_modalities or (MAKES.get(card.modality, ""),)
    return card.kind or ("chat" if makes == ("text",) else card.modality)


_OF_CARDS: Mapping[str, Callable[[Card], str]] = {
    "kind": _kind,
    "provider": lambda card: card.provider,
    "modality": lambda card: card.modality,
    "input": lambda card: ",".join(card.input_modalities),
    "output": lambda card: ",".join(card.output_modalities) or MAKES.get(card.modality, ""),
    "required_inputs": lambda card: ",".join(card.required_inputs),
    "licence": _licence,
    "parameters": _parameters,
    "benchmarks": _benchmarks,
}
_OF_LIMITS: Mapping[str, Callable[[Limits], str]] = {
    "sizes": _sizes,
    **{name: _limit(name) for name in Limits._fields if name not in SIZE_LIMITS},
}
_OF_OFFERS: Mapping[str, Callable[[Card, Offer], str]] = {
    "sold": lambda card, offer: YES if offer.seller else "",
    "seller": lambda card, offer: offer.seller,
    "upstream": lambda card, offer: offer.upstream,
    "mode": lambda card, offer: known(offer.mode),
    "endpoints": lambda card, offer: ",".join(offer.endpoints),
    "retired": _retired,
    "delisted": _delisted,
    "tariffs": _tariffs,
    "subscription": _subscription,
    "regions": _regions,
    "service_tier": lambda card, offer: offer.facts.get("service_tier", ""),
    "stage": _stage,
}
_OF_SELLERS: Mapping[str, Callable[[Card, Sellers], Callable[[Offer], str]]] = {"seller_kind": _seller, "hosts": _hosts}
