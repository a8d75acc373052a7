"""The other forms of a page: the same as Markdown, and what it lists as JSON, each at an address of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ratecard.site import links
from ratecard.site.files import list_json

if TYPE_CHECKING:
    from ratecard.site.rendering import Page

INDEX = "index.html"
#: The page for addresses that do not exist has no address of its own.
MISSING = "404.html"
MARKDOWN, JSON = "text/markdown", "application/json"

_PART = re.compile(r"page/\d+/$")


class Form(NamedTuple):
    """Another form of a page: its media type, what it is called, and its address."""

    type: str
    label: str
    path: str


def of(page: Page) -> tuple[Form, ...]:
    """The forms of a page; a list that has several pages has one of each kind, which holds the whole of it."""
    if page.path == MISSING:
        return ()
    if page.model:
        slug = page.model.head.slug
        return (Form(MARKDOWN, "Markdown", links.twin(slug)), Form(JSON, "JSON", links.record(slug)))
    at = address(page)
    data = list_json.FILES.get(at) or (named(at, "json") if page.template in list_json.MADE else "")
    found = (Form(MARKDOWN, "Markdown", named(at, "md")),)
    return (*found, Form(JSON, "JSON", data)) if data else found


def made(page: Page) -> bool:
    """Whether forms are made of this page: not of a model's, which has its own, nor of a later part of a list."""
    return not page.model and page.path != MISSING and not _PART.search(page.path.removesuffix(INDEX))


def address(page: Page) -> str:
    """Where a page stands, or the first of the list whose part it is."""
    return listed(page.path.removesuffix(INDEX))


def listed(address: str) -> str:
    """The first address of the list whose part stands at this one."""
    return _PART.sub("", address)


def named(address: str, ending: str) -> str:
    """Where a form stands: providers/openai/ has providers/openai.md."""
    return f"{address.rstrip('/') or 'index'}.{ending}"
