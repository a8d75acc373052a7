"""Cache of resolved rates: a cost like an earlier one is a look-up, then a multiplication for every line.

Resolved rates (`ratecard.pricing.rates`) depend on the model, the seller, the day and the names of the keywords, and
beyond these only on the values of facts, the number of thresholds that the prompt passes, and the minute if a price
list has periods. These are the key of an entry. Quantities that are not plain whole numbers, new keywords and wrong
ones have no entry and are computed as usual, so a usage is validated in one place only.

Entries are immutable and are added as a whole: two threads may resolve the same rates twice, but never see half of
them. Only usages with a cost are cached, up to a maximum number.
"""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ratecard.core.catalog import Catalog, sold
from ratecard.core.decimals import Unfit
from ratecard.core.evidence import tariff_at
from ratecard.core.usage import Usage
from ratecard.pricing.cost import ONE_CALL, Cost, Uncounted, charged, kind_of
from ratecard.pricing.rates import Terms, terms

#: The maximum number of entries of a catalog (each about a kilobyte), and of catalogs.
MAX_ENTRIES, MAX_CATALOGS = 8192, 4

_PLAIN = (str, int, bool)

#: Model, seller, day and keywords in their order, and whatever else the rates depend on.
Key = tuple[object, ...]


class Form(NamedTuple):
    """The values that rates depend on, besides the names of the keywords.

    `prompt` are the quantities that `thresholds` count; `periods` is whether the minute matters.
    """

    quantities: tuple[str, ...]
    facts: tuple[str, ...]
    prompt: frozenset[str]
    thresholds: tuple[int, ...]
    periods: bool


class Cache:
    """The resolved rates of a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._forms: dict[Key, Form] = {}
        self._rates: dict[Key, Terms] = {}

    def cost(self, model: str, seller: str | None, words: Mapping[str, Any], at: datetime) -> Cost | None:
        """The cost of a usage at a moment in UTC, or None if its rates are not cached."""
        key = (model, seller, at.toordinal(), *words)
        found = self._rates.get(key)
        try:
            if found is not None:
                return charged(found, words, at, True)
        except Uncounted:
            pass  # perhaps a zero, whose rates have another key
        except Unfit:
            return None
        form = self._forms.get(key)
        found = self._rates.get(_case(key, form, words, at)) if form else None
        if found is None:
            return None
        try:
            return charged(found, words, at, True)
        except (Uncounted, *Unfit):
            return None

    def add(self, model: str, seller: str | None, words: Mapping[str, Any], used: Usage, at: datetime) -> None:
        """Adds the rates of a usage that has a cost; `words` are its keywords, which are no synonyms."""
        if words.keys() != {*used.quantities, *used.facts}:
            return
        card, offer = sold(self.catalog, model, seller, facts=used.facts)
        tariff = tariff_at(offer, at.date()) if offer else None
        if offer is None or tariff is None:
            return
        plain = [other for other in card.offers if other.seller == offer.seller and not other.facts]
        if offer.model_id != model and plain not in ([], [offer]):
            return  # the cost is compared with those of the seller's other offers
        vocabulary = self.catalog.vocabulary
        form = Form(
            quantities=tuple(used.quantities),
            facts=tuple(used.facts),
            prompt=frozenset(name for name in used.quantities if vocabulary.meters[name].prompt),
            thresholds=tuple(sorted({rate.above for rate in tariff.rates if rate.above})),
            periods=bool(tariff.periods),
        )
        key = (model, seller, at.toordinal(), *words)
        case = _case(key, form, words, at)
        kind = kind_of(used, vocabulary, at)
        found = terms(card, offer, self.catalog.sellers[offer.seller], kind, vocabulary)
        if any(term.rate.above for term in found.terms):
            found = found._replace(assumed=(*found.assumed, ONE_CALL))
        if case and {term.item for term in found.terms} == kind.items:
            _keep(self._forms, key, form)
            _keep(self._rates, case, found)


def _case(key: Key, form: Form, words: Mapping[str, Any], at: datetime) -> Key:
    """The key of the rates for these values: the form's own if only names matter, () if they cannot be cached."""
    prompt = 0
    case: list[object] = []
    for name in form.quantities:
        count = words[name]
        if type(count) is not int:
            return ()
        if not count:
            case.append(name)  # a quantity of zero needs no rates
        elif name in form.prompt:
            prompt += count
    for fact in form.facts:
        value = words[fact]
        if type(value) not in _PLAIN:
            return ()
        case += (type(value), value)
    if form.thresholds:
        case.append(bisect_left(form.thresholds, prompt))
    if form.periods:
        case.append((at.hour, at.minute))
    return (key, *case) if case else key


def _keep(kept: dict[Key, Any], key: Key, entry: Form | Terms) -> None:
    if len(kept) >= MAX_ENTRIES:
        kept.clear()
    kept[key] = entry


_caches: dict[int, Cache] = {}


def cache_of(catalog: Catalog) -> Cache:
    """The cache of this catalog object."""
    found = _caches.get(id(catalog))
    if found is None or found.catalog is not catalog:
        if len(_caches) >= MAX_CATALOGS:
            _caches.clear()
        found = _caches[id(catalog)] = Cache(catalog)
    return found
