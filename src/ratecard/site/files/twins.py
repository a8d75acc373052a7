"""The twins of pages: each as Markdown, and what it lists as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinja2 import Environment

from ratecard.site import forms, links, rendering
from ratecard.site.edition import Edition
from ratecard.site.files import list_json
from ratecard.site.files.page_markdown import Resolve, markdown
from ratecard.site.publish import File
from ratecard.site.rendering import Page

_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:")


def files(environment: Environment, edition: Edition, page: Page, content: bytes) -> Iterator[File]:
    """The twins that are made of a page and its content; a list of several pages is rendered whole for them."""
    if not forms.made(page):
        return
    whole = page.context.get("whole")
    if isinstance(whole, dict):
        content = rendering.render(environment, page._replace(context={**page.context, **whole}), edition)
    address = forms.address(page)
    yield forms.named(address, "md"), _markdown(edition, page, content.decode()).encode()
    if page.template in list_json.MADE:
        yield forms.named(address, "json"), list_json.document(edition, page).encode()


def _markdown(edition: Edition, page: Page, content: str) -> str:
    address = forms.address(page)
    body = markdown(content, _resolver(page.path, address))
    there = f"{_back(address)}{address}" or "./"
    return f"{body}\n---\n\nAs of {edition.day.isoformat()}, from [this page]({there}).\n"


def _back(address: str) -> str:
    """The way from a twin to the start of the site."""
    return links.root(forms.named(address, "md")).removeprefix("./")


def _resolver(path: str, address: str) -> Resolve:
    """Where the links of a page lead from its twin: to the twins of pages, and to everything else as it is."""
    root, back = links.root(path), _back(address)

    def resolve(href: str) -> str:
        if _ELSEWHERE.match(href):
            return href
        if not href.startswith(root):
            return ""
        target = href.removeprefix(root).partition("#")[0]
        return back + (forms.named(forms.listed(target), "md") if not target or target.endswith("/") else target)

    return resolve
