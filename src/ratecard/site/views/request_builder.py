"""The findings of lint on every request that can be built on a model's page, worked out at the build.

A finding depends on which fields a request has, or on how much one of them asks for, so the page's script looks it up.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue
from ratecard.core.evidence import tariff_at
from ratecard.core.records import OPEN, Card, Limits, Offer, Seller
from ratecard.requests import lint as linting
from ratecard.requests.lint import Finding, Lint
from ratecard.requests.needs_of import Upload, needs_of, why
from ratecard.routing.needs import Need
from ratecard.site.edition import Edition, page_offer, seller_name, seller_of
from ratecard.site.views import calls, snippets

Json = dict[str, Any]

ANSWER_FORMS = ("url", "b64_json")
#: The bounds of a size, in the order a verdict names them.
BOUNDS = ("max_side", "min_side", "max_pixels", "min_pixels", "multiple_of", "max_aspect")
_PICTURES = ("image", "mask")
_ANY_SIZE = "1x1"
_SIZE = "size"


class Trial(NamedTuple):
    """A model whose call can be built on its page, at an offer and endpoint."""

    card: Card
    offer: Offer
    seller: Seller
    endpoint: str


class _Choice(NamedTuple):
    """A parameter with few values: the fact it gives, if any, and the values that leave it to the seller."""

    name: str
    label: str
    fact: str
    values: tuple[str, ...]
    open: tuple[str, ...] = ()


class _Ask(NamedTuple):
    """The catalog, offer and day of a verdict."""

    catalog: Catalog
    trial: Trial
    day: date


def trial(edition: Edition, card: Card) -> Trial | None:
    """The image call that the page of a card shows, if it shows one."""
    offer = page_offer(edition, card)
    seller = seller_of(edition, offer)
    if offer is None or seller is None or not seller.base_url or not offer.endpoints:
        return None
    shown = offer.endpoints[0] in calls.BODIES and offer.endpoints[0] in edition.catalog.vocabulary.endpoints
    return Trial(card, offer, seller, offer.endpoints[0]) if shown else None


def verdicts(edition: Edition, trial: Trial) -> bytes:
    """Everything the page's script needs to build a request, price it and judge it, as JSON."""
    ask = _Ask(edition.catalog, trial, edition.day)
    limits = calls.limits_of(trial.card, trial.offer)
    endpoint = edition.catalog.vocabulary.endpoints[trial.endpoint]
    pictures = _pictures(trial)
    subsets = [names for count in range(len(pictures) + 1) for names in itertools.combinations(pictures, count)]
    found: Json = {
        "slug": trial.card.slug,
        "endpoint": trial.endpoint,
        "seller": trial.offer.seller,
        "model": trial.offer.model_id,
        "shop": seller_name(edition, trial.offer.seller),
        "url": snippets.address(trial.seller, endpoint),
        "base_url": trial.seller.base_url,
        "key_variable": trial.seller.key_variable or "API_KEY",
        "form": endpoint.content_type == calls.MULTIPART,
        "required": [name for name in calls.inputs_of(trial.card) if name in pictures],
        "size": calls.size(limits),
        "fields": {" ".join(names): _told(ask, _pictured(names)) for names in subsets},
        "choices": {choice.name: _choice(ask, choice) for choice in _choices(ask)},
        "n": _changes({count: _of(ask, "n", count) for count in _around(limits.max_images)}),
        "prompt": _prompt_steps(ask, limits.max_prompt_characters),
        "bytes": _byte_steps(ask, limits.max_upload_bytes) if pictures else [],
        "sizes": _sizes(ask, limits),
    }
    return f"{json.dumps(found, ensure_ascii=False, separators=(',', ':'))}\n".encode()


def lint(
    ask_catalog: Catalog, trial: Trial, day: date, body: Mapping[str, object], files: Mapping[str, Upload]
) -> Lint:
    """The findings of `ratecard lint-request` on a whole request at this offer."""
    needs = needs_of(body, ask_catalog.vocabulary, trial.endpoint, files, trial.card.modality)
    return linting.linted(ask_catalog, trial.card, trial.offer, needs, day)


def told(finding: Finding) -> Json:
    """A finding as the script shows it."""
    said = {"verdict": finding.verdict, "path": finding.path, "sentence": finding.sentence, "why": finding.why}
    return {name: text for name, text in said.items() if text}


def _choices(ask: _Ask) -> Iterator[_Choice]:
    """The parameters with few values: those that the price depends on, and the form of the answer."""
    facts, tariff = ask.catalog.vocabulary.facts, tariff_at(ask.trial.offer, ask.day)
    priced: dict[str, set[str]] = {}
    for fact, value in (pair for rate in (tariff.rates if tariff else ()) for pair in rate.when):
        priced.setdefault(fact, set()).add(value)
    rows = [row for _, row in sorted(ask.catalog.vocabulary.parameters.items()) if ask.trial.endpoint in row.endpoints]
    for row in rows:
        word = row.words[0] if row.words and row.cost != OPEN and _SIZE not in row.paths else ""
        if values := priced.pop(word, None):
            listed, name = facts[word].values, row.paths[0]
            told = sorted(values, key=lambda value: (listed.index(value) if value in listed else len(listed), value))
            left = (value for other in rows if other.cost == OPEN and name in other.paths for value in other.values)
            yield _Choice(name, facts[word].label, word, tuple(told), tuple(left))
    yield _Choice("response_format", "Answer as", "", ANSWER_FORMS)


def _choice(ask: _Ask, choice: _Choice) -> Json:
    values = {value: _of(ask, choice.name, value) for value in (*choice.values, *choice.open)}
    return {"label": choice.label, "fact": choice.fact, "open": choice.open, "values": values}


def _pictures(trial: Trial) -> tuple[str, ...]:
    known = {field.name for field in calls.BODIES[trial.endpoint][0].fields}
    return tuple(name for name in _PICTURES if name in known)


def _pictured(names: tuple[str, ...]) -> dict[str, Upload]:
    return {name: Upload() for name in names}


def _findings(ask: _Ask, body: Mapping[str, object], files: Mapping[str, Upload]) -> list[Finding]:
    return list(lint(ask.catalog, ask.trial, ask.day, {"prompt": "x", **body}, files).findings)


def _usual(ask: _Ask) -> dict[str, Upload]:
    """The files that a request must have."""
    return _pictured(_pictures(ask.trial)[:1])


def _told(ask: _Ask, files: Mapping[str, Upload]) -> list[Json]:
    """The findings on a request with these files, except on the length of its prompt; or why it is not a request."""
    try:
        found = _findings(ask, {}, files)
    except BadValue as wrong:
        return [{"verdict": linting.REJECTED, "sentence": str(wrong)}]
    return [told(finding) for finding in found if finding.code not in _LENGTHS]


def _of(ask: _Ask, field: str, value: object) -> list[Json]:
    """The findings on one field, whatever else is in the request."""
    return [told(finding) for finding in _findings(ask, {field: value}, _usual(ask)) if finding.path == field]


_LENGTHS = ("PROMPT_TOO_LONG", "MAX_PROMPT_CHARACTERS_UNKNOWN")
_WEIGHTS = ("UPLOAD_TOO_LARGE", "MAX_UPLOAD_BYTES_UNKNOWN")


def _prompt_steps(ask: _Ask, limit: int | None) -> list[Json]:
    found = {count: _findings(ask, {"prompt": "x" * count}, _usual(ask)) for count in _around(limit)}
    return _changes({count: _coded(findings, _LENGTHS) for count, findings in found.items()})


def _byte_steps(ask: _Ask, limit: int | None) -> list[Json]:
    found = {count: _findings(ask, {}, {"image": Upload(bytes=count)}) for count in _around(limit)}
    return _changes({count: _coded(findings, _WEIGHTS) for count, findings in found.items()})


def _coded(findings: list[Finding], codes: tuple[str, ...]) -> list[Json]:
    return [told(finding) for finding in findings if finding.code in codes]


def _around(limit: int | None) -> tuple[int, ...]:
    """The values at which the findings can change."""
    return (1, 2) if limit is None else tuple(sorted({1, 2, limit, limit + 1}))


def _changes(found: Mapping[int, list[Json]]) -> list[Json]:
    """The findings on a number, by the values they begin at."""
    steps: list[Json] = []
    for value, findings in found.items():
        if not steps or steps[-1]["findings"] != findings:
            steps.append({"from": value, "findings": findings})
    return steps


def _sizes(ask: _Ask, limits: Limits) -> Json:
    """The finding on any size where the sizes made are unknown, else on a size outside the limits."""
    stated = {name: str(value) for name in BOUNDS if (value := getattr(limits, name)) is not None}
    if not limits.sizes and not stated:
        return {"unknown": _of(ask, "size", _ANY_SIZE)}
    because = why(Need("size", _ANY_SIZE, path="size"), ask.trial.endpoint, ask.catalog.vocabulary)
    return {"made": list(limits.sizes), "bounds": stated, "why": because}
