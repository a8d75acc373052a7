"""Pages, the addresses of their twins, and how templates are filled."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ratecard.site import links
from ratecard.site.edition import Edition
from ratecard.site.files import list_json
from ratecard.site.views.rows import ModelRow

INDEX = "index.html"
#: The page for addresses that do not exist; it has no address of its own.
MISSING = "404.html"
MARKDOWN, JSON = "text/markdown", "application/json"
#: A template's mark for the outline: links to the sections of a long page.
OUTLINE = "<!--outline-->\n"
#: The fewest sections of a page with an outline.
MIN_SECTIONS = 4

_PART = re.compile(r"page/\d+/$")
_SECTION = re.compile(r'<h2 id="([^"]+)">(.+?)</h2>')
_TAG = re.compile(r"<[^>]+>")


class Page(NamedTuple):
    """A page to render: its path, its template, the template's context and, on the page of a model, the slug."""

    path: str
    template: str
    context: Mapping[str, object]
    slug: str = ""


class Twin(NamedTuple):
    """A page in another format: its media type, the label of a link to it, and its address."""

    type: str
    label: str
    path: str


def templates() -> Path:
    """The folder of templates: inside an installed package, else at the top of the repository."""
    here = Path(__file__).resolve()
    packaged = here.parents[1] / "templates"
    return packaged if packaged.is_dir() else here.parents[3] / "templates"


@functools.cache
def environment() -> Environment:
    """An environment that escapes every value and knows no undefined one."""
    made = Environment(
        loader=FileSystemLoader(templates()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters["content"] = _content
    made.globals["cells"] = cells
    made.policies["json.dumps_kwargs"] = {"sort_keys": True, "separators": (",", ":")}
    return made


@functools.lru_cache(maxsize=1 << 14)
def cells(macro: str, row: ModelRow) -> Markup:
    """The cells of a model's row that are the same in every list, by the macro that prints them."""
    printed: Markup = getattr(environment().get_template("macros.html").module, macro)(row)
    return printed


def preload() -> None:
    """Compiles every template, so that processes that are forked from this one need not."""
    for name in environment().list_templates(["html"]):
        environment().get_template(name)


def _content(text: str) -> Markup:
    """Text between tags, where a quotation mark is itself: code is full of them."""
    return Markup(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def render(page: Page, edition: Edition) -> bytes:
    """The bytes of a page."""
    return outlined(environment().get_template(page.template).render(_context(page, edition))).encode()


def _context(page: Page, edition: Edition) -> dict[str, object]:
    """Everything a template may print."""
    address = f"{edition.base}{page.path.removesuffix(INDEX)}"
    # A host answers any missing address with this page, so relative links would be wrong.
    absolute = edition.base if page.path == MISSING else ""
    return {
        **page.context,
        "root": absolute or links.root(page.path),
        "canonical": links.safe_url(address) if edition.base else "",
        "day": edition.day.isoformat(),
        "site": edition.config,
        "has_ranking": edition.ranking is not None,
        "twins": twins(page),
    }


def outlined(page: str) -> str:
    """A page with links to its sections where its template has the mark."""
    if OUTLINE not in page:
        return page
    sections = _SECTION.findall(page)
    entries = "".join(f'<a href="#{id}">{_TAG.sub("", title)}</a>\n' for id, title in sections)
    nav = f'<nav class="outline" aria-label="On this page">\n{entries}</nav>\n'
    return page.replace(OUTLINE, nav if len(sections) >= MIN_SECTIONS else "", 1)


def twins(page: Page) -> tuple[Twin, ...]:
    """The twins of a page; a list of several pages has one of each format, which holds the whole list."""
    if page.path == MISSING:
        return ()
    if page.slug:
        return (Twin(MARKDOWN, "Markdown", links.twin(page.slug)), Twin(JSON, "JSON", links.record(page.slug)))
    at = page_address(page)
    data = list_json.FILES.get(at) or (twin_path(at, "json") if page.template in list_json.MADE else "")
    found = (Twin(MARKDOWN, "Markdown", twin_path(at, "md")),)
    return (*found, Twin(JSON, "JSON", data)) if data else found


def makes_twins(page: Page) -> bool:
    """True unless the page is that of a model, which has twins of its own, or a later page of a list."""
    return not page.slug and page.path != MISSING and not _PART.search(page.path.removesuffix(INDEX))


def page_address(page: Page) -> str:
    """The address of a page, or of the first page of its list."""
    return list_address(page.path.removesuffix(INDEX))


def list_address(address: str) -> str:
    """The address of the first page of a list, given that of any."""
    return _PART.sub("", address)


def twin_path(address: str, ending: str) -> str:
    """The path of a twin: providers/openai/ has providers/openai.md."""
    return f"{address.rstrip('/') or 'index'}.{ending}"
