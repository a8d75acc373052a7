"""The ranking says how the owner's own log spreads over models, in shares, and of nothing else."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from axe import dark_violations, violations, watched
from browser import served
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser
from site_reading import DAY, elements, text, tree
from test_site_browser import NARROW, OVERFLOWING

from ratecard import cli
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadLog
from ratecard.logs.bill import Answer
from ratecard.logs.columns import Columns
from ratecard.logs.rejects import Rejects
from ratecard.logs.summary import Bill, Group
from ratecard.site import incremental
from ratecard.site.build import build
from ratecard.site.config import SiteConfig
from ratecard.site.views import ranking
from ratecard.site.views.ranking import Ranking

PRO, FLASH, IMAGE = "deepseek/deepseek-v4-pro", "deepseek/deepseek-v4-flash", "openai/gpt-image-2"
ROWS = (
    ("2026-11-02T08:00:00Z", PRO, 1_000_000, 100_000),
    ("2026-11-03T08:00:00Z", FLASH, 3_000_000, 300_000),
    ("2026-11-04T08:00:00Z", FLASH, 0, 0),
    ("2026-11-09T08:00:00Z", "deepseek-v4-prro", 5_000_000, 1),
)
NAMES = ("at", "model", "input_tokens", "output_tokens")
FORMS = ("csv", "jsonl", "parquet")


def _written(folder: Path, form: str, rows: Iterable[tuple[object, ...]] = ROWS) -> Path:
    """A log of the rows, as files of that kind are."""
    path = folder / f"calls.{form}"
    source = folder / "source.csv"
    with source.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([NAMES, *rows])
    if form == "csv":
        return source.rename(path)
    options = {"jsonl": "FORMAT json", "parquet": "FORMAT parquet"}[form]
    duckdb.sql(f"COPY (FROM read_csv('{source}')) TO '{path}' ({options})")
    return path


@pytest.fixture(name="log", scope="module")
def _log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _written(tmp_path_factory.mktemp("log"), "parquet")


@pytest.fixture(name="ranked", scope="module")
def _ranked(catalog: Catalog, log: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a ranking of a Parquet file."""
    out = tmp_path_factory.mktemp("ranked") / "site"
    build(catalog, out, day=DAY, config=SiteConfig(usage=ranking.logs([log], volumes=False)))
    return out


def _counted(catalog: Catalog, log: Path, *, volumes: bool = False) -> Ranking:
    found = ranking.of_logs(catalog, ranking.logs([log], volumes=volumes), DAY)
    assert found is not None
    return found


@pytest.mark.parametrize("form", FORMS)
def test_any_kind_of_log_is_ranked(form: str, catalog: Catalog, tmp_path: Path) -> None:
    """CSV, lines of JSON and Parquet give the same ranking: shares of calls, of each quantity and of the cost."""
    found = _counted(catalog, _written(tmp_path, form))

    assert (found.calls, found.first, found.last) == (4, "2026-11-02", "2026-11-09")
    assert [(entry.slug, entry.calls.shown) for entry in found.entries] == [(FLASH, "50.0%"), (PRO, "25.0%")]
    columns = [column.id for column in found.columns]
    assert columns == ["USD", "input_tokens", "output_tokens"]
    flash = dict(zip(columns, found.entries[0].portions, strict=True))
    assert flash["input_tokens"] is not None
    assert flash["input_tokens"].percent == "75"
    # each at the prices of its own day: 3 x 0.44 + 0.3 x 1.32 = 1.716, and 1 x 1.32 + 0.1 x 3.96 as well
    assert flash["USD"] is not None
    assert flash["USD"].percent == "50"
    assert [(one.model, one.calls.shown) for one in found.unresolved] == [("deepseek-v4-prro", "25.0%")]


def test_only_shares_are_told_unless_asked_otherwise(catalog: Catalog, log: Path, ranked: Path) -> None:
    """Besides the number of calls and the days no volume or cost is in the page or its twins; `volumes` adds them."""
    bare, told = _counted(catalog, log), _counted(catalog, log, volumes=True)
    page = text((ranked / "ranking/index.html").read_bytes())

    assert "How 4 calls from 2026-11-02 to 2026-11-09" in page
    assert "deepseek-v4-prro" in page
    for secret in ("3,000,000", "3000000", "$"):
        assert secret not in page
        assert secret not in (ranked / "ranking.json").read_text("utf-8")
        assert secret not in (ranked / "ranking.md").read_text("utf-8")
    assert not any(part and part.amount for entry in bare.entries for part in entry.portions)
    assert [part.amount for part in told.entries[0].portions if part][1:] == ["3000000", "300000"]


def test_the_ranking_has_its_twins_and_its_place_in_the_menu(ranked: Path, site: Path) -> None:
    """It is linked from every page and has Markdown and JSON; a site without a log has no trace of it."""
    data = json.loads((ranked / "ranking.json").read_text("utf-8"))
    links = [link.get("href") for link in elements((ranked / "models/index.html").read_bytes(), "a")]

    assert data["calls"] == 4
    assert [model["slug"] for model in data["models"]] == [FLASH, PRO]
    assert data["models"][0]["calls"] == {"percent": "50"}
    assert "| 1 | [DeepSeek V4 Flash](models/deepseek/deepseek-v4-flash.md)" in (ranked / "ranking.md").read_text()
    assert "../ranking/" in links
    assert "See usage ranking →" in text((ranked / "models" / PRO / "index.html").read_bytes())
    assert not list(site.glob("ranking*"))
    assert "Ranking" not in text((site / "index.html").read_bytes())


def test_its_page_is_like_the_others(ranked: Path, browser: Browser) -> None:
    """It is valid, everybody can use it in light and in dark, and it fits a narrow screen."""
    tree((ranked / "ranking/index.html").read_bytes())
    with served(ranked) as home, watched(browser, base_url=home) as (page, complaints):
        page.goto("ranking/")

        assert violations(page) == dark_violations(page) == []
        page.set_viewport_size(NARROW)
        assert page.evaluate(OVERFLOWING) == []
        assert complaints == []


@pytest.mark.parametrize("rows", [(), (("2026-11-02T08:00:00Z", "nobody/knows", 1, 1),)])
def test_no_ranking_is_made_of_nothing(rows: tuple[tuple[object, ...], ...], catalog: Catalog, tmp_path: Path) -> None:
    """A log without a call of any model of the catalog is an error, and the site that was there stands."""
    log = _written(tmp_path, "csv", rows)
    with pytest.raises(BadLog):
        _counted(catalog, log)


def test_without_times_no_period_is_told(catalog: Catalog, tmp_path: Path) -> None:
    """A log that says not when its calls were has no period, and the page says so."""
    log = tmp_path / "calls.csv"
    log.write_text(f"model,input_tokens\n{PRO},10\n", encoding="utf-8")
    found = _counted(catalog, log)

    assert (found.first, found.last) == ("", "")
    assert any("2026-11-21" in note and "--" not in note for note in found.notes)


def test_the_log_takes_part_in_what_a_site_is_made_of(few_db: Path, tmp_path: Path) -> None:
    """Building again with the same log writes nothing; another row in it writes the pages that show it."""
    log = _written(tmp_path, "csv")
    out = tmp_path / "site"
    incremental.renew(few_db, out, day=DAY, config=SiteConfig(usage=ranking.logs([log], volumes=False)))
    again = incremental.renew(few_db, out, day=DAY, config=SiteConfig(usage=ranking.logs([log], volumes=False)))
    _written(tmp_path, "csv", [*ROWS, ("2026-11-09T08:00:00Z", PRO, 1, 1)])
    renewed = incremental.renew(few_db, out, day=DAY, config=SiteConfig(usage=ranking.logs([log], volumes=False)))

    assert again.written == 0
    assert 0 < renewed.written < 10
    assert "How 5 calls" in text((out / "ranking/index.html").read_bytes())


def test_the_command_takes_logs(few_db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`ratecard site --usage` builds it; a file that is not there, or is no log, is a message and no traceback."""
    log = _written(tmp_path, "jsonl")
    plain = ["site", "--db", str(few_db), "--at", "2026-11-21", "--out", str(tmp_path / "site")]
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"nothing of the kind")

    assert cli.run([*plain, "--usage", str(log), "--volumes"]) == 0
    assert "3,000,000" in text((tmp_path / "site/ranking/index.html").read_bytes())
    assert cli.run([*plain, "--usage", str(tmp_path / "none.csv")]) == 2
    assert cli.run([*plain, "--usage", str(broken)]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_without_the_engine_it_says_what_to_install(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the extra is not installed and the log needs it, the command says which it is."""
    log = _written(tmp_path, "parquet")
    monkeypatch.setitem(sys.modules, "ibis", None)

    assert cli.run(["site", "--db", str(db), "--out", str(tmp_path / "site"), "--usage", str(log)]) == 1
    assert 'pip install "ratecard[bulk]"' in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


GROUPS = st.lists(
    st.tuples(
        st.sampled_from([PRO, FLASH, IMAGE, "unknown"]),
        st.integers(0, 9),
        st.integers(0, 9),
        st.integers(0, 10**6),
        st.sampled_from(["USD", "EUR"]),
    ),
    min_size=1,
    max_size=8,
)


@given(drawn=GROUPS)
def test_shares_add_up(drawn: list[tuple[str, int, int, int, str]], catalog: Catalog) -> None:
    """The shares of each column add up to all of it, of calls to those of known models; what is none has no share."""
    groups = tuple(
        Group({"model": model}, currency, rows, {"input_tokens": Decimal(cost)}, Decimal(cost), unpriced)
        for model, rows, unpriced, cost, currency in drawn
        if rows + unpriced
    )
    calls = sum(group.rows + group.unpriced for group in groups)
    answer = _answer(groups, calls)
    if not any(group.by["model"] in catalog.cards for group in groups):
        with pytest.raises(BadLog):
            ranking.ranking(catalog, answer, volumes=True)
        return
    found = ranking.ranking(catalog, answer, volumes=True)
    counted: Counter[str] = Counter()
    for group in groups:
        counted[group.by["model"]] += group.rows + group.unpriced

    assert {entry.slug: int(entry.calls.amount) for entry in found.entries} == {
        slug: count for slug, count in counted.items() if slug in catalog.cards
    }
    for place, column in enumerate(found.columns):
        parts = [entry.portions[place] for entry in found.entries]
        assert all(part is None or Decimal(part.amount) > 0 for part in parts), column
        assert abs(sum(Decimal(part.percent) for part in parts if part) - 100) < Decimal("0.01"), column


def _answer(groups: tuple[Group, ...], calls: int) -> Answer:
    return Answer(Bill(groups, (), calls, (), (), ()), Rejects(0, ()), Columns("model"), ())
