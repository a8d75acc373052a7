"""The twins of pages: each as Markdown, and what it lists as JSON, at its own address with another ending."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from jinja2 import Environment

from ratecard.site import links, lists, rendering
from ratecard.site.edition import Edition
from ratecard.site.markdown import Resolve, markdown
from ratecard.site.release import File
from ratecard.site.rendering import Page

INDEX = "index.html"
#: The page for addresses that do not exist has no address of its own.
MISSING = "404.html"

_PART = re.compile(r"page/\d+/$")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:")

MARKDOWN, JSON = "text/markdown", "application/json"


class Twin(NamedTuple):
    """Another form of a page: its media type, what it is called, and its address."""

    type: str
    label: str
    path: str


def of(page: Page) -> tuple[Twin, ...]:
    """The twins of a page; a list that has several pages has one twin of each kind, which holds the whole of it."""
    if page.path == MISSING:
        return ()
    if page.model:
        slug = page.model.head.slug
        return (Twin(MARKDOWN, "Markdown", links.twin(slug)), Twin(JSON, "JSON", links.record(slug)))
    address = _address(page)
    data = lists.FILES.get(address) or (_named(address, "json") if page.template in lists.MADE else "")
    found = (Twin(MARKDOWN, "Markdown", _named(address, "md")),)
    return (*found, Twin(JSON, "JSON", data)) if data else found


def files(environment: Environment, edition: Edition, page: Page, content: bytes) -> Iterator[File]:
    """The twins made of a page and its content; a page of a model has its own, a later part of a list has none."""
    if page.model or page.path == MISSING or _PART.search(page.path.removesuffix(INDEX)):
        return
    whole = page.context.get("whole")
    if isinstance(whole, dict):
        content = rendering.render(environment, page._replace(context={**page.context, **whole}), edition)
    address = _address(page)
    yield _named(address, "md"), _markdown(edition, page, content.decode()).encode()
    if page.template in lists.MADE:
        yield _named(address, "json"), lists.document(edition, page).encode()


def _address(page: Page) -> str:
    return _PART.sub("", page.path.removesuffix(INDEX))


def _named(address: str, ending: str) -> str:
    """Where a twin stands: providers/openai/ has providers/openai.md."""
    return f"{address.rstrip('/') or 'index'}.{ending}"


def _markdown(edition: Edition, page: Page, content: str) -> str:
    address = _address(page)
    body = markdown(content, _resolver(page.path, address))
    there = f"{links.root(_named(address, 'md')).removeprefix('./')}{address}" or "./"
    return f"{body}\n---\n\nAs of {edition.day.isoformat()}, from [this page]({there}).\n"


def _resolver(path: str, address: str) -> Resolve:
    """Where the links of a page lead from its twin: to the twins of pages, and to everything else as it is."""
    root = links.root(path)
    back = links.root(_named(address, "md")).removeprefix("./")

    def resolve(href: str) -> str:
        if _ELSEWHERE.match(href):
            return href
        if not href.startswith(root):
            return ""
        target = href.removeprefix(root).partition("#")[0]
        if not target or target.endswith("/"):
            target = _named(_PART.sub("", target), "md")
        return back + target

    return resolve
