"""A question to the router: the needs and the usage of a call, and the choices and rejections that answer it.

Answers are lazy, since the reasons against ten thousand offers require reading ten thousand offers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from heapq import merge
from typing import NamedTuple

from ratecard.core import decimals, display, lives
from ratecard.core.errors import Unpriced, listed
from ratecard.core.records import Card, Offer, Seller
from ratecard.core.usage import Usage
from ratecard.database.offer_index import bits
from ratecard.pricing import cost as pricing
from ratecard.pricing.cost import Cost
from ratecard.routing import integer_costs
from ratecard.routing.candidates import Candidates
from ratecard.routing.integer_costs import ScaledUsage
from ratecard.routing.needs import HARD, SOFT, Need, Reason, Setting, always, at_hand, still_listed
from ratecard.routing.rules import MAX_COST, CostedOffer, is_priced, reasons
from ratecard.routing.search import PricedCandidate, Prices, all_priced, cheapest_first, prices

#: The fact that a call is made with the caller's own key.
OWN_KEY = "byok"
#: The fact that says which service tier a call asks for.
TIER = "service_tier"


class Caller(NamedTuple):
    """What the caller has and accepts.

    `inputs` are at hand besides a prompt and what the needs imply. `keys` are the sellers whose keys the caller holds
    (None: any seller). Unknown values reject an offer unless `allow_unknown`, prices in doubt unless their status is in
    `allow`.
    """

    inputs: tuple[str, ...] = ()
    allow_unknown: bool = False
    keys: tuple[str, ...] | None = None
    currency: str = "USD"
    allow: tuple[str, ...] = ()


ANYONE = Caller()


class Frame(NamedTuple):
    """The parts of a question that do not depend on the usage, shared by many calls.

    `hard` are the needs that must be met, those of every call first; `soft` ones are preferences. `about_cost` are the
    hard needs that only a cost can answer, `fitting` the candidates that meet all others. Calls to the candidates in
    `own` are made with the caller's own key.
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
    """What is asked of all candidates; calls with the caller's own key are priced as `asked_own`."""

    candidates: Candidates
    frame: Frame
    asked: ScaledUsage
    asked_own: ScaledUsage

    @property
    def hard(self) -> tuple[Need, ...]:
        """The needs that must be met, those of every call first."""
        return self.frame.hard

    @property
    def setting(self) -> Setting:
        """The context in which needs are judged."""
        return self.frame.setting

    @property
    def unfit(self) -> int:
        """The candidates that fail a need other than those about cost, or cannot have a price for the usage."""
        fitting = self.candidates.order(self.frame.fitting, self.asked).entries
        return self.candidates.everyone & ~bits(sorted(position for _, position in fitting))

    def asked_at(self, position: int) -> ScaledUsage:
        """The usage as priced at a candidate."""
        return self.asked_own if self.frame.own >> position & 1 else self.asked

    def passes_unknown(self, need: Need) -> bool:
        """Whether unknown values satisfy a need."""
        return need.lenient or self.frame.allow_unknown

    def may_fail(self, need: Need, position: int) -> bool:
        """Whether a need may have a reason against a candidate: one about cost, or one that the index says it fails."""
        if is_priced(need):
            return True
        against = self.candidates.against(need, self.setting)
        return bool((against.unmet | against.unknown) >> position & 1)

    def cheapest_first(self, among: int) -> Iterator[PricedCandidate]:
        """The candidates with a price for the usage, cheapest first."""
        own = among & self.frame.own
        if not own:
            return cheapest_first(self.candidates, among, self.asked)
        others = cheapest_first(self.candidates, among & ~own, self.asked)
        return merge(others, cheapest_first(self.candidates, own, self.asked_own))

    def all_priced(self, among: int) -> Prices:
        """The same as a whole."""
        own = among & self.frame.own
        found = all_priced(self.candidates, among & ~own, self.asked)
        return prices(sorted([*found, *all_priced(self.candidates, own, self.asked_own)])) if own else found

    def too_dear(self, found: PricedCandidate) -> tuple[Need, ...]:
        """The needs about cost that a candidate does not meet."""
        return tuple([need for need in self.frame.about_cost if not self._affords(need, found)])

    def _affords(self, need: Need, found: PricedCandidate) -> bool:
        if need.kind == MAX_COST:
            return integer_costs.money(found.amount) <= Decimal(need.value)
        return not any(reasons(need, self.costed(found.position)))

    def costed(self, position: int) -> CostedOffer:
        """The offer of a candidate with the cost of the usage."""
        card, offer, seller = self.candidates.offer(position)
        try:
            cost = self.cost(position)
        except Unpriced:
            cost = None
        return CostedOffer(card, offer, seller, self.setting, cost)

    def is_priced_at(self, position: int) -> bool:
        """Whether a candidate has a price for the usage."""
        asked = self.asked_at(position)
        return self.candidates.unit_costs(position, asked).amount(asked) is not None

    def cost(self, position: int) -> Cost:
        """The cost of the usage at a candidate; raises `Unpriced` where it is unknown."""
        asked = self.asked_at(position)
        return pricing.cost(*self.candidates.offer(position), asked.usage, self.setting.vocabulary, asked.at)


#: An end within this time is said of a choice.
ENDS_SOON = timedelta(days=90)

#: The size of a catalog's cache of frames.
MAX_FRAMES = 256


def question(
    candidates: Candidates, needs: tuple[Need, ...], usage: Usage, at: datetime, caller: Caller = ANYONE
) -> Question:
    """The question of a call with these needs and this usage."""
    tier = usage.facts.get(TIER, "")
    key = (needs, caller, at.toordinal(), tier)
    frame = candidates.frames.get(key)
    if frame is None:
        if len(candidates.frames) >= MAX_FRAMES:
            candidates.frames.clear()
        frame = candidates.frames[key] = _frame(candidates, needs, caller, at, tier)
    vocabulary = candidates.catalog.vocabulary
    asked = integer_costs.asked(usage, vocabulary, at)
    if not frame.own:
        return Question(candidates, frame, asked, asked)
    own = usage._replace(facts={OWN_KEY: "on", **usage.facts})
    return Question(candidates, frame, asked, integer_costs.asked(own, vocabulary, at))


def _frame(candidates: Candidates, needs: tuple[Need, ...], caller: Caller, at: datetime, tier: str) -> Frame:
    vocabulary = candidates.catalog.vocabulary
    inputs, keys = at_hand(needs, caller.inputs, vocabulary), caller.keys
    # of the sellers asked for by name the caller is assumed to have an account
    named = tuple(seller for need in needs if need.kind == "seller" for seller in need.value.split(","))
    wanted = tuple(need for need in needs if need.strength == HARD)
    with_key = (Need("key", ",".join(sorted(keys))),) if keys is not None else ()
    listing, accounts = still_listed(candidates.catalog), named if keys is None else keys
    hard = (*always(listing, inputs, accounts, tier, caller.allow), *with_key, *wanted)
    setting = Setting(vocabulary, at.date(), caller.currency, candidates.catalog.sellers)
    upstreams = candidates.index.postings.get("upstream", {})
    own = 0
    for key in keys or ():
        own |= upstreams.get(key, 0)
    fitting = candidates.everyone
    for need in hard:
        if not is_priced(need):
            against = candidates.against(need, setting)
            passes = need.lenient or caller.allow_unknown
            fitting &= ~(against.unmet if passes else against.unmet | against.unknown)
    return Frame(
        hard=hard,
        soft=tuple(need for need in needs if need.strength == SOFT),
        about_cost=tuple(need for need in hard if is_priced(need)),
        inputs=inputs,
        setting=setting,
        allow_unknown=caller.allow_unknown,
        own=own,
        fitting=fitting,
    )


class Positioned:
    """A candidate of a question."""

    __slots__ = ("_question", "position")

    def __init__(self, question: Question, position: int) -> None:
        self._question, self.position = question, position

    @property
    def slug(self) -> str:
        """The slug of the card."""
        return self._question.candidates.index.candidates[self.position].slug

    @property
    def seller(self) -> str:
        """The seller; an empty text for a card without offers."""
        return self._question.candidates.index.candidates[self.position].seller

    @property
    def model_id(self) -> str:
        """The seller's model id."""
        return self._question.candidates.index.candidates[self.position].model_id


class Choice(Positioned):
    """An offer that meets every hard need, with the cost of the usage."""

    __slots__ = ("_cost", "amount")

    def __init__(self, question: Question, found: PricedCandidate) -> None:
        super().__init__(question, found.position)
        self.amount = found.amount
        self._cost: Cost | None = None

    def __repr__(self) -> str:
        return f"<{self.slug} at {self.seller} as {self.model_id}: {decimals.text(self.funding)}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Choice) and (*self.name, self.funding) == (*other.name, other.funding)

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def name(self) -> tuple[str, str, str]:
        """The slug, the seller and the seller's model id."""
        return self.slug, self.seller, self.model_id

    @property
    def funding(self) -> Decimal:
        """What must be paid for the usage, fees included; offers are compared by it."""
        return integer_costs.money(self.amount)

    @property
    def money(self) -> str:
        """What must be paid, as people write it."""
        return display.money(self.funding, self.cost.currency)

    @property
    def candidates(self) -> Candidates:
        """The candidates it was chosen from."""
        return self._question.candidates

    @property
    def offer(self) -> tuple[Card, Offer, Seller]:
        """The card, the offer and the seller."""
        return self._question.candidates.offer(self.position)

    @property
    def base_url(self) -> str:
        """The address of the seller's OpenAI-compatible API; empty if no source states it."""
        return self.offer[2].base_url

    @property
    def key_variable(self) -> str:
        """The usual environment variable of a key for the seller; empty if unknown."""
        return self.offer[2].key_variable

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The endpoints that answer for the offer; empty if unknown."""
        return self.offer[1].endpoints

    @property
    def cost(self) -> Cost:
        """The cost of the usage, with its lines."""
        if self._cost is None:
            self._cost = self._question.cost(self.position)
        return self._cost

    @property
    def unknown(self) -> tuple[Reason, ...]:
        """The unknown values that were accepted."""
        return self._against(self._question.hard)

    @property
    def compromises(self) -> tuple[Reason, ...]:
        """The soft needs that it does not meet, or may not meet."""
        return self._against(self._question.frame.soft)

    def _against(self, needs: tuple[Need, ...]) -> tuple[Reason, ...]:
        card, offer, seller = self.offer
        costed = CostedOffer(card, offer, seller, self._question.setting, self.cost)
        failed = (need for need in needs if self._question.may_fail(need, self.position))
        return tuple(reason for need in failed for reason in reasons(need, costed))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about this choice."""
        offer, cost = f"{self.slug} at {self.seller}", self.cost
        meters, inputs = self._question.setting.vocabulary.meters, self._question.frame.inputs
        counted = {meters[line.item].input for line in cost.lines} | {meters[line.meter].input for line in cost.lines}
        missing = inputs - counted  # inputs that the needs imply, of which the usage has none
        charged = [
            name for name in dict.fromkeys(rate.meter for rate in cost.tariff.rates) if meters[name].input in missing
        ]
        more = (
            [f"{offer} also charges for {listed(charged, 'and')}, which the usage does not include"] if charged else []
        )
        end = lives.end(*self.offer[:2])
        soon = end and end.date - self._question.setting.day <= ENDS_SOON
        return (
            *([f"{offer} ends on {end.date}, {lives.who(end.source)} says"] if end and soon else []),
            *(f"{offer}: {reason.sentence}" for reason in self.unknown),
            *more,
            *(f"{offer}: {warning}" for warning in cost.warnings),
        )


class Rejection(Positioned):
    """A rejected offer, with every reason."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{self.slug} at {self.seller or 'no seller'} as {self.model_id}: rejected>"

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Every reason against it."""
        return tuple(reasons_against(self._question, self.position))


def reasons_against(question: Question, position: int) -> Iterator[Reason]:
    """Every reason against a candidate: by the needs of every call first, then by the others in their order."""
    card, offer, seller = question.candidates.offer(position)
    costed = CostedOffer(card, offer, seller, question.setting)
    unpriced: list[Reason] = []
    if question.frame.about_cost or not question.is_priced_at(position):
        try:
            costed = costed._replace(cost=question.cost(position))
        except Unpriced as error:
            source = offer.tariffs[-1].sources[0] if offer.tariffs else None
            missing = "; ".join(error.missing)
            unpriced = [Reason("PRICE_UNKNOWN", "price", "a price for this usage", "unknown", source, missing)]
    for need in question.hard:
        if need.kind == "price" and (unpriced or not offer.seller):
            yield from unpriced if offer.seller else ()  # else NOT_SOLD covers it
            continue
        found = reasons(need, costed) if question.may_fail(need, position) else ()
        yield from (reason for reason in found if not (reason.unknown and question.passes_unknown(need)))
