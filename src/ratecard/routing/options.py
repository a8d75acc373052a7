"""What options ask of the router: needs, what is better, and whom to fall back to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from ratecard.core import decimals
from ratecard.core.catalog import Catalog, find, offer_of
from ratecard.core.errors import BadValue, UnknownWord
from ratecard.core.usage import fact_value, usage_of
from ratecard.routing import route as routing
from ratecard.routing.candidates import Candidates, candidates_of
from ratecard.routing.fallbacks import CHAIN, Chaining
from ratecard.routing.needs import Need, capability, price_ceiling
from ratecard.routing.question import Caller
from ratecard.routing.ranking import CHEAPEST, COST, Objectives
from ratecard.routing.route import Route

Money = str | int | Decimal


class Read(Protocol):
    """What a request was found to need: see `ratecard.requests.needs_of.Needs`."""

    @property
    def needs(self) -> tuple[Need, ...]:
        """The needs."""

    @property
    def words(self) -> Mapping[str, str]:
        """What of the usage the request decides."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """What its sender has at hand."""

    @property
    def unread(self) -> tuple[str, ...]:
        """The candidates of what no row of the catalog knows."""


def route(
    catalog: Catalog,
    words: Mapping[str, object],
    at: datetime,
    *,
    read: Read | None = None,
    by: Iterable[str] | Mapping[str, Money] | None = None,
    prefer: Iterable[str] = (),
    columns: Mapping[str, Mapping[str, Decimal]] | None = None,
    keys: Iterable[str] | None = None,
    prices: Mapping[str, Mapping[str, Money]] | None = None,
    fallbacks: int | None = None,
    within: Money | None = None,
    allow_unknown: bool = False,
    size: str | None = None,
    inputs: Iterable[str] = (),
    **wanted: Any,
) -> Route:
    """The route for a usage in `words` at a moment in UTC; `wanted` and the other options are those of `api.route`.

    `read` is what a request was found to need. A size that is needed is priced for too. Raises what `api.route`
    raises.
    """
    given = (*inputs, *(read.inputs if read else ()))
    sized = {} if size is None else {"size": size}
    return routing.route(
        overridden(catalog, prices) if prices else catalog,
        [*(read.needs if read else ()), *needs(catalog, size=size, inputs=inputs, **wanted)],
        usage_of(catalog.vocabulary, {**(read.words if read else {}), **words, **sized}),
        at,
        unrecognized=read.unread if read else (),
        caller=Caller(given, allow_unknown, held_keys(catalog, keys)),
        objectives=objectives(catalog, by=by, prefer=prefer, columns=columns),
        chaining=chaining(fallbacks, within),
    )


def needs(
    catalog: Catalog,
    *,
    needs: Iterable[str] = (),
    without: Iterable[str] = (),
    inputs: Iterable[str] = (),
    outputs: Iterable[str] = (),
    size: str | None = None,
    n: int | None = None,
    max_cost: Money | None = None,
    max_price: Mapping[str, Money] | None = None,
    providers: Iterable[str] = (),
    not_providers: Iterable[str] = (),
    sellers: Iterable[str] = (),
    not_sellers: Iterable[str] = (),
    only: Iterable[str] = (),
    ignore: Iterable[str] = (),
    sync: bool = False,
    licence: Iterable[str] = (),
    region: str | None = None,
    min_context: int | None = None,
) -> list[Need]:
    """The needs that options stand for, in the order reasons are given in.

    Raises `UnknownWord` for a word outside the vocabulary and `BadValue` for a value that cannot be
    what it should be.
    """
    words = catalog.vocabulary
    return [
        *(capability(word, words) for word in needs),
        *(capability(word, words)._replace(kind="without") for word in without),
        *(Need("input", word) for word in inputs),
        *(Need("output", word) for word in outputs),
        *([Need("size", fact_value(words.facts["size"], size))] if size is not None else []),
        *([Need("max_images", str(_count("n", n)))] if n is not None else []),
        *([Need("context_tokens", str(_count("min_context", min_context)))] if min_context is not None else []),
        *_named("provider", providers, catalog.providers),
        *_named("not_provider", not_providers, catalog.providers),
        *_named("seller", sellers, catalog.sellers),
        *_named("not_seller", not_sellers, catalog.sellers),
        *_listed("only", only, catalog),
        *_listed("ignore", ignore, catalog),
        *([Need("sync", "sync")] if sync else []),
        *(Need("licence", word) for word in licence),
        *([Need("region", fact_value(words.facts["region"], region))] if region is not None else []),
        *([Need("max_cost", decimals.text(_money(max_cost)))] if max_cost is not None else []),
        *(price_ceiling(meter, _money(price), words) for meter, price in (max_price or {}).items()),
    ]


def _named(kind: str, names: Iterable[str], known: Mapping[str, object]) -> list[Need]:
    chosen = tuple(names)
    for name in chosen:
        if name not in known:
            raise UnknownWord(kind.removeprefix("not_"), name, known)
    return [Need(kind, ",".join(chosen))] if chosen else []


def _listed(kind: str, entries: Iterable[str], catalog: Catalog) -> list[Need]:
    found = names(catalog, entries)
    return [Need(kind, ",".join(found))] if found else []


def names(catalog: Catalog, entries: Iterable[str]) -> tuple[str, ...]:
    """What names in a list mean: `provider:…` and `seller:…` as they are, a model by its slug, * for anything in it.

    Raises `BadValue` for a name that is a provider's as well as a seller's, and `UnknownWord` or `UnknownModel` for
    one that nobody has.
    """
    return tuple(_name(catalog, entry) for entry in entries)


def _name(catalog: Catalog, entry: str) -> str:
    kind, _, rest = entry.partition(":")
    known = {"provider": catalog.providers, "seller": catalog.sellers}
    if kind in known:
        if rest not in known[kind]:
            raise UnknownWord(kind, rest, known[kind])
        return entry
    if "*" in entry:
        return entry
    kinds = [kind for kind, ids in known.items() if entry in ids]
    if len(kinds) == 2:
        raise BadValue(f"{entry!r} is a provider and a seller; write provider:{entry} or seller:{entry}")
    return f"{kinds[0]}:{entry}" if kinds else find(catalog, entry).slug


def objectives(
    catalog: Catalog,
    *,
    by: Iterable[str] | Mapping[str, Money] | None = None,
    prefer: Iterable[str] = (),
    columns: Mapping[str, Mapping[str, Decimal]] | None = None,
) -> Objectives:
    """What is better: an ordered list, or weights; names that are preferred go before cost unless said otherwise."""
    preferred = names(catalog, prefer)
    plain = ("preference", COST) if preferred else (COST,)
    weights = {axis: _money(weight) for axis, weight in by.items()} if isinstance(by, Mapping) else {}
    listed = plain if by is None or weights else tuple(by)
    if (listed, preferred, columns or {}) == ((COST,), (), {}) and not weights:
        return CHEAPEST
    return Objectives(listed, weights, preferred, columns or {})


def chaining(fallbacks: int | None = None, within: Money | None = None) -> Chaining:
    """How long a chain may get, and how many times the choice's cost a fallback may cost."""
    most = CHAIN.most if fallbacks is None else fallbacks
    times = CHAIN.within if within is None else _money(within)
    if isinstance(most, bool) or most < 0:
        raise BadValue(f"fallbacks={most}: write a whole number from 0 on")
    if times < 1:
        raise BadValue(f"within={times}: a fallback may cost at least as much as the choice; write 1 or more")
    return Chaining(most, times)


def held_keys(catalog: Catalog, held: Iterable[str] | None) -> tuple[str, ...] | None:
    """The sellers whose keys a caller holds, or None where that is not said; raises `UnknownWord` for no seller."""
    if held is None:
        return None
    found = tuple(sorted(set(held)))
    for seller in found:
        if seller not in catalog.sellers:
            raise UnknownWord("seller", seller, catalog.sellers)
    return found


def _count(name: str, number: int) -> int:
    if isinstance(number, bool) or number < 1:
        raise BadValue(f"{name}={number}: write a whole number from 1 on")
    return number


def _money(amount: str | int | Decimal) -> Decimal:
    number = decimals.parse(str(amount))
    if number is None or number < 0:
        raise BadValue(f"{amount!r} is not an amount of money, such as 0.50")
    return number


def overridden(catalog: Catalog, prices: Mapping[str, Mapping[str, Money]]) -> Candidates:
    """The candidates of a catalog with other prices, by slug (or slug@seller) and meter, for the quantity pages show.

    Raises `UnknownModel`, `UnknownSeller`, `UnknownWord` or `BadValue` for what names nothing.
    """
    found = candidates_of(catalog)
    changed: dict[int, dict[str, Decimal]] = {}
    for named, by_meter in prices.items():
        slug, _, seller = named.partition("@")
        card = find(catalog, slug)
        offer_of(card, seller or None)
        units = {meter: _unit(catalog, meter, price) for meter, price in by_meter.items()}
        for position in found.of(card.slug):
            if seller in ("", found.index.candidates[position].seller):
                changed[position] = units
    return found.priced(changed)


def _unit(catalog: Catalog, meter: str, price: Money) -> Decimal:
    """The price of one unit of a meter, from what a page shows."""
    meters = catalog.vocabulary.meters
    if meter not in meters:
        raise UnknownWord("meter", meter, meters)
    return decimals.divide(_money(price), Decimal(meters[meter].per))
