"""`ratecard new`: what feeds state becomes comments that an author accepts or strikes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import toys
from ratecard import cli
from ratecard.cards import checks, reader
from ratecard.core.errors import BadValue
from ratecard.market import card_draft
from ratecard.market.listings import OfferKey

MODELS = "model_id\tname\tfamily\tmodality\tinputs\toutputs\tcontext\tmax_output\treleased\tretired\tweights\tcapabilities\tperiods\tsource\n"  # one heading
LISTED = MODELS + (
    "openai/Toy-Large-2\tToy Large 2\t\ttext\ttext image\ttext\t128000\t\t2026-01-02\t\tclosed\tvision=yes\t\t\n"
    "openai/Toy-Large-2:free\tToy Large 2\t\ttext\ttext\ttext\t64000\t\t\t\t\t\t\t\n"
)
PRICES = "model_id\tmeter\twhen\tabove\teffective\tprice\tper\tminimum\tkey\tvalue\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalog whose feed lists a model that no card claims."""
    root = toys.folder(tmp_path)
    folder = root / "evidence" / "models-dev"
    folder.mkdir(parents=True)
    (folder / "openrouter.models.tsv").write_text(LISTED, encoding="utf-8")
    (folder / "openrouter.prices.tsv").write_text(PRICES, encoding="utf-8")
    return root


def test_a_draft_says_which_feed_states_what(root: Path, today: date) -> None:
    """Each value is a comment with its feed and seller; the offers that would join are named."""
    text = card_draft.draft(reader.read(root).catalog, root, "openai/toy-large-2", today)
    assert "# name: Toy Large 2  # models.dev at openrouter, models.dev at openrouter\n" in text
    assert "# context_tokens: 128000  # models.dev at openrouter\n" in text
    assert "# released: 2026-01-02  # models.dev at openrouter\n" in text
    assert "# Offers that join: openai/Toy-Large-2 at openrouter, openai/Toy-Large-2:free at openrouter\n" in text


def test_a_draft_is_a_valid_card_that_the_offers_join(
    root: Path, today: date, capsys: pytest.CaptureFixture[str]
) -> None:
    """Written as it is, it has no problem."""
    assert cli.run(["new", "openai/toy-large-2", "--catalog", str(root)]) == 0
    assert "openai/toy-large-2.yaml" in capsys.readouterr().err
    assert checks.validate(root, today) == []
    assert cli.run(["new", "openai/toy-large-2", "--catalog", str(root)]) != 0
    assert "has a card" in capsys.readouterr().err


def test_drafts_are_made_of_models_whose_maker_is_named(root: Path, today: date) -> None:
    """Switches such as `:free` make no model of their own; an id without a known maker is left to a person."""
    offered = [
        OfferKey("openrouter", id) for id in ("openai/toy-large-2", "openai/toy-large-2:free", "nobody/toy-9", "toy-9")
    ]
    found = card_draft.drafts(reader.read(root).catalog, root, offered, today)
    assert list(found) == ["openai/toy-large-2"]
    assert "openai/Toy-Large-2:free at openrouter" in found["openai/toy-large-2"]


def test_an_import_writes_drafts_and_says_what_joins(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The drafts lie in a folder of their own; the report names the card that each new offer joins."""
    toys.models(root, "openai/toy-small-3")
    feed = tmp_path / "feed.json"
    feed.write_text(
        '{"gpt-toy-7": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-6},'
        ' "azure/toy-small-3": {"litellm_provider": "azure", "mode": "chat", "input_cost_per_token": 1e-6}}',
        encoding="utf-8",
    )
    given = ["import", "litellm", str(feed), "--catalog", str(root), "--report", "--draft", str(tmp_path / "drafts")]
    assert cli.run(given) != 0
    assert "--draft requires --write" in capsys.readouterr().err
    assert cli.run([*given, "--write", "--version", "1", "--seen", "2026-11-20"]) == 0
    said = capsys.readouterr()
    assert "  azure toy-small-3 -> openai/toy-small-3\n" in said.out
    assert "  openai gpt-toy-7\n" in said.out
    assert "1 drafts of cards; edit" in said.err
    draft = (tmp_path / "drafts" / "openai" / "gpt-toy-7.yaml").read_text(encoding="utf-8")
    assert "# Offers that join: gpt-toy-7 at openai\n" in draft
    (tmp_path / "drafts" / "openai" / "gpt-toy-7.yaml").write_text("mine", encoding="utf-8")
    assert cli.run([*given, "--write", "--version", "2", "--seen", "2026-11-21"]) == 0
    assert "1 left as they were" in capsys.readouterr().err
    assert (tmp_path / "drafts" / "openai" / "gpt-toy-7.yaml").read_text(encoding="utf-8") == "mine"


def test_a_model_that_no_feed_lists_says_so(root: Path, today: date) -> None:
    """Its author names the sellers."""
    text = card_draft.draft(reader.read(root).catalog, root, "openai/toy-small-3", today)
    assert "# No feed lists an offer under this name" in text


@pytest.mark.parametrize(
    ("slug", "message"),
    [("Toy", "is not a slug"), ("nobody/toy-1", "no provider 'nobody'; add it to"), ("openai/", "is not a slug")],
)
def test_what_cannot_be_a_card_is_refused(root: Path, today: date, slug: str, message: str) -> None:
    """A slug of one part and an unknown maker get a clear error."""
    with pytest.raises(BadValue, match=message):
        card_draft.draft(reader.read(root).catalog, root, slug, today)
