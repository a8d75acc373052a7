"""What feeds say of sellers: names, addresses, and the calls that are known to be answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import toys
from ratecard.cards import reader
from ratecard.core.catalog import Catalog, find
from ratecard.core.records import Offer
from ratecard.market import evidence_files, identity, merge
from ratecard.market.evidence_files import SellerClaim
from ratecard.market.importers import intake, modelsdev, sellers
from ratecard.site.views import snippets

TALK = {"modalities": {"input": ["text"], "output": ["text"]}, "cost": {"input": 1, "output": 2}}
ACME: dict[str, Any] = {
    "name": "Acme",
    "doc": "https://acme.example/docs",
    "api": "https://api.acme.example/v1",
    "npm": "@ai-sdk/openai-compatible",
    "env": ["ACME_REGION", "ACME_API_KEY"],
    "models": {"talker-1": TALK},
}


def said(**more: object) -> SellerClaim:
    """What models.dev says of one seller, with some of it otherwise."""
    (found,) = sellers.of("models-dev", {"acme": {**ACME, **more}})
    return found


def joined(tmp_path: Path, document: dict[str, Any]) -> Catalog:
    """A small catalog joined with a document of models.dev."""
    root = toys.folder(tmp_path)
    toys.models(root, *(f"openai/{name}-1" for name in ("talker", "other", "same", "painter")))
    found = sellers.of("models-dev", document)
    fresh = intake.intake(modelsdev.entries(document), identity.read(root), sellers=found)
    intake.write(root, "models-dev", fresh, "1", date(2026, 7, 1))
    return merge.market(reader.read(root).catalog, root)


def offers(found: Catalog, seller: str) -> dict[str, Offer]:
    """What a seller sells, by its own ids."""
    return {offer.model_id: offer for card in found.cards.values() for offer in card.offers if offer.seller == seller}


def test_a_seller_that_speaks_as_openai_does_is_known_by_address_and_key() -> None:
    """The package that models.dev reaches a seller with says which calls it answers, and where that stands."""
    assert said() == SellerClaim(
        "acme", "Acme", "https://acme.example/docs", "https://api.acme.example/v1", "ACME_API_KEY",
        ("chat/completions",), (), "acme.npm", "@ai-sdk/openai-compatible",
    )  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"npm": "@ai-sdk/anthropic"},
        {"npm": None},
        {"api": None},
        {"api": "https://${HOST}/v1"},
        {"api": "https://api.acme.example/v1; rm -rf /"},
        {"api": "file:///etc/passwd"},
    ],
)
def test_a_call_is_known_only_with_an_address_that_can_be_called(more: dict[str, object]) -> None:
    """A seller of another form, or whose address has places to fill in, keeps its name alone."""
    found = said(**more)

    assert (found.name, found.base_url, found.endpoints) == ("Acme", "", ())


@pytest.mark.parametrize("names", [["302_API_KEY"], ["ACME_REGION"], ["A KEY"], "ACME_KEY", None])
def test_a_key_variable_is_one_that_a_shell_takes(names: object) -> None:
    """A name that is no variable, or holds no key, is left out."""
    assert said(env=names).key_variable == ""


@pytest.mark.parametrize("document", [None, [], {"acme": None}, {"acme": {"models": []}}, {"acme": {"npm": ["x"]}}])
def test_no_document_raises(document: object) -> None:
    """Whatever stands where sellers should, nothing is made up."""
    assert all(found.endpoints == () for found in sellers.of("models-dev", document))


def test_only_models_that_talk_are_called_so(tmp_path: Path) -> None:
    """A model that is reached otherwise, or that puts out something else than text, is known to answer nothing."""
    other = {**TALK, "provider": {"npm": "@ai-sdk/anthropic"}}
    same = {**TALK, "provider": {"npm": ACME["npm"]}}
    painter = {**TALK, "modalities": {"input": ["text"], "output": ["image"]}}
    found = joined(
        tmp_path,
        {"acme": {**ACME, "models": {"talker-1": TALK, "other-1": other, "same-1": same, "painter-1": painter}}},
    )
    answers = {id: offer.answers for id, offer in offers(found, "acme").items()}

    calls = ("chat/completions",)
    assert answers == {"talker-1": calls, "other-1": (), "same-1": calls, "painter-1": ()}
    assert found.sellers["acme"].apart == ("other-1",)
    assert found.sellers["acme"].name == "Acme"
    assert [rule.about for rule in found.sellers["acme"].rules] == ["calls"]


def test_an_author_goes_before_feeds(tmp_path: Path) -> None:
    """A curated name and address stay; calls of another address are not mixed with them."""
    sellers_held = reader.read(toys.folder(tmp_path / "first")).catalog.sellers.values()
    curated = next(seller for seller in sellers_held if seller.base_url)
    found = joined(tmp_path / "second", {curated.id: {**ACME, "models": {"talker-1": TALK}}})
    held = found.sellers[curated.id]

    assert (held.name, held.base_url) == (curated.name, curated.base_url)
    assert held.endpoints == ()
    assert offers(found, curated.id)["talker-1"].answers == ()


def test_claims_of_sellers_go_there_and_back(tmp_path: Path) -> None:
    """What lies in the file is what was put there."""
    claim = SellerClaim(
        "a", "A", "https://a.example", "https://a.example/v1", "A_KEY", ("x", "y"), ("m 1", "m2"), "k", "v"
    )
    folder = tmp_path / "evidence" / "f"
    folder.mkdir(parents=True)
    (folder / "sellers.tsv").write_text(evidence_files.seller_text([claim]), encoding="utf-8")

    assert list(evidence_files.seller_claims(tmp_path, "f")) == [claim]
    assert list(evidence_files.seller_claims(tmp_path, "none")) == []


def test_a_page_shows_the_call_that_is_known_to_be_answered(tmp_path: Path) -> None:
    """The snippets of an imported model go to its seller's address, with its key and the model's id there."""
    found = joined(tmp_path, {"acme": {**ACME, "models": {"talker-1": TALK}}})
    offer = offers(found, "acme")["talker-1"]
    card = find(found, "openai/talker-1")
    words = toys.bare_catalog().vocabulary
    call = snippets.call(card, offer, found.sellers["acme"], words, full=True)

    assert call is not None
    assert call.url == "https://api.acme.example/v1/chat/completions"
    assert "$ACME_API_KEY" in call.curl.text
    assert '"model":"talker-1"' in call.curl.text
