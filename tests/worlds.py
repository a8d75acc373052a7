"""Small random catalogs and questions, and a second opinion about them that shares no code with the router.

A world follows from its seed alone, so a failing one can be looked at again: `world(seed)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations
from random import Random
from typing import NamedTuple

from ratecard.core.catalog import Catalog
from ratecard.core.errors import Unpriced
from ratecard.core.records import Adjustment, Capability, Card, Event, Licence, Limits, Offer, Rate, Source, Tariff
from ratecard.core.usage import Usage
from ratecard.pricing import cost
from ratecard.routing.needs import Need
from ratecard.routing.question import Caller
from ratecard.routing.relaxation import KNOWN

DAY = date(2026, 11, 21)
SOURCE = Source("https://example.org/toy", date(2026, 11, 1))
WORDS = ("tool-calling", "vision", "edit", "mask")
SELLERS = ("openai", "fal", "aigateway", "workers-ai")
PRICES = ("0.5", "1", "1.1", "2.25", "3", "10", "0.000001")

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"


class World(NamedTuple):
    """A catalog and a question to it."""

    catalog: Catalog
    needs: tuple[Need, ...]
    usage: Usage
    caller: Caller
    quality: dict[str, Decimal]


class Candidate(NamedTuple):
    """An offer of a world, what each need says of it, and what it costs."""

    name: tuple[str, str, str]
    standing: str
    verdicts: tuple[str, ...]
    funding: Decimal | None


def world(seed: int, words: Catalog) -> World:
    """The world of a seed, with the words and sellers of the repository."""
    dice = Random(seed)
    cards = [_card(dice, f"toys/{name}") for name in "abcdef"[: dice.randint(1, 6)]]
    dice.shuffle(cards)
    chat = dice.random() < 0.6
    quantities = (
        {
            "input_tokens": Decimal(dice.choice([1, 1000, 5000, 200_000, 200_001])),
            "output_tokens": Decimal(dice.choice([0, 1, 700])),
        }
        if chat
        else {"images": Decimal(dice.choice([1, 3]))}
    )
    facts = {"service_tier": "batch"} if dice.random() < 0.2 else {}
    catalog = words._replace(cards={card.slug: card for card in cards}, names={})
    quality = {card.slug: Decimal(dice.randint(1, 4)) for card in cards if dice.random() < 0.7}
    caller = Caller(("image",) * (dice.random() < 0.5), dice.random() < 0.2, _keys(dice))
    return World(catalog, tuple(_needs(dice)), Usage(quantities, facts), caller, quality)


def _keys(dice: Random) -> tuple[str, ...] | None:
    return tuple(sorted(dice.sample(SELLERS, 2))) if dice.random() < 0.2 else None


def _card(dice: Random, slug: str) -> Card:
    return Card(
        slug=slug,
        name=slug,
        provider=dice.choice(["openai", "bfl"]),
        modality="text",
        input_modalities=dice.choice([(), ("text",), ("text", "image")]),
        required_inputs=dice.choice([(), (), ("prompt",), ("image",)]),
        capabilities=_capabilities(dice),
        limits=Limits(max_images=dice.choice([None, 1, 4])),
        lifecycle=_end(dice) if dice.random() < 0.15 else (),
        licence=dice.choice([Licence(), Licence("MIT", "open", "yes"), Licence("", "closed", "no")]),
        sources=(SOURCE,),
        offers=tuple(_offer(dice, number) for number in range(dice.randint(0, 3))),
    )


def _end(dice: Random) -> tuple[Event, ...]:
    return (Event("retired", dice.choice([DAY, date(2027, 1, 1), date(2026, 5, 1)]), SOURCE),)


def _capabilities(dice: Random) -> dict[str, Capability]:
    values = {"mask": ("required", "ignored", "unknown")}
    return {
        word: Capability(dice.choice(values.get(word, ("yes", "no", "unknown"))), SOURCE)
        for word in WORDS
        if dice.random() < 0.7
    }


def _offer(dice: Random, number: int) -> Offer:
    return Offer(
        seller=dice.choice(SELLERS),
        model_id=f"m{number}",
        upstream=dice.choice(["", "", "fal", "openai"]),
        capabilities=_capabilities(dice) if dice.random() < 0.2 else {},
        tariffs=(_tariff(dice),) if dice.random() < 0.95 else (),
        lifecycle=_end(dice) if dice.random() < 0.1 else (),
        seen=dice.choice([None, date(2026, 5, 1), date(2026, 6, 1)]),
    )


def _tariff(dice: Random) -> Tariff:
    rates = [Rate(meter, Decimal(dice.choice(PRICES)), per) for meter, per in METERS if dice.random() < 0.9]
    if dice.random() < 0.2:
        rates.append(Rate("input_tokens", Decimal("4.5"), 1_000_000, above=200_000))
    if dice.random() < 0.1:
        rates = [Rate("images", Decimal("0.7"), 60, minimum=Decimal(2))]
    if dice.random() < 0.1:
        rates = [rate._replace(price=Decimal(0), zero=dice.choice(["free", "beta"])) for rate in rates]
    batch = (Adjustment("batch", Decimal(-50), frozenset({("service_tier", "batch")})),) if dice.random() < 0.3 else ()
    return Tariff((SOURCE,), tuple(rates), adjustments=batch)


METERS = (("input_tokens", 1_000_000), ("output_tokens", 1_000_000), ("images", 1))


def _needs(dice: Random) -> Iterator[Need]:
    for word in dice.sample(WORDS, dice.randint(0, 3)):
        yield Need("capability", word, dice.choice(["hard", "hard", "soft"]))
    if dice.random() < 0.3:
        yield Need("input", "image", lenient=dice.random() < 0.3)
    if dice.random() < 0.3:
        yield Need("max_images", "2")
    if dice.random() < 0.3:
        yield Need("licence", dice.choice(["open-weights", "MIT", "commercial"]))
    if dice.random() < 0.2:
        yield Need("not_seller", "fal")
    if dice.random() < 0.3:
        yield Need("max_cost", dice.choice(["0.002", "0.01", "1.5"]))


def candidates(world: World) -> list[Candidate]:
    """Every offer of a world, judged one after the other in the plainest way."""
    found = [
        _judged(world, card, offer)
        for card in world.catalog.cards.values()
        for offer in card.offers or (Offer("", ""),)
    ]
    return sorted(found, key=lambda candidate: candidate.name)


def hard(world: World) -> list[Need]:
    """The needs that must be met."""
    keys = world.caller.keys
    own = [Need("key", ",".join(keys))] if keys is not None else []
    return [*own, *(need for need in world.needs if need.strength == "hard")]


def _judged(world: World, card: Card, offer: Offer) -> Candidate:
    funding = _funding(world, card, offer)
    verdicts = tuple(_verdict(world, need, card, offer, funding) for need in hard(world))
    return Candidate(
        (card.slug, offer.seller, offer.model_id), _standing(world, card, offer, funding), verdicts, funding
    )


def _funding(world: World, card: Card, offer: Offer) -> Decimal | None:
    if not offer.seller:
        return None
    facts = dict(world.usage.facts)
    if world.caller.keys and offer.upstream in world.caller.keys:
        facts["byok"] = "on"
    seller, used = world.catalog.sellers[offer.seller], world.usage._replace(facts=facts)
    try:
        from datetime import UTC, datetime

        return cost.cost(
            card, offer, seller, used, world.catalog.vocabulary, datetime(2026, 11, 21, tzinfo=UTC)
        ).funding
    except Unpriced:
        return None


def _has_ended(card: Card, offer: Offer) -> bool:
    for event in offer.lifecycle:
        return event.date <= DAY
    past = [event.date for event in card.lifecycle if event.date <= DAY]
    return bool(past) and (offer.seen is None or (card.licence.weights != "open" and offer.seen <= past[0]))


def _standing(world: World, card: Card, offer: Offer, funding: Decimal | None) -> str:
    """Whether a call could be made at all."""
    at_hand = {"prompt", *world.caller.inputs}
    for need in world.needs:
        if need.kind == "capability":
            at_hand |= {"vision": {"image"}, "edit": {"image"}, "mask": {"image", "mask"}}.get(need.value, set())
    if funding is None or _has_ended(card, offer):
        return UNMET
    if not set(card.required_inputs) <= at_hand:
        return UNMET
    unsure = any(rate.zero == "beta" for tariff in offer.tariffs for rate in tariff.rates)
    return UNKNOWN if unsure and not world.caller.allow_unknown else MET


def _verdict(world: World, need: Need, card: Card, offer: Offer, funding: Decimal | None) -> str:
    verdict = _bare_verdict(need, card, offer, funding)
    return MET if verdict == UNKNOWN and (need.lenient or world.caller.allow_unknown) else verdict


def _bare_verdict(need: Need, card: Card, offer: Offer, funding: Decimal | None) -> str:
    if need.kind == "capability":
        value = offer.capabilities.get(need.value, card.capabilities.get(need.value, Capability("unknown"))).value
        return UNKNOWN if value == "unknown" else MET if value in ("yes", "required", "optional") else UNMET
    if need.kind == "input":
        return UNKNOWN if not card.input_modalities else MET if need.value in card.input_modalities else UNMET
    if need.kind == "max_images":
        most = card.limits.max_images
        return UNKNOWN if most is None else MET if most >= int(need.value) else UNMET
    if need.kind == "licence":
        return _licence(need.value, card.licence)
    if need.kind in ("not_seller", "key"):
        return MET if (offer.seller in need.value.split(",")) == (need.kind == "key") else UNMET
    assert need.kind == "max_cost"
    return MET if funding is None or funding <= Decimal(need.value) else UNMET


def _licence(wanted: str, licence: Licence) -> str:
    if licence == Licence():
        return UNKNOWN
    if licence.name == "MIT":
        return MET
    return UNKNOWN if wanted == "MIT" else UNMET


def fits(candidate: Candidate, given_up: frozenset[Need], needs: Sequence[Need]) -> bool:
    """Whether a candidate would do without some needs."""
    passing = {MET, UNKNOWN} if KNOWN in given_up else {MET}
    return candidate.standing in passing and all(
        need in given_up or verdict in passing for need, verdict in zip(needs, candidate.verdicts, strict=True)
    )


def smallest(found: Sequence[Candidate], needs: Sequence[Need]) -> set[frozenset[Need]]:
    """Every smallest set of needs without which something would do, by trying all sets."""
    sets: set[frozenset[Need]] = set()
    everything = [*dict.fromkeys(needs), KNOWN]
    for size in range(len(everything) + 1):
        for chosen in combinations(everything, size):
            given_up = frozenset(chosen)
            if not any(less <= given_up for less in sets) and any(
                fits(candidate, given_up, needs) for candidate in found
            ):
                sets.add(given_up)
    return sets
