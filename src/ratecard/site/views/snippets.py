"""The examples on a model's page: its call with curl and through the SDKs, from the templates of its endpoint."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ratecard.core.records import Card, Endpoint, Offer, Seller, Vocabulary
from ratecard.site import rendering
from ratecard.site.views import calls

LONG_PROMPT = "a serene cyberpunk city at dusk"
SHORT_PROMPT = "a cyberpunk cat"
SDK_PROMPT = "a cyberpunk cat at sunset"

#: The SDKs a page has a tab for, in their order: the macro of an endpoint's template, label and language.
SDKS = (("python", "Python", "python"), ("typescript", "TypeScript", "typescript"), ("litellm", "LiteLLM", "python"))


class Code(NamedTuple):
    """A block of code and its language."""

    language: str
    text: str


class Tab(NamedTuple):
    """The same call through one SDK."""

    id: str
    label: str
    code: Code


class Call(NamedTuple):
    """Everything a page shows of how a model is called."""

    model: str
    method: str
    url: str
    content_type: str
    key: str
    curl: Code
    request: Code
    response: Code
    tabs: tuple[Tab, ...]


class SampleCall(NamedTuple):
    """The context of an endpoint's template: a call and its seller."""

    base_url: str
    url: str
    key: str
    key_variable: str
    form: bool
    """True if the fields are sent as multipart form data."""
    fields: Mapping[str, calls.Value]
    as_url: bool
    """True if an image is returned as a URL."""
    result: str


def call(card: Card, offer: Offer | None, seller: Seller | None, words: Vocabulary, full: bool) -> Call | None:
    """The call of an offer, or None where its seller answers none that a page can show."""
    endpoint = _endpoint(offer, words)
    if offer is None or seller is None or not seller.base_url or endpoint is None:
        return None
    limits = calls.limits_of(card, offer)
    sample = SampleCall(
        base_url=seller.base_url,
        url=address(seller, endpoint),
        key=seller.key_placeholder or "YOUR_KEY",
        key_variable=seller.key_variable or "API_KEY",
        form=endpoint.content_type == calls.MULTIPART,
        fields=calls.fields(endpoint.id, offer.model_id, calls.inputs_of(card), limits),
        as_url=calls.as_url(limits),
        result=seller.media_url or f"https://example.com/{calls.RESULT}",
    )
    brief = {name: value for name, value in calls.short(sample.fields).items() if name != "size"}
    prompt = LONG_PROMPT if full else SHORT_PROMPT
    return Call(
        model=offer.model_id,
        method="POST",
        url=sample.url,
        content_type=endpoint.content_type,
        key=sample.key,
        curl=Code("bash", _filled(endpoint, "curl", sample._replace(fields=_prompted(brief, prompt)))),
        request=_request(sample, endpoint),
        response=_response(sample, endpoint),
        tabs=tuple(_tabs(sample, endpoint)),
    )


def address(seller: Seller, endpoint: Endpoint) -> str:
    """The URL of an endpoint at a seller."""
    return f"{seller.base_url.rstrip('/')}{endpoint.path}"


def json_text(values: Mapping[str, calls.Value]) -> str:
    """A request body as JSON, one field a line."""
    return json.dumps(values, ensure_ascii=False, indent=2)


def _endpoint(offer: Offer | None, words: Vocabulary) -> Endpoint | None:
    """The first call that the offer answers and a page can show."""
    known = (offer.endpoints or offer.answers) if offer else ()
    shown = (id for id in known if id in words.endpoints and (id in calls.BODIES or id in calls.SAMPLES))
    return next((words.endpoints[id] for id in shown), None)


def _prompted(fields: dict[str, calls.Value], prompt: str) -> dict[str, calls.Value]:
    """The fields with another prompt."""
    return fields | ({"prompt": prompt} if fields.get("prompt") == calls.PROMPT else {})


def _tabs(sample: SampleCall, endpoint: Endpoint) -> list[Tab]:
    asked = sample._replace(fields=_prompted(calls.short(sample.fields), SDK_PROMPT))
    known = [entry for entry in SDKS if hasattr(_template(endpoint.id).module, entry[0])]
    return [Tab(macro, label, Code(language, _filled(endpoint, macro, asked))) for macro, label, language in known]


def _request(sample: SampleCall, endpoint: Endpoint) -> Code:
    if sample.form:
        lines = [f"{name}={'@' if name in calls.FILES else ''}{value}" for name, value in sample.fields.items()]
        return Code(endpoint.content_type, "\n".join(lines))
    text = json_text(sample.fields)
    remarked = text.replace('"response_format": "url"', '"response_format": "url"   // or "b64_json"')
    return Code("jsonc" if remarked != text else "json", remarked)


def _response(sample: SampleCall, endpoint: Endpoint) -> Code:
    text = _filled(endpoint, "response", sample)
    language = "jsonc" if re.search(r"^\s*// ", text, re.M) else "json" if text.startswith("{") else "text"
    return Code(language, text)


def _filled(endpoint: Endpoint, macro: str, sample: SampleCall) -> str:
    return str(getattr(_template(endpoint.id).module, macro)(sample)).strip("\n")


@functools.cache
def _template(endpoint: str) -> Template:
    return _environment().get_template(f"snippets/{endpoint}.jinja")


@functools.cache
def _environment() -> Environment:
    """Code is text: it is escaped where a page prints it, and quoted here as its language asks."""
    made = Environment(
        loader=FileSystemLoader(rendering.templates()),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(FILES=calls.FILES, BASE64=calls.BASE64, CREATED=calls.CREATED)
    made.filters.update(literal=_literal, packed=_packed, shell=_shell, form=_form)
    return made


def _literal(value: object) -> str:
    """A text, number, list or mapping as Python and TypeScript both write it."""
    return json.dumps(value, ensure_ascii=False)


def _packed(value: object) -> str:
    """A value as JSON without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _shell(words: str) -> str:
    """One word of a shell's command, whatever is in it."""
    escaped = words.replace("'", "'\\''")
    return f"'{escaped}'"


def _form(name: str, value: str) -> str:
    """A form field for curl, escaped where curl would interpret @, < or ;."""
    if name in calls.FILES:
        return f"-F {name}=@{value}"
    own = value[:1] in ("@", "<") or ";" in value
    return f"{'--form-string' if own else '-F'} {_shell(f'{name}={value}')}"
