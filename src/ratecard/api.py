"""The package's front door: open a catalog, cost a usage, route a call."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from ratecard import exact, pricing, routing, store
from ratecard import needs as need
from ratecard.catalog import Catalog, find, offer_of
from ratecard.errors import BadValue, Unpriced
from ratecard.usage import fact_value, usage

Moment = datetime | date | str | None


def open_catalog(db: str | os.PathLike[str] | None = None) -> Catalog:
    """The catalog in a database: the one named, else RATECARD_DB, ./catalog.db, the packaged one.

    Raises `BadDatabase` where there is none or it is not a catalog.
    """
    path = store.where(db)
    try:
        state = path.stat()
    except OSError:
        return store.read(path)
    return _opened(path.resolve(), state.st_mtime_ns, state.st_ino)


@lru_cache(maxsize=8)
def _opened(path: Path, modified: int, inode: int) -> Catalog:
    return store.read(path)


def cost(
    model: str,
    *,
    seller: str | None = None,
    at: Moment = None,
    catalog: Catalog | None = None,
    **words: object,
) -> pricing.Cost:
    """What a usage of a model costs, in exact decimals, with every line and assumption.

    A keyword that is a meter is a quantity (`images=2`, `input_tokens=1_000`), one that is a fact is
    a circumstance (`quality="high"`, `byok=True`). Without a seller the card's first offer is priced;
    without a moment, now (UTC).

    Raises `UnknownModel`, `UnknownSeller`, `UnknownWord`, `BadValue`, or `Unpriced` where any part
    of the usage has no known price.
    """
    catalog = catalog or open_catalog()
    card = find(catalog, model)
    given = usage(catalog.vocabulary, words)
    if not given.quantities:
        raise BadValue(f"nothing to price: say how much of {card.slug} is used, such as images=1")
    offer = offer_of(card, seller)
    if offer is None:
        raise Unpriced(card.slug, "", ["no seller is known"])
    return pricing.cost(card, offer, catalog.sellers[offer.seller], given, catalog.vocabulary, moment(at))


def route(
    needs: Iterable[str] = (),
    *,
    without: Iterable[str] = (),
    inputs: Iterable[str] = (),
    outputs: Iterable[str] = (),
    size: str | None = None,
    n: int | None = None,
    max_cost: str | int | Decimal | None = None,
    max_price: Mapping[str, str | int | Decimal] | None = None,
    providers: Iterable[str] = (),
    not_providers: Iterable[str] = (),
    sellers: Iterable[str] = (),
    not_sellers: Iterable[str] = (),
    sync: bool = False,
    licence: Iterable[str] = (),
    allow_unknown: bool = False,
    at: Moment = None,
    catalog: Catalog | None = None,
    **words: object,
) -> routing.Route:
    """The cheapest offer for a usage that meets every need, with every rejection and its reasons.

    `needs` and `without` are capabilities. `inputs` are modalities the model must take, `outputs`
    those it must give. `size` and `n` must fit one call. `max_price` is by meter, for the quantity a
    page shows that price for. `licence` takes licence names, `open-weights` and `commercial`.

    Raises `UnknownWord` or `BadValue` for a need that cannot be read.
    """
    catalog = catalog or open_catalog()
    vocabulary = catalog.vocabulary
    listed: list[need.Need] = [need.capability(word, vocabulary) for word in needs]
    listed += [need.capability(word, vocabulary)._replace(kind="without") for word in without]
    given = tuple(inputs)
    listed += [need.Need("input", word) for word in given]
    listed += [need.Need("output", word) for word in outputs]
    if size is not None:
        words["size"] = fact_value(vocabulary.facts["size"], size)
        listed.append(need.Need("size", str(size)))
    if n is not None:
        listed.append(need.Need("images", str(_count(n))))
    for kind, names in (("provider", providers), ("not_provider", not_providers)):
        listed += _named(kind, names, catalog.providers)
    for kind, names in (("seller", sellers), ("not_seller", not_sellers)):
        listed += _named(kind, names, catalog.sellers)
    listed += [need.Need("sync", "sync")] if sync else []
    listed += [need.Need("licence", word) for word in licence]
    if max_cost is not None:
        listed.append(need.Need("max_cost", exact.text(_money(max_cost))))
    for meter, price in (max_price or {}).items():
        listed.append(need.price_ceiling(meter, _money(price), vocabulary))
    return routing.route(
        catalog, listed, usage(vocabulary, words), moment(at), given=given, allow_unknown=allow_unknown
    )


def moment(at: Moment) -> datetime:
    """A moment in UTC from a datetime, a date (its first minute) or a text; now where none is given.

    Raises `BadValue` for a text that is no moment.
    """
    if at is None:
        return datetime.now(UTC).replace(microsecond=0)
    if isinstance(at, str):
        try:
            at = datetime.fromisoformat(at)
        except ValueError:
            raise BadValue(f"{at!r} is not a date or time, such as 2026-11-21 or 2026-11-21T18:30") from None
    if not isinstance(at, datetime):
        return datetime.combine(at, time(), UTC)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _named(kind: str, names: Iterable[str], known: Mapping[str, object]) -> list[need.Need]:
    chosen = tuple(names)
    for name in chosen:
        if name not in known:
            raise BadValue(f"no {kind.removeprefix('not_')} {name!r}")
    return [need.Need(kind, ",".join(chosen))] if chosen else []


def _count(number: int) -> int:
    if isinstance(number, bool) or number < 1:
        raise BadValue(f"n={number}: write a whole number from 1 on")
    return number


def _money(amount: str | int | Decimal) -> Decimal:
    number = exact.parse(str(amount))
    if number is None or number < 0:
        raise BadValue(f"{amount!r} is not an amount of money, such as 0.50")
    return number
