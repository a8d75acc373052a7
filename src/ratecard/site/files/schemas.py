"""The JSON Schemas of what authors write, published with the site so that editors and other tools find them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ratecard.cards.schema import json_schema
from ratecard.site.edition import Edition

FOLDER = "schemas/"
#: The form of the files; it is raised when one that was right before would no longer be.
VERSION = 1

#: The kinds of files that authors write, and their subjects.
KINDS = (
    ("card", "A model: its facts, whoever sells it, and every price list of each offer."),
    ("seller", "Who sells calls: fees, errors, and how they say they work."),
    ("decisions", "Which of several claimed prices is right, and why."),
    ("workload", "Tasks, how often each is called, and what it needs."),
    ("meters", "What is counted."),
    ("facts", "The circumstances a price may depend on."),
    ("capabilities", "What models can do."),
    ("endpoints", "The calls that sellers answer."),
    ("parameters", "What the parameters of a request ask for."),
    ("use_cases", "What models are used for, by their kind."),
    ("collections", "Lists of models by a stated query."),
    ("providers", "Who makes models."),
    ("feeds", "Other projects' price lists that are imported."),
)


def path(kind: str) -> str:
    """The address of a schema."""
    return f"{FOLDER}{kind}-v{VERSION}.json"


def files(edition: Edition) -> Iterator[tuple[str, str]]:
    """Every schema with its text; where the site has an address, that is part of the schema's id."""
    found = json_schema.schemas()
    for kind, _ in KINDS:
        body = json.loads(found[f"{kind}.schema.json"])
        id = {"$id": edition.base + path(kind)} if edition.base else {}
        document = {"$schema": body.pop("$schema"), **id, **body}
        yield path(kind), json.dumps(document, indent=1, ensure_ascii=False) + "\n"
