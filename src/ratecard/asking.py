"""Options of a call to the router as a list of needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from ratecard import exact
from ratecard.catalog import Catalog
from ratecard.errors import BadValue
from ratecard.needs import Need, capability, price_ceiling
from ratecard.usage import fact_value

Money = str | int | Decimal


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
    sync: bool = False,
    licence: Iterable[str] = (),
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
        *([Need("images", str(_count(n)))] if n is not None else []),
        *_named("provider", providers, catalog.providers),
        *_named("not_provider", not_providers, catalog.providers),
        *_named("seller", sellers, catalog.sellers),
        *_named("not_seller", not_sellers, catalog.sellers),
        *([Need("sync", "sync")] if sync else []),
        *(Need("licence", word) for word in licence),
        *([Need("max_cost", exact.text(_money(max_cost)))] if max_cost is not None else []),
        *(price_ceiling(meter, _money(price), words) for meter, price in (max_price or {}).items()),
    ]


def _named(kind: str, names: Iterable[str], known: Mapping[str, object]) -> list[Need]:
    chosen = tuple(names)
    for name in chosen:
        if name not in known:
            raise BadValue(f"no {kind.removeprefix('not_')} {name!r}")
    return [Need(kind, ",".join(chosen))] if chosen else []


def _count(number: int) -> int:
    if isinstance(number, bool) or number < 1:
        raise BadValue(f"n={number}: write a whole number from 1 on")
    return number


def _money(amount: str | int | Decimal) -> Decimal:
    number = exact.parse(str(amount))
    if number is None or number < 0:
        raise BadValue(f"{amount!r} is not an amount of money, such as 0.50")
    return number
