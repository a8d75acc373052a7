"""The previews of pages: what they say, how they are kept, and where pages name them."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from PIL import Image
from site_reading import DAY, elements, pages

from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue
from ratecard.core.records import Card
from ratecard.site import links, settings
from ratecard.site.build import build
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition
from ratecard.site.files import preview_png, previews
from ratecard.site.files.preview_png import Pen, Preview

WITH = SiteConfig(base_url="https://rates.example/site", images="models")
#: The most bytes of a picture.
HEAVIEST = 12_288
COLOURS = ("#fdfdfb", "#1d2327", "#5b6369", "#0f766e")
PLAIN = Preview("ratecard", "A Name", "a/name", "A maker", (("$1.00", "per image"),), "at a seller", COLOURS)


@pytest.fixture(name="pen", scope="module")
def _pen() -> Pen:
    return Pen()


@pytest.fixture(name="drawn", scope="module")
def _drawn(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with previews at an address of its own."""
    out = tmp_path_factory.mktemp("previews") / "site"
    build(catalog, out, day=DAY, config=WITH)
    return out


def test_each_model_has_a_small_picture(drawn: Path, catalog: Catalog) -> None:
    """Every model's preview is a PNG of 1200 by 630 within 12 KB, and the other pages share one."""
    for name in (links.SITE_PREVIEW, *map(links.preview, catalog.cards)):
        with Image.open(drawn / name) as picture:
            assert (picture.format, picture.size) == ("PNG", (1200, 630)), name
        assert (drawn / name).stat().st_size <= HEAVIEST, name


def test_pages_name_their_picture(drawn: Path, catalog: Catalog) -> None:
    """A page names one picture by its whole address, with its size and words; a model's page its own."""
    for page in pages(drawn):
        tags = {meta.get("property"): meta.get("content") or "" for meta in elements(page.read_bytes(), "meta")}
        file = drawn / tags["og:image"].removeprefix("https://rates.example/site/")

        assert file.is_file(), page
        assert (tags["og:image:width"], tags["og:image:height"]) == ("1200", "630")
        assert tags["og:image:alt"]
        slug = page.parent.relative_to(drawn / "models").as_posix() if page.is_relative_to(drawn / "models") else ""
        assert (file == drawn / links.preview(slug)) == (slug in catalog.cards), page


def test_model_pages_with_previews_are_light(drawn: Path, catalog: Catalog) -> None:
    """The page of a model stays within 20 KB where the site has an address and previews."""
    for slug in catalog.cards:
        assert (drawn / "models" / slug / "index.html").stat().st_size <= 20_000, slug


def test_without_an_address_no_picture_is_named(catalog: Catalog, edition: Edition, tmp_path: Path) -> None:
    """Pictures are made where they are asked for, and named only where their whole address is known."""
    few = catalog._replace(cards=dict(list(catalog.cards.items())[:2]))
    build(few, tmp_path / "site", day=DAY, config=SiteConfig(images="models"))

    assert len(list((tmp_path / "site" / "preview").rglob("*.png"))) == 3
    assert not any("og:image" in page.read_text("utf-8") for page in pages(tmp_path / "site"))
    assert list(previews.files(edition, tmp_path)) == []


def test_the_same_words_give_the_same_bytes(pen: Pen) -> None:
    """A picture is a function of what it shows."""
    assert preview_png.draw(PLAIN, pen, "k" * 64) == preview_png.draw(PLAIN, Pen(), "k" * 64)


def test_a_picture_that_shows_the_same_is_kept(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On another day only that is drawn whose words changed; the rest is taken over from the site as it stands."""
    few = catalog._replace(cards=dict(list(catalog.cards.items())[:3]))
    for name, content in previews.files(Edition.of(few, DAY, WITH), tmp_path):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    slug, card = next(iter(few.cards.items()))
    changed = few._replace(cards={**few.cards, slug: card._replace(name="Another name")})
    drawn: list[Preview] = []
    draw = preview_png.draw

    def seen(preview: Preview, pen: Pen, key: str) -> bytes:
        drawn.append(preview)
        return draw(preview, pen, key)

    monkeypatch.setattr(preview_png, "draw", seen)
    found = dict(previews.files(Edition.of(changed, DAY.replace(year=2027), WITH), tmp_path))

    assert [preview.title for preview in drawn] == ["Another name"]
    assert len(found) == 4
    assert preview_png.drawn_from(found[links.preview(slug)]) not in ("", preview_png.drawn_from(b""))


def test_pictures_can_be_drawn_apart(catalog: Catalog, tmp_path: Path) -> None:
    """Pictures are the same whether all are drawn at once, or the site's own and some models' each for themselves."""
    edition = Edition.of(catalog._replace(cards=dict(list(catalog.cards.items())[:6])), DAY, WITH)
    cards = [card for _, card in sorted(edition.catalog.cards.items())]
    shares = ([None], cards[:2], cards[2:])
    apart = [file for share in shares for file in previews.files(edition, tmp_path, share)]

    assert apart == list(previews.files(edition, tmp_path))
    assert len(apart) == 7


def test_a_name_the_font_lacks_is_not_drawn_as_boxes(pen: Pen) -> None:
    """A title with a letter that the font does not have gives way to the slug; dashes of any length are had."""
    slug = preview_png.draw(PLAIN._replace(title="a/name"), pen, "k")

    assert not pen.has("豆包")
    assert preview_png.draw(PLAIN._replace(title="豆包 1.5"), pen, "k") == slug
    assert preview_png.draw(PLAIN._replace(title="A – B"), pen, "k") == preview_png.draw(
        PLAIN._replace(title="A - B"), pen, "k"
    )


@pytest.mark.parametrize("title", ["Name", "A name of several words that takes two lines", "x" * 200, "a-" * 90, ""])
def test_words_stay_inside(title: str, pen: Pen) -> None:
    """However long the words, the right margin stays as it is."""
    long = PLAIN._replace(title=title, about=title, prices=((title, title), ("$1", title)), foot=title)
    with Image.open(io.BytesIO(preview_png.draw(long, pen, "k"))) as picture:
        margin = picture.crop((preview_png.RIGHT + 8, 0, preview_png.WIDTH, preview_png.HEIGHT))

        assert set(margin.tobytes()) == {0}


def test_a_preview_says_what_is_known_of_the_price(edition: Edition, catalog: Catalog) -> None:
    """The price stands with its unit and why it is zero, the seller and the day; without one it says unknown."""
    known = previews.of_model(edition, catalog.cards["ideogram/ideogram-v2-edit"])
    zero = previews.of_model(edition, catalog.cards["runwayml/stable-diffusion-v1-5-img2img"])
    nobody = previews.of_model(edition, Card("a/b", "B", "a", "text"))

    assert (known.prices, known.foot) == ((("$0.080", "per image"),), "at AIgateway · checked 2026-11-21")
    assert zero.prices == (("$0", "per image · unverified"),)
    assert zero.foot.endswith("unverified-zero")
    assert nobody.prices == (("Price unknown", ""),)


def test_the_colours_are_those_of_the_site(catalog: Catalog) -> None:
    """A site's own colours stand in its previews."""
    config = WITH._replace(light={"accent": "#9a3412"})

    assert previews.of_site(Edition.of(catalog, DAY, config)).colours[3] == "#9a3412"


def test_without_pillow_it_is_said_what_to_install(
    edition: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Previews that are asked for where Pillow is missing are an error with its remedy, not a site without them."""
    monkeypatch.setitem(sys.modules, "PIL", None)

    with pytest.raises(BadValue, match=r"ratecard\[images\]"):
        list(previews.files(edition._replace(config=WITH), tmp_path))


def test_the_setting_is_checked(tmp_path: Path) -> None:
    """`images` is one of its words, and anything else is refused with them."""
    file = tmp_path / "site.yaml"
    file.write_text("images: models\n", encoding="utf-8")
    assert settings.read(file).images == "models"

    file.write_text("images: all\n", encoding="utf-8")
    with pytest.raises(BadValue, match="write one of none, models"):
        settings.read(file)
