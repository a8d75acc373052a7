"""The calculator as a reader uses it: on a model's page and on the page of its own."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from axe import dark_violations, violations, watched
from browser import follow, opened
from playwright.sync_api import Browser, Page, expect
from site_reading import elements, text

import ratecard
from ratecard.core import decimals
from ratecard.core.catalog import Catalog, names_of, offer_of, sold
from ratecard.core.records import Card, Offer
from ratecard.database import sql_cost
from ratecard.pricing import as_json
from ratecard.site.edition import Edition, priced_offer, tariff_of
from ratecard.site.files import price_data
from ratecard.site.views import estimate_box

READY = "form.estimate[data-ready]"
IMAGE_MODEL = "openai/gpt-image-1"

Show = Callable[[str], Page]


@pytest.fixture(name="show")
def _show(home: str, browser: Browser) -> Iterator[Show]:
    """Opens an address of the site; the console must stay empty."""
    with opened(browser, permissions=["clipboard-read", "clipboard-write"]) as (page, complaints):
        page.set_default_timeout(60_000)

        def show(address: str) -> Page:
            page.goto(home + address)
            return page

        yield show
        assert complaints == []


def total(page: Page) -> str:
    """The total that is shown, as programs read it."""
    return page.locator(".total data").get_attribute("value") or ""


def shown(page: Page) -> str:
    """What the page says under the fields, on one line."""
    return " ".join(page.locator(".bills").inner_text().split())


def test_an_address_is_a_question(show: Show, catalog: Catalog) -> None:
    """The page of the calculator answers what its address asks, as the package does."""
    page = show(f"cost/?m={IMAGE_MODEL}&images=2&quality=high")
    page.wait_for_selector(READY)

    expected = ratecard.cost(IMAGE_MODEL, images=2, quality="high", catalog=catalog)
    assert total(page) == str(expected.total) == "0.334"
    assert "2 images $0.167 per image quality high, size 1024x1024 $0.334" in shown(page)
    assert "Assumed: size 1024x1024 (default of the price list)." in shown(page)
    assert all(f"{warning}." in shown(page) for warning in expected.warnings)


def test_typing_changes_bill_and_address(show: Show) -> None:
    """Each key counts at once; the address follows, so that the question can be sent to someone."""
    page = show(f"cost/?m={IMAGE_MODEL}&images=2&quality=high")
    page.wait_for_selector(READY)

    page.get_by_label("Images", exact=True).fill("30")
    assert total(page) == "5.01"
    page.get_by_label("Quality").select_option("low")
    assert total(page) == "0.33"

    page.wait_for_url(re.compile(r"images=30&quality=low$"))
    again = show(page.url.partition("cost/")[2].join(["cost/", ""]))
    again.wait_for_selector(READY)
    assert total(again) == "0.33"


def test_a_slider_fills_its_field(show: Show) -> None:
    """A slider goes through round numbers, and at its end there is none of it."""
    page = show(f"cost/?m={IMAGE_MODEL}&images=2")
    page.wait_for_selector(READY)
    slider = page.get_by_label("Images, slider")

    slider.press("ArrowRight")
    assert page.get_by_label("Images", exact=True).input_value() == "5"
    assert total(page) == "0.21"
    slider.press("Home")
    assert page.get_by_label("Images", exact=True).input_value() == ""
    assert "unknown say how much is used." in shown(page)


def test_what_has_no_price_shows_no_number(show: Show) -> None:
    """A quantity without a rate is named, and nothing is totalled."""
    page = show(f"cost/?m={IMAGE_MODEL}&images=1&pages=3")
    page.wait_for_selector(READY)

    assert "unknown no rate for pages; this price list has images" in shown(page)
    assert page.locator(".bills data").count() == 0

    page.get_by_label("Pages", exact=True).fill("")
    assert total(page) == "0.042"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("images=1.5", "images=1.5: images are whole numbers"),
        ("images=-1", "images=-1: not a quantity; write a number of 0 or more, such as 1000 or 20k"),
        ("images=1&at=yesterday", "at=yesterday: not a date or time, such as 2026-11-21 or 2026-11-21T18:30"),
        ("images=1&imagse=2", "'imagse' is not a meter or fact; it was left out"),
    ],
)
def test_what_cannot_be_read_is_said(query: str, said: str, show: Show) -> None:
    """A mistake in a field or in the address is told in the words of the command line."""
    page = show(f"cost/?m={IMAGE_MODEL}&{query}")
    page.wait_for_selector(READY)

    assert said in shown(page)


def test_models_are_compared(show: Show) -> None:
    """Several models stand side by side with what each costs more than the least; what is unknown says so."""
    page = show(f"cost/?m={IMAGE_MODEL}&m=bfl/flux-2-pro&images=2&quality=high")
    page.wait_for_selector(READY)

    rows = [" ".join(row.split()) for row in page.locator(".bills table").first.locator("tbody tr").all_inner_texts()]
    assert rows == ["GPT Image 1 OpenAI $0.334 +$0.274", "FLUX.2 [pro] Black Forest Labs $0.06 least"]

    page.get_by_label("Input tokens", exact=True).fill("10")
    assert page.locator(".bills table").first.locator("tbody tr").nth(1).inner_text().split()[-1] == "unknown"


def test_a_model_is_added_and_gone_back_from(show: Show) -> None:
    """A model is added by its slug; going back takes it away again."""
    page = show(f"cost/?m={IMAGE_MODEL}&images=2")
    page.wait_for_selector(READY)

    page.get_by_label("One more model").fill("bfl/flux-2-pro")
    page.keyboard.press("Enter")
    expect(page.locator(".model")).to_have_count(2)
    page.go_back()
    expect(page.locator(".model")).to_have_count(1)
    assert total(page) == "0.084"


def test_a_model_that_there_is_not_is_named(home: str, browser: Browser) -> None:
    """An unknown model is said to be unknown; those beside it are still priced."""
    with opened(browser) as (page, complaints):
        page.goto(f"{home}cost/?m=openai/nothing&m={IMAGE_MODEL}&m=../..&images=1")
        page.wait_for_selector(READY)

        assert "no model is called 'openai/nothing'." in shown(page)
        assert "'../..' is not the name of a model" in shown(page)
        assert total(page) == "0.042"
        assert all("404" in said for said in complaints)


@pytest.mark.parametrize("name", ["gpt-image-1", "GPT Image 1", "gpt image-1", "gptimage1"])
def test_a_model_is_found_by_the_names_that_people_use(name: str, show: Show) -> None:
    """As on the command line: in any case, with blanks for dashes, without its maker."""
    page = show(f"cost/?m={name}&images=1")
    page.wait_for_selector(READY)
    assert total(page) == "0.042"


def test_a_name_that_means_no_model_is_answered_with_those_that_are_near(show: Show) -> None:
    """What is near is named and never priced."""
    page = show("cost/?m=gpt-image&images=1")
    page.wait_for_selector(READY)
    assert "'gpt-image' is not the name of a model; did you mean openai/gpt-image-" in shown(page)
    assert page.locator(".total").count() == 0


def test_another_seller_has_other_prices(show: Show, catalog: Catalog) -> None:
    """The seller is chosen from those of the card, and the bill is that seller's, fees and all."""
    slug, seller = next(
        (card.slug, offer.seller)
        for card in catalog.cards.values()
        for offer in card.offers[1:]
        if catalog.sellers[offer.seller].fees and price_data.asked_as(catalog, card, offer) == (card.slug, offer.seller)
    )
    expected = ratecard.cost(slug, seller=seller, images=3, catalog=catalog)
    page = show(f"cost/?m={slug}&images=3")
    page.wait_for_selector(READY)

    page.locator(".model select").select_option(label=catalog.sellers[seller].name)
    assert total(page) == str(expected.total)
    assert expected.fees[0].name in shown(page)
    assert str(expected.funding) == page.locator("tr.sum data").nth(1).get_attribute("value")


@pytest.mark.parametrize(
    "query",
    [
        f"m={IMAGE_MODEL}&images=3&quality=high&size=1024x1536&at=2026-06-01T12:00",
        "m=bfl/flux-2-dev@aigateway/black-forest-labs%2Fflux-2-dev&images=7",
        "m=deepseek/deepseek-chat&input_tokens=20k&output_tokens=1234567&period=off_peak&at=2026-01-02",
        "m=deepseek/deepseek-v4-flash&input_tokens=1000&cache_read_tokens=500&at=2026-11-20T18:30",
    ],
)
def test_the_same_can_be_asked_elsewhere(query: str, show: Show, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is offered to copy runs as it is printed, in a shell, in Python and in SQL, and comes to the total shown."""
    page = show(f"cost/?{query}")
    page.wait_for_selector(READY)
    page.get_by_text("The same in a shell").click()
    shell, python, statement = (block.strip() for block in page.locator(".calls code").all_inner_texts())
    monkeypatch.setenv("RATECARD_DB", str(site / "catalog.db"))
    define = f'ratecard() {{ {shlex.quote(sys.executable)} -m ratecard "$@"; }}'

    assert json.loads(ran(["bash", "-c", f"{define}\n{shell} --json"]))["total"] == total(page)
    assert Decimal(ran([sys.executable, "-c", python])) == Decimal(total(page))
    assert total_in_sql(statement, site) == total(page)

    page.get_by_role("button", name="Copy: The same in Shell").click()
    expect(page.get_by_role("button", name="Copy: The same in Shell")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == shell


def ran(command: list[str], folder: Path | None = None) -> str:
    """What a program prints, which must end well."""
    return subprocess.run(command, cwd=folder, capture_output=True, check=True, text=True).stdout


def total_in_sql(statement: str, site: Path) -> str:
    """The total of the statement beside the site's database: by the shell of SQLite where there is one."""
    if shutil.which("sqlite3"):
        rows = [line.split("|") for line in ran(["bash", "-c", statement], site).splitlines()]
    else:
        given = {
            line.split()[2][1:]: shlex.split(line)[3] for line in statement.splitlines() if line.startswith(".param")
        }
        given = {name: value.strip("'") for name, value in given.items()}
        rows = sql_cost.connect(site / "catalog.db").execute((site / "cost.sql").read_text("utf-8"), given).fetchall()
    return str(next(row[7] for row in rows if row[0] == "total"))


def test_several_models_stand_in_one_word(show: Show) -> None:
    """An address names several models with commas, as the page that compares does; repeated names are read too."""
    page = show("cost/?m=openai/gpt-image-1,bfl/flux-2-pro&m=bfl/flux-2-dev&images=2")
    page.wait_for_selector(READY)
    expect(page.locator(".model")).to_have_count(3)

    page.get_by_label("Images", exact=True).fill("3")
    page.wait_for_url(re.compile(r"images=3$"))
    assert "m=openai/gpt-image-1@openai/gpt-image-1,bfl/flux-2-pro@bfl/flux-2-pro,bfl/flux-2-dev@" in page.url
    assert page.url.count("m=") == 1
    page.reload()
    page.wait_for_selector(READY)
    expect(page.locator(".model")).to_have_count(3)


STOPS = """
async ([home, words, card]) => {
  const { fieldsOf } = await import(home + "assets/fields.js");
  const { text } = await import(home + "assets/exact.js");
  const { quantities } = fieldsOf([{ card, offer: card.offers[0] }], words, {}, new Date());
  return Object.fromEntries(quantities.map(({ name, stops }) => [name, stops.map(text)]));
}
"""


def test_a_slider_ends_at_the_models_limit(show: Show, catalog: Catalog, home: str) -> None:
    """What one call can hold bounds the sliders of tokens, in steps that grow with the number; else a billion does."""
    card = catalog.cards["deepseek/deepseek-v4-flash"]
    bounded = card._replace(limits=card.limits._replace(context_tokens=131_072, max_output_tokens=30))
    words = json.loads(price_data.words(catalog.vocabulary))
    page = show("cost/")
    stops, free = (
        page.evaluate(STOPS, [home, words, json.loads(price_data.prices(catalog, each))]) for each in (bounded, card)
    )

    assert stops["input_tokens"][-3:] == ["50000", "100000", "131072"]
    assert stops["output_tokens"] == ["0", "1", "2", "5", "10", "20", "30"]
    assert free["input_tokens"][-1] == "1000000000"


def test_whole_numbers_of_a_price_list_have_sliders_too(show: Show, catalog: Catalog) -> None:
    """Where a price counts steps a slider sets them, up to those the model takes; the field says what is assumed."""
    card = catalog.cards["leonardo/phoenix-1.0"]
    page = show(f"cost/?m={card.slug}&images=1&size=1024x1024")
    page.wait_for_selector(READY)

    page.get_by_label("Steps, slider").press("End")
    most = str(card.limits.max_steps or 100)
    assert page.get_by_label("Steps", exact=True).input_value() == most
    assert total(page) == decimals.text(
        ratecard.cost(card.slug, images=1, size="1024x1024", steps=most, catalog=catalog).total
    )


def test_a_model_page_has_the_calculator_when_it_is_touched(show: Show) -> None:
    """The estimate box is a form with an answer; with the first look into a field it works out what is typed."""
    page = show(f"models/{IMAGE_MODEL}/")
    assert "1 image at OpenAI: $0.042" in page.locator("form.estimate").inner_text()
    assert page.locator(READY).count() == 0

    page.get_by_label("Images", exact=True).focus()
    page.wait_for_selector(READY)
    assert page.evaluate("document.activeElement.name") == "images"
    page.get_by_label("Images", exact=True).fill("2")
    page.get_by_label("Quality").select_option("high")
    assert total(page) == "0.334"

    page.wait_for_url(re.compile(r"/\?images=2&quality=high$"))
    page.reload()
    page.wait_for_selector(READY)
    assert total(page) == "0.334"


def test_without_script_a_form_leads_to_an_explanation(home: str, browser: Browser) -> None:
    """The button leads to the page of the calculator, which says how to ask the same in a shell."""
    with opened(browser, java_script_enabled=False) as (page, complaints):
        page.goto(f"{home}models/{IMAGE_MODEL}/")
        assert page.locator("form.estimate code").inner_text() == f"ratecard cost {IMAGE_MODEL} images=1"
        follow(page.get_by_role("button", name="Work it out"))

        assert "/cost/?m=openai/gpt-image-1" in page.url.replace("%2F", "/")
        assert "A shell gives the same bill" in page.locator("main").inner_text()
        assert "ratecard cost " in page.locator("main").inner_text()
        assert complaints == []


def test_every_box_asks_what_the_page_is_about(site: Path, edition: Edition) -> None:
    """A model has a box exactly where a list shows a price of it; its answer is what the package says."""
    for card in edition.catalog.cards.values():
        content = (site / "models" / card.slug / "index.html").read_bytes()
        boxes = [form for form in elements(content, "form") if form.get("class") == "estimate"]
        box = estimate_box.estimate_box(edition, card)

        assert len(boxes) == bool(box) == (tariff_of(edition, priced_offer(edition, card)) is not None)
        if box and box.answer:
            assert f"{box.usage} at {box.shop}: {box.answer.shown}" in text(content)
            words = [word for word in shlex.split(box.command)[3:] if "=" in word and not word.startswith("--")]
            given = dict(word.split("=") for word in words)
            slug, seller, id = re.split("[@/]", box.model.replace(card.slug, "slug", 1), maxsplit=2)
            offer = next(each for each in card.offers if (each.seller, each.model_id) == (seller, id))
            model, *rest = price_data.asked_as(edition.catalog, card, offer)
            found = ratecard.cost(
                model, seller=rest[0] if rest else None, at=f"{edition.day}T12:00", catalog=edition.catalog, **given
            )
            assert slug == "slug"
            assert as_json.cost_answer(found)["total"] == box.answer.value


def test_every_offer_can_be_asked_for_in_words(catalog: Catalog) -> None:
    """The words beside an offer price that offer and no other."""
    for card in catalog.cards.values():
        for offer in card.offers:
            asked = price_data.asked_as(catalog, card, offer)

            assert asked, (card.slug, offer.seller, offer.model_id)
            assert sold(catalog, *asked) == (card, offer)


@pytest.mark.parametrize(
    "query",
    [
        f"m={IMAGE_MODEL}&images=2&input_tokens=7",
        f"m={IMAGE_MODEL}&m=bfl/flux-2-pro&images=x&requests=1",
        f"m={IMAGE_MODEL}&m=bfl/flux-2-pro&images=1&at=2026-06-01",
    ],
)
def test_everybody_can_use_the_calculator(query: str, home: str, browser: Browser) -> None:
    """Axe finds nothing in bills, mistakes and comparisons, and nothing reaches beyond a narrow screen."""
    with watched(browser) as (page, _):
        page.goto(f"{home}cost/?{query}")
        page.wait_for_selector(READY)
        for summary in page.locator(".bills summary").all():
            summary.click()

        assert violations(page) == dark_violations(page) == []
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", ["cost/", "models/deepseek/deepseek-v4-flash/"])
def test_a_page_names_the_command_that_prices_a_request(path: str, site: Path) -> None:
    """The calculator prices quantities; for the body of a request its pages name the command."""
    assert "--request FILE" in text((site / path / "index.html").read_bytes())


@pytest.mark.parametrize(
    "facts",
    [{}, {"region": "eu"}, {"service_tier": "batch"}, {"region": "eu", "service_tier": "batch"}, {"region": "us"}],
)
def test_facts_mean_the_same_id_in_a_browser(
    facts: dict[str, str], home: str, browser: Browser, catalog: Catalog
) -> None:
    """Of a seller's ids the one that stands for the most of what is asked is priced, as Python does."""
    batch = {"service_tier": "batch", "snapshot": "2026-01-01"}
    apart: list[dict[str, str]] = [{}, {"region": "eu"}, batch, {"region": "eu", "snapshot": "a"}]
    offers = [
        Offer(seller, f"{seller}-{at}", facts=held) for seller in ("openai", "azure") for at, held in enumerate(apart)
    ]
    card = Card("a/a", "A", "openai", "text", offers=tuple(offers))
    held = catalog._replace(cards={"a/a": card}, names=names_of([card]))
    sheet = json.loads(price_data.prices(held, card))
    script = """async ([card, facts]) => {
      const { meant } = await import("/assets/bill.js");
      return ["openai", "azure"].map((seller) =>
        meant(card, card.offers.find((offer) => offer.seller === seller), facts).model_id);
    }"""
    with opened(browser) as (page, _):
        page.goto(home)
        chosen = page.evaluate(script, [sheet, facts])

    expected = [offer_of(card, seller, facts=facts) for seller in ("openai", "azure")]
    assert chosen == [offer.model_id for offer in expected if offer]
