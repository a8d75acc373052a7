"""Up to four models or sellers side by side, in a browser."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe import dark_violations, violations, watched
from browser import follow, opened
from playwright.sync_api import Browser, Page, expect
from site_reading import elements

import ratecard
from ratecard import cli
from ratecard.core import decimals
from ratecard.core.catalog import Catalog
from ratecard.site import links
from ratecard.site.edition import Edition, capability_of, priced_offer
from ratecard.site.files import compare_data

PATIENCE = 60_000
ONE, OTHER = "openai/gpt-image-1", "bria/fibo-edit/edit"
HEADS = "table.compare:not(.costs) thead th"
LINES = "table.compare:not(.costs) tbody tr:not(.group)"
STATUS = "main [role=status]"


@contextmanager
def compared(browser: Browser, home: str, *asked: str) -> Iterator[Page]:
    """The page that compares what is asked, in a window that complains of nothing."""
    with opened(browser) as (page, complaints):
        page.set_default_timeout(PATIENCE)
        page.goto(f"{home}compare/?m={','.join(asked)}" if asked else f"{home}compare/")
        yield page
        assert complaints == []


def lines(page: Page) -> dict[str, list[str]]:
    """The values of each line by its label."""
    page.wait_for_selector("table.compare")
    script = "all => all.map(row => [...row.cells].map(cell => cell.textContent.replace(' differs', '')))"
    rows: list[list[str]] = page.locator(LINES).evaluate_all(script)
    return {label: values for label, *values in rows}


def test_two_models_stand_side_by_side(home: str, browser: Browser, catalog: Catalog) -> None:
    """Each has a column under its name, and every line a value for each."""
    with compared(browser, home, ONE, OTHER) as page:
        found = lines(page)

        assert page.locator(f"{HEADS} a").all_inner_texts() == [catalog.cards[ONE].name, catalog.cards[OTHER].name]
        assert found["Provider"] == ["OpenAI", "Bria"]
        assert all(len(values) == 2 and all(values) for values in found.values())


def test_what_differs_is_marked(home: str, browser: Browser) -> None:
    """Exactly the lines whose values differ are marked, for eyes and ears, and can be looked at alone."""
    with compared(browser, home, ONE, OTHER) as page:
        differing = {label for label, values in lines(page).items() if len(set(values)) > 1}
        marked = page.locator(f"{LINES}.differing")

        assert 0 < len(differing) < len(lines(page))
        assert marked.count() == len(differing) == page.locator(f"{LINES} .differs").count()
        expect(page.locator(STATUS)).to_have_text(f"{len(differing)} of {len(lines(page))} lines differ.")
        page.get_by_label("Only what differs").check()
        assert set(lines(page)) == differing


def test_what_nobody_says_is_unknown(home: str, browser: Browser, edition: Edition) -> None:
    """A capability or limit that a model says nothing of is unknown there, and no price is ever made of nothing."""
    with compared(browser, home, ONE, OTHER) as page:
        found = lines(page)

    for place, slug in enumerate((ONE, OTHER)):
        card = edition.catalog.cards[slug]
        offer = priced_offer(edition, card)
        for word in edition.words:
            if word.label in found:
                assert found[word.label][place] == capability_of(card, offer, word.id).value, (slug, word.label)
    assert "unknown" in {value for values in found.values() for value in values}


def test_one_model_at_two_sellers(home: str, browser: Browser, catalog: Catalog) -> None:
    """A seller after an @ makes the column about its offer: its price, its name for the model, its fee."""
    offers = {offer.seller: offer for offer in catalog.cards[OTHER].offers}
    first, second = list(offers)[:2]
    with compared(browser, home, f"{OTHER}@{first}", f"{OTHER}@{second}") as page:
        found = lines(page)

        assert found["Called there"] == [offers[first].model_id, offers[second].model_id]
        assert len(set(found["Provider"])) == 1


def test_a_column_turns_to_another_seller(home: str, browser: Browser, catalog: Catalog) -> None:
    """The seller of a column can be chosen, and the way back leads to the one before."""
    with compared(browser, home, OTHER) as page:
        before = lines(page)["Called there"]
        choice = page.get_by_label(f"Seller of {catalog.cards[OTHER].name}")
        other = choice.locator("option:not([selected])").first.get_attribute("value")
        choice.select_option(other)
        page.wait_for_url(f"{home}compare/?m={OTHER}@{other}")
        expect(page.get_by_label("Seller of")).to_have_value(str(other))
        page.go_back()

        expect(page.get_by_label("Seller of")).not_to_have_value(str(other))
        assert lines(page)["Called there"] == before


def test_models_are_added_and_removed(home: str, browser: Browser, catalog: Catalog) -> None:
    """A model that is chosen below the box joins the others, and leaves when it is removed."""
    with compared(browser, home) as page:
        expect(page.locator(STATUS)).to_have_text("Add models to see where they differ.")
        for slug in (ONE, OTHER):
            page.locator("#add").fill(slug)
            page.locator("#add-suggestions [role=option]").first.click()
            expect(page.locator(f"{HEADS} a").last).to_have_text(catalog.cards[slug].name)
        assert page.url == f"{home}compare/?m={ONE},{OTHER}"
        page.get_by_role("button", name=f"Remove {catalog.cards[ONE].name}").click()

        expect(page.locator(HEADS)).to_have_count(1)
        assert page.url == f"{home}compare/?m={OTHER}"


def test_there_are_no_more_than_four(home: str, browser: Browser, catalog: Catalog) -> None:
    """Of more than four the first four are shown, the others are counted, and no more can be added."""
    with compared(browser, home, *list(catalog.cards)[:6]) as page:
        expect(page.locator(HEADS)).to_have_count(4)
        expect(page.locator(STATUS)).to_contain_text("Only 4 fit side by side; 2 more were left out.")
        expect(page.locator("#add")).to_be_hidden()


@pytest.mark.parametrize("asked", ["no/such-model", "../../etc/passwd", "<b>x</b>", f"{ONE}@nobody"])
def test_what_there_is_not_is_said(asked: str, home: str, browser: Browser) -> None:
    """A model or seller that there is not is named as such, and the others stand nonetheless."""
    with opened(browser) as (page, _):
        page.goto(f"{home}compare/?m={asked},{OTHER}")

        expect(page.locator(STATUS)).to_contain_text("catalog")
        expect(page.locator(HEADS)).to_have_count(1)
        assert page.locator("main b:not(.unknown)").count() == 0


def test_a_model_page_leads_to_its_comparison(home: str, browser: Browser, edition: Edition) -> None:
    """A model without others of its family begins a comparison of its own."""
    alone = next(cards[0] for cards in edition.families.values() if len(cards) == 1)
    with opened(browser) as (page, complaints):
        page.goto(f"{home}{links.model(alone.slug)}")
        follow(page.locator("main").get_by_role("link", name="Compare", exact=True))

        expect(page.locator(HEADS)).to_have_count(1)
        assert page.locator(f"{HEADS} a").inner_text() == alone.name
        assert complaints == []


def test_without_a_script_families_are_compared(home: str, browser: Browser) -> None:
    """Without JavaScript the page says how addresses are written, and leads to a table of each family."""
    with opened(browser, java_script_enabled=False) as (page, _):
        page.goto(f"{home}compare/?m={ONE}")

        assert page.get_by_text("where JavaScript runs").is_visible()
        follow(page.get_by_role("link", name="GPT Image", exact=True))
        assert page.locator("table.compare").is_visible()


def test_the_data_leave_out_what_nobody_says(site: Path, edition: Edition) -> None:
    """The data of a model hold what its page prints and no unknown value of its own, in groups that are named."""
    for card in edition.catalog.cards.values():
        found: dict[str, Any] = json.loads((site / links.compared(card.slug)).read_bytes())
        values = [value for _, _, value in found["lines"]]

        assert (found["slug"], found["name"]) == (card.slug, card.name)
        assert all(value not in ("", "unknown") for value in values)
        assert {group for group, _, _ in found["lines"]} <= set(compare_data.GROUPS)
        assert len(found["offers"]) == len(card.offers)
        assert sum(offer.get("shown", False) for offer in found["offers"]) == bool(card.offers)


def test_the_data_have_every_price_of_the_page(edition: Edition, site: Path) -> None:
    """Each price of an offer's list stands in its lines as its page prints it."""
    card = edition.catalog.cards[OTHER]
    found = json.loads((site / links.compared(OTHER)).read_bytes())
    printed = "".join(
        "".join(cell.itertext()) for cell in elements((site / links.model(OTHER) / "index.html").read_bytes(), "data")
    )

    for offer, said in zip(card.offers, found["offers"], strict=True):
        assert said["seller"] == offer.seller
        prices = [value for group, _, value in said["lines"] if group == compare_data.PRICE and value.startswith("$")]
        assert len(prices) == sum(len(tariff.rates) for tariff in offer.tariffs[-1:])
        assert all(price.split(" ")[0] in printed for price in prices)


def costs(page: Page) -> dict[str, list[str]]:
    """The lines of the costs side by side, by their label."""
    page.wait_for_selector("table.costs")
    script = "all => all.map(row => [...row.cells].map(cell => cell.querySelector('data')?.value ?? cell.textContent.replace(' differs', '')))"
    rows: list[list[str]] = page.locator("table.costs tbody tr").evaluate_all(script)
    return {label: values for label, *values in rows}


def test_one_usage_costs_something_at_each_side(home: str, browser: Browser, catalog: Catalog) -> None:
    """A usage in the address is worked out for each model or seller, as the package does; what differs is marked."""
    asked = ("bfl/flux-2-pro", "bfl/flux-2-pro@fal", "bfl/flux-2-dev@aigateway")
    with opened(browser) as (page, complaints):
        page.goto(f"{home}compare/?m={','.join(asked)}&images=3&size=2048x2048")
        found = costs(page)
        expected = [
            ratecard.cost(slug, seller=seller, images=3, size="2048x2048", catalog=catalog)
            for slug, seller in (("bfl/flux-2-pro", "bfl"), ("bfl/flux-2-pro", "fal"), ("bfl/flux-2-dev", "aigateway"))
        ]
        assert found["Total"] == [decimals.text(cost.total) for cost in expected]
        assert found["To be funded"] == [decimals.text(cost.funding) for cost in expected]
        differing = {label for label, values in found.items() if len(set(values)) > 1}
        marked = page.locator("table.costs .differing th").evaluate_all(
            "all => all.map(head => head.firstChild.textContent)"
        )
        assert set(marked) == differing - {"More than the least"}

        page.get_by_label("Images", exact=True).fill("4")
        page.wait_for_url(f"{home}compare/?m={','.join(asked)}&images=4&size=2048x2048")
        again = ratecard.cost("bfl/flux-2-pro", seller="fal", images=4, size="2048x2048", catalog=catalog)
        assert costs(page)["Total"][1] == decimals.text(again.total)
        assert complaints == []


def test_a_cost_that_is_not_known_is_unknown(home: str, browser: Browser) -> None:
    """A side without a price for the usage is unknown in every line, and says what is missing."""
    with opened(browser) as (page, complaints):
        page.goto(f"{home}compare/?m=bfl/flux-2-dev,openai/gpt-image-1&images=1&input_tokens=5")
        found = costs(page)
        assert found["Total"][0] == found["Images"][0] == "unknown"
        assert found["Total"][1] != "unknown"
        assert "no rate for input_tokens" in found["Missing"][0]
        assert complaints == []


def test_the_usage_stays_while_sides_change(home: str, browser: Browser) -> None:
    """Taking a side away keeps the usage, and the way back brings the side again with its cost."""
    with opened(browser) as (page, complaints):
        page.goto(f"{home}compare/?m=bfl/flux-2-pro,openai/gpt-image-1&images=2")
        assert len(costs(page)["Total"]) == 2
        page.get_by_role("button", name="Remove GPT Image 1").click()
        page.wait_for_url(f"{home}compare/?m=bfl/flux-2-pro&images=2")
        expect(page.locator("table.costs")).to_have_count(0)
        assert page.locator(".embedded .total data").get_attribute("value") == "0.06"
        page.go_back()
        page.wait_for_selector("table.costs")
        assert len(costs(page)["Total"]) == 2
        assert complaints == []


def test_the_commands_of_the_page_run(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without JavaScript the page says how a shell compares models and sellers, and these commands work."""
    content = (site / "compare" / "index.html").read_bytes()
    [block] = [
        text for text in (code.text or "" for code in elements(content, "code")) if text.startswith("ratecard cost")
    ]
    monkeypatch.setenv("RATECARD_DB", str(site / "catalog.db"))
    for command in block.splitlines():
        assert cli.run([*shlex.split(command)[1:], "--json"]) == 0
        assert len(json.loads(capsys.readouterr().out)) > 1 or "--sellers" in command


def test_everybody_can_compare_costs(home: str, browser: Browser) -> None:
    """Axe finds nothing in the costs side by side, unknown ones and free ones too, and nothing is too wide."""
    with watched(browser) as (page, _):
        page.goto(f"{home}compare/?m=bfl/flux-2-dev,openai/gpt-image-1.5,bfl/flux-2-pro@fal&images=2&input_tokens=3")
        page.wait_for_selector("table.costs")

        assert violations(page) == dark_violations(page) == []
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_model_that_is_added_again_comes_from_another_seller(home: str, browser: Browser, catalog: Catalog) -> None:
    """Who adds a model that stands there compares its sellers: each further time the next one's offer."""
    slug = "bfl/flux-2-pro"
    with compared(browser, home, slug) as page:
        page.wait_for_selector("table.compare")
        page.get_by_label("Add a model").fill("flux-2-pro")
        page.locator(f"[role=option][data-slug='{slug}']").click()
        expect(page.locator(f"{HEADS} a")).to_have_count(2)
        sellers = page.locator(f"{HEADS} select").evaluate_all("all => all.map(one => one.value)")

        assert len(set(sellers)) == 2
        assert set(sellers) <= {offer.seller for offer in catalog.cards[slug].offers}
