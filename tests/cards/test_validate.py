"""What `validate` reports."""

from __future__ import annotations

import inspect
import json
import re
import textwrap
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints

import jsonschema
import pytest

import toys
from ratecard import api
from ratecard.cards import checks, reader, schema, yaml_tree
from ratecard.cards.schema import json_schema, typed_words
from ratecard.core import records
from ratecard.core.problems import Problem, as_github
from ratecard.core.words import RouteWords, Words
from ratecard.routing.arguments import Options

MISTAKES = Path(__file__).with_name("mistakes.yaml").read_text(encoding="utf-8")

#: Line of each planted mistake, and words its message must hold.
PLANTED = [
    (2, "the required key 'provider' is missing; add it"),
    (2, "a text is expected here"),
    (3, "unknown key 'providr'; did you mean 'provider'?"),
    (4, "'imgae' is not an allowed value"),
    (5, "the text is empty"),
    (6, "a list is expected here"),
    (7, "'openai/gpt-image-2' is also a name of openai/gpt-image-2"),
    (7, "'mistakes' says the same as the slug"),
    (8, "'pictures' is not an allowed value"),
    (10, "'text-to-imge' is not a capability; did you mean 'text-to-image'?"),
    (11, "'maybe' is not a value of edit"),
    (12, "unknown key 'valu'; did you mean 'value'?"),
    (12, "the required key 'value' is missing"),
    (13, "min_side 900 is above max_side 100"),
    (13, "0 is below 1"),
    (13, "'10' is not a size"),
    (15, "'2025-02-29' is not a date"),
    (16, "'x.org' is not a web address"),
    (17, "listed appears twice"),
    (18, "no card 'toys/none'"),
    (19, "the list is empty"),
    (21, "no seller 'aigatway'"),
    (23, "'images/generate' is not an endpoint; did you mean 'images/generations'?"),
    (26, "2031-01-01 is in the future"),
    (27, "'qualty' is not a fact; did you mean 'quality'?"),
    (27, "'big' is not a size"),
    (29, "'image' is not a meter; did you mean 'images'?"),
    (30, "'1e-6' is not a number"),
    (31, "a price of -1 is below zero"),
    (32, "a price of 0 does not say why"),
    (33, "the price is 0.04, not 0"),
    (34, "50 per image is above 2, the bound of images; 100x off?"),
    (35, "0 is below 1"),
    (37, "could tie with rates[7] for output_tokens"),
    (38, "is not a window"),
    (39, "-100 % leaves nothing"),
    (40, "2025-12-31 is not after 2026-01-01"),
    (42, "no rate for images applies under the defaults"),
    (44, "duplicate key 'url', first on line 44"),
    (46, "the example says 0.09, the rates give 0.08"),
]


def test_forty_planted_mistakes_give_forty_messages(tmp_path: Path, today: date) -> None:
    """One file with forty mistakes of form and of sense is reported whole, every one on its line."""
    root = toys.folder(tmp_path, ("openai/gpt-image-2", toys.CARD), ("toys/mistakes", ""))
    (root / "models/toys/mistakes.yaml").write_text(MISTAKES, encoding="utf-8")
    found = [problem for problem in checks.validate(root, today) if problem.file.endswith("mistakes.yaml")]
    unmet = [
        (line, words)
        for line, words in PLANTED
        if not any(problem.line == line and words in str(problem) for problem in found)
    ]
    assert unmet == [], "\n".join(map(str, found))
    assert len(PLANTED) == 40
    assert len(found) == 40, "\n".join(map(str, found))


def test_every_message_says_where_what_and_how_to_mend(tmp_path: Path, today: date) -> None:
    """A message is file:line:column: where: what; how to mend it."""
    root = toys.folder(tmp_path, ("toys/toy", MISTAKES))
    for problem in checks.validate(root, today):
        assert re.fullmatch(r"[^:]+:\d+:\d+: .+; .+", str(problem)), problem


def test_the_repositorys_catalog_is_clean(today: date) -> None:
    """The catalog that is published has no problem; no two of its cards claim one id."""
    assert checks.validate(toys.ROOT / "catalog", today) == []


def test_a_github_annotation_stays_on_one_line() -> None:
    """What an author writes cannot break out of the annotation."""
    problem = Problem("a.yaml", 3, 4, "name", "50 %\n::error::x", "mend it")
    assert as_github(problem) == "::error file=a.yaml,line=3,col=4::name: 50 %25%0A::error::x; mend it"


SEMANTIC = {
    "an id of two cards": (
        {"toys/one": toys.CARD + "ids: [same-1]\n", "toys/two": toys.CARD + "ids: [same-1]\n"},
        "'same-1' is also a name of toys/two",
    ),
    "the same offer twice": (
        {"toys/toy": toys.CARD + "offers: [{seller: fal, model_id: a}, {seller: fal, model_id: a}]\n"},
        "fal already offers 'a' as offers[0]",
    ),
    "what a seller grants, at a card": (
        {"toys/toy": toys.CARD + "capabilities: {tool-calling: yes}\n"},
        "tool-calling is what a seller grants, so it holds at an offer",
    ),
    "an unknown provider": ({"toys/toy": toys.CARD.replace("openai", "nobody")}, "no provider 'nobody'"),
    "a provider in capitals": ({"toys/toy": toys.CARD.replace("openai", "OpenAI")}, "did you mean 'openai'?"),
    "a provider that the folder contradicts": (
        {"xai/toy": toys.CARD},
        "the card lies in models/xai and says provider openai; move it to models/openai, or write xai",
    ),
    "a currency in words": (
        {"toys/toy": toys.CARD + toys.OFFER + "        currency: euro\n        rates: [{meter: images, price: 1}]\n"},
        "'euro' is not a currency; write EUR",
    ),
    "a decimal comma": (
        {"toys/toy": toys.CARD + toys.OFFER + "        rates: [{meter: images, price: 0,04}]\n"},
        "'04' is no key: a comma ends a value; write numbers with a point, such as 0.04",
    ),
    "overlapping periods": (
        {
            "toys/toy": toys.CARD + toys.OFFER + '        periods: {off_peak: ["mon-sun 00:00-08:00"],'
            ' peak: ["tue 07:59-09:00"]}\n        rates: [{meter: images, price: 1}]\n'
        },
        "overlaps off_peak",
    ),
    "a reading without its fact": (
        {"toys/toy": toys.CARD + toys.OFFER + "        rates: [{meter: tiles, price: 0.01}]\n"},
        "tiles follows from size, which has no default",
    ),
    "a rate repeated": (
        {
            "toys/toy": toys.CARD
            + toys.OFFER
            + "        rates: [{meter: images, price: 1}, {meter: images, price: 1}]\n"
        },
        "repeats rates[0] for images",
    ),
    "a later price list without a date": (
        {
            "toys/toy": toys.CARD
            + toys.OFFER
            + "        rates: [{meter: images, price: 1}]\n"
            + "      - sources: [{url: https://x.org, checked: 2026-01-01}]\n"
            + "        rates: [{meter: images, price: 1}]\n"
        },
        "only an offer's first price list may lack `effective`",
    ),
    "a path that is no slug": ({"Toys/toy one": toys.CARD}, "the invalid slug 'Toys/toy one'"),
}


OUT_OF_BOUNDS = {
    "rates: [{meter: images, price: 0.0000000000001}]": "more than 12 decimals",
    "rates: [{meter: images, price: 1000000000001}]": "1000000000001 is above 1,000,000,000,000",
    "rates: [{meter: images, price: 1, minimum: 10000000000000}]": "is above 1,000,000,000,000",
    "rates: [{meter: images, price: 1, per: 1_000_000_000_000_001}]": "is above 1,000,000,000,000,000",
    "rates: [{meter: images, price: 1, above: 99999999999999999999}]": "is above 1,000,000,000,000,000",
    "rates: []\nadjustments: [{name: x, percent: 1000.5}]": "1000.5 is not a percentage up to 1000",
    "rates: []\nadjustments: [{name: x, percent: -0.3333333333333}]": "with at most 12 decimals",
    f"rates: []\nadjustments: [{', '.join(['{name: x, percent: 1}'] * 17)}]": "16",
}


@pytest.mark.parametrize(("text", "message"), OUT_OF_BOUNDS.items(), ids=range(len(OUT_OF_BOUNDS)))
def test_numbers_keep_within_bounds_in_which_every_cost_is_exact(
    text: str, message: str, tmp_path: Path, today: date
) -> None:
    """A number longer than any source prints is a mistake, found before it can make a cost too long."""
    card = toys.CARD + toys.OFFER + textwrap.indent(text, " " * 8) + "\n"
    found = checks.validate(toys.folder(tmp_path, ("toys/toy", card)), today)
    assert any(message in str(problem) for problem in found), "\n".join(map(str, found))


@pytest.mark.parametrize(("cards", "message"), SEMANTIC.values(), ids=SEMANTIC)
def test_what_must_hold_between_the_parts(cards: dict[str, str], message: str, tmp_path: Path, today: date) -> None:
    """Sense is checked across fields, price lists and cards."""
    found = checks.validate(toys.folder(tmp_path, *cards.items()), today)
    assert any(message in str(problem) for problem in found), "\n".join(map(str, found))


def test_links_and_strange_files_are_not_followed(tmp_path: Path, today: date) -> None:
    """A link, a folder in a file's place or another kind of file is a problem, never read."""
    root = toys.folder(tmp_path, ("toys/toy", toys.CARD))
    (root / "models/toys/link.yaml").symlink_to("/etc/hostname")
    (root / "models/toys/card.yml").write_text("name: x")
    found = [problem.what for problem in checks.validate(root, today)]
    assert found == ["not a .yaml file", "not a regular file"]


def test_records_hold_exactly_what_the_schema_lets_an_author_write() -> None:
    """Schema and records have the same fields; only a slug, an id and what feeds say come from elsewhere."""
    entries = [schema.Card, schema.Seller, *reader.WORDS.values()]
    seen: set[type[schema.Entry]] = set()
    while entries:
        entry = entries.pop()
        seen.add(entry)
        assert set(entry.record._fields) - set(entry.model_fields) <= {
            "slug",
            "id",
            "ids",
            "benchmarks",
            "confidence",
            "stale",
            "undated",
            "scaled",
            "answers",
            "seen",
        }
        assert set(entry.model_fields) <= set(entry.record._fields)
        for name in entry.model_fields:
            default = entry.model_fields[name].default
            if name in entry.record._field_defaults and not isinstance(default, schema.Entry):
                held = entry.record._field_defaults[name]
                assert (held or default) in (default, held or None) or not (held or default), (entry, name)
        entries += [child for child in schema.Entry.__subclasses__() if child not in seen and child not in entries]
    assert len(seen) > 20


def test_the_committed_schema_files_are_current() -> None:
    """catalog/schema is what the schema gives; `make schema` writes it."""
    committed = {file.name: file.read_text(encoding="utf-8") for file in (toys.ROOT / "catalog/schema").iterdir()}
    assert committed == json_schema.schemas(toys.ROOT / "catalog")


def test_the_committed_types_of_keywords_are_current() -> None:
    """Every meter and fact is a keyword that editors complete; `make schema` writes them."""
    file = toys.ROOT / "src" / "ratecard" / "core" / "words.py"
    assert file.read_text(encoding="utf-8") == typed_words.text(toys.ROOT / "catalog")
    for name in typed_words.OF_ROUTES:
        assert name in Options._fields
    for call, words in ((api.cost, Words), (api.forecast, Words), (api.route, RouteWords)):
        assert not inspect.signature(call).parameters.keys() & get_type_hints(words).keys()


def test_every_card_passes_its_json_schema_as_an_editor_reads_it() -> None:
    """What editors are told agrees with what validation accepts, for every authored file."""
    import yaml  # the loader editors' tools resemble most

    cards = jsonschema.Draft202012Validator(
        json.loads((toys.ROOT / "catalog/schema/card.schema.json").read_text("utf-8"))
    )
    for file in sorted((toys.ROOT / "catalog/models").rglob("*.yaml")):
        value = yaml_tree.contents(yaml_tree.parse(file.read_bytes())[0])
        typed = _as_an_editor_types(value)
        assert not list(cards.iter_errors(typed)), (file, [error.message for error in cards.iter_errors(typed)])
    assert yaml.__version__
    assert records.Card.__doc__


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("provider",), "nope"), (("kind",), "chatbot"), (("capabilities",), {"text2image": "yes"}),
        (("capabilities",), {"vision": "maybe"}), (("offers", 0, "seller"), "nope"),
        (("offers", 0, "endpoints"), ["image/generation"]), (("sources", 0, "checked"), "29.11.2026"),
        (("offers", 0, "tariffs", 0, "rates", 0, "meter"), "image"),
        (("offers", 0, "tariffs", 0, "rates", 0, "price"), 0),
        (("offers", 0, "tariffs", 0, "rates", 0, "when"), {"qualty": "high"}),
    ],
)  # fmt: skip
def test_an_editor_marks_words_that_the_catalog_does_not_know(place: tuple[str | int, ...], value: object) -> None:
    """What `make schema` writes knows the catalog's meters, facts, capabilities, sellers, providers and endpoints."""
    schema = json.loads((toys.ROOT / "catalog/schema/card.schema.json").read_text("utf-8"))
    cards = jsonschema.Draft202012Validator(schema)
    source = {"url": "https://openai.com/api/pricing/", "checked": "2026-11-01"}
    rates = [{"meter": "images", "price": 0.04, "when": {"quality": "high"}}]
    offer = {"seller": "openai", "model_id": "toy", "endpoints": ["images/generations"],
             "tariffs": [{"sources": [source], "rates": rates}]}  # fmt: skip
    card: dict[str, Any] = {"name": "Toy", "provider": "openai", "modality": "image", "kind": "image",
                            "capabilities": {"vision": "yes"}, "sources": [source], "offers": [offer]}  # fmt: skip
    assert [error.message for error in cards.iter_errors(card)] == []
    part: Any = card
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    assert list(cards.iter_errors(card))


def _as_an_editor_types(value: object) -> object:
    """Texts that look like YAML 1.2 numbers and truth values, as such."""
    match value:
        case dict():
            return {key: _as_an_editor_types(item) for key, item in value.items()}
        case list():
            return [_as_an_editor_types(item) for item in value]
        case "true" | "false":
            return value == "true"
        case str() if re.fullmatch(r"-?[0-9][0-9_]*", value):
            return int(value.replace("_", ""))
        case str() if re.fullmatch(r"-?[0-9]+\.[0-9]+", value):
            return float(value)
        case _:
            return value
