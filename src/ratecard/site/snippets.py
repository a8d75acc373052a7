"""The examples on a model's page: a call with curl, its request and response, and the same in Python."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from ratecard.records import Card, Endpoint, Limits, Offer, Seller, Vocabulary
from ratecard.site import calls

LONG_PROMPT = "a serene cyberpunk city at dusk"
SHORT_PROMPT = "a cyberpunk cat"
SDK_PROMPT = "a cyberpunk cat at sunset"


class Code(NamedTuple):
    """A block of code and what it is written in."""

    language: str
    text: str


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
    quickstart: Code


class _Example(NamedTuple):
    """What the blocks of one page are made from."""

    seller: Seller
    endpoint: Endpoint
    body: calls.Body
    model: str
    inputs: tuple[str, ...]
    limits: Limits


def call(card: Card, offer: Offer | None, seller: Seller | None, words: Vocabulary, full: bool) -> Call | None:
    """The call of an offer, or None where its seller answers none that a page can show."""
    example = _example(card, offer, seller, words)
    if example is None:
        return None
    return Call(
        model=example.model,
        method="POST",
        url=address(example.seller, example.endpoint),
        content_type=example.body.content_type,
        key=example.seller.key_placeholder or "YOUR_KEY",
        curl=_curl(example, LONG_PROMPT if full else SHORT_PROMPT),
        request=_request(example),
        response=_response(example),
        quickstart=_quickstart(example),
    )


def address(seller: Seller, endpoint: Endpoint) -> str:
    """Where a call is sent."""
    return f"{seller.base_url.rstrip('/')}{endpoint.path}"


def json_text(values: Mapping[str, calls.Value]) -> str:
    """A request body as JSON, one field a line."""
    return json.dumps(values, ensure_ascii=False, indent=2)


def _example(card: Card, offer: Offer | None, seller: Seller | None, words: Vocabulary) -> _Example | None:
    if offer is None or seller is None or not seller.base_url or not offer.endpoints:
        return None
    endpoint = words.endpoints.get(offer.endpoints[0])
    if endpoint is None or endpoint.id not in calls.BODIES:
        return None
    return _Example(
        seller=seller,
        endpoint=endpoint,
        body=calls.BODIES[endpoint.id][0],
        model=offer.model_id,
        inputs=calls.inputs_of(card),
        limits=calls.limits_of(card, offer),
    )


def _curl(example: _Example, prompt: str) -> Code:
    fields = {"model": example.model, "prompt": prompt}
    lines = [
        f"curl {address(example.seller, example.endpoint)}",
        f'-H "Authorization: Bearer ${example.seller.key_variable or "API_KEY"}"',
    ]
    if example.body.content_type == calls.JSON:
        body = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        lines += [f'-H "Content-Type: {calls.JSON}"', f"-d {_quoted(body)}"]
    else:
        files = [f"-F {name}=@{value}" for name, value in _files(example).items()]
        lines += [f"-F {_quoted(f'model={example.model}')}", *files, f"-F {_quoted(f'prompt={prompt}')}"]
    return Code("bash", " \\\n  ".join(lines))


def _request(example: _Example) -> Code:
    values = calls.example(example.body, example.model, example.inputs, example.limits)
    if example.body.content_type == calls.JSON:
        return _with_remark(values)
    files = _files(example)
    lines = [f"{name}={'@' if name in files else ''}{value}" for name, value in values.items()]
    return Code(calls.MULTIPART, "\n".join(lines))


def _with_remark(values: dict[str, calls.Value]) -> Code:
    text = json_text(values)
    remarked = text.replace('"response_format": "url"', '"response_format": "url"   // or "b64_json"')
    return Code("jsonc" if remarked != text else "json", remarked)


def _response(example: _Example) -> Code:
    inline = f'{{ "b64_json": "{calls.BASE64}" }}'
    if not calls.as_url(example.limits):
        return Code("json", _answer([inline]))
    return Code("jsonc", _answer([f'{{ "url": {json.dumps(_result(example.seller))} }}', f"// or {inline}"]))


def _answer(entries: list[str]) -> str:
    lines = "\n".join(f"    {entry}" for entry in entries)
    return f'{{\n  "created": {calls.CREATED},\n  "data": [\n{lines}\n  ]\n}}'


def _result(seller: Seller) -> str:
    return seller.media_url or f"https://example.com/{calls.RESULT}"


def _quickstart(example: _Example) -> Code:
    url, inline = calls.as_url(example.limits), _files(example)
    method = "edit" if inline else "generate"
    arguments = {
        "model": _text(example.model),
        **{name: f'open("{value}", "rb")' for name, value in inline.items()},
        "prompt": _text(SDK_PROMPT),
        "size": _text(calls.size(example.limits)),
    }
    base, key = _text(example.seller.base_url), _text(example.seller.key_placeholder or "YOUR_KEY")
    lines = [
        *([] if url else ["from base64 import b64decode"]),
        "from openai import OpenAI",
        f"client = OpenAI(base_url={base}, api_key={key})",
        "",
        f"r = client.images.{method}(",
        *(f"    {name}={value}," for name, value in arguments.items()),
        ")",
        "print(r.data[0].url)" if url else 'open("result.png", "wb").write(b64decode(r.data[0].b64_json))',
    ]
    return Code("python", "\n".join(lines))


def _files(example: _Example) -> dict[str, str]:
    values = calls.example(example.body, example.model, example.inputs, example.limits)
    files = {field.name for field in example.body.fields if field.type == "file"}
    return {name: str(value) for name, value in values.items() if name in files}


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _quoted(words: str) -> str:
    escaped = words.replace("'", "'\\''")
    return f"'{escaped}'"
