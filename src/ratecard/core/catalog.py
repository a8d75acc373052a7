"""The catalog, and lookup of cards by slug, alias or a seller's model id."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from ratecard.core import lives
from ratecard.core.errors import MAX_SUGGESTIONS, AmbiguousModel, UnknownModel, UnknownSeller, near, one_off
from ratecard.core.model_ids import forms, normal, unwrapped
from ratecard.core.records import Card, Collection, Decision, Feed, Offer, Provider, Seller, Vocabulary

#: What stands between the parts of a model id in normal form.
_MARKS = re.compile(r"[-/:@]")
#: The number of words of an unknown name in which a known one is looked for.
MOST_WORDS = 16

#: No facts are asked for.
NO_FACTS: Mapping[str, str] = {}


class Catalog(NamedTuple):
    """All published records, by id.

    `names` maps the normal form of each name to the slugs of cards: those that claim it, then those with such an offer;
    `unplaced` holds the offers that no card claims, by seller and model id. The mappings are read-only and may load
    on demand.
    """

    cards: Mapping[str, Card]
    sellers: Mapping[str, Seller]
    providers: Mapping[str, Provider]
    collections: Mapping[str, Collection]
    vocabulary: Vocabulary
    names: Mapping[str, tuple[str, ...]]
    unplaced: Mapping[str, Offer] = {}
    feeds: Mapping[str, Feed] = {}
    decisions: Mapping[str, Decision] = {}
    digest: str = ""


class Named(NamedTuple):
    """What a name means: a card, the seller that a prefix of the name gives, and the id without the prefix."""

    card: Card
    seller: str | None = None
    model_id: str = ""


def find(catalog: Catalog, name: str, seller: str | None = None) -> Card:
    """The card that a name means; raises what `named` raises."""
    return named(catalog, name, seller).card


def named(catalog: Catalog, name: str, seller: str | None = None) -> Named:
    """The card with this slug, id or seller's model id, in any spelling that has the same normal form.

    A prefix such as `openrouter/` or `bedrock/` names the seller. Where several cards have the name, `seller` decides.

    Raises `AmbiguousModel` where several cards have the name, and `UnknownModel` with up to five similar names where
    none has it: a similar name is suggested, never priced.
    """
    card = catalog.cards.get(name)
    found = Named(card, None, name) if card is not None else _known(catalog, name, seller)
    if found and seller and seller not in {offer.seller for offer in found.card.offers}:
        own = catalog.unplaced.get(f"{seller}/{name}")
        found = Named(alone(own), seller, own.model_id) if own else found
    if found is None:
        raise UnknownModel(name, suggestions(catalog, name))
    return found


def _known(catalog: Catalog, name: str, seller: str | None) -> Named | None:
    """What a name means, or None; raises `AmbiguousModel`."""
    bare, owner = unwrapped(name)
    shop = seller_called(catalog, owner) if owner else None
    if owner and shop is None:
        bare = name  # an account whose models may be its own
    slugs = catalog.names.get(normal(bare), ())
    ids = (name,) if shop else (name, bare)
    at = [slug for slug in slugs if seller and _exact(catalog.cards[slug], seller, *ids)]
    if len(at) == 1:
        card = catalog.cards[at[0]]
        return Named(card, None, name if _exact(card, seller, name) else bare)
    shops = [*_shops(catalog, bare)]
    for own, rest in shops:
        held = [slug for slug in catalog.names.get(normal(rest), ()) if _exact(catalog.cards[slug], own, rest)]
        if len(held) == 1:
            return Named(catalog.cards[held[0]], own, rest)
    meant = slugs if len(slugs) < 2 else _claiming(catalog, slugs, normal(bare)) or slugs
    if len(meant) > 1 and seller:
        meant = tuple(slug for slug in meant if at_seller(catalog.cards[slug], seller, bare)) or meant
    if len(meant) == 1:
        card = catalog.cards[meant[0]]
        return Named(card, shop if shop in {offer.seller for offer in card.offers} else None, bare)
    offer = (catalog.unplaced.get(f"{seller}/{bare}") if seller else None) or catalog.unplaced.get(bare)
    if offer is not None:
        return Named(alone(offer), offer.seller, offer.model_id)
    for own, rest in shops:
        found = Named(catalog.cards[rest]) if rest in catalog.cards else _known(catalog, rest, seller or own)
        if found is not None and own in {offer.seller for offer in found.card.offers}:
            return found._replace(seller=own)
    if meant:
        raise AmbiguousModel(name, meant)
    return _snapshot(catalog, bare, seller)


_DATED = re.compile(r"(.+)-(\d{4}-\d\d-\d\d|\d{8})")


def _snapshot(catalog: Catalog, name: str, seller: str | None) -> Named | None:
    """What a name with a day at its end means without it: that of a known snapshot of the model, or of its release."""
    dated = _DATED.fullmatch(name)
    found = _known(catalog, dated[1], seller) if dated else None
    if dated is None or found is None:
        return None
    day = dated[2].replace("-", "")
    ids = (id for offer in found.card.offers for id in (offer.model_id, *offer.ids))
    released = any(f"{event.date:%Y%m%d}" == day for event in found.card.lifecycle if event.event == "released")
    return found if released or any(day in id.replace("-", "") for id in ids) else None


def _shops(catalog: Catalog, name: str) -> Iterator[tuple[str, str]]:
    """The seller that a prefix of a name gives, and the rest of the name."""
    for mark in ("/", ":"):
        prefix, _, rest = name.partition(mark)
        shop = seller_called(catalog, prefix) if rest else None
        if shop is not None:
            yield shop, rest


def _exact(card: Card, seller: str | None, *names: str) -> bool:
    """True if a seller offers a card under one of these ids, whatever the case of its letters."""
    ids = {name.lower() for name in names}
    return any(offer.seller == seller and ids & spellings(offer) for offer in card.offers)


def _claiming(catalog: Catalog, slugs: tuple[str, ...], form: str) -> tuple[str, ...]:
    """Those of some cards that claim a name themselves, and not through an offer alone."""
    return tuple(slug for slug in slugs if form in claims(catalog.cards[slug]))


def sold(
    catalog: Catalog, name: str, seller: str | None = None, model_id: str = "", facts: Mapping[str, str] = NO_FACTS
) -> tuple[Card, Offer | None]:
    """The card that a name means and its offer at a seller: the one given, else the one that the name gives.

    A seller may be named as libraries do, such as `vertex_ai`. Raises what `named` and `offer_of` raise.
    """
    seller = seller and (seller_called(catalog, seller) or seller)
    found = named(catalog, name, seller)
    return found.card, offer_of(found.card, seller or found.seller, model_id or found.model_id, facts)


def seller_called(catalog: Catalog, word: str) -> str | None:
    """The seller that people or a library call by this word, such as `Azure`, `aws` or `vertex_ai`."""
    if word in catalog.sellers:
        return word
    lower = word.lower()
    if lower in catalog.sellers:
        return lower
    sellers = catalog.sellers.values()
    return next((seller.id for seller in sellers if lower in (*seller.names, seller.name.lower())), None)


def alone(offer: Offer) -> Card:
    """An unplaced offer as a card of its own, of which nothing but the offer is known."""
    return Card(f"{offer.seller}/{offer.model_id}", offer.model_id, "", "", offers=(offer,))


def at_seller(card: Card, seller: str, name: str) -> list[Offer]:
    """The offers of a seller that have this name."""
    return [offer for offer in card.offers if offer.seller == seller and is_called(offer, name)]


def is_called(offer: Offer, name: str) -> bool:
    """True if a name has the normal form of an offer's model id, or of its last part."""
    wanted = normal(name)
    return wanted in ids_of(offer)


def ids_of(offer: Offer) -> set[str]:
    """The normal forms of an offer's model id, in each spelling, and of its last part."""
    return {form for id in (offer.model_id, *offer.ids) for name in (id, id.rpartition("/")[2]) for form in forms(name)}


def spellings(offer: Offer) -> set[str]:
    """An offer's model id as feeds spell it, in lower case."""
    return {id.lower() for id in (offer.model_id, *offer.ids)}


def offer_of(
    card: Card, seller: str | None = None, name: str = "", facts: Mapping[str, str] = NO_FACTS
) -> Offer | None:
    """The offer that a name means at a seller, or at the first seller of the card.

    An id of the seller selects its offer, and so does an id that the card does not claim and a name that says by a
    snapshot, a region or another fact which is meant. Any other name means the offer whose id
    stands for the most of the facts that are asked for, else the plain one. None if the card has no offer. Raises
    `UnknownSeller` if the seller has none.
    """
    offers = [offer for offer in card.offers if seller in (None, offer.seller)]
    if seller is not None and not offers:
        raise UnknownSeller(card.slug, seller, sorted({offer.seller for offer in card.offers}))
    if name and offers and (seller or name != card.slug):
        exact = [offer for offer in offers if name.lower() in spellings(offer)]
        exact.sort(key=lambda offer: (offer.seller != offers[0].seller, offer.model_id != name))
        last = normal(name.rpartition("/")[2])  # deepseek-ai/DeepSeek-R1 is the model, whoever uses that id
        own = last not in claims(card) or name.startswith(f"{card.provider}.")  # deepseek.v3.2 is Bedrock's id alone
        if exact and (seller or own or exact[0].seller == offers[0].seller):
            return exact[0]
        called = [offer for offer in offers if is_called(offer, name)]
        if called and all(offer.facts for offer in called):
            return called[0]
        offers = [*(called if seller else ()), *offers]
    if facts and offers and any(offer.facts for offer in offers):
        at_one = [offer for offer in offers if offer.seller == offers[0].seller]
        return max(at_one, key=lambda offer: len(offer.facts.items() & facts.items()))  # of equals the first
    return offers[0] if offers else None


def names_of(cards: Iterable[Card]) -> dict[str, tuple[str, ...]]:
    """The slugs of each name, by its normal form: of cards that claim it, then of those with an offer of this id."""
    claimed: dict[str, set[str]] = {}
    offered: dict[str, set[str]] = {}
    for card in cards:
        for form in claims(card):
            claimed.setdefault(form, set()).add(card.slug)
        for offer in card.offers:
            for form in ids_of(offer):
                offered.setdefault(form, set()).add(card.slug)
    return {
        form: (*sorted(claimed.get(form, ())), *sorted(offered.get(form, set()) - claimed.get(form, set())))
        for form in sorted({**offered, **claimed})
    }


def claims(card: Card) -> Iterator[str]:
    """The normal forms of the names that a card claims at every seller: its slug, the last part of it and its ids."""
    for id in (card.slug, card.slug.partition("/")[2], *card.ids):
        yield from forms(id)
        if "/" not in id:
            yield from forms(f"{card.provider}/{id}")


def suggestions(catalog: Catalog, name: str) -> list[str]:
    """Up to five names similar to `name`.

    First come ids of no model with the seller that must be named, its maker's before others; then the slugs of misspelt
    names, that of the longest name inside it, and the most similar.
    """
    wanted = name.lower()
    last = normal(wanted.rpartition("/")[2])
    keys = [key for key in catalog.unplaced if normal(key.rpartition("/")[2]) == last]
    alone = {key: catalog.unplaced[key] for key in keys}
    at_sellers = sorted(alone, key=lambda key: (catalog.sellers[alone[key].seller].kind != "maker", key))
    slugs = {slug: slug for slug in catalog.cards.keys()}  # noqa: SIM118  # the keys alone, without reading the cards
    slugs = {slug.rpartition("/")[2]: slug for slug in slugs} | slugs
    matches = near(wanted, slugs)
    inside = [slug for slug in dict.fromkeys(slugs.values()) if len(wanted) > 2 and wanted in slug]
    found = [slugs[match] for match in matches] + sorted(inside, key=len)
    misspelt = [slugs[match] for match in matches if one_off(wanted, match)]
    return list(dict.fromkeys([*at_sellers, *misspelt, *_inside(catalog, name), *found]))[:MAX_SUGGESTIONS]


def _inside(catalog: Catalog, name: str) -> tuple[str, ...]:
    """The cards of the longest name that is a part of this one, such as the id without its date or region."""
    words = _MARKS.split(normal(unwrapped(name)[0]))[:MOST_WORDS]
    for length in range(len(words) - 1, 0, -1):
        for start in range(len(words) - length + 1):
            found = catalog.names.get("-".join(words[start : start + length]), ())
            if found:
                return found
    return ()


def event_date(what: Card | Offer, event: str) -> date | None:
    """The date of a lifecycle event of a model or an offer, or None if unknown."""
    found = lives.event_of(what, event)
    return found.date if found else None


def retired(card: Card, day: date) -> bool:
    """True if the maker has retired a model by this day and nobody goes on selling it."""
    end = event_date(card, lives.RETIRED)
    return end is not None and end <= day and not lives.is_alive(card, day)
