"""A site that is built again: nothing is done where nothing has changed, and only what has is written."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from site_reading import DAY
from test_site_bytes import digest

from ratecard.core.errors import BadDatabase, BadValue
from ratecard.database import store, writer
from ratecard.site import incremental, publish
from ratecard.site.build import build
from ratecard.site.config import SiteConfig
from toys import ROOT


@pytest.fixture(name="standing", scope="session")
def _standing(few_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("standing") / "site"
    incremental.renew(few_db, out, day=DAY)
    return out


@pytest.fixture(name="out")
def _out(standing: Path, tmp_path: Path) -> Path:
    shutil.copytree(standing, tmp_path / "site")
    shutil.copy2(standing.with_name(".site.manifest"), tmp_path / ".site.manifest")
    return tmp_path / "site"


def test_a_renewed_site_is_a_built_one(few_site: Path, standing: Path) -> None:
    """Renewing gives the same bytes as building."""
    assert digest(standing) == digest(few_site)


def test_nothing_is_rendered_where_nothing_changed(few_db: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time not even the catalog is opened, and no file is touched."""
    before = _times(out)
    monkeypatch.setattr(store, "read", lambda path: pytest.fail("the catalog was read"))

    renewed = incremental.renew(few_db, out, day=DAY)

    assert renewed == (len(before), 0)
    assert _times(out) == before


@pytest.mark.parametrize("harm", ["changed", "gone", "added", "added at the top", "a folder added", "touched"])
def test_a_site_that_was_meddled_with_is_mended(harm: str, few_db: Path, out: Path, few_site: Path) -> None:
    """A page that somebody changed, deleted or added is noticed, and the site is what it should be again."""
    page = out / "models" / "index.html"
    content = page.read_bytes()
    match harm:
        case "changed":
            page.write_bytes(content.replace(b"a", b"b", 1))
        case "gone":
            page.unlink()
        case "added":
            (out / "models" / "extra.html").write_text("extra")
        case "added at the top":
            (out / "extra.html").write_text("extra")
        case "a folder added":
            (out / "models" / "bria" / "new").mkdir()
        case "touched":
            os.utime(page, ns=(0, 0))

    incremental.renew(few_db, out, day=DAY)

    assert digest(out) == digest(few_site)
    assert not (out / "models" / "bria" / "new").exists()


def test_only_changed_files_are_written(few_db: Path, out: Path, tmp_path: Path) -> None:
    """A model with another name changes the pages that print its name; every other file is the old one."""
    catalog = store.read(few_db)
    slug = "bria/fibo-edit/edit"
    changed = catalog.cards[slug]._replace(name="Quite another name")
    other = tmp_path / "other.db"
    writer.write(catalog._replace(cards={**catalog.cards, slug: changed}), other)
    before = _times(out)

    renewed = incremental.renew(other, out, day=DAY)

    after = _times(out)
    written = {name for name, time in after.items() if before.get(name) != time}
    assert renewed == (len(after), len(written))
    assert f"models/{slug}/index.html" in written
    assert "style.css" not in written
    assert "models/openai/gpt-image-2/index.html" not in written
    assert len(written) < len(after) / 4


@pytest.mark.parametrize("change", ["day", "settings"])
def test_another_day_or_setting_renders_anew(change: str, few_db: Path, out: Path, tmp_path: Path) -> None:
    """The day and the settings are part of what a site is made of."""
    day = DAY + timedelta(1) if change == "day" else DAY
    config = SiteConfig(base_url="https://rates.example") if change == "settings" else SiteConfig()

    incremental.renew(few_db, out, day=day, config=config)

    build(store.read(few_db), tmp_path / "anew", day=day, config=config)
    assert digest(out) == digest(tmp_path / "anew")


def test_a_file_system_without_second_names_gets_every_file(
    few_site: Path, few_db: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a file cannot have two names, it is written again."""

    def refuse(*given: object) -> None:
        raise PermissionError

    monkeypatch.setattr(publish.os, "link", refuse)

    build(store.read(few_db), out, day=DAY)

    assert digest(out) == digest(few_site)


def test_a_lost_or_broken_manifest_is_made_again(few_db: Path, out: Path, few_site: Path) -> None:
    """A manifest that cannot be read is as good as none."""
    manifest = out.with_name(".site.manifest")
    lists = (
        "",
        "[]",
        '["x", 3]',
        '["x", {"a": 1}]',
        '["x", {"a": [1]}, {}, []]',
        '["x", {}, [], []]',
        '["x", 1, {}, []]',
    )
    for broken in lists:
        manifest.write_text(broken)

        incremental.renew(few_db, out, day=DAY)

        assert digest(out) == digest(few_site)
        assert incremental.renew(few_db, out, day=DAY).written == 0


def test_what_is_no_catalog_and_what_is_no_site_is_refused(tmp_path: Path, few_db: Path) -> None:
    """A missing database and a folder of other files are told from a site that is up to date."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("mine")

    with pytest.raises(BadDatabase):
        incremental.renew(tmp_path / "none.db", tmp_path / "site", day=DAY)
    with pytest.raises(BadValue, match="not a site"):
        incremental.renew(few_db, tmp_path / "other", day=DAY)


def test_the_templates_and_the_code_are_part_of_it() -> None:
    """Whoever changes a template, a style or a module gets another site."""
    names = {path.relative_to(ROOT).as_posix() for path in incremental._sources()}

    assert {"templates/model.html", "templates/style.css", "src/ratecard/site/pages.py"} <= names
    assert {"src/ratecard/core/display.py", "src/ratecard/database/views.sql"} <= names


def _times(out: Path) -> dict[str, tuple[int, int]]:
    return dict(incremental._file_states(out))
