"""Turns the options of a route into needs, objectives and limits of fallbacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from ratecard.core import decimals
from ratecard.core.catalog import Catalog, find, offer_of, seller_called
from ratecard.core.errors import BadValue, UnknownWord
from ratecard.core.records import Vocabulary
from ratecard.core.usage import Usage, fact_value, usage_of
from ratecard.database.offer_attributes import PREVIEW, parsed
from ratecard.routing import route as routing
from ratecard.routing.arguments import Money, Options
from ratecard.routing.candidates import Candidates, candidates_of
from ratecard.routing.fallbacks import CHAIN, Chaining
from ratecard.routing.needs import Need, capability, price_ceiling
from ratecard.routing.question import Caller
from ratecard.routing.ranking import CHEAPEST, COST, QUALITY, Objectives
from ratecard.routing.route import Route
from ratecard.routing.rules import DOUBTS, scores

#: The kinds of models that a chat may go to.
CHAT = ("chat", "omni")
#: The values that needs of some kinds have in a chat; any other value means another kind of model.
CHAT_NEEDS: Mapping[str, tuple[str, ...]] = {
    "kind": (), "output": ("text",), "endpoint": ("chat/completions", "responses")
}  # fmt: skip

#: The kinds of sellers that calls are sent to unasked.
SELLING = ("cloud", "gateway", "host", "maker")
#: A model for a chat has its maker or this many clouds and hosts behind it.
FEWEST_HOSTS = "2"
#: The billions of parameters below which a model is a poor partner in a chat.
LEAST_PARAMETERS = "7"
#: The word that allows smaller ones.
SMALL = "small"


class Read(Protocol):
    """The needs of a request: see `ratecard.requests.needs_of.Needs`."""

    @property
    def needs(self) -> tuple[Need, ...]:
        """The needs."""

    @property
    def words(self) -> Mapping[str, str]:
        """The part of the usage that the request decides."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """The inputs it carries."""

    @property
    def unrecognized(self) -> tuple[str, ...]:
        """The paths of unrecognized parameters and values."""


def route(
    catalog: Catalog, words: Mapping[str, object], at: datetime, *, read: Read | None = None, **stated: Any
) -> Route:
    """The route for a usage in `words` at a moment in UTC; `stated` are fields of `Options`.

    `read` are the needs of a request. A `size` is part of the usage too. Raises what `api.route` raises.
    """
    options = Options(**stated)
    inputs = (*options.inputs, *(read.inputs if read else ()))
    sized = {} if options.size is None else {"size": options.size}
    usage = usage_of(catalog.vocabulary, {**(read.words if read else {}), **words, **sized})
    return routing.route(
        overridden(catalog, options.prices) if options.prices else catalog,
        completed(catalog, options, usage, [*(read.needs if read else ()), *needs(catalog, options)]),
        usage,
        at,
        unrecognized=read.unrecognized if read else (),
        caller=Caller(inputs, options.allow_unknown, held_keys(catalog, options.keys), allow=allowed(options.allow)),
        objectives=objectives(catalog, options),
        chaining=chaining(options.fallbacks, options.within),
    )


def completed(catalog: Catalog, options: Options, usage: Usage, stated: Sequence[Need]) -> list[Need]:
    """The needs of a call: those by default, those stated, and those that its usage implies."""
    implied = [] if _models(catalog, options) else answer(usage, stated, catalog.vocabulary)
    return [*defaults(catalog, options, chat=bool(implied)), *stated, *implied]


def _models(catalog: Catalog, options: Options) -> list[str]:
    """The models that a caller names, not the sellers."""
    return [name for name in options.only if not name.startswith("seller:") and name not in catalog.sellers]


def answer(usage: Usage, needs: Sequence[Need], words: Vocabulary) -> list[Need]:
    """The needs that a usage implies: output tokens without a need that says otherwise are the answer of a chat.

    Rerankers, embeddings, guards and readers of scans have a price of tokens too, and would take the question.
    """
    capabilities = [words.capabilities[need.value] for need in needs if need.kind == "capability"]
    if not usage.quantities.get("output_tokens") or not all(capability.chat for capability in capabilities):
        return []
    if any(need.value not in CHAT_NEEDS.get(need.kind, (need.value,)) for need in needs):
        return []
    return [Need("kind", ",".join(CHAT)), Need("output", "text")]


def defaults(catalog: Catalog, options: Options, *, chat: bool) -> Iterator[Need]:
    """The needs of a caller who does not say otherwise; those of `chat` ask more of a model.

    Whoever names sellers or models gets them: a model of whatever kind, at a seller in good standing.
    """
    models = _models(catalog, options)
    if not (options.any_seller or options.sellers or options.keys or len(models) < len(tuple(options.only))):
        yield Need("seller_kind", ",".join(SELLING))
        if not models:
            yield Need("hosts", FEWEST_HOSTS if chat else "1")
    if not models:
        if PREVIEW not in options.allow:
            yield Need("stage", ",".join(_released(candidates_of(catalog))))
        if chat and SMALL not in options.allow:
            yield Need("parameters", LEAST_PARAMETERS)


def _released(candidates: Candidates) -> list[str]:
    """The released models that the catalog has previews of."""
    texts = (parsed(text) for text in candidates.index.postings.get("stage", {}))
    return sorted({slug for _, _, slug in texts if slug and candidates.of(slug)})


def allowed(words: Iterable[str]) -> tuple[str, ...]:
    """The statuses of doubtful prices that may be chosen; raises `UnknownWord` for any other word."""
    found = tuple(sorted(set(words)))
    for word in found:
        if word not in (*DOUBTS, PREVIEW, SMALL):
            raise UnknownWord("thing to allow", word, (*DOUBTS, PREVIEW, SMALL))
    return tuple(word for word in found if word in DOUBTS)


def needs(catalog: Catalog, options: Options) -> list[Need]:
    """The needs that options state, in the order of the reasons.

    Raises `UnknownWord` for a word outside the vocabulary and `BadValue` for an invalid value.
    """
    words, context = catalog.vocabulary, options.min_context
    return [
        *(capability(word, words) for word in options.needs),
        *(capability(word, words, "without") for word in options.without),
        *(Need("input", _modality(catalog, "input", word)) for word in options.inputs),
        *(Need("output", _modality(catalog, "output", word)) for word in options.outputs),
        *([Need("size", fact_value(words.facts["size"], options.size))] if options.size is not None else []),
        *([Need("max_images", str(_count("n", options.n)))] if options.n is not None else []),
        *([Need("context_tokens", str(_count("min_context", context)))] if context is not None else []),
        *_named("provider", options.providers, catalog.providers),
        *_named("not_provider", options.not_providers, catalog.providers),
        *_named("seller", _sellers(catalog, options.sellers), catalog.sellers),
        *_named("not_seller", _sellers(catalog, options.not_sellers), catalog.sellers),
        *_listed("only", options.only, catalog),
        *_listed("ignore", options.ignore, catalog),
        *([Need("sync", "sync")] if options.sync else []),
        *(Need("licence", _licence(catalog, word)) for word in options.licence),
        *([Need("region", _region(catalog, options.region))] if options.region is not None else []),
        *([Need("max_cost", decimals.text(_money(options.max_cost)))] if options.max_cost is not None else []),
        *_kinds(catalog, options.kinds),
        *(
            Need("quality", f"{benchmark(catalog, name)}>={decimals.text(_money(least))}")
            for name, least in (options.quality or {}).items()
        ),
        *(price_ceiling(meter, _money(price), words) for meter, price in (options.max_price or {}).items()),
    ]


#: The modalities that models take and make, besides what cards say.
MODALITIES = ("text", "image", "video", "audio")


def _modality(catalog: Catalog, what: str, word: str) -> str:
    return _among(word, what, {*MODALITIES, *_texts(catalog, what)})


def _licence(catalog: Catalog, word: str) -> str:
    """A licence by name, in any case, or what it permits; raises `UnknownWord` for another."""
    found = {str(parsed(text)[0]) for text in candidates_of(catalog).index.postings.get("licence", {})}
    known = {name.lower(): name for name in (*found, "open-weights", "commercial") if name}
    return known[_among(word.lower(), "licence", known)]


def _region(catalog: Catalog, word: str) -> str:
    return _among(fact_value(catalog.vocabulary.facts["region"], word), "region", _texts(catalog, "regions"))


def _texts(catalog: Catalog, attribute: str) -> set[str]:
    """The words of an attribute that holds several, at any offer."""
    return {word for text in candidates_of(catalog).index.postings.get(attribute, {}) for word in text.split(",")}


def _among(word: str, kind: str, known: Collection[str]) -> str:
    if word not in known:
        raise UnknownWord(kind, word, sorted(known))
    return word


def _kinds(catalog: Catalog, kinds: Iterable[str]) -> list[Need]:
    chosen = tuple(kinds)
    return _named("kind", chosen, candidates_of(catalog).index.postings.get("kind", {}))


def benchmark(catalog: Catalog, name: str) -> str:
    """A benchmark by its published name, however it is written; raises `UnknownWord` for an unknown one."""
    texts = candidates_of(catalog).index.postings.get("benchmarks", {})
    known = {_letters(held): held for text in texts for held in scores(text)}
    if _letters(name) not in known:
        raise UnknownWord("benchmark", name, sorted(known.values()))
    return known[_letters(name)]


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))


def _sellers(catalog: Catalog, names: Iterable[str]) -> tuple[str, ...]:
    """Sellers by their ids, where they may be named as libraries do."""
    return tuple(seller_called(catalog, name) or name for name in names)


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
    """Names resolved to `provider:…`, `seller:…`, a slug, or a pattern with *.

    Raises `BadValue` for a name that is a provider's as well as a seller's, and `UnknownWord` or `UnknownModel` for
    an unknown one.
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


def objectives(catalog: Catalog, options: Options) -> Objectives:
    """The objectives that options state; without `by`, preference takes precedence over cost."""
    preferred, by, columns = names(catalog, options.prefer), options.by, options.columns or {}
    by_cost_alone = ("preference", COST) if preferred else (COST,)
    weighted = by.items() if isinstance(by, Mapping) else ()
    weights = {axis_named(catalog, axis): _money(weight) for axis, weight in weighted}
    listed = by_cost_alone if by is None or weights else tuple(axis_named(catalog, axis) for axis in by)
    if (listed, preferred, columns) == ((COST,), (), {}) and not weights:
        return CHEAPEST
    return Objectives(listed, weights, preferred, columns)


def axis_named(catalog: Catalog, axis: str) -> str:
    """An axis by its name; of a benchmark, by the name it was published under."""
    is_quality = axis.startswith(QUALITY)
    return QUALITY + benchmark(catalog, axis.removeprefix(QUALITY)) if is_quality else axis


def chaining(fallbacks: int | None = None, within: Money | None = None) -> Chaining:
    """The limits of fallbacks; raises `BadValue` for invalid ones."""
    most = CHAIN.most if fallbacks is None else fallbacks
    times = CHAIN.within if within is None else _money(within)
    if isinstance(most, bool) or most < 0:
        raise BadValue(f"fallbacks={most}: write a whole number from 0 on")
    if times < 1:
        raise BadValue(f"within={times}: a fallback may cost at least as much as the choice; write 1 or more")
    return Chaining(most, times)


def held_keys(catalog: Catalog, held: Iterable[str] | None) -> tuple[str, ...] | None:
    """The sellers whose keys a caller holds, sorted, or None where not stated; raises `UnknownWord`."""
    if held is None:
        return None
    found = tuple(sorted(set(_sellers(catalog, held))))
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
    """The price of one unit, from the price of the quantity pages show."""
    meters = catalog.vocabulary.meters
    if meter not in meters:
        raise UnknownWord("meter", meter, meters)
    return decimals.divide(_money(price), Decimal(meters[meter].per))
