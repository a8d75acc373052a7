"""`ratecard route`: the cheapest model that does, whom to fall back to, and why not the others."""

from __future__ import annotations

from typing import Any

import click

from ratecard import api
from ratecard.cli import route_report
from ratecard.cli.options import at_option, db_option, named_values, output_options, words_argument
from ratecard.core.errors import EXIT_NO_ROUTE
from ratecard.core.usage import words_of


@click.command()
@words_argument
@click.option("--request", metavar="FILE", help="What this request needs, before it is sent; - is standard input.")
@click.option("--endpoint", metavar="ID", help="What the request is a call to, where that cannot be told from it.")
@click.option("--file", "files", multiple=True, metavar="FIELD=FILE", help="A file sent with it, such as mask=m.png.")
@click.option("--need", "needs", multiple=True, metavar="CAPABILITY", help="It must do this, such as edit or mask.")
@click.option("--without", multiple=True, metavar="CAPABILITY", help="It must not do this.")
@click.option("--input", "inputs", multiple=True, metavar="MODALITY", help="It must take this, such as image.")
@click.option("--output", "outputs", multiple=True, metavar="MODALITY", help="It must give this.")
@click.option("--size", metavar="WxH", help="It must make this size; priced for it too.")
@click.option("--n", type=click.IntRange(1), help="One call must make so many images.")
@click.option("--min-context", type=click.IntRange(1), metavar="TOKENS", help="Its context must hold so many tokens.")
@click.option("--max-cost", metavar="MONEY", help="Not more than this may have to be paid for the usage.")
@click.option("--max-price", multiple=True, metavar="METER=PRICE", help="A price must not be higher, as pages show it.")
@click.option("--provider", "providers", multiple=True, metavar="ID", help="Only models of this provider.")
@click.option("--not-provider", "not_providers", multiple=True, metavar="ID", help="No models of this provider.")
@click.option("--seller", "sellers", multiple=True, metavar="ID", help="Only at this seller.")
@click.option("--not-seller", "not_sellers", multiple=True, metavar="ID", help="Not at this seller.")
@click.option("--only", multiple=True, metavar="NAME", help="Only this model (* is anything), provider:… or seller:….")
@click.option("--ignore", multiple=True, metavar="NAME", help="Not this model, provider:… or seller:….")
@click.option("--prefer", multiple=True, metavar="NAME", help="Rather this one; the most preferred first.")
@click.option(
    "--by", multiple=True, metavar="AXIS[=WEIGHT]", help="What is better, such as cost, confidence, freshness."
)
@click.option(
    "--column", "columns", multiple=True, metavar="FILE", help="A CSV of slugs and numbers of yours to go by."
)
@click.option("--sync", is_flag=True, help="It must answer at once.")
@click.option("--licence", multiple=True, metavar="NAME", help="A licence, open-weights or commercial.")
@click.option("--region", metavar="NAME", help="It must be sold for this region.")
@click.option("--key", "keys", multiple=True, metavar="SELLER", help="A seller whose key you hold; then only those.")
@click.option(
    "--price", "prices", multiple=True, metavar="MODEL:METER=PRICE", help="Take this price, as pages show it."
)
@click.option("--fallbacks", type=click.IntRange(0), metavar="COUNT", help="At most so many fallbacks; 3 if left out.")
@click.option("--within", metavar="TIMES", help="A fallback costs at most so many times the choice; 10 if left out.")
@click.option("--front", multiple=True, metavar="AXIS", help="Show what nothing beats in cost and this.")
@click.option("--versus", multiple=True, metavar="at=DATE|keys=…", help="Compare with another day or other keys.")
@click.option(
    "--as", "format", metavar="FORMAT", help="Print the chain for litellm, openrouter, portkey, vercel, json, list."
)
@click.option("--allow-unknown", is_flag=True, help="Let pass what nobody knows, with a warning.")
@click.option("--explain", is_flag=True, help="Show every rejection with all its reasons.")
@at_option
@db_option
@output_options
def route(words: tuple[str, ...], db: str | None, form: str | None, explain: bool, **options: Any) -> int:
    """The best offer for a usage that meets every need, whom to fall back to, and why not the others.

    What nobody knows does not pass for a yes unless --allow-unknown is given.

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
