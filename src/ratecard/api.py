"""The package's front door: open a catalog, cost a usage, route a call."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from time import time as seconds
from typing import TYPE_CHECKING, NamedTuple

from ratecard.core.catalog import MAX_SUGGESTIONS, Catalog, find, offer_of
from ratecard.core.errors import BadValue, Unpriced, listed
from ratecard.core.records import Card, Offer, Vocabulary
from ratecard.core.usage import Usage, usage
from ratecard.database import store
from ratecard.pricing import cost as pricing
from ratecard.pricing.cache import Ready, ready

if TYPE_CHECKING:  # a cost needs none of the router
    from ratecard.requests.needs_of import Files, Needs
    from ratecard.routing.route import Route

Moment = datetime | date | str | None


def open_catalog(db: str | os.PathLike[str] | None = None) -> Catalog:
    """The catalog in a database: the one named, else RATECARD_DB, ./catalog.db, the packaged one.

    A catalog that is open already is given again while its file is the same. Without a name this also
    decides at once which catalog `cost` takes when it is given none.

    Raises `BadDatabase` where there is none or it is not a catalog.
    """
    if db is None:
        _standing.latest = _standing.never
    path = store.where(db)
    try:
        state = os.stat(path)
    except OSError:
        return store.read(path)
    return _opened(os.path.abspath(path), state.st_mtime_ns, state.st_ino)


@lru_cache(maxsize=8)
def _opened(path: str, modified: int, inode: int) -> Catalog:
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
    a circumstance (`quality="high"`, `byok=True`). A seller's own model id prices that very offer; a slug
    without a seller the card's first. Without a moment, now (UTC). Without a catalog, the one `open_catalog`
    gives, which is looked for again at most once a second: a file that was replaced and an RATECARD_DB or
    working directory that was changed count from the next second on, or from the next `open_catalog()`.

    Raises `UnknownModel`, `UnknownSeller`, `UnknownWord`, `BadValue`, or `Unpriced` where any part
    of the usage has no known price.
    """
    if catalog is None:
        since, until, now, kept = _standing.latest
        if not since <= seconds() < until:
            _, _, now, kept = _standing.look()
        when = now if at is None else moment(at)
    else:
        kept, when = ready(catalog), moment(at)
    return kept.cost(model, seller, words, when) or _first_cost(kept, model, seller, words, when)


def _first_cost(kept: Ready, model: str, seller: str | None, words: Mapping[str, object], at: datetime) -> pricing.Cost:
    """What no terms are ready for; from now on there are, where terms can be kept."""
    used = usage(kept.catalog.vocabulary, words)
    found = cost_of(kept.catalog, model, used, seller, at)
    kept.settle(model, seller, words, used, at)
    return kept.cost(model, seller, words, at) or found


class _Latest(NamedTuple):
    """The catalog that is taken where none is given, with the second it was looked at: from, until, as a moment."""

    since: int
    until: int
    at: datetime
    kept: Ready


class _Standing:
    """The latest look at the default catalog, replaced whole, so that every thread sees one that is true."""

    never = _Latest(0, 0, datetime.fromtimestamp(0, UTC), Ready(Catalog({}, {}, {}, {}, Vocabulary(), {})))
    latest = never

    def look(self) -> _Latest:
        second = int(seconds())
        found = self.latest = _Latest(second, second + 1, _moment(second), ready(open_catalog()))
        return found


_standing = _Standing()


@lru_cache(maxsize=1)
def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def cost_of(
    catalog: Catalog, model: str, used: Usage, seller: str | None, at: datetime, model_id: str = ""
) -> pricing.Cost:
    """What a usage of a model costs at a seller (the card's first where None), at a moment in UTC.

    A seller may sell a card under several ids, each with a price of its own: `model_id` says which, else
    `model` where it is such an id; else the first is priced, with a warning where others make this usage
    cost something else.

    Raises what `cost` raises.
    """
    card = find(catalog, model)
    if not used.quantities:
        raise BadValue(f"nothing to price: say how much of {card.slug} is used, such as images=1")
    offer = offer_of(card, seller, model_id or model)
    if offer is None:
        raise Unpriced(card.slug, "", ["no seller is known"])
    found = pricing.cost(card, offer, catalog.sellers[offer.seller], used, catalog.vocabulary, at)
    if offer.model_id in (model_id, model):
        return found
    others = _costing_otherwise(catalog, card, offer, used, found)
    return found._replace(warnings=(*found.warnings, _among(offer, others))) if others else found


def _costing_otherwise(catalog: Catalog, card: Card, offer: Offer, used: Usage, found: pricing.Cost) -> list[str]:
    """Under which other ids the seller sells the card so that this usage costs something else."""
    seller, ids = catalog.sellers[offer.seller], []
    for other in card.offers:
        if other.seller == offer.seller and other.model_id != offer.model_id:
            with suppress(Unpriced):
                if pricing.cost(card, other, seller, used, catalog.vocabulary, found.at).total != found.total:
                    ids.append(other.model_id)
    return ids


def _among(offer: Offer, others: list[str]) -> str:
    more = len(others) - MAX_SUGGESTIONS
    shown = [*others[:MAX_SUGGESTIONS], *([f"{more} more"] if more > 0 else [])]
    return f"this is the cost as {offer.model_id}; at {offer.seller} it differs for {listed(shown, 'and')}"


def route(
    needs: Iterable[str] = (),
    *,
    request: object = None,
    endpoint: str | None = None,
    files: Files | None = None,
    without: Iterable[str] = (),
    inputs: Iterable[str] = (),
    outputs: Iterable[str] = (),
    size: str | None = None,
    n: int | None = None,
    min_context: int | None = None,
    max_cost: str | int | Decimal | None = None,
    max_price: Mapping[str, str | int | Decimal] | None = None,
    providers: Iterable[str] = (),
    not_providers: Iterable[str] = (),
    sellers: Iterable[str] = (),
    not_sellers: Iterable[str] = (),
    only: Iterable[str] = (),
    ignore: Iterable[str] = (),
    prefer: Iterable[str] = (),
    by: Iterable[str] | Mapping[str, str | int | Decimal] | None = None,
    columns: Mapping[str, Mapping[str, Decimal]] | None = None,
    sync: bool = False,
    licence: Iterable[str] = (),
    region: str | None = None,
    keys: Iterable[str] | None = None,
    prices: Mapping[str, Mapping[str, str | int | Decimal]] | None = None,
    fallbacks: int | None = None,
    within: str | int | Decimal | None = None,
    allow_unknown: bool = False,
    at: Moment = None,
    catalog: Catalog | None = None,
    **words: object,
) -> Route:
    """The best offer for a usage that meets every need, what to fall back to, and why not the others.

    `request` is the body of a call as it would be sent, whose parameters say what is needed, and `files` what goes
    along with it; its `endpoint` is told from it unless named. Quantities that the caller gives go before those that
    a request decides. `needs` and `without` are capabilities. `inputs` are modalities the model must take, `outputs`
    those it must give. `size` and `n` must fit one call, `min_context` tokens its context. `max_cost` is what may
    have to be paid, `max_price` is by meter, for the quantity a page shows that price for. `licence` takes licence
    names, `open-weights` and `commercial`. `only`, `ignore` and `prefer` take slugs, in which * is anything,
    `provider:…` and `seller:…`. `by` says what is better, the first that tells two apart (or weights of each): cost,
    preference, fit, confidence, freshness, open-weights, sync, or one of the `columns` of numbers by slug that the
    caller brings. `keys` are the sellers whose keys the caller holds. `prices` are other prices by slug and meter,
    for the quantity a page shows. Up to so many `fallbacks` cost at most `within` times what the choice costs.

    Raises `UnknownWord`, `UnknownModel` or `BadValue` for what cannot be read.
    """
    from ratecard.routing import options  # here because a cost needs none of it

    catalog = catalog or open_catalog()
    return options.route(
        catalog,
        words,
        moment(at),
        read=_read(catalog, request, endpoint, files),
        needs=needs,
        without=without,
        inputs=inputs,
        outputs=outputs,
        size=size,
        n=n,
        min_context=min_context,
        max_cost=max_cost,
        max_price=max_price,
        providers=providers,
        not_providers=not_providers,
        sellers=sellers,
        not_sellers=not_sellers,
        only=only,
        ignore=ignore,
        prefer=prefer,
        by=by,
        columns=columns,
        sync=sync,
        licence=licence,
        region=region,
        keys=keys,
        prices=prices,
        fallbacks=fallbacks,
        within=within,
        allow_unknown=allow_unknown,
    )


def _read(catalog: Catalog, request: object, endpoint: str | None, files: Files | None) -> Needs | None:
    from ratecard.requests.needs_of import Needs  # here because a cost needs none of it

    return None if request is None else Needs.from_request(request, endpoint, files, catalog.vocabulary)


def moment(at: Moment) -> datetime:
    """A moment in UTC from a datetime, a date (its first minute) or a text; now where none is given.

    Raises `BadValue` for a text that is no moment.
    """
    if at is None:
        return _moment(int(seconds()))
    if isinstance(at, str):
        try:
            at = datetime.fromisoformat(at)
        except ValueError:
            raise BadValue(f"{at!r} is not a date or time, such as 2026-11-21 or 2026-11-21T18:30") from None
    if not isinstance(at, datetime):
        return datetime.combine(at, time(), UTC)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
