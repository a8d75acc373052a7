"""A site under another name: its settings are read whole or refused whole, and show on every page."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from site_reading import DAY, ROOT, few, head, pages, text

from ratecard import cli
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue
from ratecard.site import settings
from ratecard.site.build import build
from ratecard.site.config import SiteConfig


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    return tmp_path / "site.yaml"


def test_what_is_left_out_is_as_usual(file: Path) -> None:
    """A file with one line changes one setting."""
    file.write_text("name: Harbour\n")

    assert settings.read(file) == SiteConfig(name="Harbour")


def test_the_example_shows_on_every_page(catalog: Catalog, tmp_path: Path) -> None:
    """The name stands in each title, the address in each canonical link, the words and the colours where they belong."""
    config = settings.read(ROOT / "examples" / "site.yaml")
    build(few(catalog), tmp_path / "site", day=DAY, config=config)

    for page in pages(tmp_path / "site"):
        content = page.read_bytes()
        assert (head(content, "title")[0].text or "").endswith("· Harbour models"), page
        canonical = [link.get("href") or "" for link in head(content, "link") if link.get("rel") == "canonical"]
        assert len(canonical) == 1, page
        assert canonical[0].startswith("https://models.harbour.example/"), page
    assert config.heading in text((tmp_path / "site" / "index.html").read_bytes())
    sheet = (tmp_path / "site" / "style.css").read_text("utf-8")
    assert sheet.index("--link: #1d4ed8") > sheet.index("--link: #0b5c7a")
    assert "Harbour models" in (tmp_path / "site" / "changes.atom").read_text("utf-8")


def test_own_colours_stand_in_both_themes() -> None:
    """The colours that contrast is judged with are those of the style sheet."""
    sheet = (ROOT / "templates" / "style.css").read_text("utf-8").replace("#fff;", "#ffffff;")
    light, _, dark = sheet.partition("@media (prefers-color-scheme: dark)")

    assert all(f"--{name}: {colour};" in light for name, colour in settings.LIGHT.items())
    assert all(f"--{name}: {colour};" in dark for name, colour in settings.DARK.items())


@pytest.mark.parametrize(
    ("written", "where", "what"),
    [
        ("nmae: x", "1:1", "did you mean name?"),
        ("name: ''", "1:7", "a name has 1 to 40 letters"),
        ("\nbase_url: javascript:alert(1)", "2:11", "no web address"),
        ("gateway: A B", "1:10", "no id of a seller"),
        ("light: blue", "1:8", "no mapping of colours"),
        ("light: {lnik: '#0b5c7a'}", "1:9", "did you mean link?"),
        ("dark:\n  link: 'red;}*{display:none'", "2:9", "no colour"),
        ("light: {ink: '#eeeeee'}", "1:8", "contrast of 1."),
        ("name: [a]", "1:7", "not a line of text"),
        ("- a", "1:1", "no mapping"),
        ("name: a\nname: b", "2:1", "name"),
        ("a: [", "2:1", "not YAML"),
    ],
)
def test_a_mistake_is_named_with_its_place(written: str, where: str, what: str, file: Path) -> None:
    """Each mistake says in which line it stands and how to mend it, and nothing is built of such a file."""
    file.write_text(written)

    with pytest.raises(BadValue, match=r".+") as caught:
        settings.read(file)

    assert f"{file}:{where}" in str(caught.value)
    assert what in str(caught.value)


def test_all_mistakes_are_told_at_once(file: Path) -> None:
    """One run names every line to mend."""
    file.write_text("nmae: x\nbase_url: nowhere\ndark: {page: '#ffffff'}\n")

    with pytest.raises(BadValue, match=r".+") as caught:
        settings.read(file)

    assert {line.split(":")[1] for line in str(caught.value).splitlines()} == {"1", "2", "3"}


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#ffffff", "21"), ("#777777", "#ffffff", "4.48")])
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: str) -> None:
    """Black on white is 21 to 1; the grey that just fails is known to do so."""
    found = settings.contrast(one, other)

    assert abs(found - Decimal(ratio)) < Decimal("0.005")
    assert settings.contrast(other, one) == found


def test_the_command_takes_settings(db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`ratecard site --config` builds under them; a file that is not there is a message and no traceback."""
    missing = ["site", "--db", str(db), "--out", str(tmp_path / "a"), "--config", str(tmp_path / "none.yaml")]

    assert cli.run(missing) == 2
    assert "none.yaml" in capsys.readouterr().err
    assert not (tmp_path / "a").exists()
