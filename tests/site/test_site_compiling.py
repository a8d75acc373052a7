"""Templates as functions say what Jinja2 says, to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader
from jinja2.exceptions import TemplateRuntimeError, UndefinedError
from markupsafe import Markup, escape
from site_reading import ROOT

from ratecard.site import compiling, outline, pages, rendering
from ratecard.site.edition import Edition

TEMPLATES = sorted(path.name for path in (ROOT / "templates").glob("*.html"))


def test_every_page_is_what_jinja2_makes_of_it(edition: Edition) -> None:
    """All pages of the curated catalog, rendered both ways."""
    environment = rendering.environment()
    for page in pages.pages(edition):
        assert rendering.render(environment, page, edition) == _by_jinja2(page, edition), page.path


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_compiled(name: str) -> None:
    """No template of the site is left to Jinja2, which would be correct but several times slower."""
    assert compiling.compiled(rendering.environment(), name) is not None


def test_the_language_of_templates() -> None:
    """Loops with what they know of themselves, scopes, macros of other files, blocks, filters and operators."""
    files = {
        "base": "<{% block title %}none{% endblock %}>{% block main %}{% endblock %}{{ root }}",
        "shapes": '{% macro one(x) %}({{ x }}{{ root }}){% endmacro %}{% macro two(x) %}{{ one(x) }}!{% endmacro %}',
        "page": '{% extends "base" %}{% from "shapes" import two as pair with context %}{% macro own(a, b) %}{{ a ~ b }}'
        "{% endmacro %}{% block main %}{% set n = 3 %}{% for a, b in rows %}{% set n = a %}{{ loop.index }}{{ loop.index0 }}"
        '{% if loop.first %}F{% elif loop.last %}L{% else %}M{% endif %}{{ loop.length }}{{ pair(b) }}{{ own(b, "<") }}{{ n }}'
        '{% else %}nothing{% endfor %}{{ n }}{{ words | join(", ") }}{{ words | length }}{{ "&" }}{{ words[0] }}'
        '{{ "yes" if n == 3 and not rows else "no" }}{{ word.endswith("x") }}{{ word | upper }}{{ n + 1 - 2 }}'
        "{{ words | select | list | length }}{{ 'a' in words }}{{ safe }}{{ safe ~ word }}"
        "{% for a, b in rows if a > 1 %}{{ loop.index }}{{ loop.last }}{{ b }}{% else %}few{% endfor %}"
        "{{ words[:1] | join }}{{ words[1:] | join }}{{ words[n - 2:n] | length }}{% endblock %}",
    }  # fmt: skip
    environment = rendering.environment().overlay(loader=DictLoader(files))
    filler = compiling.compiled(environment, "page")
    assert filler is not None
    for rows in ((), ((1, "<b>"), (2, "&"), (3, '"'))):
        context = {"rows": rows, "root": "../", "words": ("a", "<i>"), "word": "<x", "safe": Markup("<hr>")}
        assert filler(context) == environment.get_template("page").render(context)


@pytest.mark.parametrize(
    "source",
    [
        "{% include 'other' %}",
        "{{ missing is defined }}",
        "{% for a in b if loop.first %}{% endfor %}",
        "{{ a[::2] }}",
        "{% macro m(a=1) %}{% endmacro %}{{ m() }}",
        "{% macro m() %}{% endmacro %}{{ m() | upper }}",
        "{{ loop.cycle('a', 'b') }}",
        "{% call m() %}{% endcall %}",
        "{{ f(*args) }}",
        "{% for a in b recursive %}{% endfor %}",
        "{% from 'other' import nothing %}{{ nothing() }}",
        "{{ a * b }}",
    ],
)
def test_what_is_not_known_is_left_to_jinja2(source: str) -> None:
    """A template that says more than this understands is not compiled, rather than compiled wrongly."""
    environment = rendering.environment().overlay(loader=DictLoader({"page": source, "other": ""}))
    assert compiling.compiled(environment, "page") is None


@pytest.mark.parametrize("source", ["{{ missing }}", "{{ page.missing }}", "{% if missing %}{% endif %}"])
def test_a_name_nobody_gave_is_an_error_in_both(source: str) -> None:
    """An undefined name is never printed as nothing."""
    environment = rendering.environment().overlay(loader=DictLoader({"page": source}))
    filler = compiling.compiled(environment, "page")
    assert filler is not None
    with pytest.raises((KeyError, AttributeError)):
        filler({"page": Path()})
    with pytest.raises((UndefinedError, TemplateRuntimeError)):
        environment.get_template("page").render({"page": Path()})


@given(st.one_of(st.text(), st.integers(), st.none(), st.booleans(), st.text().map(Markup)))
def test_values_are_escaped_as_jinja2_does(value: object) -> None:
    """The short cut for text without special characters changes nothing."""
    assert compiling.escaped(value) == str(escape(value))


def _by_jinja2(page: rendering.Page, edition: Edition) -> bytes:
    template = rendering.environment().get_template(page.template)
    return outline.outlined(template.render(rendering.given(page, edition))).encode()
