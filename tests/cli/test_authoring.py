"""`ratecard validate`, and what `ratecard build` says of the same files."""

from __future__ import annotations

from pathlib import Path

import pytest

import toys
from ratecard import cli

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
