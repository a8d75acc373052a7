"""Small cards and catalogs for tests, written as an author would write them."""

from __future__ import annotations

import functools
import re
import shutil
import textwrap
from datetime import date
from pathlib import Path

from ratecard.cards import reader, schema, yaml_tree
from ratecard.cards.layout import SELLERS, listing
from ratecard.core.catalog import Catalog
from ratecard.core.records import Card, Offer, Tariff

ROOT = Path(__file__).parent.parent
#: The newest day on which something in the repository's catalog was read, which tests take for today.
DAY = max(
    date.fromisoformat(day)
    for file in (ROOT / "catalog").rglob("*.yaml")
    for day in re.findall(r"checked: (\d{4}-\d\d-\d\d)", file.read_text(encoding="utf-8"))
)
EDITOR_LINE = "# yaml-language-server: $schema=../../schema/card.schema.json\n"

#: A card without offers, to be followed by what a test is about.
CARD = """\
name: Toy
provider: openai
modality: image
sources: [{url: https://example.org/toy, checked: 2026-11-01}]
"""

OFFER = """\
offers:
  - seller: fal
    model_id: toy
    tariffs:
      - sources: [{url: https://example.org/prices, checked: 2026-11-01}]
"""


@functools.cache
def bare_catalog() -> Catalog:
    """The repository's words, makers and sellers without its cards, which take a while to read.

    The words are those that docs/catalog shares with it.
    """
    root = ROOT / "catalog"
    sellers = [reader.read_seller(root, file).record for file in listing(root / SELLERS)[0]]
    shared = reader.read(ROOT / "docs" / "catalog").catalog
    return shared._replace(cards={}, names={}, sellers={seller.id: seller for seller in sellers})


def card(text: str, slug: str = "toys/toy") -> Card:
    """The card that YAML text stands for, behind the head every card needs."""
    tree, flaws = yaml_tree.parse((CARD + textwrap.dedent(text)).encode())
    assert not flaws
    built: Card = schema.Card.model_validate(yaml_tree.contents(tree)).build(slug=slug)
    return built


def offer(text: str) -> Offer:
    """The offer whose only price list is YAML text."""
    return card(OFFER + textwrap.indent(textwrap.dedent(text), " " * 8)).offers[0]


def tariff(text: str) -> Tariff:
    """The price list that YAML text stands for."""
    return offer(text).tariffs[0]


def folder(path: Path, *cards: tuple[str, str], models: bool = False) -> Path:
    """A catalog's folder with the repository's words and sellers, and these cards by slug."""
    root = path / "catalog"
    left_out = {"schema", "evidence", "decisions", "verifications.tsv", "benchmarks.tsv"} | (
        set() if models else {"models"}
    )

    def ignored(folder: str, names: list[str]) -> set[str]:
        return left_out & set(names) if Path(folder) == ROOT / "catalog" else set()

    shutil.copytree(ROOT / "catalog", root, ignore=ignored)
    (root / "models").mkdir(exist_ok=True)
    for slug, text in cards:
        put(root, slug, text)
    return root


def put(root: Path, slug: str, text: str) -> Path:
    """Writes one card into a catalog's folder."""
    file = root / "models" / f"{slug}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    up = "../" * (slug.count("/") + 1)
    file.write_text(f"# yaml-language-server: $schema={up}schema/card.schema.json\n{text}", encoding="utf-8")
    return file


def models(root: Path, *slugs: str) -> None:
    """Writes a card of a text model without offers for each slug."""
    for slug in slugs:
        provider, _, name = slug.partition("/")
        source = "sources: [{url: https://example.org/model, checked: 2026-11-01}]"
        put(root, slug, f"name: {name}\nprovider: {provider}\nmodality: text\n{source}\n")
