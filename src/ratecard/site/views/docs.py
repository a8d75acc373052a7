"""The documentation pages: concepts, commands, examples in Python and SQL, errors, and JSON files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ratecard.core import errors
from ratecard.site.edition import Edition
from ratecard.site.files import schemas
from ratecard.site.files.api import PREFIX
from ratecard.site.files.api_openapi import LISTS
from ratecard.site.rendering import Page
from ratecard.site.views.snippets import Code


class DocExample(NamedTuple):
    """A piece of code, its purpose, and its result where that never changes."""

    title: str
    code: Code
    gives: str = ""


#: The words of the catalog, the same in YAML, SQL, Python, on the command line and here.
WORDS = (
    ("card", "A model: its facts, whoever sells it. Its slug is its name everywhere."),
    ("provider", "Who makes the model."),
    ("seller", "Who sells calls to it: a gateway, the maker's own API, a cloud or a reseller."),
    ("offer", "A card as one seller sells it, under the seller's own id for the model."),
    ("tariff", "One complete, dated price list of an offer. History is appended, never edited."),
    ("rate", "One row of a tariff: a meter, its price, and the facts under which it holds."),
    ("meter", "What is counted: images, input tokens, seconds of video."),
    ("fact", "A circumstance a rate may depend on: size, quality, service tier."),
    ("usage", "Quantities by meter and facts, as an invoice would list them."),
    ("reading", "One way of measuring a quantity: two images of 1024x1024 are also eight tiles."),
    ("cost", "Lines that add up to a total, and what was assumed for them."),
    ("adjustment", "A percentage that is always a line of its own, such as a discount for batches."),
    ("fee", "What a seller takes on top of the calls, when credit is bought."),
    ("claim", "What one source says a price is. Where sources differ, all claims stay."),
    ("need", "Something a call requires of whoever answers it."),
    ("route", "The offer that meets every need at the least cost, and why no other does."),
)

LAWS = (
    "The total is the sum of its lines, in exact decimals; only what is shown is ever rounded.",
    "Unknown is never zero. What no rate covers has no price, and no number is printed.",
    "A price of 0 says why: free, free in beta, included, or unverified.",
    "A default that was assumed is named on the bill.",
    "Every price is dated and has its source. Where sources disagree, the disagreement is kept and shown.",
    "The same usage costs the same in Python, in SQL and in the browser.",
)

#: The commands, in the order of `ratecard --help`, with what each answers.
COMMANDS = (
    ("search", "Which models match these words?"),
    ("show", "What is known of a model, and where was it read?"),
    ("cost", "What does a usage cost, line by line?"),
    ("route", "Which offer meets every need at the least cost, and why not the others?"),
    ("bill", "What did a log of calls cost, by model, team or day?"),
    ("history", "What did a model cost when?"),
    ("words", "Which meters, facts, capabilities and sellers are there, and what else are they called?"),
    ("query", "What does the catalog say, asked in SQL?"),
    ("plan", "Which offers do a workload within a budget?"),
    ("lint-request", "What becomes of this request at an offer: rejected, ignored or unknown?"),
    ("diff", "What changed between two catalogs?"),
    ("where", "Which database is used, and what does it hold?"),
    ("completion", "What makes a shell complete models, sellers and words."),
    ("new", "What do feeds state of a model that has no card yet?"),
    ("validate", "Are the authored files right? Every problem with its line and its remedy."),
    ("build", "The database from the authored files."),
    ("import", "Another project's price list, as claims."),
    ("reconcile", "Where do price lists disagree, and is it settled?"),
    ("audit", "Which prices and cards deserve a second look?"),
    ("verify-prices", "Which prices should somebody read at their sellers next?"),
    ("site", "These pages, from a database."),
    ("serve", "The built pages on this machine."),
)

EXIT_CODES = (
    (0, "It is done."),
    (errors.EXIT_FAILED, "It failed, or there are findings."),
    (errors.EXIT_USAGE, "The command cannot be read."),
    (errors.EXIT_UNKNOWN_MODEL, "No model has that name; near ones are suggested."),
    (errors.EXIT_NO_ROUTE, "No offer meets the needs."),
    (errors.EXIT_UNPRICED, "A price is unknown; no number is printed."),
    (errors.EXIT_OVER_BUDGET, "The calls of a log cost more than the budget."),
)

SHELL = (
    DocExample("Two images at high quality", Code("sh", "ratecard cost openai/gpt-image-1 images=2 quality=high")),
    DocExample(
        "An offer that edits and honours a mask", Code("sh", "ratecard route --need edit --need mask images=10")
    ),
    DocExample("What a model cost when", Code("sh", "ratecard history deepseek/deepseek-v4-pro")),
    DocExample("Models for a text", Code("sh", "ratecard search relight --json")),
)


def _python(title: str, text: str, gives: str = "") -> DocExample:
    return DocExample(title, Code("python", text), gives)


def _sql(title: str, text: str) -> DocExample:
    return DocExample(title, Code("sql", text))


PYTHON = (
    _python(
        "What a usage costs",
        'from ratecard import cost\n\ncost("openai/gpt-image-1", images=2, quality="high").total',
        "Decimal('0.334')",
    ),
    _python(
        "What a bill consists of",
        "from ratecard import cost\n\n"
        'bill = cost("bfl/flux-2-pro", images=1, input_images=1)\n'
        "[(line.item, str(line.amount)) for line in bill.lines]",
    ),
    _python(
        "The cheapest offer for a need",
        "from ratecard import route\n\n"
        'route(needs={"edit", "mask"}, images=10, max_cost="0.50").choice.slug',
    ),
    _python(
        "What a response reports",
        "from ratecard import usage\n\n"
        'usage({"usage": {"prompt_tokens": 20, "completion_tokens": 7}})',
    ),
)  # fmt: skip

SQL = (
    _sql(
        "The ten cheapest prices for one image",
        "SELECT slug, seller, price, zero, source, checked FROM prices\n"
        "WHERE meter = 'images' AND conditions = '{}'\nORDER BY price_number LIMIT 10;",
    ),
    _sql(
        "What sellers take for the same model",
        "SELECT seller, meter, price, per, price_status FROM prices\n"
        "WHERE slug = 'openai/gpt-image-1' ORDER BY seller, meter;",
    ),
    _sql(
        "Models that honour a mask somewhere",
        "SELECT DISTINCT slug FROM masks\nWHERE mask IN ('required', 'optional') ORDER BY slug;",
    ),
    _sql(
        "How many offers there are by the status of their price",
        "SELECT price_status, count(*) AS offers FROM offer_prices\n"
        "GROUP BY price_status ORDER BY offers DESC;",
    ),
    _sql(
        "Models by words",
        "SELECT slug, name FROM card_search\nWHERE card_search MATCH '\"flux\"' ORDER BY rank LIMIT 5;",
    ),
    _sql(
        "What ended, and when",
        "SELECT cards.slug, events.date FROM events JOIN cards ON cards.id = events.card_id\n"
        "WHERE events.event = 'retired' ORDER BY events.date DESC LIMIT 10;",
    ),
    _sql(
        "Claims that differ from the price held",
        "SELECT slug, seller, meter, claimed, claimed_per, held, held_per, source FROM disputes LIMIT 20;",
    ),
)  # fmt: skip

#: JSON files of the site other than the lists.
FILES = (
    ("v1/models", "Every model in the shape of OpenAI's list."),
    ("changes.atom", "What changed, as an Atom feed."),
    ("catalog.db", "The whole catalog as one SQLite file."),
    ("llms.txt", "Where the Markdown of every model stands."),
    ("llms-full.txt", "Every model with each seller's prices, in one text."),
    ("openapi.json", "The calls to models that the pages show, as OpenAPI."),
    ("api/openapi.json", "These files of JSON, as OpenAPI."),
)

#: Twins of pages: the same address with another ending.
TWINS = (
    ("models/SLUG.json", "A model whole: every offer, price list, capability and source."),
    ("models/SLUG.md", "The page of a model as Markdown."),
    ("providers/ID.json", "What a page lists, as JSON: of a provider, a seller, a collection, a family, a modality, …"),
    ("providers/ID.md", "Any page as Markdown; a list that has several pages has one such file, with all of it."),
)


def pages(edition: Edition) -> Iterator[Page]:
    """The pages of documentation that are the same for every catalog."""
    yield Page("docs/concepts/index.html", "docs_concepts.html", {"words": WORDS, "laws": LAWS})
    yield Page("docs/cli/index.html", "docs_cli.html", {"commands": COMMANDS, "codes": EXIT_CODES, "examples": SHELL})
    yield Page("docs/python/index.html", "docs_python.html", {"examples": PYTHON})
    yield Page("docs/sql/index.html", "docs_sql.html", {"examples": SQL})
    yield Page("docs/errors/index.html", "docs_errors.html", {"errors": raised(), "codes": EXIT_CODES})
    published = [(schemas.path(kind), what) for kind, what in schemas.KINDS]
    lists = tuple((f"{PREFIX}{name}.json", what) for name, (what, _) in LISTS.items())
    context = {"lists": lists, "files": FILES, "schemas": published, "twins_of": TWINS, "base": edition.base}
    yield Page("docs/json/index.html", "docs_json.html", context)


def raised() -> tuple[tuple[str, str, str], ...]:
    """Every error of the library, its builtin base, and its meaning."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind.__module__ == errors.__name__]
    return tuple(
        (kind.__name__, _builtin(kind), (kind.__doc__ or "").split("; ")[0].rstrip(".") + ".")
        for kind in kinds
        if kind is not errors.RatecardError
    )


def _builtin(kind: type) -> str:
    return next(base.__name__ for base in kind.__mro__ if base.__module__ == "builtins" and base is not Exception)
