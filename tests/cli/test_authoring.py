"""`ratecard validate`, and what `ratecard build` says of the same files."""

from __future__ import annotations

from pathlib import Path

import pytest

import toys
from ratecard import cli
from ratecard.database import store

LIST = "        rates: [{meter: images, price: 0.04}]\n"


def said(tmp_path: Path, capsys: pytest.CaptureFixture[str], cards: dict[str, str]) -> list[str]:
    """What both commands say of a catalog's cards, without the folder; they agree."""
    root = toys.folder(tmp_path, *cards.items())
    code = cli.run(["validate", "--catalog", str(root)])
    out, err = capsys.readouterr()
    assert cli.run(["build", "--catalog", str(root), "--db", str(tmp_path / "catalog.db")]) == code
    *lines, last = capsys.readouterr().err.splitlines()
    assert (lines if code else []) == out.splitlines()
    number = len(out.splitlines())
    counted = "1 problem" if number == 1 else f"{number} problems"
    assert err == ("no problems\n" if not code else f"{counted}\n")
    assert not code or last == f"{counted}; {tmp_path / 'catalog.db'} was not changed"
    return [line.removeprefix(f"{root}/models/") for line in out.splitlines()]


def offered(text: str) -> dict[str, str]:
    """A card whose price list is a text."""
    return {"openai/toy": f"{toys.CARD}{toys.OFFER}{text}"}


ONE_MESSAGE = {
    "a meter that is none, in a list with an example": (
        offered(
            "        rates: [{meter: image, price: 0.04}]\n        examples: [{usage: {images: 10}, total: 0.40}]\n"
        ),
        "openai/toy.yaml:11:25: offers[0].tariffs[0].rates[0].meter: 'image' is not a meter; did you mean 'images'?",
    ),
    "a period without days": (
        offered(f'        periods: {{off_peak: ["16:30-24:00"]}}\n{LIST}        examples: [{{usage: {{images: 1}}, total: 0.04}}]\n'),
        "openai/toy.yaml:11:30: offers[0].tariffs[0].periods.off_peak[0]: '16:30-24:00' is not a window such as"
        " 'mon-fri 16:30-24:00'; correct the window",
    ),
    "a size without its height": (
        offered("        defaults: {size: 1024}\n        rates: [{meter: tiles, price: 0.01}]\n        examples: [{usage: {images: 1}, total: 1}]\n"),
        "openai/toy.yaml:11:26: offers[0].tariffs[0].defaults.size: '1024' is not a size; write WIDTHxHEIGHT, such as"
        " 1024x1024; use one of the fact's values",
    ),
    "a fact misspelt in a default": (
        offered("        defaults: {qualty: low}\n        rates: [{meter: images, price: 0.04, when: {quality: low}}]\n"),
        "openai/toy.yaml:11:28: offers[0].tariffs[0].defaults.qualty: 'qualty' is not a fact; did you mean 'quality'?",
    ),
    "a fact misspelt in a condition": (
        offered(
            "        defaults: {quality: low, size: 1024x1024}\n        rates:\n"
            "          - {meter: images, price: 0.04, when: {qualty: low}}\n"
            "          - {meter: images, price: 0.05, when: {size: 1024x1024}}\n"
        ),
        "openai/toy.yaml:13:57: offers[0].tariffs[0].rates[0].when.qualty: 'qualty' is not a fact; did you mean"
        " 'quality'?",
    ),
    "a page that was read tomorrow": (
        {"openai/toy": toys.CARD.replace("2026-11-01", "2999-01-29")},
        "openai/toy.yaml:5:51: sources[0].checked: 2999-01-29 is in the future; write the day it was read",
    ),
    "a mask on a model that takes text alone": (
        {"openai/toy": f"{toys.CARD}input_modalities: [text]\ncapabilities: {{mask: required}}\n"},
        "openai/toy.yaml:7:22: capabilities.mask: mask is required, but input_modalities lacks image; add image there, or"
        " correct mask",
    ),
    "a currency in words": (
        offered(f"        currency: euro\n{LIST}"),
        "openai/toy.yaml:11:19: offers[0].tariffs[0].currency: 'euro' is not a currency; write EUR",
    ),
    "a currency that is none": (
        offered(f"        currency: ABC\n{LIST}"),
        "openai/toy.yaml:11:19: offers[0].tariffs[0].currency: 'ABC' is not a currency; write its code of three letters,"
        " such as USD or EUR",
    ),
    "an id at a seller that is none": (
        {"openai/toy": f"{toys.CARD}ids_at: {{opnai: [toy-1]}}\n"},
        "openai/toy.yaml:6:17: ids_at.opnai: no seller 'opnai'; did you mean 'openai'?",
    ),
    "an id of another card": (
        {"openai/one": f"{toys.CARD}ids: [openai/toy]\n", "openai/toy": toys.CARD},
        "openai/one.yaml:6:7: ids[0]: 'openai/toy' is also a name of openai/toy; keep it on one card",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cards", "message"), ONE_MESSAGE.values(), ids=ONE_MESSAGE)
def test_one_mistake_has_one_message(
    cards: dict[str, str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake is said once, in its place, by both commands; what would follow from it is not said."""
    assert said(tmp_path, capsys, cards) == [message]


def test_announced_prices_and_ends_may_lie_ahead(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only what was read cannot."""
    source = "source: {url: https://example.org/end, checked: 2026-11-01}"
    cards = offered(
        f"{LIST}      - effective: 2999-01-01\n        sources: [{{url: https://example.org/new, checked: 2026-11-01}}]\n{LIST}"
    )
    cards["openai/toy"] += f"lifecycle: [{{event: retired, date: 2999-06-01, {source}}}]\n"
    assert said(tmp_path, capsys, cards) == []


def test_a_model_id_is_one_cards_at_a_seller(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever its case; both cards are told."""
    text = f"{toys.CARD}{toys.OFFER}{LIST}"
    cards = {"openai/one": text, "openai/two": text.replace("model_id: toy", "model_id: TOY")}
    mend = "keep it on the card of the model that it calls"
    assert said(tmp_path, capsys, cards) == [
        f"openai/one.yaml:8:15: offers[0].model_id: 'toy' at fal is also an offer of openai/two; {mend}",
        f"openai/two.yaml:8:15: offers[0].model_id: 'TOY' at fal is also an offer of openai/one; {mend}",
    ]


@pytest.mark.parametrize(
    "url",
    ["https://x", "https://localhost/a", "http://127.0.0.1:8000/", "https://-a.org", "https://a..org", '"https://a.org/\\x01b"'],
)  # fmt: skip
def test_a_source_is_a_page_on_the_web(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A host without a dot, this machine and control characters are refused."""
    cards = {"openai/toy": toys.CARD.replace("https://example.org/toy", url)}
    (line,) = said(tmp_path, capsys, cards)
    assert "sources[0].url" in line
    assert "is not a web address; write https:// and a host on the web" in line


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("identity.yaml", "sellers: {}\n", "identity.yaml:1:1: the required key 'own' is missing; add it"),
        ("benchmarks.tsv", "model\n", "benchmarks.tsv:1:1: the heading is not model"),
        ("verifications.tsv", "a\tb\n", "verifications.tsv:1:1: the heading is not seller"),
        ("evidence/litellm/fal.prices.tsv", "a\tb\n<<<<<<< ours\n", "fal.prices.tsv:2:1: 1 cells, not 2"),
    ],
)
def test_validation_reads_what_a_build_joins(
    name: str, change: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tables of which a build could make nothing are problems of the catalog, for both commands."""
    root = toys.folder(tmp_path, ("openai/toy", toys.CARD))
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(change, encoding="utf-8")
    for command in (["validate"], ["build", "--db", str(tmp_path / "catalog.db")]):
        assert cli.run([*command, "--catalog", str(root)]) == 1
        out, err = capsys.readouterr()
        assert message in out + err
    assert not (tmp_path / "catalog.db").exists()


OWN = """\
name: GPT-4o
provider: openai
modality: text
sources: [{url: https://example.org/models, checked: 2026-11-01}]
offers:
  - seller: our-gateway
    model_id: gpt-4o
    tariffs:
      - sources: [{url: https://example.org/prices, checked: 2026-11-01}]
        rates: [{meter: input_tokens, price: 2, per: 1_000_000}, {meter: output_tokens, price: 8, per: 1_000_000}]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with a seller, a maker, a model of its own and an offer of a model that the catalog has."""
    folder = tmp_path / "own"
    for name, text in {
        "sellers/our-gateway.yaml": "name: Our gateway\nkind: gateway\nurl: https://example.org\n",
        "providers.yaml": "acme: {name: Acme}\n",
        "models/openai/gpt-4o.yaml": OWN,
        "models/acme/helper.yaml": OWN.replace("GPT-4o", "Helper")
        .replace("openai", "acme")
        .replace("gpt-4o", "helper-1"),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_folder_of_ones_own_adds_to_the_catalog(
    own: Path, tmp_path: Path, frozen_db: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its models and sellers are found like the catalog's, whose own offers and facts stay."""
    monkeypatch.setenv("RATECARD_DB", str(frozen_db))
    db = tmp_path / "both.db"
    assert cli.run(["build", "--with", str(own), "--db", str(db)]) == 0
    before, both = store.read(frozen_db), store.read(db)
    assert {*both.cards} == {*before.cards, "acme/helper"}
    old, new = before.cards["openai/gpt-4o"], both.cards["openai/gpt-4o"]
    assert new._replace(offers=new.offers[1:], sources=old.sources) == old._replace(kind=new.kind)
    assert new.offers[0].seller == "our-gateway"
    capsys.readouterr()
    assert cli.run(["cost", "helper-1", "input_tokens=100k", "--db", str(db)]) == 0
    assert capsys.readouterr().out.startswith("acme/helper at Our gateway: $0.20\n")
    assert cli.run(["cost", "gpt-4o", "--seller", "our-gateway", "input_tokens=100k", "--db", str(db)]) == 0
    assert capsys.readouterr().out.startswith("openai/gpt-4o at Our gateway: $0.20\n")


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("models/acme/helper.yaml", OWN, "provider: the card lies in models/acme and says provider openai"),
        ("models/openai/gpt-4o.yaml", OWN.replace("our-gateway", "our-gatway"), "no seller 'our-gatway'; did you mean 'our-gateway'?"),
        ("sellers/openai.yaml", "name: Ours\nkind: gateway\nurl: https://example.org\n", "openai is a seller of the catalog; give yours another name"),
        ("providers.yaml", "acme: {nam: Acme}\n", "unknown key 'nam'; did you mean 'name'?"),
    ],
)  # fmt: skip
def test_what_adds_to_the_catalog_is_checked(
    file: str, text: str, message: str, own: Path, tmp_path: Path, frozen_db: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """A mistake is reported with its place, and nothing is written."""
    monkeypatch.setenv("RATECARD_DB", str(frozen_db))
    (own / file).write_text(text, encoding="utf-8")
    assert cli.run(["build", "--with", str(own), "--db", str(tmp_path / "both.db")]) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "both.db").exists()


def test_the_catalog_that_is_added_to_is_not_written(
    own: Path, frozen_db: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is added to stays, so that the same folder can be added again."""
    monkeypatch.setenv("RATECARD_DB", str(frozen_db))
    assert cli.run(["build", "--with", str(own), "--db", str(frozen_db)]) == 2
    assert "name the new one with --db" in capsys.readouterr().err
