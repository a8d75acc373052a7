"""What programs read: llms.txt, robots.txt, the sitemap and the Markdown twins."""

from __future__ import annotations

import re
from pathlib import Path

from site_reading import PUBLIC, elements, head, pages

from ratecard.core.catalog import Catalog


def test_llms_txt_has_its_form(site: Path) -> None:
    """It begins with one heading and a quotation, and goes on with lists of links that exist."""
    lines = (site / "llms.txt").read_text("utf-8").splitlines()
    targets = re.findall(r"^- \[.*?(?<!\\)\]\(([^)]+)\)", "\n".join(lines), flags=re.M)

    assert lines[0] == "# ratecard"
    assert lines[2].startswith("> ")
    assert sum(line.startswith("# ") for line in lines) == 1
    assert all((site / target).exists() for target in targets)


def test_every_model_has_a_twin_that_its_page_names(site: Path, catalog: Catalog) -> None:
    """The page of a model links its Markdown twin, which begins with the model's name."""
    for slug in catalog.cards:
        page = site / "models" / slug / "index.html"
        twins = [
            link.get("href") for link in elements(page.read_bytes(), "link") if link.get("type") == "text/markdown"
        ]

        assert len(twins) == 1
        assert (page.parent / str(twins[0])).resolve() == (site / "models" / f"{slug}.md").resolve()
        assert (site / "models" / f"{slug}.md").read_text("utf-8").startswith("# ")


def test_a_site_without_an_address_has_no_sitemap(site: Path) -> None:
    """Without a base address there is neither a sitemap nor a canonical link."""
    assert not (site / "sitemap.xml").exists()
    assert "Sitemap" not in (site / "robots.txt").read_text("utf-8")


def test_the_sitemap_names_every_page(public: Path) -> None:
    """With a base address each page but the one for errors is in the sitemap, under its canonical address."""
    named = set(re.findall(r"<loc>(.*?)</loc>", (public / "sitemap.xml").read_text("utf-8")))
    canonical = {
        link.get("href")
        for page in pages(public)
        if page.name != "404.html"
        for link in head(page.read_bytes(), "link")
        if link.get("rel") == "canonical"
    }

    assert named == canonical
    assert f"{PUBLIC}/models/stanford/iclight-v2/" in named
    assert f"Sitemap: {PUBLIC}/sitemap.xml" in (public / "robots.txt").read_text("utf-8")


def test_links_to_a_page_have_a_title_and_a_description(public: Path) -> None:
    """With a base address a page names its Open Graph title and description, which are its own, and no image."""
    for page in pages(public):
        content = page.read_bytes()
        said = {meta.get("property") or meta.get("name"): meta.get("content") for meta in head(content, "meta")}
        title = head(content, "title")[0].text or ""

        assert title == f"{said['og:title']} · ratecard", page
        assert said["og:description"] == said["description"], page
        assert "og:image" not in said, page


def test_the_page_for_errors_stands_anywhere(public: Path) -> None:
    """Its links name the site's address, since a host shows it under any other."""
    links = [link.get("href") or "" for link in elements((public / "404.html").read_bytes(), "a")]

    assert all(link.startswith((f"{PUBLIC}/", "#")) for link in links)
