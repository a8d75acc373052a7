"""Cache of resolved rates: a cost like an earlier one is a look-up, then a multiplication for every line.

Resolved rates (`ratecard.pricing.rates`) follow from the model, the seller, the day and the names of the keywords;
beyond these only from the values of facts, from how many thresholds the prompt has passed, and from the minute where a
price list has periods. They are kept under exactly these. For counts that are not plain whole numbers, for new
keywords and for wrong ones there is no entry, and the general way is taken: a usage is judged in one place only.

Entries never change and enter a dictionary whole: two threads may resolve the same rates twice, but never see half of
them. Only what has a cost is kept, and only so much of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ratecard.core.catalog import Catalog, sold
from ratecard.core.decimals import Unfit
from ratecard.core.evidence import tariff_at
from ratecard.core.records import Card, Offer
from ratecard.core.usage import Usage
from ratecard.pricing.cost import Cost, Uncounted, charged, kind_of
from ratecard.pricing.rates import Terms, terms

#: How many entries of a catalog are kept (each about a kilobyte), and of how many catalogs.
MAX_ENTRIES, MAX_CATALOGS = 8192, 4

_PLAIN = (str, int, bool)

#: Entries are found by model, seller, day and keywords in their order, and by what else their rates follow from.
Key = tuple[object, ...]


class Form(NamedTuple):
    """What rates follow from beside the names of the keywords.

    `prompt` are the quantities that `thresholds` count, `periods` says whether the minute matters.
    """

    quantities: tuple[str, ...]
    facts: tuple[str, ...]
    prompt: frozenset[str]
    thresholds: tuple[int, ...]
    periods: bool


class Cache:
    """The resolved rates of a catalog by what they follow from."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._forms: dict[Key, Form] = {}
        self._rates: dict[Key, Terms] = {}

    def cost(self, model: str, seller: str | None, words: Mapping[str, Any], at: datetime) -> Cost | None:
        """The cost of a usage at a moment in UTC, or None where no rates are kept for it."""
        key = (model, seller, at.toordinal(), *words)
        found = self._rates.get(key)
        try:
            if found is not None:
                return charged(found, words, at, True)
        except Uncounted:
            pass  # perhaps a zero, whose rates are kept elsewhere
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
        """Keeps the rates of a usage that has a cost, of which `words` are the keywords."""
        card, offer = sold(self.catalog, model, seller)
        tariff = tariff_at(offer, at.date()) if offer else None
        if offer is None or tariff is None or not _alone(card, offer, model):
            return
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
        if case and {term.item for term in found.terms} == kind.items:
            _keep(self._forms, key, form)
            _keep(self._rates, case, found)


def _case(key: Key, form: Form, words: Mapping[str, Any], at: datetime) -> Key:
    """The key of the rates for these values: the form's own where only names matter, () where none can be kept."""
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
    if form.periods:
        case.append((at.hour, at.minute))
    return (key, *case) if case else key


def _alone(card: Card, offer: Offer, model: str) -> bool:
    """True if no other offer of the seller could be meant, so that its cost needs no comparison."""
    plain = [other for other in card.offers if other.seller == offer.seller and not other.facts]
    return offer.model_id == model or plain in ([], [offer])


def _keep(kept: dict[Key, Any], key: Key, entry: Form | Terms) -> None:
    if len(kept) >= MAX_ENTRIES:
        kept.clear()
    kept[key] = entry


_caches: dict[int, Cache] = {}


def cache_of(catalog: Catalog) -> Cache:
    """The cache of a catalog: of this very object, since its rates are those of its cards."""
    found = _caches.get(id(catalog))
    if found is None or found.catalog is not catalog:
        if len(_caches) >= MAX_CATALOGS:
            _caches.clear()
        found = _caches[id(catalog)] = Cache(catalog)
    return found
