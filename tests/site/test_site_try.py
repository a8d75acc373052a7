"""What a script adds to snippets: copying, and the request builder with its verdict, its mask and its way to send."""

from __future__ import annotations

import base64
import itertools
import json
import shlex
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from axe import dark_violations, violations, watched
from browser import STRICT, opened, served
from playwright.sync_api import Browser, Page
from site_reading import DAY

import ratecard
from ratecard.cli import lint_request as shown_by_cli
from ratecard.core import decimals, moments
from ratecard.core.catalog import Catalog
from ratecard.core.errors import Unpriced
from ratecard.database import writer
from ratecard.requests import body as envelopes
from ratecard.requests.forecast import Expectations, forecast_of
from ratecard.requests.needs_of import Upload
from ratecard.site.edition import Edition, tariff_of
from ratecard.site.files.price_data import asked_as
from ratecard.site.views import request_builder
from stub import Upload as Received
from stub import serving

EDITS, DRAWS = "models/ideogram/ideogram-v2-edit/", "models/bfl/flux-2-pro/"
OPEN_ENDED = "models/openai/chatgpt-image-latest/"
#: A host that lets its pages call other servers, as the builder needs.
OPEN = f"{STRICT}; connect-src 'self' https: http://127.0.0.1:*"
WIDE = {"width": 1280, "height": 900}


def png(width: int, height: int) -> bytes:
    """A white picture."""
    rows = b"".join(b"\0" + b"\xff" * 3 * width for _ in range(height))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""),
    )  # fmt: skip
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


PHOTO = {"name": "photo.png", "mimeType": "image/png", "buffer": png(64, 48)}
MASK = {"name": "mask.png", "mimeType": "image/png", "buffer": png(64, 48)}


@pytest.fixture(name="open_home", scope="module")
def _open_home(site: Path) -> Iterator[str]:
    """The address of the site on a host that lets its pages call other servers."""
    with served(site, OPEN) as address:
        yield address


@pytest.fixture(name="page")
def _page(open_home: str, browser: Browser) -> Iterator[Page]:
    """A page that may call other servers, which must not complain of anything."""
    with opened(browser, viewport=WIDE, base_url=open_home) as (page, complaints):
        yield page
        assert complaints == []


def built(page: Page, path: str) -> Page:
    """The page of a model with its builder open."""
    page.goto(path)
    page.locator("details.try summary").click()
    page.locator("details.try[data-ready]").wait_for()
    return page


def requests() -> list[tuple[dict[str, object], dict[str, int]]]:
    """Requests of many kinds: bodies, and the bytes of their files."""
    sizes = [
        None,
        "1024x1024",
        "1536x1024",
        "512x512",
        "9999x9999",
        "16x16",
        "1x4096",
        "1000x1001",
        "4096x4096",
        "3000x100",
    ]
    bodies: list[dict[str, object]] = [{"size": size} if size else {} for size in sizes]
    bodies += [{"n": n} for n in (1, 2, 4, 5, 8, 9, 10, 11, 1000)]
    bodies += [{"quality": quality} for quality in ("low", "medium", "high", "auto")]
    bodies += [{"response_format": form} for form in request_builder.ANSWER_FORMS]
    bodies += [{"prompt": "é" * count} for count in (1, 999, 1001, 2001, 4001, 32001)]
    bodies += [{"size": "1024x1024", "n": 3, "response_format": "url", "prompt": "🐈" * 1500}]
    files: list[dict[str, int]] = [
        {},
        {"image": 1},
        {"image": 30_000_000},
        {"image": 1, "mask": 2},
        {"image": 2, "mask": 60_000_000},
    ]
    return [({"prompt": "x", **body}, sent) for body, sent in itertools.product(bodies, files)]


def told_by_lint(
    edition: Edition, tried: request_builder.Trial, body: Mapping[str, object], files: Mapping[str, int]
) -> list[str]:
    """Lint's findings of a request, each as one text."""
    sent = {name: Upload(bytes=count) for name, count in files.items()}
    found = request_builder.lint(edition.catalog, tried, DAY, body, sent)
    return sorted(json.dumps(request_builder.told(finding), sort_keys=True) for finding in found.findings)


def test_the_verdict_is_lints(home: str, edition: Edition, browser: Browser) -> None:
    """For every model with a builder and requests of many kinds, the page finds what `ratecard lint-request` finds."""
    script = """async ([table, requests]) => {
      const { findings } = await import("/assets/verdict.js");
      return requests.map(([body, files]) => findings(table, {...body, files}));
    }"""
    tried = [found for card in edition.catalog.cards.values() if (found := request_builder.trial(edition, card))]
    assert len(tried) > 20
    with opened(browser) as (page, _):
        page.goto(home)
        for one in tried:
            table = json.loads(request_builder.verdicts(edition, one))
            takes = ("image", "mask") if table["form"] else ()
            asked = [(body, files) for body, files in requests() if all(name in takes for name in files)]
            asked = [(body, files) for body, files in asked if files or not takes]
            qualities = table["choices"].get("quality", {"values": {}})["values"]
            asked = [(body, files) for body, files in asked if body.get("quality", "") in ("", *qualities)]
            for (body, files), found in zip(asked, page.evaluate(script, [table, asked]), strict=True):
                said = sorted(json.dumps(entry, sort_keys=True) for entry in found)
                assert said == told_by_lint(edition, one, body, files), (one.card.slug, body, files)


def test_the_words_are_those_of_the_command(home: str, browser: Browser) -> None:
    """A verdict has the same heading on the page and in the terminal."""
    with opened(browser) as (page, _):
        page.goto(home)
        headings = page.evaluate('import("/assets/verdict.js").then((module) => module.HEADINGS)')
    assert headings == shown_by_cli._HEADINGS


def test_the_verdict_follows_what_is_asked_for(page: Page) -> None:
    """An edit without its image, then without its mask, then with both: each is told what comes of it."""
    verdict = built(page, EDITS).locator(".verdict")
    assert "the request has no image" in verdict.inner_text()
    page.get_by_label("Image", exact=True).set_input_files(PHOTO)
    assert "every call requires a mask" in verdict.inner_text()
    page.get_by_label("Mask, or draw").set_input_files(MASK)
    assert "mask is ignored" in verdict.inner_text()
    page.get_by_label("How many").fill("4")
    assert "the limit of n is unknown" in verdict.inner_text()
    page.get_by_label("Size").fill("large")
    assert verdict.inner_text().startswith("size:")
    assert page.get_by_label("Size").get_attribute("aria-invalid") == "true"


def test_a_size_beyond_the_limits_is_told(page: Page) -> None:
    """The limits of the card are looked at as one types."""
    verdict = built(page, DRAWS).locator(".verdict")
    assert "rejected" not in verdict.inner_text()
    assert "false" not in page.locator(".try").inner_text()
    page.get_by_label("Size").fill("9999x9999")
    assert "Rejected, or useless if ignored (1)" in verdict.inner_text()
    assert "size: supported sizes: up to 4194304 pixels" in verdict.inner_text()


def test_the_request_is_shown_as_a_command(page: Page) -> None:
    """What would be sent stands as curl, quoted for a shell, without a key."""
    built(page, DRAWS)
    page.get_by_label("Prompt").fill("it's $HOME")
    page.get_by_label("How many").fill("2")
    command = page.locator(".try pre code").first.inner_text()
    assert """-d '{"model":"bfl/flux-2-pro","prompt":"it'\\''s $HOME","size":"1024x1024","n":2}'""" in command
    assert "Bearer $AIGATEWAY_API_KEY" in command


#: Fills the fields of the builder for each case, and reads the cost, and whether it leaves anything out.
COSTS = """([size, many, cases]) => {
  const put = (field, value) => {
    field.value = value;
    if (field.value !== value) throw new Error(`${field.name} does not take ${value}`);
    for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
  };
  return cases.map(([of, n, name, value]) => {
    const select = name && document.querySelector(`.try select[name=${name}]`);
    put(size, of);
    put(many, n);
    if (select) put(select, value);
    const cost = document.querySelector(".try .cost"), price = cost.querySelector(".price"), data = price.querySelector("data");
    const told = [data ? data.value : price.innerText, cost.innerText.includes("Not included")];
    if (select) put(select, "");
    return told;
  });
}"""


def shown_cost(page: Page) -> str:
    """The total of the builder as programs read it, or the word that stands there."""
    found = page.locator(".try .cost .price")
    return found.locator("data").get_attribute("value") or "" if found.locator("data").count() else found.inner_text()


def told_cost(edition: Edition, tried: request_builder.Trial, usage: Mapping[str, object]) -> str:
    """The total as the package works it out, or "unknown"."""
    found = asked_as(edition.catalog, tried.card, tried.offer)
    model, seller = (*found, None)[:2]
    try:
        return decimals.text(ratecard.cost(str(model), seller=seller, catalog=edition.catalog, **usage).total)
    except Unpriced:
        return "unknown"


def foreseen(edition: Edition, tried: request_builder.Trial, body: dict[str, object]) -> str | None:
    """What `ratecard cost --request` says of the whole body, where that is one price."""
    asked = envelopes.Request({"model": tried.offer.model_id, **body}, tried.endpoint)
    asking = Expectations(counter=lambda _: None)
    try:
        found = forecast_of(
            edition.catalog, asked, tried.card.slug, tried.offer.seller, moments.moment(None), asking,
            tried.offer.model_id,
        )  # fmt: skip
    except Unpriced:
        return "unknown"
    sure = found.maximum is not None and found.minimum.total == found.maximum.total
    return decimals.text(found.minimum.total) if sure else None


def test_the_cost_shown_is_the_packages(page: Page, edition: Edition) -> None:
    """At every model with a builder and a price, the fields cost what the package says of their usage and request."""
    tried = [found for card in edition.catalog.cards.values() if (found := request_builder.trial(edition, card))]
    priced = [one for one in tried if tariff_of(edition, one.offer)]
    assert len(priced) > 15
    known = sure = 0
    for one in priced:
        built(page, f"models/{one.card.slug}/")
        tariff = tariff_of(edition, one.offer)
        assert tariff is not None
        meters = {rate.meter for rate in tariff.rates}
        table = json.loads(request_builder.verdicts(edition, one))
        files = {"image": "photo.png"} if one.endpoint == "images/edits" else {}
        if files:
            page.get_by_label("Image", exact=True).set_input_files(PHOTO)
        cases = [
            (size, n, name, value, fact)
            for size, n in (("1024x1024", ""), ("1536x1024", "7"), ("", "3"))
            for name, value, fact in (("", "", ""), *_chosen(table))
        ]
        fields = [page.get_by_label(label).element_handle() for label in ("Size", "How many")]
        costs = page.evaluate(COSTS, [*fields, [case[:4] for case in cases]])
        for (size, n, name, value, fact), (shown, partly) in zip(cases, costs, strict=True):
            usage = {"images": n or "1", **({"size": size} if size else {})}
            usage |= {"input_images": 1} if files and "input_images" in meters else {}
            usage |= {"requests": 1} if "requests" in meters else {}
            body = {"prompt": "a", **files, **({"size": size} if size else {}), **({"n": int(n)} if n else {})}
            assert shown == told_cost(edition, one, {**usage, **({fact: value} if fact else {})}), (one, usage)
            whole = foreseen(edition, one, {**body, **({name: value} if name else {})})
            if whole is not None and not partly:
                assert shown == whole, (one.card.slug, body, name, value)
                sure += 1
            known += shown != "unknown"
    assert known > 60
    assert sure > 40


def _chosen(table: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[tuple[str, str, str]]:
    """Every value of every choice, with the fact it gives; one that leaves it to the seller gives none."""
    for name, choice in table["choices"].items():
        for value in choice["values"]:
            yield name, value, "" if value == "auto" else choice["fact"]


def test_what_the_fields_leave_out_is_said(page: Page) -> None:
    """A price list of tokens has no cost for images, and a mistake in a field none at all; both say why."""
    cost = built(page, OPEN_ENDED).locator(".try .cost")
    assert shown_cost(page) == "unknown"
    assert "no rate for images; this price list has" in cost.inner_text()
    assert "ratecard cost openai/chatgpt-image-latest --request FILE" in cost.inner_text()
    page.get_by_label("Size").fill("large")
    assert "unknown until the fields above hold" in cost.inner_text()


def test_the_cost_can_be_asked_for_elsewhere(
    page: Page, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command and the snippet below the cost run as they are printed, and give the total that is shown."""
    db = tmp_path / "catalog.db"
    writer.write(catalog, db)
    built(page, "models/bfl/flux-2-dev/")
    page.get_by_label("How many").fill("3")
    page.get_by_text("The same in a shell and in Python").click()
    shell, python = (block.strip() for block in page.locator(".calls code").all_inner_texts())

    define = f'ratecard() {{ {shlex.quote(sys.executable)} -m ratecard "$@" --db={shlex.quote(str(db))} --json; }}\n'
    ran = subprocess.run(["bash", "-c", define + shell], capture_output=True, check=True)
    assert json.loads(ran.stdout)["total"] == shown_cost(page)
    monkeypatch.setenv("RATECARD_DB", str(db))
    printed = subprocess.run([sys.executable, "-c", python], capture_output=True, check=True, text=True)
    assert printed.stdout.strip() == shown_cost(page)


def test_nothing_is_sent_without_an_address_and_a_key(page: Page) -> None:
    """The button works only where the reader gave both, and the request is whole."""
    send = built(page, EDITS).get_by_role("button", name="Send")
    assert send.is_disabled()
    page.get_by_label("Base URL").fill("http://127.0.0.1:9/v1")
    page.get_by_label("API key").fill("sk-test")
    assert send.is_disabled()
    page.get_by_label("Image", exact=True).set_input_files(PHOTO)
    assert send.is_enabled()
    page.get_by_label("API key").fill("")
    assert send.is_disabled()


def test_an_edit_is_sent_with_the_mask_that_was_drawn(page: Page) -> None:
    """Image and drawn mask go to the address given, with the key; what was painted is transparent, the rest is not."""
    with serving() as stub:
        built(page, EDITS)
        page.get_by_label("Image", exact=True).set_input_files(PHOTO)
        drawn = page.locator(".try form canvas")
        drawn.scroll_into_view_if_needed()
        frame = drawn.bounding_box()
        assert frame is not None
        page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
        page.mouse.down()
        page.mouse.move(frame["x"] + frame["width"] / 2 + 4, frame["y"] + frame["height"] / 2)
        page.mouse.up()
        page.locator(".verdict", has_text="mask is ignored").wait_for()
        page.get_by_label("Base URL").fill(f"{stub.url}/shop/v1/")
        page.get_by_label("API key").fill("sk-test")
        page.get_by_role("button", name="Send").click()
        page.locator(".answer", has_text="200").wait_for()
    received = stub.received[0]
    assert stub.asked == [("shop", "/images/edits", "ideogram/ideogram-v2-edit")]
    assert received.authorization == "Bearer sk-test"
    assert received.fields["image"] == Received("photo.png", "image/png", PHOTO["buffer"])
    assert received.fields["size"] == "1024x1024"
    alpha = """async (bytes) => {
      const image = await createImageBitmap(await (await new Response(new Uint8Array(bytes))).blob());
      const sheet = new OffscreenCanvas(image.width, image.height).getContext("2d", { willReadFrequently: true });
      sheet.drawImage(image, 0, 0);
      const at = (x, y) => sheet.getImageData(x, y, 1, 1).data[3];
      return [image.width, image.height, at(32, 24), at(2, 2)];
    }"""
    assert page.evaluate(alpha, list(received.fields["mask"].content)) == [64, 48, 0, 255]


def test_an_image_that_comes_back_is_shown(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is drawn on the page, and the rest of the answer stands below it."""
    with serving() as stub:
        image = {"created": 1, "data": [{"b64_json": base64.b64encode(png(30, 20)).decode()}]}
        monkeypatch.setattr(stub, "found", lambda rest, model="": image)
        built(page, DRAWS)
        page.get_by_label("Base URL").fill(f"{stub.url}/shop/v1")
        page.get_by_label("API key").fill("sk-test")
        page.get_by_role("button", name="Send").click()
        shown = page.locator(".answer canvas")
        shown.wait_for()
    assert [shown.get_attribute("width"), shown.get_attribute("height")] == ["30", "20"]
    assert stub.received[0].fields["model"] == "bfl/flux-2-pro"


def test_the_key_is_nowhere_but_in_memory(page: Page) -> None:
    """No store of the browser and no address holds it, and it is gone when the page is loaded anew."""
    built(page, DRAWS)
    page.get_by_label("API key").fill("sk-secret")
    assert "sk-secret" not in page.evaluate(
        "JSON.stringify([location.href, {...localStorage}, {...sessionStorage}, document.cookie])"
    )
    assert "sk-secret" not in page.content()
    page.reload()
    page.locator("details.try summary").click()
    assert page.get_by_label("API key").input_value() == ""


def test_a_server_that_cannot_be_reached_is_told(home: str, browser: Browser) -> None:
    """Where no answer comes, or a policy forbids the call, the page says so and the button works again."""
    with opened(browser, base_url=home) as (page, _):
        built(page, DRAWS)
        page.get_by_label("Base URL").fill("http://127.0.0.1:9/v1")
        page.get_by_label("API key").fill("sk-test")
        page.get_by_role("button", name="Send").click()
        page.locator(".answer .warning", has_text="No answer could be read").wait_for()
        assert page.get_by_role("button", name="Send").is_enabled()


def test_a_block_of_code_is_copied(home: str, browser: Browser) -> None:
    """The button puts the code on the clipboard as it stands, and says so to who cannot see it."""
    allowed = ["clipboard-read", "clipboard-write"]
    with opened(browser, base_url=home, permissions=allowed) as (page, complaints):
        page.goto(EDITS)
        page.get_by_role("button", name="Copy: A call with curl").click()
        page.locator("[role=status]", has_text="Copied: A call with curl").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == page.locator("#use ~ figure code").first.inner_text()
        assert complaints == []


def test_code_that_cannot_be_copied_is_selected(page: Page) -> None:
    """Where the clipboard is closed to the page, the code is selected instead."""
    page.goto(EDITS)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('closed')); }")
    page.get_by_role("button", name="Copy: A call with curl").click()
    page.locator("[role=status]", has_text="Selected").wait_for()
    assert page.evaluate("getSelection().toString()").strip().startswith("curl https://")


def test_tabs_are_changed_with_the_keyboard_and_without_a_script(home: str, browser: Browser) -> None:
    """The SDKs are a group of radio buttons: arrows move, and one block of code is shown at a time."""
    with opened(browser, java_script_enabled=False, base_url=home) as (page, complaints):
        page.goto(EDITS)
        page.get_by_role("radio", name="Python").focus()
        seen = [page.locator(".tabs .code:visible").inner_text()]
        for _ in range(2):
            page.keyboard.press("ArrowRight")
            seen.append(page.locator(".tabs .code:visible").inner_text())
        assert ["images.edit(" in seen[0], "toFile" in seen[1], "image_edit" in seen[2]] == [True] * 3
        assert complaints == []


def test_a_model_page_asks_for_little(home: str, browser: Browser) -> None:
    """The builder and its parts come when it is opened, not before, and nothing comes from elsewhere."""
    with opened(browser, base_url=home) as (page, _):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.removeprefix(home)))
        page.goto(EDITS, wait_until="networkidle")
        before = [url for url in asked if url != "icon.svg"]
        page.locator("details.try summary").click()
        page.locator("details.try[data-ready]").wait_for()
    assert before == [EDITS, "style.css", "assets/site.js"]
    assert {"assets/try.js", f"{EDITS}try.json"} <= set(asked)


def test_everybody_can_use_the_builder(home: str, browser: Browser) -> None:
    """Axe finds nothing against the builder with everything in it, and it stays within a narrow screen."""
    with watched(browser, base_url=home, viewport={"width": 320, "height": 640}) as (page, _):
        built(page, EDITS)
        page.get_by_label("Image", exact=True).set_input_files(PHOTO)
        page.locator(".try form canvas").wait_for()
        page.get_by_label("Size").fill("large")

        assert violations(page, ".try", ".tabs") == dark_violations(page, ".try", ".tabs") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
