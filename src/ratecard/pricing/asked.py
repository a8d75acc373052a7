"""What a person asks the cost of: words read as a usage, with what that assumes, and the cost that answers."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import Catalog, sold
from ratecard.core.errors import BadValue, RatecardError, UnknownWord, listed, near
from ratecard.core.evidence import PARTIAL, tariff_at
from ratecard.core.records import UNKNOWN, Card, Offer, Vocabulary
from ratecard.core.usage import MAX_QUANTITY, Usage, usage_of
from ratecard.pricing.cost import CALLS, ONE_CALL, Cost, cost_of
from ratecard.pricing.priced_words import has_prices, priced_words
from ratecard.pricing.rates import LEFT_OUT, Assumed

#: The most calls of a usage.
MOST_CALLS = 10**12
#: What a seller does with what a call asks for, by the value of the capability.
_DONE = {"ignored": "ignored", "unsupported": "not supported", "no": "not supported"}


class Asked(NamedTuple):
    """A usage, of so many calls (None: nobody says), how synonyms were read, and capabilities the calls make use of."""

    used: Usage
    calls: int | None = None
    told: tuple[Assumed, ...] = ()
    capabilities: tuple[str, ...] = ()

    @property
    def parts(self) -> int:
        """The number of calls that the quantities are of."""
        return self.calls or 1


def asked(
    catalog: Catalog,
    words: Mapping[str, object],
    calls: object = None,
    model: str = "",
    seller: str | None = None,
    at: datetime | None = None,
) -> Asked:
    """What words ask for: meters, facts, their synonyms, and capabilities such as mask=yes.

    Raises `BadValue` for a value that cannot be one, and `UnknownWord`, which says what the model is priced by.
    """
    vocabulary, count = catalog.vocabulary, None if calls is None else count_of(calls)
    if all(word in vocabulary.meters or word in vocabulary.facts for word in words):
        return Asked(usage_of(vocabulary, words), count)
    from ratecard.core import synonyms  # here because most words are names

    given, told = synonyms.by_name(vocabulary, words)
    wanted: list[str] = []
    for word in list(given):
        if word not in vocabulary.meters and word not in vocabulary.facts:
            capability = synonyms.capability_called(word, vocabulary.capabilities)
            if capability and str(given[word]).lower() in ("true", "false", *synonyms.YES_OR_NO):
                wanted += [capability] if synonyms.is_yes(word, given.pop(word)) else []
    try:
        used = usage_of(vocabulary, given)
    except UnknownWord as error:
        raise _explained(error, catalog, model, seller, at) if model and at else error from None
    return Asked(used, count, tuple(Assumed(*entry) for entry in told), tuple(wanted))


def cost_asked(
    catalog: Catalog,
    model: str,
    question: Asked,
    seller: str | None,
    at: datetime,
    model_id: str = "",
    at_least: bool = False,
) -> Cost:
    """The cost of what was asked, with what it assumes of the words; raises what `cost_of` raises.

    If it may be `at_least` so much, inputs that a price list counts by another meter, such as images by their tokens,
    are left out, with a warning that names the other unless that is given too.
    """
    used, doubts = question.used, list[str]()
    at_least = at_least and any(catalog.vocabulary.meters[item].input for item in used.quantities)
    if question.capabilities or at_least:
        card, offer = sold(catalog, model, seller, model_id, used.facts)
        if offer is not None and at_least:
            used, doubts = _counted_otherwise(used, offer, catalog.vocabulary, at)
        doubts += _doubts(card, offer, question.capabilities) if offer else ()
    found = cost_of(catalog, model, used, seller, at, model_id, question.parts)
    more = list(question.told)
    if question.calls is None and any(line.rate.above for line in found.lines):
        more.append(ONE_CALL)
    if not more and not doubts:
        return found
    status = PARTIAL if any(LEFT_OUT in doubt for doubt in doubts) else found.price_status
    return found._replace(assumed=(*found.assumed, *more), warnings=(*found.warnings, *doubts), price_status=status)


def _counted_otherwise(used: Usage, offer: Offer, vocabulary: Vocabulary, at: datetime) -> tuple[Usage, list[str]]:
    """A usage without the inputs that a price list counts by other meters, and what is said of those not given."""
    tariff, meters = tariff_at(offer, at.date()), vocabulary.meters
    if tariff is None:
        return used, []
    priced = dict.fromkeys(rate.meter for rate in tariff.rates)
    covered = priced.keys() | {reading.of for meter in priced if (reading := meters[meter].reading)}
    kept, doubts = dict(used.quantities), list[str]()
    for item in used.quantities.keys() - covered:
        others = [meter for meter in priced if meters[meter].input == meters[item].input != ""]
        if others and any(count for name, count in kept.items() if name != item):
            del kept[item]
            if not used.quantities.keys() & set(others):
                doubts.append(f"{offer.seller} bills {item} by {others[0]}, which is not given; {LEFT_OUT}")
    return used._replace(quantities=kept), doubts


def at_offer(card: Card, offer: Offer, capability: str) -> str:
    """The value of a capability at an offer: its own, else the card's."""
    own = offer.capabilities.get(capability) or card.capabilities.get(capability)
    return own.value if own else UNKNOWN


def _doubts(card: Card, offer: Offer, capabilities: Iterable[str]) -> Iterator[str]:
    for word in capabilities:
        value = at_offer(card, offer, word)
        if value in _DONE:
            yield f"{word} is {_DONE[value]} at {offer.seller}"
        elif value == UNKNOWN:
            yield f"no source says whether {offer.seller} takes {word} here"


def count_of(calls: object) -> int:
    """A number of calls; raises `BadValue` unless it is a whole number above zero."""
    number = decimals.parse_scaled(calls) if isinstance(calls, str) else decimals.number(calls)
    if number is None or not 1 <= number <= MOST_CALLS or number != int(number):
        raise BadValue(f"{CALLS}={calls}: not a number of calls; write a whole number above 0, such as 100 or 20k")
    return int(number)


def of_each(question: Asked) -> Asked:
    """The same, where the quantities are those of a single call."""
    count = Decimal(question.parts)
    quantities = {meter: decimals.multiply(number, count) for meter, number in question.used.quantities.items()}
    if any(number > MAX_QUANTITY for number in quantities.values()):
        raise BadValue(f"{CALLS}={question.parts}: the quantities of all calls are too large")
    return question._replace(used=question.used._replace(quantities=quantities))


def _explained(error: UnknownWord, catalog: Catalog, model: str, seller: str | None, at: datetime) -> RatecardError:
    """The error about an unknown word, which also says what the model is priced by; else the one about the model."""
    try:
        card, offer = sold(catalog, model, seller)
    except RatecardError as other:
        return other
    items, facts = priced_words(offer, catalog.vocabulary, at)
    also = [*(catalog.vocabulary.meters[item].also for item in items)]
    also += (catalog.vocabulary.facts[fact].also for fact in facts)
    others = [text.partition(" ")[0] for texts in also for text in texts]
    meant = near(error.word, [*items, *facts, *others], 3) if items else error.suggestions
    hint = f"; did you mean {listed(meant)}?" if meant else ""
    error.suggestions = tuple(meant)
    said = has_prices(card.slug, items, facts)
    error.args = (f"{error.word!r} is not a {error.kind}{hint}{said[1:] if hint else said}",)
    return error
