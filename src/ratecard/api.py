"""The package's front door: open a catalog, cost a usage, route a call."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from time import time as seconds
from typing import TYPE_CHECKING, NamedTuple

from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, listed
from ratecard.core.moments import Moment, moment, of_second
from ratecard.core.records import Vocabulary
from ratecard.core.usage import Usage, usage_of
from ratecard.database.store import opened
from ratecard.pricing import asked
from ratecard.pricing.cache import Cache, cache_of
from ratecard.pricing.cost import Cost, cost_of
from ratecard.routing.arguments import Options

if TYPE_CHECKING:  # a cost needs none of the router, and keywords are read by the words of the catalog
    from typing import Unpack

    from ratecard.core.words import RouteWords, Words
    from ratecard.requests.forecast import Forecast
    from ratecard.requests.lint import Lint
    from ratecard.requests.needs_of import Files, Needs
    from ratecard.routing.plans.plan import Plan
    from ratecard.routing.route import Route


def open_catalog(db: str | os.PathLike[str] | None = None) -> Catalog:
    """The catalog in a database: the one named, else RATECARD_DB, the packaged one.

    A catalog that is open already is given again while its file is the same. Without a name this also
    decides at once which catalog `cost` takes when it is given none.

    Raises `BadDatabase` where there is none or it is not a catalog.
    """
    if db is None:
        _default.latest = _default.never
    return opened(db)


def cost(
    model: str = "",
    *,
    response: object = None,
    usage: object = None,
    request: object = None,
    seller: str | None = None,
    at: Moment = None,
    calls: int | str | None = None,
    ignore: Collection[str] = (),
    catalog: Catalog | None = None,
    **words: Unpack[Words],
) -> Cost:
    """What a usage of a model costs, in exact decimals, with every line and assumption.

    A keyword that is a meter is a quantity (`images=2`, `input_tokens=1_000`), one that is a fact is
    a circumstance (`quality="high"`, `byok=True`); synonyms such as `completion_tokens` are read as what they mean.
    With `calls` the quantities are those of so many calls of equal size: thresholds and minimums see one of them.
    Type checkers and editors know the names of the catalog that ratecard comes with; words of another catalog, and
    those that a program puts together, go in a mapping as `usage`.

    In place of quantities: `response` is what an API answered, as a mapping or as its library's object, and names the
    model itself; `usage` is the usage alone, of a response, of a run, a `Usage` or a mapping of quantities; `request`
    is the body of a call, of which the expected cost is taken, with keywords as `forecast` takes them in `expect`.
    Fields of a response that are to `ignore` may hold usage that nothing reads, which otherwise forbids a total.

    A seller's own model id prices that very offer; a slug without a seller the card's first. Without a moment, now
    (UTC), or when the response says that it was made. Without a catalog, the one `open_catalog` gives, which is looked
    for again at most once a second: a file that was replaced and an RATECARD_DB or working directory that was changed
    count from the next second on, or from the next `open_catalog()`.

    Raises `UnknownModel`, `UnknownSeller`, `UnknownWord`, `BadValue`, or `Unpriced` where any part
    of the usage has no known price.
    """
    if response is not None or usage is not None or request is not None:
        held = {"response": response, "usage": usage, "request": request}
        return _cost_of_call(catalog or open_catalog(), held, model, seller, at, words, (calls, ignore))
    if catalog is None:
        since, until, now, cache = _default.latest
        if not since <= seconds() < until:
            _, _, now, cache = _default.look()
        when = now if at is None else moment(at)
    else:
        cache, when = cache_of(catalog), moment(at)
    found = None if calls is not None else cache.cost(model, seller, words, when)
    return found or _first_cost(cache, model, seller, words, when, calls)


def _first_cost(
    cache: Cache, model: str, seller: str | None, words: Mapping[str, object], at: datetime, calls: object = None
) -> Cost:
    """A cost whose rates are not in the cache; from now on they are, where they can be kept."""
    question = asked.asked(cache.catalog, words, calls, model, seller, at)
    found = asked.cost_asked(cache.catalog, model, question, seller, at)
    if calls is None:
        cache.add(model, seller, words, question.used, at)
    return found


def _cost_of_call(
    catalog: Catalog,
    held: Mapping[str, object],
    model: str,
    seller: str | None,
    at: Moment,
    words: Mapping[str, object],
    counted: tuple[object, Collection[str]],
) -> Cost:
    """The cost of a call as a program holds it: its response, the usage in it, or the request before it is sent.

    `counted` is how many calls it is of, and what may be left out.
    """
    from ratecard.responses.charge import charge, left_out  # here because most costs are of quantities
    from ratecard.responses.objects import fields_of
    from ratecard.responses.report import bare_report, report

    (name, value), *others = [(name, value) for name, value in held.items() if value is not None]
    if others:
        raise BadValue(f"{name} and {others[0][0]} exclude each other; pass one of them")
    calls, ignore = counted
    count = 1 if calls is None else asked.count_of(calls)
    if name == "request":
        if count != 1:
            raise BadValue("a request is one call; multiply its cost, or say how many calls a usage is of")
        return _expected(
            forecast(fields_of(value), model=model or None, seller=seller, at=at, expect=words, catalog=catalog)
        )
    stated = usage_of(catalog.vocabulary, words)
    if stated.quantities:
        raise BadValue(f"quantities come from the {name}; remove {listed(sorted(stated.quantities), 'and')}")
    if isinstance(value, Mapping) and {*value} <= {*catalog.vocabulary.meters, *catalog.vocabulary.facts}:
        value = usage_of(catalog.vocabulary, value)
    if isinstance(value, Usage):
        if not (model or value.model):
            raise BadValue("this usage does not say which model answered; name the model")
        used = value._replace(facts={**value.facts, **stated.facts})
        return cost_of(catalog, model or value.model, used, seller, moment(at), calls=count)
    found = report(fields_of(value)) if name == "response" else bare_report(fields_of(value))
    when = None if at is None else moment(at)
    charged = charge(
        catalog, found, model=model, seller=seller, at=when, facts=stated.facts, calls=count, ignore=ignore
    ).cost
    return charged._replace(warnings=(*charged.warnings, *left_out(found)))


def _expected(found: Forecast) -> Cost:
    """The expected cost of a request; raises `BadValue` where something is open."""
    if found.expected is None:
        raise BadValue(
            f"the request leaves {listed(found.open, 'and')} open; say what to expect, such as {found.open[0]}=…, "
            "or take `forecast`, which says what it costs at least and at most"
        )
    return found.expected


class _Latest(NamedTuple):
    """The default catalog's cache, the second it was looked at (from, until), and that second as a moment."""

    since: int
    until: int
    at: datetime
    cache: Cache


class _Default:
    """The latest look at the default catalog, swapped atomically, so that every thread sees a whole one."""

    never = _Latest(0, 0, datetime.fromtimestamp(0, UTC), Cache(Catalog({}, {}, {}, {}, Vocabulary(), {})))
    latest = never

    def look(self) -> _Latest:
        second = int(seconds())
        found = self.latest = _Latest(second, second + 1, of_second(second), cache_of(open_catalog()))
        return found


_default = _Default()


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
    kinds: Iterable[str] = (),
    quality: Mapping[str, str | int | Decimal] | None = None,
    allow: Iterable[str] = (),
    any_seller: bool = False,
    allow_unknown: bool = False,
    at: Moment = None,
    catalog: Catalog | None = None,
    **words: Unpack[RouteWords],
) -> Route:
    """The best offer for a usage that meets every need, what to fall back to, and why not the others.

    `request` is the body of a call as it would be sent, from which its needs are read, and `files` what is sent along;
    its `endpoint` is detected unless named. Other keywords are quantities and facts, as `cost` takes them; they take
    precedence over those of the request.

    Raises `UnknownWord`, `UnknownModel` or `BadValue` for invalid options.
    """
    stated = locals()
    from ratecard.routing import options  # here for start-up time: a cost needs no router

    found = catalog or open_catalog()
    given = {name: stated[name] for name in Options._fields}
    given |= {name: (given[name],) for name in _SEVERAL if isinstance(given[name], str)}
    return options.route(found, words, moment(at), read=_read(found, request, endpoint, files), **given)


#: The options of which one may be given as a text.
_SEVERAL = frozenset(
    {"needs", "without", "inputs", "outputs", "providers", "not_providers", "sellers", "not_sellers", "only", "ignore",
     "prefer", "by", "licence", "keys", "kinds", "allow"}
)  # fmt: skip

route.__doc__ = f"{route.__doc__}\n    {Options.__doc__}"


def _read(catalog: Catalog, request: object, endpoint: str | None, files: Files | None) -> Needs | None:
    from ratecard.requests import needs_of as requests  # here because a cost needs none of it

    if request is None:
        return None
    return requests.needs_of(request, catalog.vocabulary, endpoint, files, requests.modality_of(catalog, request))


def forecast(
    request: Mapping[str, object] | str | bytes,
    *,
    model: str | None = None,
    seller: str | None = None,
    at: Moment = None,
    expect: Mapping[str, object] | None = None,
    catalog: Catalog | None = None,
    **words: Unpack[Words],
) -> Forecast:
    """What an OpenAI-style request will cost: at least, as expected and at most.

    `request` is its body, parsed or as JSON text. Keywords are what is known beyond it
    (`cache_read_tokens=1_000`, `service_tier="batch"`), `expect` what is expected of what it leaves open
    (`{"output_tokens": 500}`). `model` stands in for the one the request names.

    Raises what `cost` raises, and `BadValue` for a request that cannot be read.
    """
    from ratecard.requests import body  # here because a cost needs none of it
    from ratecard.requests.forecast import Expectations, forecast_of

    catalog = catalog or open_catalog()
    text = request.encode("utf-8", "surrogatepass") if isinstance(request, str) else request
    found = body.request(text) if isinstance(text, Mapping) else body.parse(text)
    asking = Expectations(usage_of(catalog.vocabulary, words), usage_of(catalog.vocabulary, expect or {}))
    return forecast_of(catalog, found, model or body.model_of(found), seller, moment(at), asking)


def lint(
    request: object,
    model: str | None = None,
    *,
    seller: str | None = None,
    endpoint: str | None = None,
    files: Files | None = None,
    at: Moment = None,
    catalog: Catalog | None = None,
) -> Lint:
    """The findings about a request at a model, by default the one it names, at a seller.

    Raises what `needs_of` raises, `UnknownModel`, and `UnknownSeller` where that seller does not sell it.
    """
    from ratecard.requests.lint import lint_of  # here because a cost needs none of it

    catalog = catalog or open_catalog()
    return lint_of(catalog, request, moment(at), model=model, seller=seller, endpoint=endpoint, files=files)


def needs_of(
    request: object,
    endpoint: str | None = None,
    files: Files | None = None,
    *,
    catalog: Catalog | None = None,
) -> Needs:
    """What a request needs of the model that answers it, from its body and the files that go along with it.

    The body is a mapping as JSON has it, or a line of a batch with a body in it. The endpoint is told from its
    parameters unless it is named.

    Raises `BadValue` for a request that fits no endpoint and for a value that cannot be what its parameter is,
    with its place, and `UnknownWord` for an endpoint that the catalog does not know.
    """
    from ratecard.requests import needs_of as requests  # here because a cost needs none of it

    catalog = catalog or open_catalog()
    return requests.needs_of(request, catalog.vocabulary, endpoint, files, requests.modality_of(catalog, request))


def plan(
    tasks: str | os.PathLike[str] | Iterable[Mapping[str, object]],
    budget: str | int | Decimal | None = None,
    *,
    scores: str | os.PathLike[str] | None = None,
    keys: Iterable[str] | None = None,
    currency: str | None = None,
    at: Moment = None,
    catalog: Catalog | None = None,
) -> Plan:
    """The offers that do all tasks of a workload and are preferred most within a budget, at least cost.

    `tasks` are a workload's file, or mappings with the words such a file has. Without preferences only the cost counts;
    without a budget, here or in the file, the most preferred offers are taken. `scores` is a file of numbers by model,
    `keys` are the sellers whose keys the caller holds; these and the budget override the file. Prices are
    those of the moment `at`.

    Raises `BadWorkload` for tasks that cannot be read, with every problem, `BadValue` for a budget that is no amount
    of money and for workloads beyond what `ratecard.routing.plans.knapsack` can compare.
    """
    from ratecard.routing.plans.plan import planned  # here because a cost needs none of it

    stated = {
        "scores": scores and os.fspath(scores),
        "keys": keys and ((keys,) if isinstance(keys, str) else tuple(keys)),
        "currency": currency,
    }
    return planned(catalog or open_catalog(), tasks, moment(at), budget, **stated)


def usage(response: object, flavor: str | None = None) -> Usage:
    """What an API's response says was used, in disjoint quantities, and of which model.

    The response is a mapping or its library's object; its flavor is recognised unless named.

    Raises `BadValue` where it cannot be read, and where one usage cannot hold all of it: an unmapped number,
    or cache writes of two lifetimes. `ratecard.responses.report` reads those too.
    """
    from ratecard.responses.objects import fields_of  # here because a cost needs none of it
    from ratecard.responses.report import report

    found = report(fields_of(response), flavor)
    return found.usage._replace(model=found.model)
