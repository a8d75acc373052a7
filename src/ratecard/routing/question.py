"""A question to the router: what a call needs, what it uses, on what terms offers are compared; and who answers it.

An answer is worked out as far as it is looked at, since the reasons against ten thousand offers take the time of
reading ten thousand offers. What it says never depends on that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from heapq import merge
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.errors import Unpriced, listed
from ratecard.core.records import Card, Offer, Seller
from ratecard.core.usage import Usage
from ratecard.pricing import cost as pricing
from ratecard.pricing.cost import Cost
from ratecard.routing import integer_costs
from ratecard.routing.candidates import Places
from ratecard.routing.integer_costs import Asked
from ratecard.routing.judging import MAX_COST, Candidate, is_priced, reasons
from ratecard.routing.needs import HARD, SOFT, Need, Reason, Setting, always, at_hand
from ratecard.routing.search import Priced, Prices, all_priced, cheapest_first, prices

#: The fact that says a call is made with the caller's own key.
OWN_KEY = "byok"


class Options(NamedTuple):
    """On what terms offers are compared.

    `given` are inputs the caller has besides a prompt and what the needs imply, `keys` the sellers whose keys the
    caller holds (None: any seller's). What is nowhere known speaks against an offer unless `allow_unknown`.
    """

    given: tuple[str, ...] = ()
    allow_unknown: bool = False
    keys: tuple[str, ...] | None = None
    currency: str = "USD"


ANYONE = Options()


class Frame(NamedTuple):
    """What a question is made of apart from what is used; the same for many calls.

    `hard` are the needs that must be met, those of every call first, `soft` those that are only wished for, and
    `about_cost` those of the hard ones that only a cost can answer. `fitting` are the places that nothing but a cost
    could still speak against. The calls to the places in `own` are made with the caller's own key.
    """

    hard: tuple[Need, ...]
    soft: tuple[Need, ...]
    about_cost: tuple[Need, ...]
    inputs: frozenset[str]
    setting: Setting
    allow_unknown: bool
    own: int
    fitting: int


class Question(NamedTuple):
    """What is asked of all places; where the caller's own key is used it is charged as `asked_own`."""

    places: Places
    frame: Frame
    asked: Asked
    asked_own: Asked

    @property
    def hard(self) -> tuple[Need, ...]:
        """The needs that must be met, those of every call first."""
        return self.frame.hard

    @property
    def setting(self) -> Setting:
        """What needs are judged in."""
        return self.frame.setting

    def asked_at(self, position: int) -> Asked:
        """The usage as it is charged at a place."""
        return self.asked_own if self.frame.own >> position & 1 else self.asked

    def passes_unknown(self, need: Need) -> bool:
        """Whether what nobody knows passes for a need."""
        return need.lenient or self.frame.allow_unknown

    def cheapest_first(self, among: int) -> Iterator[Priced]:
        """Those of some places that have a price for the usage, the cheapest first."""
        own = among & self.frame.own
        if not own:
            return cheapest_first(self.places, among, self.asked)
        others = cheapest_first(self.places, among & ~own, self.asked)
        return merge(others, cheapest_first(self.places, own, self.asked_own))

    def all_priced(self, among: int) -> Prices:
        """The same, all at once."""
        own = among & self.frame.own
        found = all_priced(self.places, among & ~own, self.asked)
        return prices(sorted([*found, *all_priced(self.places, own, self.asked_own)])) if own else found

    def too_dear(self, found: Priced) -> tuple[Need, ...]:
        """The needs about what the usage costs that a place does not meet."""
        return tuple([need for need in self.frame.about_cost if not self._affords(need, found)])

    def _affords(self, need: Need, found: Priced) -> bool:
        if need.kind == MAX_COST:
            return integer_costs.money(found.amount) <= Decimal(need.value)
        return not any(reasons(need, self.candidate(found.position)))

    def candidate(self, position: int) -> Candidate:
        """A place as it is judged, with what the usage costs there."""
        card, offer, seller = self.places.offer(position)
        try:
            cost = self.cost(position)
        except Unpriced:
            cost = None
        return Candidate(card, offer, seller, self.setting, cost)

    def is_priced_at(self, position: int) -> bool:
        """Whether the usage has a price at a place."""
        asked = self.asked_at(position)
        return self.places.sheet(position, asked).amount(asked) is not None

    def cost(self, position: int) -> Cost:
        """What the usage costs at a place; raises `Unpriced` where that is not known."""
        asked = self.asked_at(position)
        return pricing.cost(*self.places.offer(position), asked.usage, self.setting.vocabulary, asked.at)


#: How many frames of a catalog are remembered.
MOST_KEPT = 256


def question(
    places: Places, needs: tuple[Need, ...], usage: Usage, at: datetime, options: Options = ANYONE
) -> Question:
    """The question that needs and a usage make of the places of a catalog."""
    key = (needs, options, at.toordinal())
    frame = places.kept.get(key)
    if frame is None:
        if len(places.kept) >= MOST_KEPT:
            places.kept.clear()
        frame = places.kept[key] = _frame(places, needs, options, at)
    vocabulary = places.catalog.vocabulary
    asked = integer_costs.asked(usage, vocabulary, at)
    if not frame.own:
        return Question(places, frame, asked, asked)
    own = usage._replace(facts={OWN_KEY: "on", **usage.facts})
    return Question(places, frame, asked, integer_costs.asked(own, vocabulary, at))


def _frame(places: Places, needs: tuple[Need, ...], options: Options, at: datetime) -> Frame:
    vocabulary = places.catalog.vocabulary
    inputs, keys = at_hand(needs, options.given, vocabulary), options.keys
    held = keys if keys is not None else _named(needs)
    wanted = tuple(need for need in needs if need.strength == HARD)
    with_key = (Need("key", ",".join(sorted(keys))),) if keys is not None else ()
    hard = (*always(inputs, held), *with_key, *wanted)
    setting = Setting(vocabulary, at.date(), options.currency)
    fitting = places.everywhere
    for need in hard:
        if not is_priced(need):
            against = places.against(need, setting)
            passes = need.lenient or options.allow_unknown
            fitting &= ~(against.unmet if passes else against.unmet | against.unknown)
    return Frame(
        hard=hard,
        soft=tuple(need for need in needs if need.strength == SOFT),
        about_cost=tuple(need for need in hard if is_priced(need)),
        inputs=inputs,
        setting=setting,
        allow_unknown=options.allow_unknown,
        own=own_keys(places, keys) if keys else 0,
        fitting=fitting,
    )


def own_keys(places: Places, keys: tuple[str, ...]) -> int:
    """The places whose seller passes calls on with the caller's own key to whom they are passed on."""
    upstreams = places.index.holders.get("upstream", {})
    found = 0
    for key in keys:
        found |= upstreams.get(key, 0)
    return found


def _named(needs: tuple[Need, ...]) -> tuple[str, ...]:
    """The sellers that are asked for by name: the caller has an account there."""
    return tuple(seller for need in needs if need.kind == "seller" for seller in need.value.split(","))


class Choice:
    """An offer that meets every hard need, and what the usage costs there."""

    __slots__ = ("_cost", "_question", "amount", "position")

    def __init__(self, question: Question, found: Priced) -> None:
        self._question = question
        self.amount, self.position = found
        self._cost: Cost | None = None

    def __repr__(self) -> str:
        return f"<{self.slug} at {self.seller} as {self.model_id}: {decimals.text(self.funding)}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Choice) and (*self.name, self.funding) == (*other.name, other.funding)

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def name(self) -> tuple[str, str, str]:
        """The card, its seller, and what the seller calls it."""
        slug, seller, model_id, _ = self._question.places.index.places[self.position]
        return slug, seller, model_id

    @property
    def slug(self) -> str:
        """The card."""
        return self.name[0]

    @property
    def seller(self) -> str:
        """Who sells it."""
        return self.name[1]

    @property
    def model_id(self) -> str:
        """What the seller calls it."""
        return self.name[2]

    @property
    def funding(self) -> Decimal:
        """What has to be paid for the usage, fees included: what offers are compared by."""
        return integer_costs.money(self.amount)

    @property
    def places(self) -> Places:
        """The places among which it was chosen."""
        return self._question.places

    @property
    def offer(self) -> tuple[Card, Offer, Seller]:
        """The card, the offer and its seller."""
        return self._question.places.offer(self.position)

    @property
    def cost(self) -> Cost:
        """The cost of the usage with all its lines."""
        if self._cost is None:
            self._cost = self._question.cost(self.position)
        return self._cost

    @property
    def unknown(self) -> tuple[Reason, ...]:
        """What nobody knows of it and was let pass."""
        return self._against(self._question.hard)

    @property
    def compromises(self) -> tuple[Reason, ...]:
        """What it does not do, or is not known to do, of what was only wished for."""
        return self._against(self._question.frame.soft)

    def _against(self, needs: tuple[Need, ...]) -> tuple[Reason, ...]:
        card, offer, seller = self.offer
        candidate = Candidate(card, offer, seller, self._question.setting, self.cost)
        return tuple(reason for need in needs for reason in reasons(need, candidate))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a caller should know before choosing it."""
        return tuple(self._warnings())

    def _warnings(self) -> Iterator[str]:
        place = f"{self.slug} at {self.seller}"
        yield from (f"{place}: {reason.sentence}" for reason in self.unknown)
        uncounted = self._uncounted()
        if uncounted:
            yield f"{place} also charges for {listed(uncounted, 'and')}, which the usage does not give"
        yield from (f"{place}: {warning}" for warning in self.cost.warnings)

    def _uncounted(self) -> list[str]:
        """The meters that charge for an input the needs imply, where the usage counts none of it."""
        meters = self._question.setting.vocabulary.meters
        inputs, cost = self._question.frame.inputs, self.cost
        charged = [
            name for name in dict.fromkeys(rate.meter for rate in cost.tariff.rates) if meters[name].input in inputs
        ]
        counted = {meters[line.item].input for line in cost.lines} | {meters[line.meter].input for line in cost.lines}
        return [name for name in charged if meters[name].input not in counted]


class Rejection:
    """An offer that does not do, with every reason."""

    __slots__ = ("_question", "position")

    def __init__(self, question: Question, position: int) -> None:
        self._question, self.position = question, position

    def __repr__(self) -> str:
        return f"<{self.slug} at {self.seller or 'nobody'} as {self.model_id} does not do>"

    @property
    def slug(self) -> str:
        """The card."""
        return self._question.places.index.places[self.position].slug

    @property
    def seller(self) -> str:
        """Who sells it; an empty text where nobody does."""
        return self._question.places.index.places[self.position].seller

    @property
    def model_id(self) -> str:
        """What the seller calls it."""
        return self._question.places.index.places[self.position].model_id

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All that speaks against it."""
        return tuple(reasons_against(self._question, self.position))


def reasons_against(question: Question, position: int) -> Iterator[Reason]:
    """All that speaks against a place: what every call needs first, then what was asked for in its order."""
    card, offer, seller = question.places.offer(position)
    candidate = Candidate(card, offer, seller, question.setting)
    unpriced: list[Reason] = []
    if question.frame.about_cost or not question.is_priced_at(position):
        try:
            candidate = candidate._replace(cost=question.cost(position))
        except Unpriced as error:
            source = offer.tariffs[-1].sources[0] if offer.tariffs else None
            missing = "; ".join(error.missing)
            unpriced = [Reason("PRICE_UNKNOWN", "price", "a price for this usage", "unknown", source, missing)]
    for need in question.hard:
        found = unpriced if unpriced and need.kind == "price" else list(reasons(need, candidate))
        if need.kind == "price" and not offer.seller:
            continue  # that nobody sells it says it all
        yield from (reason for reason in found if not (reason.unknown and question.passes_unknown(need)))
