"""The same catalog, day and settings give the same bytes, whatever runs beside them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from site_reading import DAY, ROOT

from ratecard.core.catalog import Catalog
from ratecard.database import store
from ratecard.site.build import build

BUILD = """
import pathlib, sys
from site_reading import DAY, few, selected
from ratecard.cards import reader
from ratecard.site.build import build
build(few(selected(reader.read(pathlib.Path(sys.argv[1])).catalog)), pathlib.Path(sys.argv[2]), day=DAY)
"""

SURROUNDINGS = [
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8"},
]


def test_a_second_build_has_the_same_bytes(site: Path, catalog: Catalog, tmp_path: Path) -> None:
    """Building again changes nothing."""
    build(catalog, tmp_path / "again", day=DAY)

    assert digest(tmp_path / "again") == digest(site)


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_surroundings_change_nothing(surroundings: dict[str, str], few_site: Path, tmp_path: Path) -> None:
    """Hash seed, time zone and locale leave no trace in the pages."""
    out = tmp_path / "site"
    path = os.pathsep.join((str(ROOT / "src"), str(Path(__file__).parent)))
    given = {**os.environ, **surroundings, "PYTHONPATH": path}

    subprocess.run([sys.executable, "-c", BUILD, str(ROOT / "catalog"), str(out)], env=given, check=True)

    assert digest(out) == digest(few_site)


def test_the_order_of_cards_changes_nothing(site: Path, catalog: Catalog, tmp_path: Path) -> None:
    """A catalog that lists its entries the other way round gives the same pages."""
    words = catalog.vocabulary
    turned = catalog._replace(
        vocabulary=words._replace(
            capabilities=dict(reversed(list(words.capabilities.items()))),
            endpoints=dict(reversed(list(words.endpoints.items()))),
        ),
        cards=dict(reversed(list(catalog.cards.items()))),
        sellers=dict(reversed(list(catalog.sellers.items()))),
        providers=dict(reversed(list(catalog.providers.items()))),
        collections=dict(reversed(list(catalog.collections.items()))),
    )

    build(turned, tmp_path / "turned", day=DAY)

    assert digest(tmp_path / "turned") == digest(site)


def test_the_database_gives_the_same_pages(site: Path, db: Path, tmp_path: Path) -> None:
    """Pages made from the database are those made from the cards."""
    build(store.read(db), tmp_path / "site", day=DAY)

    assert digest(tmp_path / "site") == digest(site)


def digest(site: Path) -> dict[str, str]:
    """The hash of every file by its name."""
    files = (path for path in sorted(site.rglob("*")) if path.is_file())
    return {path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
