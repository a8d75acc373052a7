"""`ratecard route`: the cheapest model that does, and why not the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import click

from ratecard import api, asking, display, exact, routing
from ratecard.answers import route_answer
from ratecard.cli.options import at_option, db_option, named_values, output_options, words_argument
from ratecard.cli.output import Row, machine, remark
from ratecard.errors import EXIT_NO_ROUTE
from ratecard.routing import Choice, Rejection, Route
from ratecard.usage import usage, words_of

#: How many candidates and rejections a person is shown before being told how to see the rest.
SHOWN = 8


@click.command()
@words_argument
@click.option("--need", "needs", multiple=True, metavar="CAPABILITY", help="It must do this, such as edit or mask.")
@click.option("--without", multiple=True, metavar="CAPABILITY", help="It must not do this.")
@click.option("--input", "inputs", multiple=True, metavar="MODALITY", help="It must take this, such as image.")
@click.option("--output", "outputs", multiple=True, metavar="MODALITY", help="It must give this.")
@click.option("--size", metavar="WxH", help="It must make this size; priced for it too.")
@click.option("--n", type=click.IntRange(1), help="One call must make so many images.")
@click.option("--max-cost", metavar="MONEY", help="The usage must not cost more.")
@click.option("--max-price", multiple=True, metavar="METER=PRICE", help="A price must not be higher, as pages show it.")
@click.option("--provider", "providers", multiple=True, metavar="ID", help="Only models of this provider.")
@click.option("--not-provider", "not_providers", multiple=True, metavar="ID", help="No models of this provider.")
@click.option("--seller", "sellers", multiple=True, metavar="ID", help="Only at this seller.")
@click.option("--not-seller", "not_sellers", multiple=True, metavar="ID", help="Not at this seller.")
@click.option("--sync", is_flag=True, help="It must answer at once.")
@click.option("--licence", multiple=True, metavar="NAME", help="A licence, open-weights or commercial.")
@click.option("--allow-unknown", is_flag=True, help="Let pass what nobody knows, with a warning.")
@click.option("--explain", is_flag=True, help="Show every rejection with all its reasons.")
@at_option
@db_option
@output_options
def route(
    words: tuple[str, ...],
    db: str | None,
    at: str | None,
    form: str | None,
    explain: bool,
    allow_unknown: bool,
    max_price: tuple[str, ...],
    **needs: Any,
) -> int:
    """The cheapest offer for a usage that meets every need, and why not the others.

    What nobody knows does not pass for a yes unless --allow-unknown is given.

    \b
    ratecard route --need edit --need mask images=10
    ratecard route --need text-to-image --licence open-weights --max-price images=0.03 images=1
    ratecard route --input image --sync images=1 --explain
    """
    catalog, size = api.open_catalog(db), needs["size"]
    listed = asking.needs(catalog, max_price=named_values(max_price, "--max-price"), **needs)
    used = usage(catalog.vocabulary, words_of(words) | ({"size": size} if size else {}))
    found = routing.route(catalog, listed, used, api.moment(at), given=needs["inputs"], allow_unknown=allow_unknown)
    if form:
        machine(form, [route_answer(found)], _rows(found), single=True)
    else:
        click.echo("\n".join(_report(found, explain=explain)))
    for warning in found.warnings:
        remark(f"Warning: {warning}")
    return 0 if found.choice else EXIT_NO_ROUTE


def _report(route: Route, *, explain: bool) -> Iterator[str]:
    place = _namer(route)
    if route.choice:
        yield f"{place(route.choice)}: {_money(route.choice)}"
    else:
        yield "nothing meets every need"
    if route.candidates:
        yield ""
        yield f"would do too ({len(route.candidates)}):"
        shown = route.candidates if explain else route.candidates[:SHOWN]
        yield from (f"  {place(choice)}: {_money(choice)}" for choice in shown)
        yield from _more(len(route.candidates) - len(shown))
    if route.rejected:
        yield ""
        yield f"does not do ({len(route.rejected)}):"
        rejected = route.rejected if explain else sorted(route.rejected, key=_nearest)[:SHOWN]
        yield from (f"  {place(rejection)}: {_why(rejection)}" for rejection in rejected)
        yield from _more(len(route.rejected) - len(rejected))


def _namer(route: Route) -> Callable[[Choice | Rejection], str]:
    """Names an offer: by its model id as well where its seller sells the card under several."""
    chosen = (route.choice,) if route.choice else ()
    times = Counter((found.slug, found.seller) for found in (*chosen, *route.candidates, *route.rejected))

    def name(found: Choice | Rejection) -> str:
        called = f" as {found.model_id}" if times[found.slug, found.seller] > 1 else ""
        return f"{found.slug} at {found.seller or 'nobody'}{called}"

    return name


def _nearest(rejection: Rejection) -> int:
    return len(rejection.reasons)


def _why(rejection: Rejection) -> str:
    return "; ".join(f"{reason.sentence} [{reason.code}]" for reason in rejection.reasons)


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f"  and {count} more; --explain or --json shows all"


def _money(choice: Choice) -> str:
    return display.money(choice.cost.total, choice.cost.currency)


def _rows(route: Route) -> Iterator[Row]:
    """One row per offer, for separated values."""
    chosen = (route.choice, *route.candidates) if route.choice else ()
    for place, choice in enumerate(chosen):
        assert choice is not None
        yield {
            "verdict": "candidate" if place else "choice",
            "slug": choice.slug,
            "seller": choice.seller,
            "model_id": choice.model_id,
            "total": exact.text(choice.cost.total),
            "currency": choice.cost.currency,
            "reasons": "",
        }
    for rejection in route.rejected:
        yield {
            "verdict": "rejected",
            "slug": rejection.slug,
            "seller": rejection.seller,
            "model_id": rejection.model_id,
            "total": "",
            "currency": "",
            "reasons": " ".join(reason.code for reason in rejection.reasons),
        }
