"""Templates and the one way they are filled."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ratecard.site import forms, links, outline
from ratecard.site.config import SiteConfig
from ratecard.site.edition import Edition

if TYPE_CHECKING:
    from ratecard.site.views.model import ModelPage


class Page(NamedTuple):
    """A page to come: its path, its template and what the template prints.

    `model` is what the page of a model has besides in Markdown.
    """

    path: str
    template: str
    context: Mapping[str, object]
    model: ModelPage | None = None


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
    made.policies["json.dumps_kwargs"] = {"sort_keys": True, "separators": (",", ":")}
    return made


def preload() -> None:
    """Compiles every template, so that processes that are forked from this one need not."""
    for name in environment().list_templates(["html"]):
        environment().get_template(name)


def _content(text: str) -> Markup:
    """Text between tags, where a quotation mark is itself: code is full of them."""
    return Markup(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def render(environment: Environment, page: Page, edition: Edition) -> bytes:
    """The bytes of a page."""
    return outline.outlined(filled(environment, page.template, given(page, edition))).encode()


def filled(environment: Environment, template: str, given: Mapping[str, object]) -> str:
    """A template with everything it prints."""
    return environment.get_template(template).render(given)


def given(page: Page, edition: Edition) -> dict[str, object]:
    """Everything a template may print."""
    return {
        **page.context,
        "root": _root(page.path, edition.config),
        "canonical": _canonical(page.path, edition.config),
        "day": edition.day.isoformat(),
        "site": edition.config,
        "twins": forms.of(page),
    }


def _root(path: str, config: SiteConfig) -> str:
    # A host answers any missing address with this page, so that relative links would lead astray.
    if path == "404.html" and config.base_url:
        return f"{config.base_url.rstrip('/')}/"
    return links.root(path)


def _canonical(path: str, config: SiteConfig) -> str:
    address = f"{config.base_url.rstrip('/')}/{path.removesuffix('index.html')}"
    return links.safe_url(address) if config.base_url else ""
