"""Fallback chains in the formats of other tools, with their names for sellers and models."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, listed, near
from ratecard.core.records import Seller
from ratecard.routing.question import Choice
from ratecard.routing.route import Route

Json = dict[str, Any]

#: The statuses worth a retry, where a seller's own table says nothing: RFC 9110 (408, 5xx), RFC 6585 (429).
TRANSIENT = (408, 429, 500, 502, 503, 504)


class LeftOut(NamedTuple):
    """An offer that a format cannot express, and why."""

    slug: str
    seller: str
    model_id: str
    why: str


class Emitted(NamedTuple):
    """A chain in another tool's format, ready for JSON.

    `left_out` are the offers that the format cannot express; `notes` are remarks on the others.
    """

    config: Json | list[Any]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()


class ChainStep(NamedTuple):
    """An offer in a tool's names: the model, and the provider or host that serves it."""

    choice: Choice
    seller: Seller
    model: str
    provider: str = ""
    note: str = ""


class Format(NamedTuple):
    """A tool's format of a chain.

    `reaches` tells whether the tool takes every offer of a seller, at its prices; `named` gives the tool's names of an
    offer, or why it has none; `written` is a chain in the format; `most` is the maximum number of models.
    """

    title: str
    reaches: Callable[[Seller], bool]
    named: Callable[[Choice, Catalog], ChainStep | str]
    written: Callable[[Sequence[ChainStep]], Json | list[Any]]
    most: int | None = None


def chain(found: Route) -> tuple[Choice, ...]:
    """The choice of a route and its fallbacks; empty without a choice."""
    return (found.choice, *found.fallbacks) if found.choice else ()


def best(found: Route, most: int | None = None) -> tuple[Choice, ...]:
    """The eligible offers of a route, best first, or the first `most`."""
    return (found.choice, *found.candidates)[:most] if found.choice else ()


def chain_as(format: str, offers: Sequence[Choice], catalog: Catalog) -> Emitted:
    """A chain, the choice first and then its fallbacks in order, in one of `FORMATS`.

    Raises `BadValue` for another format, and if it can express no offer of the chain.
    """
    form = _format(format)
    steps: list[ChainStep] = []
    left_out: list[LeftOut] = []
    for choice in offers:
        step = form.named(choice, catalog)
        if isinstance(step, ChainStep) and form.most and len({one.model for one in (*steps, step)}) > form.most:
            step = f"{form.title} takes {form.most} models at most"
        if isinstance(step, ChainStep):
            steps.append(step)
        else:
            left_out.append(LeftOut(choice.slug, choice.seller, choice.model_id, step))
    if not steps:
        reasons = "; ".join(dict.fromkeys(left.why for left in left_out))
        raise BadValue(f"{form.title} can express no offer of this chain: {reasons or 'it is empty'}")
    notes = tuple(dict.fromkeys(step.note for step in steps if step.note))
    return Emitted(form.written(steps), tuple(left_out), notes)


def sellers_for(format: str, catalog: Catalog) -> tuple[str, ...]:
    """The sellers whose every offer a format can express; raises `BadValue` for an unknown format."""
    return tuple(sorted(seller.id for seller in catalog.sellers.values() if _format(format).reaches(seller)))


def text(emitted: Emitted) -> str:
    """A chain as printed: lines for a list of strings, else indented JSON."""
    if isinstance(emitted.config, list) and all(isinstance(line, str) for line in emitted.config):
        return "\n".join(emitted.config)
    return json.dumps(emitted.config, indent=2, ensure_ascii=False)


def goes_on(seller: Seller, status: int) -> bool:
    """Whether to try the next offer after this HTTP status from a seller.

    The seller's own table of errors decides where it lists the status, else the status itself: 408, 429 and
    every 5xx say that nothing was wrong with the call.
    """
    stated = [error.retry for error in seller.errors if error.status == status]
    return any(stated) if stated else status in TRANSIENT or status >= 500


@cache
def names(tool: str) -> Mapping[str, str]:
    """A tool's names of the sellers it knows; the column `remark` holds notes on sellers instead."""
    lines = Path(__file__).with_name("gateways.tsv").read_text(encoding="utf-8").splitlines()
    head, *rows = (line.split("\t") for line in lines if not line.startswith("#"))
    column = head.index(tool)
    return {row[0]: row[column] for row in rows if len(row) > column and row[column]}


def _format(name: str) -> Format:
    if name not in FORMATS:
        hint = f"; did you mean {listed(meant)}?" if (meant := near(name, FORMATS, 3)) else ""
        raise BadValue(f"{name!r} is not a chain format; write {listed(list(FORMATS))}{hint}")
    return FORMATS[name]


def _as_it_is(choice: Choice, catalog: Catalog) -> ChainStep:
    return ChainStep(choice, catalog.sellers[choice.seller], choice.model_id)


def _everyone(seller: Seller) -> bool:
    return True


def _direct(tool: str, title: str, written: Callable[[Sequence[ChainStep]], Json]) -> Format:
    """The format of a tool that calls each seller itself."""

    def reaches(seller: Seller) -> bool:
        return seller.id in names(tool) or bool(seller.base_url)

    def named(choice: Choice, catalog: Catalog) -> ChainStep | str:
        seller = catalog.sellers[choice.seller]
        if not reaches(seller):
            return f"{title} has no name for {seller.id}, and no OpenAI-compatible address of it is known"
        provider, _, before = names(tool).get(seller.id, "").partition("/")
        model = f"{before}/{choice.model_id}" if before else choice.model_id
        return ChainStep(choice, seller, model, provider, names("remark").get(seller.id, ""))

    return Format(title, reaches, named, written)


def _through(
    gateway: str, title: str, written: Callable[[Sequence[ChainStep]], Json], most: int | None = None
) -> Format:
    """The format of a gateway, which accepts its own offers and those of its upstream hosts."""

    def reaches(seller: Seller) -> bool:
        return seller.id == gateway

    def named(choice: Choice, catalog: Catalog) -> ChainStep | str:
        seller = catalog.sellers[choice.seller]
        if reaches(seller):
            return ChainStep(choice, seller, choice.model_id)
        if seller.id not in names(gateway):
            return f"{title} passes no calls on to {seller.id}"
        ids = [offer.model_id for offer in catalog.cards[choice.slug].offers if offer.seller == gateway]
        if not ids:
            return f"{title} does not sell {choice.slug}, as far as is known"
        model = min(ids, key=lambda name: (":" in name, len(name), name))  # what follows a colon is a variant
        note = (
            f"{choice.slug} at {seller.id} is asked of {title} as {model}: at the gateway's own price, and all hosts of"
            " a model before the next model"
        )
        return ChainStep(choice, seller, model, names(gateway)[seller.id], note)

    return Format(title, reaches, named, written, most)


def _lines(steps: Sequence[ChainStep]) -> list[Any]:
    return [f"{choice.slug} {choice.seller} {choice.model_id}" for choice, *_ in steps]


def _objects(steps: Sequence[ChainStep]) -> list[Any]:
    return [
        {
            "slug": choice.slug,
            "seller": choice.seller,
            "model_id": choice.model_id,
            "base_url": seller.base_url,
            "key_variable": seller.key_variable,
            "total": decimals.text(choice.cost.total),
            "currency": choice.cost.currency,
        }
        for choice, seller, *_ in steps
    ]


def _litellm(steps: Sequence[ChainStep]) -> Json:
    """Arguments of `litellm.Router`: a group for each offer, since LiteLLM picks freely within a group.

    Groups and deployments are called seller/model_id, so that its logs name offers.
    """
    groups = {f"{step.choice.seller}/{step.choice.model_id}": _litellm_parameters(step) for step in steps}
    first, *others = groups
    config: Json = {
        "model_list": [
            {"model_name": name, "litellm_params": how, "model_info": {"id": name}} for name, how in groups.items()
        ],
        "fallbacks": [{first: others}] if others else [],
    }
    return {**config, "max_fallbacks": len(others)} if others else config


def _litellm_parameters(step: ChainStep) -> Json:
    if step.provider:
        return {"model": f"{step.provider}/{step.model}"}
    key = {"api_key": f"os.environ/{step.seller.key_variable}"} if step.seller.key_variable else {}
    return {"model": f"openai/{step.model}", "api_base": step.seller.base_url, **key}


def _portkey(steps: Sequence[ChainStep]) -> Json:
    """A config that falls back on the sellers' transient statuses; the caller adds a key for each target."""
    sellers = [step.seller for step in steps]
    statuses = {*TRANSIENT, *(error.status for seller in sellers for error in seller.errors)}
    on = sorted(status for status in statuses if any(goes_on(seller, status) for seller in sellers))
    return {"strategy": {"mode": "fallback", "on_status_codes": on}, "targets": [_target(step) for step in steps]}


def _target(step: ChainStep) -> Json:
    where = (
        {"provider": step.provider} if step.provider else {"provider": "openai", "custom_host": step.seller.base_url}
    )
    return {**where, "override_params": {"model": step.model}}


def _openrouter(steps: Sequence[ChainStep]) -> Json:
    """Fields to add to a request."""
    first, *others = _models(steps)
    return {"model": first, **_filled(models=others, provider=_filled(order=_hosts(steps)))}


def _vercel(steps: Sequence[ChainStep]) -> Json:
    """Fields to add to a request."""
    first, *others = _models(steps)
    gateway = _filled(models=others, order=_hosts(steps))
    return {"model": first, **_filled(providerOptions=_filled(gateway=gateway))}


def _filled(**fields: Json | list[str]) -> Json:
    return {name: value for name, value in fields.items() if value}


def _models(steps: Iterable[ChainStep]) -> list[str]:
    return list(dict.fromkeys(step.model for step in steps))


def _hosts(steps: Iterable[ChainStep]) -> list[str]:
    return list(dict.fromkeys(step.provider for step in steps if step.provider))


#: The formats by name. OpenRouter refuses more than three fallbacks: github.com/coder/xum/issues/2963.
FORMATS: Mapping[str, Format] = {
    "json": Format("JSON", _everyone, _as_it_is, _objects),
    "list": Format("a list", _everyone, _as_it_is, _lines),
    "litellm": _direct("litellm", "LiteLLM", _litellm),
    "openrouter": _through("openrouter", "OpenRouter", _openrouter, most=4),
    "portkey": _direct("portkey", "Portkey", _portkey),
    "vercel": _through("vercel", "Vercel AI Gateway", _vercel),
}
