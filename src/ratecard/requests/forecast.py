"""The cost of a request before it is sent: minimum, expected and maximum, with every assumption."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from itertools import product
from typing import Any, NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import Catalog, sold
from ratecard.core.errors import Unpriced, listed
from ratecard.core.records import Card, Offer, Tariff, Vocabulary
from ratecard.core.usage import Usage
from ratecard.pricing import cost as pricing
from ratecard.requests import body, tokens
from ratecard.requests.bounds import FactValues, Quantity, expecting, given
from ratecard.requests.facts import Facts, circumstances, facts
from ratecard.requests.needs_of import ParsedRequest, read
from ratecard.requests.quantities import Scene, charged_quantities

#: The meter whose thresholds a range of input may pass.
_INPUT = "input_tokens"


class Treated(NamedTuple):
    """A parameter of a request and what it decides, or an unrecognized place with an empty text."""

    name: str
    became: str


class Forecast(NamedTuple):
    """The minimum, expected and maximum cost of a request, with all assumptions.

    `expected` is None while something is open and not stated, `maximum` while something has no bound.
    """

    slug: str
    seller: str
    model_id: str
    endpoint: str
    minimum: pricing.Cost
    expected: pricing.Cost | None
    maximum: pricing.Cost | None
    quantities: tuple[Quantity, ...]
    circumstances: tuple[FactValues, ...]
    given: tuple[FactValues, ...]
    excluded: tuple[str, ...]
    notes: tuple[str, ...]
    parameters: tuple[Treated, ...]
    warnings: tuple[str, ...]

    @property
    def open(self) -> tuple[str, ...]:
        """The meters and facts that the request leaves open, and of which nobody says what to expect."""
        meters = [entry.meter for entry in self.quantities if entry.expected is None]
        return (*meters, *(entry.fact for entry in self.circumstances if not entry.expected))

    def __repr__(self) -> str:
        from ratecard.requests import as_text  # here because most forecasts are not printed

        return as_text.in_short(self)

    def __str__(self) -> str:
        from ratecard.requests import as_text  # the same

        return "\n".join([*as_text.report(self), *(f"Warning: {warning}" for warning in self.warnings)])

    def _repr_html_(self) -> str:
        from ratecard.core import display  # the same

        return display.html(str(self))

    def to_dict(self) -> dict[str, Any]:
        """The forecast as JSON values, as `ratecard cost --request --json` prints it."""
        from ratecard.requests import as_json  # the same

        return as_json.answer(self)


class Expectations(NamedTuple):
    """What a caller adds to a request: known and expected usage, and a counter of tokens."""

    stated: Usage = Usage()
    expected: Usage = Usage()
    counter: tokens.Counter = tokens.installed


def forecast_of(
    catalog: Catalog,
    request: body.Request,
    model: str,
    seller: str | None,
    at: datetime,
    asking: Expectations = Expectations(),  # noqa: B008  # a frozen record
    model_id: str = "",
) -> Forecast:
    """What a request will cost at a seller, under one of its ids for the model.

    Raises what `forecast` raises.
    """
    card, offer = sold(catalog, model, seller, model_id, asking.stated.facts)
    if offer is None:
        raise Unpriced(card.slug, "", ["no seller is known"])
    place = _PricedAt(catalog, card, offer, at)
    reading = read(request, catalog.vocabulary, modality=card.modality)
    found = _forecast(place, reading, facts(reading, catalog.vocabulary, asking.stated.facts), asking)
    return found._replace(warnings=(*found.warnings, *_otherwise(place, model, seller, model_id, found)))


class _PricedAt(NamedTuple):
    """Where and when a request is priced."""

    catalog: Catalog
    card: Card
    offer: Offer
    at: datetime


def _forecast(place: _PricedAt, reading: ParsedRequest, held: Facts, asking: Expectations) -> Forecast:
    scene = Scene(
        card=place.card,
        offer=place.offer,
        tariff=_tariff(place),
        words=place.catalog.vocabulary.meters,
        endpoint=reading.endpoint,
        asked=reading.asked,
        pieces=reading.pieces,
        counter=asking.counter,
        spoken=frozenset({*asking.stated.quantities, *asking.expected.quantities}),
    )
    seen = charged_quantities(scene)
    quantities = given(seen.quantities, asking.stated, "given beside the request")
    left = circumstances(place.card, place.offer, scene.tariff, place.catalog.vocabulary, list(quantities), held)
    quantities, left = expecting(quantities, left, asking.expected)
    costs = _costs(place, tuple(quantities.values()), tuple(left), held, bounded=not seen.excluded)
    parameters = tuple(_treated(reading, place.catalog.vocabulary))
    return Forecast(
        slug=place.card.slug,
        seller=place.offer.seller,
        model_id=place.offer.model_id,
        endpoint=scene.endpoint,
        minimum=costs.minimum,
        expected=costs.expected,
        maximum=costs.maximum,
        quantities=tuple(quantities.values()),
        circumstances=tuple(left),
        given=tuple(FactValues(fact, (value,), value, held.why[fact]) for fact, value in held.given.items()),
        excluded=seen.excluded,
        notes=(*seen.notes, *held.notes),
        parameters=parameters,
        warnings=tuple(_warnings(costs, parameters, seen.excluded)),
    )


def _otherwise(place: _PricedAt, model: str, seller: str | None, model_id: str, found: Forecast) -> list[str]:
    """The further warnings of a cost, such as other prices of the seller's other ids for the model."""
    amounts = {entry.meter: entry.most or entry.expected or decimals.ONE for entry in found.quantities}
    facts_taken = {entry.fact: entry.values[-1] for entry in (*found.given, *found.circumstances)}
    with suppress(Unpriced):  # not every value goes with every other
        cost = pricing.cost_of(place.catalog, model, Usage(amounts, facts_taken), seller, place.at, model_id)
        return [warning for warning in cost.warnings if warning not in found.warnings]
    return []


class _Costs(NamedTuple):
    minimum: pricing.Cost
    expected: pricing.Cost | None
    maximum: pricing.Cost | None


def _cost(place: _PricedAt, used: Usage) -> pricing.Cost:
    seller = place.catalog.sellers[place.offer.seller]
    return pricing.cost(place.card, place.offer, seller, used, place.catalog.vocabulary, place.at)


def _costs(
    place: _PricedAt, quantities: Sequence[Quantity], left: Sequence[FactValues], held: Facts, *, bounded: bool
) -> _Costs:
    """The minimum and maximum cost of the request, and the expected one."""
    expected = None
    if all(entry.expected is not None for entry in quantities) and all(entry.expected for entry in left):
        amounts = {entry.meter: entry.expected for entry in quantities if entry.expected is not None}
        expected = _cost(place, Usage(amounts, {**held.given, **{entry.fact: entry.expected for entry in left}}))
    settings = [
        {**held.given, **dict(zip([entry.fact for entry in left], values, strict=True))}
        for values in product(*(entry.values for entry in left))
    ]
    thresholds = sorted({rate.above for rate in _tariff(place).rates if rate.above})
    low = {entry.meter: entry.least for entry in quantities}
    lows = _priced(place, _around(low, quantities, thresholds), settings)
    likely = [expected] if expected else []
    minimum = min([*lows, *likely], key=lambda cost: cost.total)
    if not bounded or any(entry.most is None for entry in quantities):
        return _Costs(minimum, expected, None)
    high = {entry.meter: entry.most for entry in quantities if entry.most is not None}
    highs = _priced(place, _around(high, quantities, thresholds), settings)
    return _Costs(minimum, expected, max([*highs, *lows, *likely], key=lambda cost: cost.total))


def _tariff(place: _PricedAt) -> Tariff:
    return _cost(place, Usage()).tariff


def _around(
    amounts: dict[str, Decimal], quantities: Iterable[Quantity], thresholds: Iterable[int]
) -> Iterator[dict[str, Decimal]]:
    """The amounts, and those with an input at each threshold in its range, since prices may fall past one."""
    yield amounts
    for entry in quantities:
        if entry.meter == _INPUT:
            for above in thresholds:
                for count in (Decimal(above), Decimal(above + 1)):
                    if entry.least < count and (entry.most is None or count < entry.most):
                        yield {**amounts, _INPUT: count}


def _priced(
    place: _PricedAt, usages: Iterable[dict[str, Decimal]], settings: Sequence[Mapping[str, str]]
) -> list[pricing.Cost]:
    """The cost of each usage in each setting that has a price; raises `Unpriced` where none has."""
    found: list[pricing.Cost] = []
    for amounts in usages:
        for setting in settings:
            if len(settings) == 1:
                found.append(_cost(place, Usage(amounts, setting)))
            else:
                with suppress(Unpriced):  # not every size comes in every quality
                    found.append(_cost(place, Usage(amounts, setting)))
    return found or [_cost(place, Usage(amounts, settings[0]))]


def _treated(reading: ParsedRequest, vocabulary: Vocabulary) -> Iterator[Treated]:
    """Each parameter of a request with what it decides, then every place in it that is not recognized."""
    decided: dict[str, list[str]] = {}
    for word, (_, path) in reading.decided.items():
        if word in vocabulary.facts:
            decided.setdefault(path, []).append(word)
    for entry in reading.asked:
        if entry.name in reading.unrecognized:
            continue
        words = decided.get(entry.name) or (entry.row.words if entry.row and entry.cost == "open" else ())
        cost = "model" if entry.name == "model" else "" if entry.cost in ("usual", "open") else entry.cost
        yield Treated(entry.name, f"fact {listed(words)}" if words else cost or "nothing that costs")
    yield from (Treated(path, "") for path in reading.unrecognized)


def _warnings(costs: _Costs, parameters: Iterable[Treated], excluded: Iterable[str]) -> Iterator[str]:
    found = [cost for cost in costs if cost is not None]
    yield from dict.fromkeys(warning for cost in found for warning in cost.warnings)
    yield from (f"not included: {entry}" for entry in excluded)
    unknown = [entry.name for entry in parameters if not entry.became]
    if unknown:
        yield f"not understood, and left out of the cost: {listed(unknown, 'and')}"
