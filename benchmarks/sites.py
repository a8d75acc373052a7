"""The pages of ten thousand models beside Hugo's, and the whole site."""

from __future__ import annotations

import html
import itertools
import json
import pickle
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import gotemplates
import measure
import peers
from table import Table

from ratecard.core.catalog import Catalog
from ratecard.database import store, writer
from ratecard.market import build as building
from ratecard.site import pages, rendering
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition
from ratecard.site.rendering import Page
from ratecard.site.views.model import model_page

MODELS = 10_000
ROUNDS = 3
#: Of how many pages one is compared with Hugo's.
EVERY = 20
DAY = date(2026, 11, 21)
CONFIG = SiteConfig()
LIKE = "ratecard, pages from the same values"
ALONE = "ratecard, pages from the database"
SINGLE = "ratecard, from the same values, one processor"
WHOLE = "ratecard site, all files"
HUGO = "Hugo"
ROWS = {"Pages of 10,000 models": (HUGO, LIKE, SINGLE, ALONE, WHOLE)}

_HUGO = """
baseURL = "https://a.example/"
title = "pages"
disableKinds = ["home", "section", "taxonomy", "term", "rss", "sitemap", "robotsTXT", "404"]
disableLiveReload = true
timeout = "600s"
"""
_ADAPTER = """{{ range (resources.Get "pages.json" | transform.Unmarshal) }}\
{{ $.AddPage (dict "path" .path "title" .path "params" .params) }}{{ end }}"""


def tables() -> Iterator[Table]:
    """Model pages of the market, copied under further slugs until there are ten thousand."""
    peers.CACHE.mkdir(parents=True, exist_ok=True)  # not in memory, as temporary folders may be
    with tempfile.TemporaryDirectory(dir=peers.CACHE) as folder:
        yield _table(Path(folder))


def _table(folder: Path) -> Table:
    db = folder / "catalog.db"
    writer.write(_multiplied(store.read(measure.ROOT / "catalog.db")), db)
    building._remember(db, {}, building._code_digest())  # as a build leaves it
    planned = _planned(db)
    _write_values(planned, folder)
    _write_hugo(planned, folder / "hugo")
    hugo = [_binary(), "--source", str(folder / "hugo"), "--quiet", "--noTimes"]
    site = [sys.executable, "-m", "ratecard", "site", "--db", str(db), "--at", f"{DAY}"]
    own = [sys.executable, str(Path(__file__).with_name("site_contestant.py"))]
    commands = {
        HUGO: [*hugo, "--destination", str(folder / "out-hugo")],
        LIKE: [*own, "values", str(folder / "values"), str(folder / "out-like"), "all"],
        SINGLE: [*own, "values", str(folder / "values"), str(folder / "out-one"), "1"],
        ALONE: [*own, "database", str(db), str(folder / "out-alone"), "all"],
        WHOLE: [*site, "--out", str(folder / "out-site")],
    }
    compared = _compare(planned, folder)
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            runs[name].append(_fresh(command, folder))
    seconds = {name: _medians(taken) for name, taken in runs.items()}
    rows = [
        (name, f"{took:.2f}", f"{worked:.2f}", f"{seconds[HUGO][0] / took:.1f}", f"{seconds[HUGO][1] / worked:.1f}")
        for name, (took, worked) in seconds.items()
    ]
    note = (
        "Whole processes into an empty folder, a folder a page: the market's cards, copied under further slugs until"
        " there are ten thousand. Hugo gets as JSON, through a content adapter, the values that our template prints,"
        " that template in its own language with all macros written out, and a collector told to spend memory; we get"
        f" the values as pickled records. The text of {compared} pages was compared and is the same. The last two rows"
        " start from the database instead; the last one makes every other page, twin, badge and file of JSON too."
    )
    head = ("", "s", "s of processors", "times as fast as Hugo", "by processors")
    return Table("Pages of 10,000 models", note, head, rows)


def _medians(taken: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(took for took, _ in taken), statistics.median(worked for _, worked in taken)


def _multiplied(catalog: Catalog) -> Catalog:
    """The catalog with its cards copied under further slugs until there are enough."""
    cards = [catalog.cards[slug] for slug in sorted(catalog.cards)]
    more = (
        card._replace(slug=f"{card.slug}-copy-{number}", ids=(), ids_at={}, family="")
        for number in itertools.count(1)
        for card in cards
    )
    chosen = [*cards, *itertools.islice(more, max(0, MODELS - len(cards)))][:MODELS]
    return catalog._replace(cards={card.slug: card for card in chosen})


def _planned(db: Path) -> list[Page]:
    """The pages of models with what they print."""
    edition = Edition.of(store.read(db), DAY, CONFIG)
    found = []
    for card in pages.cards(edition):
        page = next(pages.of_model(edition, card, model_page(edition, card)))
        given = rendering.given(page, edition)
        shown = {name: _printed(value) for name, value in given.items()}
        found.append(page._replace(context=shown))
    return found


def _printed(value: object) -> object:
    """A page without the card in it, whose presence alone is printed, and its linked data as text, as Hugo gets it."""
    if not hasattr(value, "linked"):
        return value
    return value._replace(trial=bool(value.trial), linked=json.dumps(value.linked, sort_keys=True))


def _write_values(planned: Sequence[Page], folder: Path) -> None:
    (folder / "values").mkdir()
    for number, at in enumerate(range(0, len(planned), 100)):
        (folder / "values" / f"{number:03}.pickle").write_bytes(pickle.dumps(planned[at : at + 100]))


def _write_hugo(planned: Sequence[Page], home: Path) -> None:
    """A site of Hugo's: its values, its template, and the least configuration."""
    for name in ("content", "assets", "layouts"):
        (home / name).mkdir(parents=True)
    (home / "hugo.toml").write_text(_HUGO, encoding="utf-8")
    (home / "content" / "_content.gotmpl").write_text(_ADAPTER, encoding="utf-8")
    template = gotemplates.translated(rendering.environment(), planned[0].template)
    (home / "layouts" / "page.html").write_text(template, encoding="utf-8")
    told = [{"path": f"page-{number:05}", "params": _parameters(page.context)} for number, page in enumerate(planned)]
    (home / "assets" / "pages.json").write_text(json.dumps(told), encoding="utf-8")


def _parameters(context: Mapping[str, object]) -> dict[str, object]:
    return {name: gotemplates.values(value) for name, value in context.items()}


def _binary() -> str:
    """Hugo itself, without the Python around it."""
    return str(next(peers.commands("hugo").parent.rglob("binaries/hugo")))


def _fresh(command: Sequence[str], folder: Path) -> tuple[float, float]:
    for old in folder.glob("*out-*"):
        shutil.rmtree(old, ignore_errors=True)
    for old in folder.glob(".*manifest"):
        old.unlink()
    return measure.processors(command, GOGC="400")


def _compare(planned: Sequence[Page], folder: Path) -> int:
    """Holds Hugo's pages against ours, as a reader reads them; how many were compared."""
    hugo = [_binary(), "--source", str(folder / "hugo"), "--quiet"]
    subprocess.run([*hugo, "--destination", str(folder / "out-hugo")], check=True)
    compared = range(0, len(planned), EVERY)
    for number in compared:
        page = planned[number]
        theirs = (folder / "out-hugo" / f"page-{number:05}" / "index.html").read_text(encoding="utf-8")
        ours = rendering.filled(page.template, page.context)
        assert words(theirs) == words(ours), page.path
    return len(compared)


def words(page: str) -> list[str]:
    """The words between the tags of a page."""
    bare = re.sub(r"<script.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL)
    return html.unescape(bare).split()
