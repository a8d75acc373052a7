"""The options and output of `ratecard route`."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from ratecard.cli.output import Row, machine, remark
from ratecard.core import decimals, display, moments
from ratecard.core.catalog import Catalog
from ratecard.core.errors import EXIT_NO_ROUTE, BadValue, listed
from ratecard.routing.as_json import route_answer, versus_answer
from ratecard.routing.needs import Need
from ratecard.routing.options import route as ask
from ratecard.routing.question import Choice, Rejection
from ratecard.routing.ranking import COST
from ratecard.routing.relaxation import KNOWN, misses, nearest_rejections
from ratecard.routing.route import Route, Versus, versus

#: How many other offers and ways out the text output shows without --explain, and how many reasons.
MORE, REASONS = 5, 4


def route(catalog: Catalog, words: Mapping[str, str], asked: Mapping[str, Any]) -> Route:
    """The route for the options of a command line."""
    options = dict(asked)
    at, request = moments.moment(options.pop("at")), options.pop("request")
    endpoint, files = options.pop("endpoint"), options.pop("files")
    if not request:
        return ask(catalog, words, at, **options)
    from ratecard.cli.sources import request_bytes, uploads  # here because most routes are asked without a request
    from ratecard.requests.body import load
    from ratecard.requests.needs_of import modality_of, needs_in, read

    body = load(request_bytes(request))
    reading = read(body, catalog.vocabulary, endpoint, uploads(files), modality_of(catalog, body))
    needs = needs_in(reading)
    if not any(word in catalog.vocabulary.meters for word in (*words, *needs.words)):
        from ratecard.requests.typical import likely  # here because few routes need it

        found = likely(reading)
        for entry in found:
            remark(f"Assumed: {entry.meter}={decimals.text(entry.quantity)}: {entry.why}")
        words = {**words, **{entry.meter: decimals.text(entry.quantity) for entry in found}}
    return ask(catalog, words, at, read=needs, **options)


def asked(options: dict[str, Any], max_price: Mapping[str, str]) -> dict[str, Any]:
    """The options of a command line, parsed for `route`."""
    by, keys = options.pop("by"), options.pop("keys")
    flags = {"allow_free": ("free", "beta"), "allow_preview": ("preview",), "allow_stale": ("stale",)}
    allowed = [word for flag, words in flags.items() if options.pop(flag) for word in words]
    return {
        **options,
        "allow": (*options["allow"], *allowed),
        "quality": dict(_least(text) for text in options["quality"]),
        "by": _objectives(by) if by else None,
        "keys": keys or None,
        "columns": dict(column for file in options.pop("columns") for column in _columns(Path(file)).items()),
        "prices": _prices(options.pop("prices")),
        "max_price": max_price,
    }


def changed(asked: Mapping[str, Any], other: Mapping[str, str]) -> dict[str, Any]:
    """The same options on another day or with other keys; raises `click.UsageError` for anything else."""
    unknown = set(other) - {"at", "keys"}
    if unknown:
        raise click.UsageError(f"--versus: {listed(sorted(unknown), 'and')} is neither at=DATE nor keys=SELLER,…")
    keys = {"keys": tuple(filter(None, other["keys"].split(",")))} if "keys" in other else {}
    return {**asked, **({"at": other["at"]} if "at" in other else {}), **keys}


def _objectives(texts: Sequence[str]) -> Sequence[str] | dict[str, str]:
    weights = dict(text.split("=", 1) for text in texts if "=" in text)
    if weights and len(weights) < len(texts):
        raise click.UsageError("--by: give all axes a weight, or none")
    return weights or texts


def _least(text: str) -> tuple[str, str]:
    """A benchmark and the least score in it; raises `click.UsageError` for anything else."""
    name, sign, score = text.partition(">=")
    if not (name and sign and decimals.parse(score)):
        raise click.UsageError(f"--quality: {text!r} is not NAME>=SCORE, such as 'SWE-Bench Verified>=70'")
    return name.strip(), score.strip()


def _prices(texts: Sequence[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        model, colon, rest = text.rpartition(":")
        meter, equals, price = rest.partition("=")
        if not (colon and equals):
            raise click.UsageError(f"--price: {text!r} is not MODEL:METER=PRICE, such as openai/gpt-4o:input_tokens=2")
        found.setdefault(model, {})[meter] = price
    return found


def _columns(path: Path) -> dict[str, dict[str, Decimal]]:
    """A CSV's columns of numbers by slug, its first column; raises `BadValue` for anything else."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = list(csv.reader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise BadValue(f"{path}: cannot be read: {error}") from None
    if not lines or len(lines[0]) < 2:
        raise BadValue(f"{path}: the first line must name columns, such as slug,quality")
    columns: dict[str, dict[str, Decimal]] = {name: {} for name in lines[0][1:]}
    for number, (slug, *cells) in enumerate(filter(None, lines[1:]), 2):
        for name, cell in zip(columns, cells, strict=False):
            text = cell.strip()
            value = decimals.parse(text.removeprefix("-"))
            if value is not None:
                columns[name][slug] = -value if text.startswith("-") else value
            elif text:
                raise BadValue(f"{path}:{number}: {name} is {text!r}, not a number; leave it empty if unknown")
    return columns


def show(route: Route, form: str | None, *, explain: bool, front: Sequence[str]) -> None:
    """Prints a route as text or in a machine format."""
    axes = (COST, *front) if front else ()
    if form:
        machine(form, [route_answer(route, axes)], _rows(route), single=True)
    else:
        click.echo("\n".join([*report(route, explain=explain), *(_front(route, axes) if axes else ())]))
    for warning in route.warnings:
        remark(f"Warning: {warning}")


def chained(route: Route, format: str) -> int:
    """Prints the choice and its fallbacks in another tool's format; warns on stderr of what it cannot express."""
    if route.choice is None:
        show(route, None, explain=False, front=())
        return EXIT_NO_ROUTE
    from ratecard.routing import gateways  # here because few routes are written for another tool

    emitted = gateways.chain_as(format, gateways.chain(route), route.question.candidates.catalog)
    click.echo(gateways.text(emitted))
    for left in emitted.left_out:
        remark(f"Warning: {left.slug} at {left.seller} is left out: {left.why}")
    for note in (*emitted.notes, *route.warnings):
        remark(f"Warning: {note}")
    return 0


def compare(before: Route, after: Route, form: str | None) -> int:
    """Prints the differences between two routes."""
    found = versus(before, after)
    if form:
        machine(form, [versus_answer(found)], _changes(found), single=True)
    else:
        click.echo("\n".join(_differences(before, after, found)))
    return 0


def report(route: Route, *, explain: bool) -> Iterator[str]:
    """A route as lines of text."""
    place = _namer(route)
    if explain:
        yield from _explanation(route, place)
    elif route.choice:
        yield from _answer(route, place)
        chosen = {route.choice, *route.fallbacks}
        others = [choice for choice in route.first(len(chosen) + MORE) if choice not in chosen][:MORE]
        yield from _section("Other offers that fit", [_line(choice, place) for choice in others])
        yield from _why_not(route)
    else:
        yield "no offer meets every need"
        yield from _relaxed(route, place)
        nearest = [f"{place(found)}: {_sentences(found.reasons)}" for found in nearest_rejections(route.question)]
        yield from _section("Nearest", nearest)
        yield from _why_not(route)


def _answer(route: Route, place: Namer) -> Iterator[str]:
    assert route.choice
    yield _line(route.choice, place)
    yield from (f"  preference not met: {reason.sentence}" for reason in route.choice.compromises)
    yield from _section("Fallbacks", [_line(choice, place) for choice in route.fallbacks])


def _line(choice: Choice, place: Namer) -> str:
    return f"{place(choice)}: {_money(choice)}"


def _why_not(route: Route) -> Iterator[str]:
    """One line of what most of the other offers fail."""
    counted = sorted(misses(route.question), key=lambda missed: -missed[1] - missed[2])
    why = [f"{need_text(need)} {unmet + unknown:,}" for need, unmet, unknown in counted[:REASONS]]
    if why:
        others = route.question.unfit.bit_count()
        yield ""
        yield f"{others:,} others do not fit: {listed(why, 'and')}; --explain says why each"


def _explanation(route: Route, place: Namer) -> Iterator[str]:
    """Everything about a route: every eligible offer, what would cost less, and every rejection with its reasons."""
    if route.choice:
        yield from _answer(route, place)
        others = [_line(choice, place) for choice in route.candidates]
        yield from _section(f"Also eligible ({len(others)})", others)
        less = [
            f"{place(miss.choice)}: {_money(miss.choice)}, "
            f"{display.money(miss.saving, miss.choice.cost.currency)} less, but {_sentences(miss.reasons)}"
            for miss in route.near_misses
        ]
        yield from _section("Would cost less", less)
    else:
        yield "no offer meets every need"
        yield from _relaxed(route, place)
    why = [
        f"{need_text(need)}: not met by {unmet}" + (f", unknown for {unknown}" if unknown else "")
        for need, unmet, unknown in misses(route.question)
    ]
    yield from _section("Why offers were rejected", why)
    if route.rejected:
        yield from ("", f"Rejected ({len(route.rejected)}):", "")
        yield display.table([row for rejection in route.rejected for row in _explained(rejection, place)])


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"{title}:"
        yield from (f"  {line}" for line in lines)


def _relaxed(route: Route, place: Namer) -> Iterator[str]:
    assert route.relax
    ways = [
        f"without {listed([need_text(need) for need in way.needs], 'and')}: "
        f"{way.offers} {'offer' if way.offers == 1 else 'offers'}, "
        f"cheapest {place(way.cheapest)} for {_money(way.cheapest)}"
        for way in route.relax.ways
    ]
    yield from _section("Eligible if relaxed", ways[:MORE])
    conflict = [need_text(need) for need in route.relax.conflict]
    if conflict:
        yield from ("", f"Conflicting needs: {listed(conflict, 'and')}")


def need_text(need: Need) -> str:
    """A need in a few words."""
    if need == KNOWN:
        return "requiring known values (--allow-unknown)"
    named = {
        **_EVERY_CALL,
        "capability": need.value,
        "kind": f"a model for {listed(need.value.split(','))} (--kind)",
        "without": f"no {need.value}",
        "max_cost": f"a cost of at most {need.value}",
    }
    where = f" ({need.path})" if need.path else ""
    return named.get(need.kind, f"{need.kind.replace('_', ' ')} {need.value}").rstrip() + where


#: The needs of every call, in words.
_EVERY_CALL = {
    "sold": "a seller",
    "price": "a price",
    "by_call": "a price per call",
    "active": "an active model",
    "listed": "a current listing",
    "at_hand": "no further input",
    "tier": "the service tier of the call",
    "seller_kind": "a maker, cloud, host or gateway in good standing (--any-seller)",
    "hosts": "a maker or hosts behind the model (--any-seller)",
    "stage": "a release (--allow preview)",
    "parameters": "a model of 7 billion parameters or more (--allow small)",
}


def _explained(rejection: Rejection, place: Namer) -> Iterator[dict[str, str]]:
    """One row per reason; the first names the offer."""
    named = place(rejection)
    for reason in rejection.reasons:
        source = reason.source
        yield {
            "offer": named,
            "reason": reason.code,
            "needed": reason.required,
            "offered": reason.offered,
            "because of": reason.path or reason.need,
            "source": f"{urlsplit(source.url).hostname or source.url} on {source.checked}" if source else "",
        }
        named = ""


def _front(route: Route, axes: Sequence[str]) -> Iterator[str]:
    place, front = _namer(route), route.front(*axes)
    lines = [
        f"{place(choice)}: {_money(choice)}, "
        + ", ".join(f"{axis} {_score(part)}" for axis, part in zip(axes[1:], scores[1:], strict=True))
        for choice, scores in zip(front.choices, front.scores, strict=True)
    ]
    yield from _section(f"Pareto front of {listed(axes, 'and')}", lines)


def _score(number: Any) -> str:
    if number is None:
        return "unknown"
    return decimals.text(decimals.divide(Decimal(number.numerator), Decimal(number.denominator)))


Namer = Callable[[Choice | Rejection], str]


def _namer(route: Route) -> Namer:
    """Names an offer, with its model id where the seller has several for the card."""
    candidates = route.question.candidates

    def name(found: Choice | Rejection) -> str:
        ids = {candidates.index.candidates[at].model_id for at in candidates.of(found.slug) if _sold_by(found, at)}
        called = f" as {found.model_id}" if len(ids) > 1 else ""
        return f"{found.slug} at {found.seller or 'no seller'}{called}"

    def _sold_by(found: Choice | Rejection, position: int) -> bool:
        return candidates.index.candidates[position].seller == found.seller

    return name


def _sentences(reasons: Sequence[Any]) -> str:
    return "; ".join(f"{reason.sentence} [{reason.code}]" for reason in reasons)


def _money(choice: Choice) -> str:
    """The amount to pay, with the fees it includes."""
    cost = choice.cost
    paid = display.money(cost.funding, cost.currency)
    fees = [fee.name for fee in cost.fees if fee.amount]
    return f"{paid} with {listed(fees, 'and')}" if fees else paid


def _rows(route: Route) -> Iterator[Row]:
    """One row per offer, for CSV and TSV."""
    chosen = (route.choice, *route.candidates) if route.choice else ()
    for number, choice in enumerate(chosen):
        yield _row("candidate" if number else "choice", choice)
    yield from (_row("rejected", rejection) for rejection in route.rejected)


def _row(verdict: str, found: Choice | Rejection) -> Row:
    return {
        "verdict": verdict,
        "model": found.slug,
        "seller": found.seller,
        "model_id": found.model_id,
        "total": decimals.text(found.cost.total) if isinstance(found, Choice) else "",
        "currency": found.cost.currency if isinstance(found, Choice) else "",
        "reasons": " ".join(reason.code for reason in found.reasons) if isinstance(found, Rejection) else "",
    }


def _differences(before: Route, after: Route, found: Versus) -> Iterator[str]:
    place, later = _namer(before), _namer(after)
    for label, choice in (("before", found.before), ("after", found.after)):
        yield f"{label}: {place(choice)}: {_money(choice)}" if choice else f"{label}: no offer meets every need"
    yield from _section("Newly eligible", [f"{later(choice)}: {_money(choice)}" for choice in found.added])
    lost = [f"{place(removed)}: {_sentences(removed.reasons)}" for removed in found.removed]
    yield from _section("No longer eligible", lost)
    moved = [f"{place(one)}: {_money(one)}, then {_money(other)}" for one, other in found.changed]
    yield from _section("Cost changed", moved)


def _changes(found: Versus) -> Iterator[Row]:
    yield from (_row("added", choice) for choice in found.added)
    yield from (_row("removed", removed) for removed in found.removed)
    yield from (_row("changed", other) for _, other in found.changed)
