"""Routes on the command line: what options ask for, and how an answer is shown to a person or a program."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from ratecard.cli.output import Row, machine, remark
from ratecard.cli.sources import request_bytes, uploads
from ratecard.core import decimals, display, moments
from ratecard.core.catalog import Catalog
from ratecard.core.errors import EXIT_NO_ROUTE, BadValue, listed
from ratecard.requests import body as envelopes
from ratecard.requests.needs_of import Needs, needs_of
from ratecard.routing import gateways
from ratecard.routing import options as asking
from ratecard.routing.as_json import route_answer, versus_answer
from ratecard.routing.needs import Need
from ratecard.routing.question import Choice, Rejection
from ratecard.routing.ranking import COST
from ratecard.routing.relaxation import KNOWN, misses, nearest
from ratecard.routing.route import Route, Versus, versus

#: How many candidates and rejections a person is shown before being told how to see the rest.
SHOWN = 8


def route(catalog: Catalog, words: Mapping[str, str], asked: Mapping[str, Any]) -> Route:
    """The answer to what options ask, at the moment they name."""
    options = dict(asked)
    at, body = moments.moment(options.pop("at")), options.pop("body")
    sent = (options.pop("endpoint"), uploads(options.pop("files")))
    read = None if body is None else needs_of(body, catalog.vocabulary, *sent)
    if read and not any(word in catalog.vocabulary.meters for word in (*words, *read.words)):
        words = {**words, **_assumed(body, read)}
    return asking.route(catalog, words, at, read=read, **options)


def _assumed(body: object, read: Needs) -> dict[str, str]:
    """The quantities that are taken for granted where nobody states any; each is told."""
    from ratecard.requests.typical import likely  # here because few routes need it

    found = likely(envelopes.request(body), read.endpoint)
    for entry in found:
        remark(f"Assumed: {entry.meter}={decimals.text(entry.quantity)}: {entry.why}")
    return {entry.meter: decimals.text(entry.quantity) for entry in found}


def asked(options: dict[str, Any], max_price: Mapping[str, str]) -> dict[str, Any]:
    """What options ask of the router."""
    by, keys, request = options.pop("by"), options.pop("keys"), options.pop("request")
    return {
        **options,
        "body": envelopes.load(request_bytes(request)) if request else None,
        "by": _objectives(by) if by else None,
        "keys": keys or None,
        "columns": dict(column for file in options.pop("columns") for column in _columns(Path(file)).items()),
        "prices": _prices(options.pop("prices")),
        "max_price": max_price,
    }


def changed(asked: Mapping[str, Any], other: Mapping[str, str]) -> dict[str, Any]:
    """The same on another day, or with other keys; raises `click.UsageError` for anything else."""
    unknown = set(other) - {"at", "keys"}
    if unknown:
        raise click.UsageError(f"--versus: compare with at=DATE or keys=SELLER,…, not with {listed(sorted(unknown))}")
    keys = {"keys": tuple(filter(None, other["keys"].split(",")))} if "keys" in other else {}
    return {**asked, **({"at": other["at"]} if "at" in other else {}), **keys}


def _objectives(texts: Sequence[str]) -> Sequence[str] | dict[str, str]:
    weights = dict(text.split("=", 1) for text in texts if "=" in text)
    if weights and len(weights) < len(texts):
        raise click.UsageError("--by: give every axis a weight, or none")
    return weights or texts


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
    """The columns of numbers by slug in a CSV whose first column is the slug; raises `BadValue` for what is none."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = list(csv.reader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise BadValue(f"{path}: cannot be read: {error}") from None
    if not lines or len(lines[0]) < 2:
        raise BadValue(f"{path}: its first line names no columns, such as slug,quality")
    columns: dict[str, dict[str, Decimal]] = {name: {} for name in lines[0][1:]}
    for number, (slug, *cells) in enumerate(filter(None, lines[1:]), 2):
        for name, cell in zip(columns, cells, strict=False):
            if cell.strip():
                columns[name][slug] = _cell(path, number, name, cell.strip())
    return columns


def _cell(path: Path, line: int, name: str, text: str) -> Decimal:
    number = decimals.parse(text.removeprefix("-"))
    if number is None:
        raise BadValue(f"{path}:{line}: {name} is {text!r}, not a number; leave it empty where you do not know")
    return -number if text.startswith("-") else number


def show(route: Route, form: str | None, *, explain: bool, front: Sequence[str]) -> None:
    """Prints a route, for a person or a program."""
    axes = (COST, *front) if front else ()
    if form:
        machine(form, [route_answer(route, axes)], _rows(route), single=True)
    else:
        click.echo("\n".join([*report(route, explain=explain), *(_front(route, axes) if axes else ())]))
    for warning in route.warnings:
        remark(f"Warning: {warning}")


def chained(route: Route, format: str) -> int:
    """Prints the choice and its fallbacks as another tool takes them, and on stderr what it cannot be told."""
    if route.choice is None:
        show(route, None, explain=False, front=())
        return EXIT_NO_ROUTE
    emitted = gateways.chain_as(format, gateways.chain(route), route.question.candidates.catalog)
    click.echo(gateways.text(emitted))
    for left in emitted.left_out:
        remark(f"Warning: {left.slug} at {left.seller} is left out: {left.why}")
    for note in (*emitted.notes, *route.warnings):
        remark(f"Warning: {note}")
    return 0


def compare(before: Route, after: Route, form: str | None) -> int:
    """Prints what changes from one route to another."""
    found = versus(before, after)
    if form:
        machine(form, [versus_answer(found)], _changes(found), single=True)
    else:
        click.echo("\n".join(_differences(before, after, found)))
    return 0


def report(route: Route, *, explain: bool) -> Iterator[str]:
    """A route as lines of text for people."""
    place = _namer(route)
    if route.choice:
        yield f"{place(route.choice)}: {_money(route.choice)}"
        yield from (f"  wished for: {reason.sentence}" for reason in route.choice.compromises)
        yield from _section("if it fails", [f"{place(choice)}: {_money(choice)}" for choice in route.fallbacks])
        others = route.candidates if explain else route.candidates[:SHOWN]
        shown = [f"{place(choice)}: {_money(choice)}" for choice in others]
        yield from _section(f"would do too ({len(route.candidates)})", shown, len(route.candidates))
        yield from _section("would cost less", list(_near_misses(route, place)))
    else:
        yield "nothing meets every need"
        yield from _relaxed(route, place)
    yield from _rejected(route, place, explain=explain)


def _section(title: str, lines: Sequence[str], of: int | None = None) -> Iterator[str]:
    if lines:
        yield ""
        yield f"{title}:"
        yield from (f"  {line}" for line in lines)
        if of is not None and of > len(lines):
            yield f"  and {of - len(lines)} more; --explain or --json shows all"


def _near_misses(route: Route, place: Namer) -> Iterator[str]:
    for miss in route.near_misses:
        saved = display.money(miss.saving, miss.choice.cost.currency)
        yield f"{place(miss.choice)}: {_money(miss.choice)}, {saved} less, but {_sentences(miss.reasons)}"


def _relaxed(route: Route, place: Namer) -> Iterator[str]:
    assert route.relax
    ways = [
        f"without {listed([need_text(need) for need in way.needs], 'and')}: {_offers(way.offers)}, "
        f"the cheapest {place(way.cheapest)} at {_money(way.cheapest)}"
        for way in route.relax.ways
    ]
    yield from _section("something would do", ways[:SHOWN], len(ways))
    conflict = [need_text(need) for need in route.relax.conflict]
    if conflict:
        yield from ("", f"cannot be met together: {listed(conflict, 'and')}")


def need_text(need: Need) -> str:
    """A need in a few words."""
    if need == KNOWN:
        return "asking that everything be known (--allow-unknown)"
    named = {
        **_STANDING,
        "capability": need.value,
        "without": f"no {need.value}",
        "max_cost": f"a cost of at most {need.value}",
    }
    where = f" ({need.path})" if need.path else ""
    return named.get(need.kind, f"{need.kind.replace('_', ' ')} {need.value}").rstrip() + where


#: What every call needs, in words.
_STANDING = {
    "sold": "a seller",
    "price": "a price",
    "by_call": "a price for each call",
    "active": "a model that answers",
    "listed": "an offer that is still listed",
    "at_hand": "no other input",
}


def _offers(count: int) -> str:
    return "1 offer" if count == 1 else f"{count} offers"


def _rejected(route: Route, place: Namer, *, explain: bool) -> Iterator[str]:
    rejected = route.rejected
    if not rejected:
        return
    against = list(misses(route.question))
    yield from _section(
        "speaks against offers",
        [
            f"{need_text(need)}: not met by {unmet}" + (f", unknown of {unknown}" if unknown else "")
            for need, unmet, unknown in against
        ],
    )
    if explain:
        yield from ("", f"does not do ({len(rejected)}):", "")
        yield display.table([row for rejection in rejected for row in _explained(rejection, place)])
        return
    lines = [f"{place(rejection)}: {_sentences(rejection.reasons)}" for rejection in nearest_rejections(route)]
    yield from _section(f"does not do ({len(rejected)})", lines, len(rejected))


def _explained(rejection: Rejection, place: Namer) -> Iterator[dict[str, str]]:
    """A row for each reason, the offer's name before the first."""
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


def nearest_rejections(route: Route) -> tuple[Rejection, ...]:
    """The rejected offers that miss the fewest needs."""
    found = nearest(route.question, route.rejected_bits, SHOWN)
    return tuple(Rejection(route.question, position) for position in found)


def _front(route: Route, axes: Sequence[str]) -> Iterator[str]:
    place, front = _namer(route), route.front(*axes)
    lines = [
        f"{place(choice)}: {_money(choice)}, "
        + ", ".join(f"{axis} {_score(part)}" for axis, part in zip(axes[1:], scores[1:], strict=True))
        for choice, scores in zip(front.choices, front.scores, strict=True)
    ]
    yield from _section(f"nothing is better in {listed(axes, 'and')} than", lines)


def _score(number: Any) -> str:
    return (
        "unknown"
        if number is None
        else decimals.text(decimals.divide(Decimal(number.numerator), Decimal(number.denominator)))
    )


Namer = Callable[[Choice | Rejection], str]


def _namer(route: Route) -> Namer:
    """Names an offer: by its model id as well where its seller sells the card under several."""
    times = Counter((slug, seller) for slug, seller, _, _ in route.question.candidates.index.candidates)

    def name(found: Choice | Rejection) -> str:
        called = f" as {found.model_id}" if times[found.slug, found.seller] > 1 else ""
        return f"{found.slug} at {found.seller or 'nobody'}{called}"

    return name


def _sentences(reasons: Sequence[Any]) -> str:
    return "; ".join(f"{reason.sentence} [{reason.code}]" for reason in reasons)


def _money(choice: Choice) -> str:
    """What has to be paid, and where that is more than the calls themselves, why."""
    cost = choice.cost
    paid = display.money(cost.funding, cost.currency)
    fees = [fee.name for fee in cost.fees if fee.amount]
    return f"{paid} with {listed(fees, 'and')}" if fees else paid


def _rows(route: Route) -> Iterator[Row]:
    """One row per offer, for separated values."""
    chosen = (route.choice, *route.candidates) if route.choice else ()
    for number, choice in enumerate(chosen):
        assert choice is not None
        yield _row("candidate" if number else "choice", choice, decimals.text(choice.cost.total), choice.cost.currency)
    for rejection in route.rejected:
        codes = " ".join(reason.code for reason in rejection.reasons)
        yield {**_row("rejected", rejection, "", ""), "reasons": codes}


def _row(verdict: str, found: Choice | Rejection, total: str, currency: str) -> dict[str, str]:
    return {
        "verdict": verdict,
        "slug": found.slug,
        "seller": found.seller,
        "model_id": found.model_id,
        "total": total,
        "currency": currency,
        "reasons": "",
    }


def _differences(before: Route, after: Route, found: Versus) -> Iterator[str]:
    place, later = _namer(before), _namer(after)
    for label, choice in (("before", found.before), ("after", found.after)):
        yield f"{label}: {place(choice)}: {_money(choice)}" if choice else f"{label}: nothing meets every need"
    yield from _section("does only afterwards", [f"{later(choice)}: {_money(choice)}" for choice in found.added])
    yield from _section("does no longer", [f"{place(gone)}: {_sentences(gone.reasons)}" for gone in found.removed])
    moved = [f"{place(one)}: {_money(one)}, then {_money(other)}" for one, other in found.changed]
    yield from _section("costs something else", moved)


def _changes(found: Versus) -> Iterator[Row]:
    for choice in found.added:
        yield _row("added", choice, decimals.text(choice.cost.total), choice.cost.currency)
    for gone in found.removed:
        yield {**_row("removed", gone, "", ""), "reasons": " ".join(reason.code for reason in gone.reasons)}
    for _, other in found.changed:
        yield _row("changed", other, decimals.text(other.cost.total), other.cost.currency)
