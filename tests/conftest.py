"""What the tests share: the repository's catalog and small cards written as YAML."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import laws  # noqa: F401  # sets the profile of Hypothesis
from ratecard.cards import reader
from ratecard.core.catalog import Catalog
from ratecard.core.records import Vocabulary
from ratecard.database import store, writer
from ratecard.market import build as building
from shared import once
from toys import DAY as TODAY
from toys import ROOT
from warm import Warm, warm

#: OpenAI's SDK, which LiteLLM calls by too, with what it imports at the first call.
_OPENAI = ("openai", "openai.resources", "httpcore")


@pytest.fixture(scope="session")
def today() -> date:
    """The day the tests take for today."""
    return TODAY


@pytest.fixture(scope="session")
def now() -> datetime:
    """The moment the tests take for now."""
    return datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_default_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test leans on a catalog that happens to lie in the checkout: it names its own."""
    monkeypatch.setenv("RATECARD_DB", str(tmp_path / "this test names no catalog.db"))


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The catalog of the repository, as read from its files."""
    return reader.read(ROOT / "catalog").catalog


@pytest.fixture(scope="session")
def vocabulary(catalog: Catalog) -> Vocabulary:
    """The words of the repository's catalog."""
    return catalog.vocabulary


@pytest.fixture(scope="session")
def db(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the repository's catalog."""
    return once(tmp_path_factory, "db", lambda folder: writer.write(catalog, folder / "catalog.db")) / "catalog.db"


@pytest.fixture(scope="session")
def market_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the whole market, as `make` builds it."""

    def build(folder: Path) -> None:
        assert not building.build(ROOT / "catalog", folder / "catalog.db", TODAY).problems

    return once(tmp_path_factory, "market", build) / "catalog.db"


@pytest.fixture(scope="session")
def whole(market_db: Path) -> Catalog:
    """The whole market, as the database gives it."""
    return store.read(market_db)


@pytest.fixture(scope="session")
def with_openai() -> Iterator[Warm]:
    """This Python with OpenAI's SDK."""
    with warm(sys.executable, *_OPENAI, PATH=os.environ["PATH"], PYTHONPATH=str(ROOT / "src")) as running:
        yield running


@pytest.fixture(scope="session")
def with_litellm() -> Iterator[Warm]:
    """LiteLLM, kept from fetching price lists, in its own environment, which `make setup` makes inside this one."""
    python = str(Path(sys.prefix, "litellm", "bin", "python"))
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    with warm(python, "litellm", *_OPENAI, **given) as running:
        yield running
