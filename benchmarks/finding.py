"""Finding a model in the browser: what a keystroke takes among ten thousand models, beside a library for searching.

Both run in the same page of Chromium over the same models. Ours sieves, orders and draws thirty rows as well.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import measure
from peers import CACHE
from playwright.sync_api import Page, sync_playwright
from table import Table

from ratecard.core.records import Card
from ratecard.database import store
from ratecard.site import serve
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition, provider_name
from ratecard.site.files import search_index

MODELS = 10_000
ROUNDS = 7
MINISEARCH = "7.2.0"
TITLE = "Finding a model among ten thousand, in Chromium"
OWN = "ratecard: search, sieve, order, draw"
NAMES = (OWN, "ratecard: the search alone", f"MiniSearch {MINISEARCH}: the search alone")
ROWS = {TITLE: NAMES}
HEAD = ("", "ms a key", "slowest key", "ms from index to ready", "KB of index, gzip")
#: What is typed, letter by letter: names, parts of names, several words, and one that is nowhere.
TYPED = ("gpt-4o mini", "claude sonnet", "llama 70b", "flux", "gemni flsh")

#: Types letters and says, in milliseconds, what each took until the page was laid out again.
_TYPE = """async (words) => {
  const box = document.querySelector("input[type=search]");
  const taken = [];
  for (const text of words) {
    for (let end = 1; end <= text.length; end += 1) {
      const start = performance.now();
      box.value = text.slice(0, end);
      box.dispatchEvent(new Event("input", { bubbles: true }));
      await Promise.resolve();
      document.body.offsetHeight;
      taken.push(performance.now() - start);
    }
  }
  return taken;
}"""
_OWN = """async (words) => {
  const { load } = await import("/assets/catalog.js");
  const { matches, texts } = await import("/assets/search.js");
  await fetch("/index.json", { cache: "reload" }).then((answer) => answer.text());
  const start = performance.now();
  const index = await load();
  const prepared = texts(index);
  const ready = performance.now() - start;
  const taken = [];
  for (const text of words) {
    for (let end = 1; end <= text.length; end += 1) {
      const from = performance.now();
      matches(index, prepared, text.slice(0, end), () => true);
      taken.push(performance.now() - from);
    }
  }
  return { ready, taken };
}"""
_MINISEARCH = """async (words) => {
  const { default: MiniSearch } = await import("/minisearch.js");
  const searchOptions = { prefix: true, fuzzy: 0.2, combineWith: "AND" };
  const options = { fields: ["slug", "name", "provider"], storeFields: [], searchOptions };
  const made = new MiniSearch(options);
  made.addAll(await (await fetch("/records.json")).json());
  const packed = JSON.stringify(made);
  const zipped = new Blob([packed]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = (await new Response(zipped).blob()).size;
  const start = performance.now();
  const index = MiniSearch.loadJSON(packed, options);
  const ready = performance.now() - start;
  const taken = [];
  for (const text of words) {
    for (let end = 1; end <= text.length; end += 1) {
      const from = performance.now();
      index.search(text.slice(0, end));
      taken.push(performance.now() - from);
    }
  }
  return { ready, taken, bytes };
}"""
_SIZE = """async (name) => {
  const answer = await fetch(name);
  return (await new Response(answer.body.pipeThrough(new CompressionStream("gzip"))).blob()).size;
}"""


def tables() -> Iterator[Table]:
    """One table: the page as it is used, then the searches alone."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site")
        _prepare(site)
        with serve.server(site, 0) as running:
            threading.Thread(target=running.serve_forever, daemon=True).start()
            found = _measured(f"http://{serve.ADDRESS}:{running.server_port}")
            running.shutdown()
    rows = [_row(name, *found[name]) for name in NAMES]
    note = (
        f"{MODELS:,} models: the market's and copies under other names. {sum(map(len, TYPED))} keys, of each the "
        f"median of {ROUNDS} rounds; ours draws thirty rows and lays the page out, and a frame is 16 ms. MiniSearch "
        "searches prefixes and allows a fifth of the letters to differ."
    )
    yield Table(TITLE, note, HEAD, rows)


def _row(name: str, taken: Sequence[float], ready: float | None, size: float | None) -> tuple[str, ...]:
    sizes = f"{size / 1000:.0f}" if size else ""
    return name, f"{median(taken):.1f}", f"{max(taken):.1f}", f"{ready:.0f}" if ready else "", sizes


def _prepare(site: Path) -> None:
    """The pages of the repository's site with an index of ten thousand models, and what MiniSearch is given."""
    built = measure.ROOT / "site"
    site.mkdir()
    for name in ("index.html", "style.css", "icon.svg", "words.json"):
        shutil.copy(built / name, site / name)
    shutil.copytree(built / "assets", site / "assets")
    (site / "models").mkdir()
    shutil.copy(built / "models" / "index.html", site / "models" / "index.html")
    catalog = store.read(measure.ROOT / "catalog.db")
    edition = Edition.of(catalog, datetime.now(UTC).date(), SiteConfig())
    cards = _many(list(catalog.cards.values()))
    for name, text in search_index.files(edition, cards):
        (site / name).write_text(text, encoding="utf-8")
    records = [
        {"id": number, "slug": card.slug, "name": card.name, "provider": provider_name(edition, card)}
        for number, card in enumerate(cards)
    ]
    (site / "records.json").write_text(json.dumps(records), encoding="utf-8")
    shutil.copy(_minisearch(), site / "minisearch.js")


def _many(cards: list[Card]) -> list[Card]:
    copies = [card._replace(slug=f"{card.slug}-r2", name=f"{card.name} r2") for card in cards]
    return sorted([*cards, *copies][:MODELS], key=lambda card: card.slug)


def _minisearch() -> Path:
    home = CACHE / "minisearch"
    module = home / "node_modules" / "minisearch" / "dist" / "es" / "index.js"
    if not module.exists():
        home.mkdir(parents=True, exist_ok=True)
        options = ("--prefix", home, "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
        subprocess.run(["npm", "install", *options, f"minisearch@{MINISEARCH}"], check=True)
    return module


def _measured(home: str) -> Mapping[str, tuple[Sequence[float], float | None, float | None]]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        page = browser.new_page()
        page.goto(f"{home}/models/")
        page.locator("input[type=search]").first.press_sequentially("x")
        page.wait_for_selector("table.found")
        page.evaluate(_TYPE, list(TYPED))  # once for the browser to know the code
        used = _medians([page.evaluate(_TYPE, list(TYPED)) for _ in range(ROUNDS)])
        own, other = _rounds(page, _OWN), _rounds(page, _MINISEARCH)
        size = sum(page.evaluate(_SIZE, f"/{name}") for name in (search_index.MODELS, search_index.FILTERS))
        browser.close()
    return {
        NAMES[0]: (used, None, size),
        NAMES[1]: (own["taken"], own["ready"], None),
        NAMES[2]: (other["taken"], other["ready"], other["bytes"]),
    }


def _rounds(page: Page, code: str) -> Mapping[str, Any]:
    """What a search says of itself, each key by the median of the rounds."""
    found = [page.evaluate(code, list(TYPED)) for _ in range(ROUNDS)]
    return {
        **found[-1],
        "taken": _medians([one["taken"] for one in found]),
        "ready": median(one["ready"] for one in found),
    }


def _medians(rounds: Sequence[Sequence[float]]) -> list[float]:
    return [median(keys) for keys in zip(*rounds, strict=True)]
