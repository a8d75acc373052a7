"""The list of models, searched, sieved and sorted in a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice, pairwise
from pathlib import Path
from typing import Any

import pytest
from axe import dark_violations, violations, watched
from browser import follow, opened, served
from playwright.sync_api import Browser, Page, expect

from ratecard.core.catalog import Catalog, retired
from ratecard.site import paging
from ratecard.site.edition import Edition
from ratecard.site.files import search_index
from ratecard.site.views import capabilities

#: A frame of a screen that shows sixty a second.
FRAME = 16
MANY = 10_000
#: Milliseconds after which something that should appear is taken to be missing.
PATIENCE = 60_000
WORDS = "flux pro ultra"

ROWS = "table.found tbody tr"
SLUGS = f"{ROWS} th code"
STATUS = ".finder [role=status]"

#: Types words letter by letter, each until the rows stand and are laid out.
TYPE = """words => {
  const box = document.querySelector("#search");
  for (let length = 1; length <= words.length; length += 1) {
    box.value = words.slice(0, length);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    document.body.offsetHeight;
  }
}"""


@contextmanager
def models(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """The list at an address, in a window that complains of nothing."""
    with opened(browser, **options) as (page, complaints):
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        yield page
        assert complaints == []


def found(page: Page) -> list[str]:
    """The slugs of the rows that are shown."""
    page.wait_for_selector("table.found")
    return page.locator(SLUGS).all_inner_texts()


def test_words_lead_to_models_as_they_are_typed(home: str, browser: Browser, catalog: Catalog) -> None:
    """Every model with all the words is found, the nearest first, and the address says what was typed."""
    with models(browser, f"{home}models/") as page:
        page.keyboard.press("/")
        page.keyboard.type("gpt image 1")
        page.wait_for_url("**?q=gpt+image+1")

        assert found(page)[0] == "openai/gpt-image-1"
        assert all("gpt" in slug and "image" in slug for slug in found(page))
        assert page.locator("[data-listed]").is_hidden()


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("gptimage1", "openai/gpt-image-1"),
        ("FLUX.2 [pro]", "bfl/flux-2-pro"),
        ("fibo, gpt-image-1", "openai/gpt-image-1"),
    ],
)
def test_words_need_not_be_spelt_as_slugs(words: str, slug: str, home: str, browser: Browser) -> None:
    """Blanks and points may be left out, names do as well as slugs, and commas part alternatives."""
    with models(browser, f"{home}models/?q={words}") as page:
        assert slug in found(page)


def test_a_list_without_a_match_says_so(home: str, browser: Browser) -> None:
    """Where nothing is meant there are no rows, the count is nought, and it is said where else to ask."""
    with models(browser, f"{home}models/?q=no-such-model-at-all") as page:
        assert found(page) == []
        expect(page.locator(STATUS)).to_contain_text("0 models; words are looked for in the names of models and makers")


def test_a_slip_of_the_pen_leads_to_what_was_meant(home: str, browser: Browser) -> None:
    """The models whose slugs are most like the words, as links; none of them is a row of the list."""
    with models(browser, f"{home}models/?q=gtp-imgae 1") as page:
        assert found(page) == []
        expect(page.locator(STATUS)).to_contain_text("0 models; did you mean ")
        near = page.locator(STATUS).get_by_role("link", name="openai/gpt-image-1", exact=True)
        near.click()
        page.wait_for_url("**/models/openai/gpt-image-1/")


def test_a_word_has_three_states(home: str, browser: Browser, catalog: Catalog) -> None:
    """Needed, then must not, then it does not matter again; what is unknown is neither a yes nor a no."""
    word = catalog.vocabulary.capabilities["edit"]
    can = {slug for slug, card in catalog.cards.items() if _verdict(card, word) == "yes"}
    cannot = {slug for slug, card in catalog.cards.items() if _verdict(card, word) == "no"}
    with models(browser, f"{home}models/") as page:
        page.get_by_role("button", name="Filter and sort").click()
        button = page.locator('[data-word="edit"]')

        assert button.get_attribute("aria-label") == "Instruction edits: does not matter"
        button.click()
        expect(button).to_be_focused()
        assert set(_all(page)) == can
        assert page.url.endswith("?need=edit")
        assert button.get_attribute("aria-label") == "Instruction edits: needed"
        button.click()
        assert set(_all(page)) == cannot
        assert page.url.endswith("?not=edit")
        button.click()
        assert len(_all(page)) == len(catalog.cards)


def test_what_nobody_says_is_offered_not_hidden(home: str, browser: Browser, catalog: Catalog) -> None:
    """The models of which nobody says are counted beside those that are found, and come when they are asked for."""
    word = catalog.vocabulary.capabilities["edit"]
    verdicts = [_verdict(card, word) for card in catalog.cards.values()]
    with models(browser, f"{home}models/?need=edit") as page:
        page.locator(STATUS).get_by_role("button", name=f"Show {verdicts.count('unknown'):,} more").click()

        assert len(_all(page)) == verdicts.count("yes") + verdicts.count("unknown")
        assert page.url.endswith("&maybe=1")


def test_filters_combine(home: str, browser: Browser, catalog: Catalog) -> None:
    """Each further filter leaves fewer models, those that satisfy all of them."""
    words = catalog.vocabulary.capabilities
    expected = {
        slug
        for slug, card in catalog.cards.items()
        if _verdict(card, words["edit"]) == "yes"
        and capabilities.value(card, None, "mask") in ("required", "optional")
        and "image" in card.input_modalities
    }
    with models(browser, f"{home}models/?need=edit,takes-image&mask=honoured") as page:
        assert expected
        assert set(_all(page)) == expected


@pytest.mark.parametrize("life", ["current", "retired"])
def test_models_go_by_their_life(life: str, home: str, browser: Browser, edition: Edition) -> None:
    """Models that ended and those that did not are two lists that make up the whole."""
    cards = edition.catalog.cards
    expected = {slug for slug, card in cards.items() if retired(card, edition.day) == (life == "retired")}
    with models(browser, f"{home}models/?life={life}") as page:
        assert set(_all(page)) == expected


def test_models_go_by_their_seller(home: str, browser: Browser, catalog: Catalog) -> None:
    """A seller's models are all that it has an offer of, also where another's price is shown."""
    expected = {slug for slug, card in catalog.cards.items() if any(offer.seller == "fal" for offer in card.offers)}
    with models(browser, f"{home}models/?seller=fal") as page:
        assert expected
        assert set(_all(page)) == expected


def test_prices_of_one_meter_are_sorted_and_no_others(home: str, browser: Browser) -> None:
    """A price has an order only under one meter: the cheapest first, then the dearest; what has none is left out."""
    with models(browser, f"{home}models/") as page:
        page.get_by_role("button", name="Filter and sort").click()
        assert page.locator("[data-sort=price]").count() == 0

        page.locator("select[name=meter]").select_option("images")
        assert page.url.endswith("?sort=price&meter=images")
        assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Price per image")
        cheapest = _prices(page)
        page.locator("[data-sort=price]").click()

        expect(page.locator("[data-sort=price]")).to_be_focused()
        assert page.locator("th[aria-sort=descending]").count() == 1
        assert cheapest == sorted(cheapest)
        assert _prices(page) == sorted(cheapest, reverse=True)
        assert len(cheapest) > 10


def test_unknown_prices_come_last_either_way(home: str, browser: Browser) -> None:
    """With models kept of which nobody says, those without a price of the meter end the list in both directions."""
    for order in ("price", "-price"):
        with models(browser, f"{home}models/?meter=images&maybe=1&sort={order}") as page:
            _grown(page)
            said = page.locator(f"{ROWS} td:nth-child(3)").all_inner_texts()
            known = [not text.startswith("unknown") for text in said]

            assert True in known
            assert False in known
            assert all(first >= second for first, second in pairwise(known))


def test_a_price_has_a_bound(home: str, browser: Browser) -> None:
    """A bound holds for the chosen meter, to the last digit; what is no number is marked and not asked."""
    with models(browser, f"{home}models/?meter=images") as page:
        prices = _prices(page)
        bound = sorted(prices)[len(prices) // 2]
        field = page.locator("input[name=most]")
        field.fill("a few cents")
        field.press("Enter")
        assert field.get_attribute("aria-invalid") == "true"
        assert len(_prices(page)) == len(prices)
        field.fill(f"${bound}")
        field.blur()
        page.wait_for_url(f"**&most={bound}")

        assert sorted(_prices(page)) == sorted(price for price in prices if price <= bound)


@pytest.mark.parametrize("key", ["name", "provider", "context", "sellers"])
def test_columns_are_sorted_by_their_heads(key: str, home: str, browser: Browser) -> None:
    """A head sorts up, then down, and says which; the models stay the same ones."""
    with models(browser, f"{home}models/?q=flux") as page:
        before = found(page)
        page.locator(f"[data-sort={key}]").click()
        up = found(page)
        assert page.locator("th[aria-sort=ascending]").count() == 1
        page.locator(f"[data-sort={key}]").click()

        assert page.locator("th[aria-sort=descending]").count() == 1
        assert page.locator("th[aria-sort=ascending]").count() == 0
        assert set(found(page)) == set(up) == set(before)


def test_the_way_back_leads_to_what_was_asked(home: str, browser: Browser) -> None:
    """Every filter is a step that the back and forward buttons take, with its rows and its controls."""
    with models(browser, f"{home}models/?q=image") as page:
        first = _all(page)
        page.get_by_role("button", name="Filter and sort").click()
        page.locator('[data-word="edit"]').click()
        second = _all(page)
        page.locator("select[name=life]").select_option("current")
        third = _all(page)
        page.go_back()
        _come_to(page, second)
        assert page.locator("select[name=life]").input_value() == ""
        page.go_back()
        _come_to(page, first)
        assert page.locator("#search").input_value() == "image"
        page.go_forward()
        page.go_forward()

        _come_to(page, third)
        page.reload()
        _come_to(page, third)


def test_the_keyboard_is_enough(home: str, browser: Browser) -> None:
    """A slash leads to the box, arrows to the rows and back, Enter opens a model, Escape clears."""
    with models(browser, f"{home}models/") as page:
        page.keyboard.press("/")
        expect(page.locator("#search")).to_be_focused()
        page.keyboard.type("flux")
        page.wait_for_url("**?q=flux")
        first, second = found(page)[:2]
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        assert _focused(page) == f"/models/{second}/"
        page.keyboard.press("ArrowUp")
        assert _focused(page) == f"/models/{first}/"
        page.keyboard.press("ArrowUp")
        expect(page.locator("#search")).to_be_focused()
        page.keyboard.press("Escape")
        assert page.locator("#search").input_value() == ""
        page.wait_for_url(f"{home}models/")
        page.keyboard.type("flux")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{home}models/{first}/")


def test_rows_beyond_the_first_come_when_asked_for(home: str, browser: Browser, catalog: Catalog) -> None:
    """A long answer begins with thirty rows, and the focus goes on where the next begin."""
    with models(browser, f"{home}models/?sort=name") as page:
        assert len(found(page)) == 30
        page.get_by_role("button", name="more").click()

        assert len(found(page)) == min(130, len(catalog.cards))
        assert _focused(page) == f"/models/{found(page)[30]}/"


def test_any_page_finds_models(home: str, browser: Browser) -> None:
    """The box of any page names models as one types; arrows choose one and Enter opens it."""
    with models(browser, f"{home}sellers/") as page:
        page.keyboard.press("/")
        page.keyboard.type("gpt-image-1")
        options = page.locator("#search-suggestions [role=option]")
        expect(options.first).to_contain_text("openai/gpt-image-1")
        assert page.locator("#search").get_attribute("aria-expanded") == "true"
        page.keyboard.press("ArrowDown")
        assert options.first.get_attribute("aria-selected") == "true"
        assert page.locator("#search").get_attribute("aria-activedescendant") == options.first.get_attribute("id")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{home}models/openai/gpt-image-1/")


def test_escape_closes_what_a_page_offers(home: str, browser: Browser) -> None:
    """Escape empties the box and takes the offered models away."""
    with models(browser, home) as page:
        page.keyboard.press("/")
        page.keyboard.type("flux")
        expect(page.locator("#search-suggestions")).to_be_visible()
        page.keyboard.press("Escape")

        expect(page.locator("#search-suggestions")).to_be_hidden()
        assert page.locator("#search").input_value() == ""


def test_words_of_any_page_lead_to_the_whole_list(home: str, browser: Browser) -> None:
    """Enter without a choice leads to the list of all that is meant."""
    with models(browser, home) as page:
        page.keyboard.press("/")
        page.keyboard.type("flux")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{home}models/?q=flux")

        assert all("flux" in slug for slug in found(page))


def test_nothing_of_the_index_is_fetched_before_it_is_wanted(home: str, browser: Browser) -> None:
    """Whoever only reads fetches no index."""
    with models(browser, f"{home}models/") as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.reload(wait_until="networkidle")
        assert not [url for url in asked if "index" in url.rsplit("/", 1)[-1]]
        with page.expect_request(f"{home}index.json"):
            page.keyboard.press("/")


def test_a_list_without_its_index_stays_readable(site: Path, tmp_path: Path, browser: Browser) -> None:
    """Where the index cannot be fetched the page says so, and keeps the list it has."""
    shutil.copytree(site, tmp_path / "site")
    (tmp_path / "site" / search_index.MODELS).unlink()
    with served(tmp_path / "site") as address, opened(browser) as (page, _):
        page.goto(f"{address}models/?q=flux")

        expect(page.locator(STATUS)).to_contain_text("could not be loaded")
        assert page.locator("[data-listed] table").is_visible()


def test_a_keystroke_takes_no_frame(edition: Edition, site: Path, tmp_path: Path, browser: Browser) -> None:
    """Of ten thousand models those that are meant are found, drawn and laid out within one frame of the screen."""
    cards = islice(cycle(edition.catalog.cards.values()), MANY)
    many = [card._replace(slug=f"{card.slug}-{place}") for place, card in enumerate(cards)]
    shutil.copytree(site, tmp_path / "site")
    for name, text in search_index.files(edition, many):
        (tmp_path / "site" / name).write_text(text, encoding="utf-8")
    with served(tmp_path / "site") as address, models(browser, f"{address}models/?q=f") as page:
        assert len(found(page)) == 30
        page.evaluate(TYPE, WORDS)
        before = _busy(page)
        for _ in range(3):
            page.evaluate(TYPE, WORDS)
        spent = _busy(page) - before

    assert spent / (3 * len(WORDS)) <= FRAME


def test_without_a_script_the_list_has_pages(site: Path, home: str, browser: Browser, catalog: Catalog) -> None:
    """Without JavaScript all models are reached page by page, a hundred rows each, and the page says what is missing."""
    slugs: list[str] = []
    with models(browser, f"{home}models/", java_script_enabled=False) as page:
        assert page.get_by_text("need JavaScript").is_visible()
        while True:
            rows = page.locator("table.models tbody th code").all_inner_texts()
            assert len(rows) <= paging.SIZE
            slugs += rows
            if not page.locator("a[rel=next]").count():
                break
            follow(page.locator("a[rel=next]"))

    assert sorted(slugs) == sorted(catalog.cards)


def _busy(page: Page) -> float:
    """Milliseconds the page's thread has worked: time it only waited for others to be done does not count."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    metrics = {entry["name"]: entry["value"] for entry in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return float(metrics["TaskDuration"]) * 1000


def _verdict(card: Any, word: Any) -> str:
    return search_index.verdict(card, word)


def _grown(page: Page) -> None:
    page.wait_for_selector("table.found")
    while page.locator("button.more").is_visible():
        page.locator("button.more").click()


def _all(page: Page) -> list[str]:
    page.wait_for_selector("table.found")
    _grown(page)
    return found(page)


def _come_to(page: Page, slugs: list[str]) -> None:
    """The rows become those of these models: a way back or forth is over before its page has followed."""
    for _ in range(100):
        if _all(page) == slugs:
            break
        page.wait_for_timeout(50)
    assert _all(page) == slugs


def _prices(page: Page) -> list[float]:
    page.wait_for_selector("table.found")
    _grown(page)
    return [
        float(value or "nothing")
        for value in page.locator(f"{ROWS} td:nth-child(3) data").evaluate_all("all => all.map(one => one.value)")
    ]


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.pathname"))


def test_ticked_models_are_compared(home: str, browser: Browser) -> None:
    """Ticks on the list stay while one searches, stand in the address, and lead to the comparison; four are the most."""
    with models(browser, f"{home}models/") as page:
        page.locator("[data-listed] .pick").first.check()
        first = page.locator("[data-listed] .pick").first.get_attribute("value")
        page.wait_for_url(f"{home}models/?pick={first}")
        page.locator("#search").fill("gpt-image")
        page.wait_for_selector("table.found")
        for place in range(3):
            page.locator("table.found .pick").nth(place).check()

        assert page.locator("table.found .pick:not(:checked)").first.is_disabled()
        assert "4 are the most" in page.locator(".picks").inner_text()
        ticked = page.locator("table.found .pick:checked").evaluate_all("all => all.map(one => one.value)")
        follow(page.get_by_role("link", name="Compare 4 models"))
        page.wait_for_url(f"{home}compare/?m={','.join([str(first), *ticked])}")
        page.go_back()
        page.wait_for_selector("table.found")
        expect(page.locator("table.found .pick:checked")).to_have_count(3)

        page.get_by_role("button", name="Clear", exact=True).click()
        assert page.locator(".pick:checked").count() == 0
        assert "pick=" not in page.url


def test_ticks_go_along_from_page_to_page(home: str, browser: Browser) -> None:
    """The next page of the list knows what was ticked on the one before."""
    with models(browser, f"{home}models/") as page:
        page.locator("[data-listed] .pick").nth(1).check()
        slug = page.locator("[data-listed] .pick").nth(1).get_attribute("value")
        follow(page.get_by_role("link", name="Page 2"))
        page.wait_for_url(f"{home}models/page/2/?pick={slug}")
        page.locator(".picks a").wait_for()
        assert (page.locator(".picks a").get_attribute("href") or "").endswith(f"compare/?m={slug}")


def test_everybody_can_tick_models(home: str, browser: Browser) -> None:
    """Axe finds nothing against the boxes and their bar, and nothing reaches beyond a narrow screen."""
    tall = {"width": 320, "height": 3000}  # so high that the bar lies over nothing
    with watched(browser, viewport=tall) as (page, _):
        page.goto(f"{home}models/?q=flux&pick=bfl/flux-2-dev,bfl/flux-2-pro,openai/gpt-image-1,openai/gpt-image-2")
        page.wait_for_selector("table.found")

        assert violations(page, ".picks", ".pick") == dark_violations(page, ".picks", ".pick") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
