"""One router in a process of its own, asked for the cheapest of the same deployments as the other.

`python routers.py known POOL` prints which of the deployments in a file LiteLLM has a price of; `litellm POOL SIZE…`
and `ratecard POOL SIZE…` serve calls as `contestant` does, one for each size; `litellm-once POOL SIZE` routes once.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from contestant import quiet, serve

NEEDS = ("tool-calling",)
REQUEST = {"input_tokens": 10_000, "output_tokens": 500}
MESSAGES = [{"role": "user", "content": "?"}]
GROUP = "auto"

Jobs = dict[tuple[str, str], Callable[[], Any]]


class Deployment(NamedTuple):
    """An offer by LiteLLM's name, with what it is in the catalog and what the request costs there."""

    name: str
    slug: str
    seller: str
    model_id: str
    total: str


MARKET = "Among every offer of the shipped catalog"
MARKET_NAMES = ("ratecard, the choice", "ratecard, the choice and its fallbacks", "ratecard, all candidates in order")


def titled(size: int) -> str:
    """What the table of so many deployments is called."""
    return f"The cheapest of {size:,} deployments"


def read(pool: str) -> list[Deployment]:
    """The deployments in a file."""
    with open(pool, encoding="utf-8") as file:
        return [Deployment(*row) for row in json.load(file)]


def thinned(pool: Sequence[Deployment], size: int) -> list[Deployment]:
    """So many deployments of a pool, at even distances."""
    return [pool[number * len(pool) // size] for number in range(size)]


def litellm_jobs(pools: Mapping[int, list[Deployment]]) -> Jobs:
    """Its selection by cost alone, and its router with that strategy."""
    jobs: Jobs = {}
    loop = asyncio.new_event_loop()
    for size, pool in pools.items():
        router = _router(pool)
        healthy = router.model_list
        handler = router.lowestcost_logger

        def selected(handler: Any = handler, healthy: Any = healthy) -> str:
            chosen = loop.run_until_complete(
                handler.async_get_available_deployments(GROUP, healthy, messages=MESSAGES, request_kwargs={})
            )
            return str(chosen["model_info"]["id"])

        def routed(router: Any = router) -> str:
            chosen = loop.run_until_complete(router.async_get_available_deployment(GROUP, {}, messages=MESSAGES))
            return str(chosen["model_info"]["id"])

        jobs[titled(size), "LiteLLM, its selection by cost"] = selected
        jobs[titled(size), "LiteLLM, its router"] = routed
    return jobs


def ratecard_jobs(pools: Mapping[int, list[Deployment]]) -> Jobs:
    """The choice, and every candidate in order with its price."""
    from ratecard import open_catalog, route

    market = open_catalog()
    jobs: Jobs = {}
    for size, pool in pools.items():
        places = {(one.slug, one.seller, one.model_id) for one in pool}
        cards = {
            slug: card._replace(offers=tuple(one for one in card.offers if (slug, one.seller, one.model_id) in places))
            for slug, card in ((slug, market.cards[slug]) for slug in sorted({one.slug for one in pool}))
        }
        catalog = market._replace(cards=cards)

        def chosen(catalog: Any = catalog) -> str:
            choice = route(NEEDS, catalog=catalog, **REQUEST).choice
            return f"{choice.seller}/{choice.model_id}"

        def whole(catalog: Any = catalog) -> str:
            found = route(NEEDS, catalog=catalog, **REQUEST)
            return f"{found.choice.seller}/{found.choice.model_id}" if len(found.candidates) else "one alone"

        jobs[titled(size), "ratecard, the choice"] = chosen
        jobs[titled(size), "ratecard, all candidates in order"] = whole
    return {**jobs, **_market_jobs(market)}


def _market_jobs(market: Any) -> Jobs:
    """The same among all offers, each call with other counts than the one before."""
    from ratecard import route

    counts = count(REQUEST["input_tokens"])

    def asked() -> Any:
        return route(NEEDS, catalog=market, **{**REQUEST, "input_tokens": next(counts)})

    def named(choices: Any) -> str:
        return " ".join(f"{choice.seller}/{choice.model_id}" for choice in choices)

    def every() -> str:
        found = asked()
        return f"{len(found.candidates) + 1:,} of {len(found.candidates) + 1 + len(found.rejected):,}"

    jobs = (lambda: named([asked().choice]), lambda: named(_chain(asked())), every)
    return {(MARKET, name): job for name, job in zip(MARKET_NAMES, jobs, strict=True)}


def _chain(found: Any) -> tuple[Any, ...]:
    return (found.choice, *found.fallbacks)


def known(pool: Sequence[Deployment]) -> list[bool]:
    """Whether LiteLLM has a price of each deployment."""
    from litellm.router_strategy.lowest_cost import _deployment_cost_map_rates as rates

    return [all(rate is not None for rate in rates(deployment)) for deployment in map(_deployment, pool)]


def _router(pool: Sequence[Deployment]) -> Any:
    from litellm import Router

    return Router(model_list=[_deployment(one) for one in pool], routing_strategy="cost-based-routing")


def _deployment(one: Deployment) -> dict[str, Any]:
    name = f"{one.seller}/{one.model_id}"
    return {
        "model_name": GROUP,
        "litellm_params": {"model": one.name, "api_key": "none"},
        "model_info": {"id": name},
    }


def main(what: str, pool: str, *sizes: str) -> None:
    """Does what the module says."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    out = quiet()
    deployments = read(pool)
    pools = {int(size): thinned(deployments, int(size)) for size in sizes}
    if what == "known":
        print(json.dumps(known(deployments)), file=out)
    elif what == "litellm-once":
        jobs = litellm_jobs(pools)
        print(next(iter(jobs.values()))(), file=out)
    else:
        serve(litellm_jobs(pools) if what == "litellm" else ratecard_jobs(pools), out)


if __name__ == "__main__":
    main(*sys.argv[1:])
