"""Terms kept ready: a cost like one asked for before is a look-up, then a multiplication or two for every line.

What a usage is charged at (`ratecard.pricing.rates`) does not depend on how much there is of everything. It follows
from the model, the seller, the day and the names of the words; beyond these only from the values of facts,
from how many thresholds the prompt has passed, and from the minute where a price list has periods. So terms
are settled once under exactly these, and each later usage that agrees in them is a look-up, and for each line

    quantity = times x count        amount = unit x quantity

with `unit` the price of one unit, divided out when the terms were settled. Where that would not be exact (a
minimum, an adjustment, a quotient that does not end), for counts that are no plain whole numbers, for what is
new and for what is wrong there is None, and `pricing.cost` is asked: usages are judged in one place only.

Nothing here changes once it is made, and it enters a dictionary whole: two threads may settle the same terms
twice, but never see half of them. Only what has a cost is kept, and only so much of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import Catalog, find, offer_of
from ratecard.core.decimals import ZERO, Unfit, add, multiply, quotient, whole
from ratecard.core.evidence import tariff_at
from ratecard.core.records import Card, Offer, Rate, Tariff, Vocabulary
from ratecard.core.usage import MAX_QUANTITY, Usage
from ratecard.pricing.cost import Cost, Line, fees_on, kind_of
from ratecard.pricing.rates import Term, Terms, terms

#: How many forms and how many bills of a catalog are kept (each about a kilobyte), and of how many catalogs.
MAX_KEPT, MAX_CATALOGS = 8192, 4

_MOST, _PLAIN = int(MAX_QUANTITY), (str, int, bool)
#: A named tuple from all its values in order, in half the time that calling its class takes.
_line: Callable[[type[Line], Iterable[Any]], Line] = tuple.__new__
_cost: Callable[[type[Cost], Iterable[Any]], Cost] = tuple.__new__

#: What is kept is found by model, seller, day and words in their order, and by what else its terms follow from.
Key = tuple[object, ...]


class Row(NamedTuple):
    """A line to come: `counted` makes a count of `item` a quantity of `meter`, each unit of which costs `unit`."""

    item: str
    meter: str
    counted: Callable[[int], Decimal]
    unit: Decimal
    rate: Rate


class Bill(NamedTuple):
    """Terms with their arithmetic prepared: a row for every line."""

    rows: tuple[Row, ...]
    terms: Terms


class Form(NamedTuple):
    """What usages of the same words share; `prompt` are what thresholds count, `quantities` () where none are kept."""

    quantities: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    prompt: frozenset[str] = frozenset()
    thresholds: tuple[int, ...] = ()
    timely: bool = False


class Ready:
    """The terms of a catalog that are kept ready."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._forms: dict[Key, Form] = {}
        self._bills: dict[Key, Bill | None] = {}

    def cost(self, model: str, seller: str | None, words: Mapping[str, Any], at: datetime) -> Cost | None:
        """What a usage costs at a moment in UTC, or None where no terms are ready for it."""
        key = (model, seller, at.toordinal(), *words)
        bill = self._bills.get(key)
        try:
            found = _billed(bill, words, at) if bill else None
            if found is None and (form := self._forms.get(key)):
                bill = self._bills.get(_case(key, form, words, at))
                found = _billed(bill, words, at) if bill else None
        except Unfit:
            return None
        return found

    def settle(self, model: str, seller: str | None, words: Mapping[str, Any], used: Usage, at: datetime) -> None:
        """Makes ready the terms of a usage that has a cost, of which `words` are what was asked for."""
        card = find(self.catalog, model)
        offer = offer_of(card, seller, model)
        tariff = tariff_at(offer, at.date()) if offer else None
        if offer is None or tariff is None:
            return
        key = (model, seller, at.toordinal(), *words)
        form = _form(tariff, used, self.catalog.vocabulary) if _alone(card, offer, model) else Form()
        case = _case(key, form, words, at)
        _keep(self._forms, key, form)
        if case and case not in self._bills:
            _keep(self._bills, case, _bill(self.catalog, card, offer, used, at))


def _billed(bill: Bill, words: Mapping[str, Any], at: datetime) -> Cost | None:
    """The cost of so much of everything, or None where a count is no plain number above zero."""
    rows, (slug, seller, id, tariff, _, _, owed, assumed, status, warnings) = bill
    total = ZERO
    lines: list[Line] = []
    for item, meter, counted, unit, rate in rows:
        count = words[item]
        if type(count) is not int or not 0 < count <= _MOST:
            return None
        quantity = counted(count)
        amount = multiply(unit, quantity)
        total = add(total, amount) if lines else amount
        lines.append(_line(Line, (item, meter, quantity, rate, amount)))
    fees = tuple(fees_on(total, owed)) if owed else ()
    funding = decimals.total([total, *(fee.amount for fee in fees)]) if owed else total
    made, money = tuple(lines), tariff.currency
    return _cost(Cost, (slug, seller, id, money, at, made, (), total, fees, funding, assumed, status, tariff, warnings))


def _bill(catalog: Catalog, card: Card, offer: Offer, used: Usage, at: datetime) -> Bill | None:
    """The bill of a usage like this, or None where its rows would not say the same as `pricing.cost`."""
    kind = kind_of(used, catalog.vocabulary, at)
    settled = terms(card, offer, catalog.sellers[offer.seller], kind, catalog.vocabulary)
    rows = tuple(row for row in map(_row, settled.terms) if row)
    if settled.adjustments or len(rows) < len(settled.terms) or {row.item for row in rows} != kind.items:
        return None
    return Bill(rows, settled)


def _row(term: Term) -> Row | None:
    """The line that a term makes of any count, or None where it would not be exact for each."""
    rate, times = term.rate, term.times
    unit = quotient(rate.price, Decimal(rate.per))
    if unit is None or rate.minimum:
        return None
    return Row(term.item, term.meter, whole if times == 1 else partial(multiply, times), unit, rate)


def _form(tariff: Tariff, used: Usage, vocabulary: Vocabulary) -> Form:
    """What else than their words the terms of usages like this follow from."""
    prompt = frozenset(name for name in used.quantities if vocabulary.meters[name].prompt)
    thresholds = tuple(sorted({rate.above for rate in tariff.rates if rate.above}))
    return Form(tuple(used.quantities), tuple(used.facts), prompt, thresholds, bool(tariff.periods))


def _case(key: Key, form: Form, words: Mapping[str, Any], at: datetime) -> Key:
    """What terms are kept under: the key alone where nothing else matters, () where no terms are kept."""
    prompt = 0
    case: list[object] = []
    for name in form.quantities:
        count = words[name]
        if type(count) is not int:
            return ()
        if not count:
            case.append(name)  # there is nothing of it: its rates do not matter
        elif name in form.prompt:
            prompt += count
    for fact in form.facts:
        value = words[fact]
        if type(value) not in _PLAIN:
            return ()
        case += (type(value), value)
    if form.thresholds:
        case.append(bisect_left(form.thresholds, prompt))
    if form.timely:
        case.append((at.hour, at.minute))
    return (key, *case) if case else key if form.quantities else ()


def _alone(card: Card, offer: Offer, model: str) -> bool:
    """Whether no other offer of the seller could be meant, so that its cost needs no comparison."""
    return offer.model_id == model or [other.seller for other in card.offers].count(offer.seller) == 1


def _keep(kept: dict[Key, Any], key: Key, entry: Form | Bill | None) -> None:
    if len(kept) >= MAX_KEPT:
        kept.clear()
    kept[key] = entry


_catalogs: dict[int, Ready] = {}


def ready(catalog: Catalog) -> Ready:
    """What is kept ready of a catalog: of this very object, since its terms are those of its cards."""
    found = _catalogs.get(id(catalog))
    if found is None or found.catalog is not catalog:
        if len(_catalogs) >= MAX_CATALOGS:
            _catalogs.clear()
        found = _catalogs[id(catalog)] = Ready(catalog)
    return found
