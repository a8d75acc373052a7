"""What a site publishes, held against the validators of those who defined the forms."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import feedparser
import pytest
from llms_txt import parse_llms_file
from openapi_spec_validator import validate
from site_reading import head

from ratecard.core.catalog import Catalog
from ratecard.site import links

NODE = Path(__file__).resolve().parents[1] / "node"
NU = NODE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def test_the_nu_validator_finds_no_error(site: Path, tmp_path: Path) -> None:
    """Each page, the style and the pictures are what the standards say, by the checker of the W3C."""
    broken = tmp_path / "broken.html"
    broken.write_text("<!doctype html><title>x</title><p><div></p>", encoding="utf-8")

    published = (path for path in site.rglob("*") if path.suffix in (".html", ".css", ".svg"))
    found = list(complaints([broken, *published]))

    assert found
    assert [(name, said) for name, said in found if not name.endswith("broken.html")] == []


@pytest.mark.parametrize("name", ["openapi.json", "api/openapi.json"])
def test_the_interfaces_are_described_as_openapi_asks(name: str, site: Path) -> None:
    """Both documents are OpenAPI 3.1 with schemas of JSON Schema 2020-12."""
    validate(json.loads((site / name).read_text("utf-8")))


def test_llms_txt_is_read_as_it_was_proposed(site: Path, catalog: Catalog) -> None:
    """The parser of those who proposed the form finds a title, a summary and links, each model's among them."""
    read = parse_llms_file((site / "llms.txt").read_text("utf-8"))
    addresses = {link["url"] for section in read.sections.values() for link in section}

    assert read.title == "ratecard"
    assert read.summary
    assert addresses >= {links.twin(slug) for slug in catalog.cards}


def test_readers_of_feeds_take_the_feed(site: Path) -> None:
    """A reader of Atom has nothing to put up with, and finds each entry whole."""
    read = feedparser.parse((site / "changes.atom").read_bytes())

    assert (read.version, read.bozo) == ("atom10", False)
    assert read.entries
    assert all(entry.id and entry.title and entry.updated_parsed and entry.content for entry in read.entries)


def test_linked_data_has_the_types_of_schema_org(site: Path, catalog: Catalog, tmp_path: Path) -> None:
    """TypeScript's types of schema.org take linked data of each shape, and refuse a word that is none."""
    if not shutil.which("node"):
        pytest.skip("install Node 20 or newer with npm (Debian: nodejs npm), which checks the linked data")
    (tmp_path / "node_modules").symlink_to(NODE / "node_modules")
    graphs = [json.dumps(graph) for graph in {shape(graph): graph for graph in linked(site, catalog)}.values()]
    wrong = graphs[0].replace('"name"', '"priec"', 1)

    first, *others = typed(tmp_path, {"linked.ts": graphs, "wrong.ts": [wrong]}).splitlines()

    assert first.startswith("wrong.ts")
    assert "priec" in first
    assert [line for line in others if line.startswith("linked.ts")] == []


def complaints(files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """What Nu calls an error in files: where and what."""
    if not (shutil.which("java") and shutil.which("npm")):
        pytest.skip("install Java and npm (Debian: openjdk-17-jre-headless nodejs npm), which run the Nu validator")
    assert NU.is_file(), "the tests need the packages of tests/node: run `make setup`"
    options = ("--format", "json", "--also-check-css", "--also-check-svg", "--exit-zero-always", "--stdout", *files)
    java = ("java", "-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", NU)  # it runs for a short while
    said = subprocess.run([*java, *options], capture_output=True, check=True, text=True)
    for message in json.loads(said.stdout)["messages"]:
        if message["type"] != "info":
            yield message["url"], f"{message.get('lastLine')}: {message['message']}"


def linked(site: Path, catalog: Catalog) -> Iterator[object]:
    """The linked data of each model's page."""
    for slug in catalog.cards:
        for script in head((site / links.model(slug) / "index.html").read_bytes(), "script"):
            if script.get("type") == "application/ld+json":
                yield json.loads(script.text or "")


def shape(data: object) -> str:
    """The form of linked data: its types and words, without what they say."""
    if isinstance(data, dict):
        return str({word: said if word == "@type" else shape(said) for word, said in sorted(data.items())})
    return str(sorted({shape(part) for part in data})) if isinstance(data, list) else ""


def typed(folder: Path, files: Mapping[str, list[str]]) -> str:
    """What the compiler says against linked data taken as graphs of schema.org, all at once since it is slow."""
    for name, graphs in files.items():
        lines = [f"export const graph{number}: Graph = {graph};" for number, graph in enumerate(graphs)]
        (folder / name).write_text("\n".join(['import type { Graph } from "schema-dts";', *lines]), encoding="utf-8")
    command = [
        "node",
        "node_modules/typescript/bin/tsc",
        "--strict",
        "--noEmit",
        "--skipLibCheck",
        "--module",
        "nodenext",
        *files,
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True).stdout
