"""The options of a route, described once for `ratecard.route`, the router and the command line."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

Money = str | int | Decimal


class Options(NamedTuple):
    """The options of a route.

    needs: capabilities the model must have, such as `edit` or `mask`.
    without: capabilities the model must not have.
    inputs: modalities the model must accept, such as `image`.
    outputs: modalities the model must return.
    size: the image size one call must support, also used for the price.
    n: the number of images one call must return.
    min_context: the number of tokens the context must hold.
    max_cost: the most that may have to be paid for the usage, fees included.
    max_price: the highest price by meter, per the quantity shown on pages.
    providers, not_providers: only models of these providers, or none of them.
    sellers, not_sellers: only offers of these sellers, or none of them.
    only, ignore: only these models, or none of them: slugs, in which * matches anything, `provider:…` or `seller:…`.
    prefer: the same kinds of names, in order of preference.
    by: what is better: axes in order, or weights by axis. Axes are cost, preference, fit, confidence, freshness,
        open-weights, sync, `quality:BENCHMARK` and the names of `columns`.
    columns: the caller's own numbers by slug, by axis; more is better, less where the axis begins with a minus.
    sync: require a synchronous answer.
    licence: licence names, `open-weights` or `commercial`.
    region: the region the offer must be sold for.
    keys: the sellers whose keys the caller holds; only those are chosen.
    prices: prices that replace those of the catalog, by slug or slug@seller and meter, per the quantity shown on pages.
    fallbacks: the maximum number of fallbacks (default 3).
    within: the highest cost of a fallback as a multiple of the choice's (default 10).
    kinds: only models of these kinds, such as `chat`, `code`, `base`, `moderation` or `ocr`. Without it, a usage that
        has output tokens and no need for anything else is for chat and omni models.
    quality: the least score by benchmark, by its published name: `{"SWE-Bench Verified": 70}`.
    allow: accept what is left out by default: prices in doubt by their status (stale, disputed, unverified, undated,
        free, beta), `preview` (previews of what is released, and experiments) and `small` (chat models whose names
        state fewer than 7 billion parameters).
    any_seller: accept every seller, not only makers, clouds, hosts and gateways that nothing speaks against, and
        models that neither their maker nor a host sells. Sellers named in `sellers`, `only` or `keys` are accepted.
    allow_unknown: accept offers whose support for a need is unknown, and every price in doubt, with a warning.
    """

    needs: Iterable[str] = ()
    without: Iterable[str] = ()
    inputs: Iterable[str] = ()
    outputs: Iterable[str] = ()
    size: str | None = None
    n: int | None = None
    min_context: int | None = None
    max_cost: Money | None = None
    max_price: Mapping[str, Money] | None = None
    providers: Iterable[str] = ()
    not_providers: Iterable[str] = ()
    sellers: Iterable[str] = ()
    not_sellers: Iterable[str] = ()
    only: Iterable[str] = ()
    ignore: Iterable[str] = ()
    prefer: Iterable[str] = ()
    by: Iterable[str] | Mapping[str, Money] | None = None
    columns: Mapping[str, Mapping[str, Decimal]] | None = None
    sync: bool = False
    licence: Iterable[str] = ()
    region: str | None = None
    keys: Iterable[str] | None = None
    prices: Mapping[str, Mapping[str, Money]] | None = None
    fallbacks: int | None = None
    within: Money | None = None
    kinds: Iterable[str] = ()
    quality: Mapping[str, Money] | None = None
    allow: Iterable[str] = ()
    any_seller: bool = False
    allow_unknown: bool = False
