"""`ratecard route`: the best offer for a call, its fallbacks, and why the others were rejected."""

from __future__ import annotations

from typing import Any

import click

from ratecard import api
from ratecard.cli import route_report
from ratecard.cli.options import at_option, db_option, named_values, output_options, tokens, words_argument
from ratecard.core.errors import EXIT_NO_ROUTE
from ratecard.core.usage import words_of
from ratecard.routing.fallbacks import CHAIN


@click.command()
@words_argument
@click.option("--request", metavar="FILE", help="Take the needs from this request; - for standard input.")
@click.option("--endpoint", metavar="ID", help="The request's endpoint, if it cannot be detected.")
@click.option(
    "--file", "files", multiple=True, metavar="FIELD=FILE", help="A file sent with the request, such as mask=m.png."
)
@click.option(
    "--need", "needs", multiple=True, metavar="CAPABILITY", help="Require a capability, such as edit or mask."
)
@click.option("--without", multiple=True, metavar="CAPABILITY", help="Require that a capability is absent.")
@click.option("--input", "inputs", multiple=True, metavar="MODALITY", help="Require an input modality, such as image.")
@click.option("--output", "outputs", multiple=True, metavar="MODALITY", help="Require an output modality.")
@click.option("--size", metavar="WxH", help="Require this image size, and price for it.")
@click.option("--n", type=click.IntRange(1), help="Require this many images per call.")
@click.option(
    "--min-context", callback=tokens, metavar="TOKENS", help="Require a context of at least this many tokens."
)
@click.option("--max-cost", metavar="MONEY", help="Maximum cost of the usage, fees included.")
@click.option(
    "--max-price", multiple=True, metavar="METER=PRICE", help="Maximum price of a meter, per unit shown on the site."
)
@click.option("--provider", "providers", multiple=True, metavar="ID", help="Only models from this provider.")
@click.option("--not-provider", "not_providers", multiple=True, metavar="ID", help="No models from this provider.")
@click.option("--seller", "sellers", multiple=True, metavar="ID", help="Only offers of this seller.")
@click.option("--not-seller", "not_sellers", multiple=True, metavar="ID", help="No offers of this seller.")
@click.option(
    "--only", multiple=True, metavar="NAME", help="Only this model (* matches anything), provider:… or seller:…."
)
@click.option("--ignore", multiple=True, metavar="NAME", help="Exclude this model, provider:… or seller:….")
@click.option("--prefer", multiple=True, metavar="NAME", help="Prefer this model; repeat in order of preference.")
@click.option(
    "--by", multiple=True, metavar="AXIS[=WEIGHT]", help="Rank by this axis, such as cost, confidence or freshness."
)
@click.option(
    "--column", "columns", multiple=True, metavar="FILE", help="A CSV of slugs and your own numbers to rank by."
)
@click.option("--sync", is_flag=True, help="Require a synchronous answer.")
@click.option("--licence", multiple=True, metavar="NAME", help="Require a licence, open-weights or commercial.")
@click.option("--region", metavar="NAME", help="Require an offer for this region.")
@click.option("--key", "keys", multiple=True, metavar="SELLER", help="Only sellers whose key you hold; repeatable.")
@click.option(
    "--price", "prices", multiple=True, metavar="MODEL:METER=PRICE",
    help="Override a price, per unit shown on the site.",
)  # fmt: skip
@click.option(
    "--fallbacks", type=click.IntRange(0), metavar="COUNT", default=CHAIN.most, show_default=True,
    help="Maximum number of fallbacks.",
)  # fmt: skip
@click.option(
    "--within", metavar="TIMES", default=str(CHAIN.within), show_default=True,
    help="Maximum cost of a fallback, as a multiple of the choice's cost.",
)  # fmt: skip
@click.option("--front", multiple=True, metavar="AXIS", help="Show the Pareto front of cost and this axis.")
@click.option("--versus", multiple=True, metavar="at=DATE|keys=…", help="Compare with another day or other keys.")
@click.option(
    "--as", "format", metavar="FORMAT",
    help="Print the fallback chain for litellm, openrouter, portkey, vercel, json or list.",
)  # fmt: skip
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="Require this kind of model, such as chat or code."
)
@click.option("--quality", multiple=True, metavar="NAME>=SCORE", help="Require a published score in this benchmark.")
@click.option(
    "--allow", multiple=True, metavar="WORD",
    help="Accept what is left out: free, beta, stale, disputed, unverified or undated prices; preview; small.",
)  # fmt: skip
@click.option("--any-seller", is_flag=True, help="Accept sellers of every kind, and models that no host sells.")
@click.option("--allow-free", is_flag=True, help="The same as --allow free --allow beta.")
@click.option("--allow-preview", is_flag=True, help="The same as --allow preview.")
@click.option("--allow-stale", is_flag=True, help="The same as --allow stale.")
@click.option("--allow-unknown", is_flag=True, help="Accept offers with unknowns, with a warning.")
@click.option("--explain", is_flag=True, help="Show every rejection with all its reasons.")
@at_option
@db_option
@output_options
def route(words: tuple[str, ...], db: str | None, form: str | None, explain: bool, **options: Any) -> int:
    """Find the best offer that meets every need, its fallbacks, and why the others were rejected.

    An unknown does not count as a yes unless --allow-unknown is given.

    \b
    ratecard route --need edit --need mask images=10
    ratecard route --need text-to-image --licence open-weights --max-price images=0.03 images=1
    ratecard route --need tool-calling --min-context 200k input_tokens=50k output_tokens=2k --explain
    ratecard route --need vision input_tokens=1k output_tokens=200 --versus at=2027-01-01
    ratecard route --request body.json input_tokens=5k output_tokens=500
    """
    front, versus, format = (options.pop(name) for name in ("front", "versus", "format"))
    asked = route_report.asked(options, named_values(options.pop("max_price"), "--max-price"))
    found = route_report.route(api.open_catalog(db), words_of(words), asked)
    if versus:
        other = route_report.route(
            api.open_catalog(db), words_of(words), route_report.changed(asked, named_values(versus, "--versus"))
        )
        return route_report.compare(found, other, form)
    if format:
        return route_report.chained(found, format)
    route_report.show(found, form, explain=explain, front=front)
    return 0 if found.choice else EXIT_NO_ROUTE
