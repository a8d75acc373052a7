"""The shapes that other makers and clouds report in: Anthropic, Gemini, Bedrock, Cohere, Mistral OCR."""

from __future__ import annotations

import re

from ratecard.responses.flavors.rows import TIERS, Amount, Beside, FactOf, Flavor, Inner, Stated, Total, lifetime

_SHORT = "usage.cache_creation.ephemeral_5m_input_tokens"
_LONG = "usage.cache_creation.ephemeral_1h_input_tokens"
#: A compaction is not counted in the numbers beside the iterations, while the other kinds are.
_COMPACTION = "usage.iterations[type=compaction]"
_THOUGHT = "usage.output_tokens_details.thinking_tokens"

#: An adviser is another model, and is counted nowhere else.
_ADVICE = Inner(
    "usage.iterations[type=advisor_message]",
    (
        Amount("input_tokens", ("input_tokens",)),
        Amount("cache_read_tokens", ("cache_read_input_tokens",)),
        Amount(
            "cache_write_tokens",
            ("cache_creation_input_tokens",),
            ("cache_creation.ephemeral_5m_input_tokens", "cache_creation.ephemeral_1h_input_tokens"),
            within="input_tokens",
        ),
        Amount(
            "cache_write_tokens",
            ("cache_creation.ephemeral_5m_input_tokens",),
            when=lifetime("5m"),
            within="input_tokens",
        ),
        Amount(
            "cache_write_tokens",
            ("cache_creation.ephemeral_1h_input_tokens",),
            when=lifetime("1h"),
            within="input_tokens",
        ),
        Amount("output_tokens", ("output_tokens",)),
    ),
    "model",
)

ANTHROPIC = Flavor(
    id="anthropic-messages",
    api="Anthropic messages",
    signs=("usage.input_tokens", "usage.output_tokens"),
    hints=(
        "type=message",
        "usage.cache_creation_input_tokens",
        "usage.cache_read_input_tokens",
        "usage.service_tier",
        _SHORT,
        _THOUGHT,
    ),
    usage=("usage",),
    home="anthropic",
    amounts=(
        Amount("input_tokens", ("usage.input_tokens", f"{_COMPACTION}.input_tokens")),
        Amount("cache_read_tokens", ("usage.cache_read_input_tokens", f"{_COMPACTION}.cache_read_input_tokens")),
        Amount(
            "cache_write_tokens",
            ("usage.cache_creation_input_tokens", f"{_COMPACTION}.cache_creation_input_tokens"),
            tuple(f"{place}.{path.partition('.')[2]}" for place in ("usage", _COMPACTION) for path in (_SHORT, _LONG)),
            within="input_tokens",
        ),
        *(
            Amount(
                "cache_write_tokens",
                (path, f"{_COMPACTION}.{path.partition('.')[2]}"),
                when=lifetime(kept),
                within="input_tokens",
            )
            for path, kept in ((_SHORT, "5m"), (_LONG, "1h"))
        ),
        Amount("output_tokens", ("usage.output_tokens", f"{_COMPACTION}.output_tokens"), (_THOUGHT,)),
        Amount("reasoning_tokens", (_THOUGHT,), within="output_tokens", alike=True),
        Amount("searches", ("usage.server_tool_use.web_search_requests",)),
    ),
    facts=(
        FactOf("service_tier", "usage.speed", (("standard", ""), ("fast", "fast"))),
        FactOf("service_tier", "usage.service_tier", TIERS),
        FactOf("region", "usage.inference_geo", (("global", ""), ("not_available", ""), ("us", "us"), ("eu", "eu"))),
    ),
    told=(
        "usage.server_tool_use.web_fetch_requests",
        "usage.server_tool_use.tool_search_requests",
        "usage.iterations[type=message]",
        "usage.iterations[type=fallback_message]",
    ),
    inner=(_ADVICE,),
)

OPENROUTER_MESSAGES = ANTHROPIC._replace(
    id="openrouter-messages",
    api="Anthropic's messages at OpenRouter",
    signs=(*ANTHROPIC.signs, "usage.is_byok|usage.cost"),
    told=(*ANTHROPIC.told, "usage.cost_details"),
    facts=(*ANTHROPIC.facts, FactOf("byok", "usage.is_byok", (("true", "on"), ("false", "")))),
    stated=(Stated("usage.cost"), Stated("usage.cost_details.upstream_inference_cost")),
    seller="openrouter",
)

_PROMPT, _CACHED = "usageMetadata.promptTokenCount", "usageMetadata.cachedContentTokenCount"
_TOOL, _THOUGHTS = "usageMetadata.toolUsePromptTokenCount", "usageMetadata.thoughtsTokenCount"
_WHOLE = "usageMetadata.totalTokenCount"
_ANSWERS = ("usageMetadata.candidatesTokenCount", "usageMetadata.responseTokenCount")


def _of(details: str, modality: str) -> str:
    return f"usageMetadata.{details}[modality={modality}].tokenCount"


def _in(modality: str) -> tuple[str, str]:
    """What of a modality went in, and what of that was read from a cache."""
    return _of("promptTokensDetails", modality), _of("cacheTokensDetails", modality)


def _out(modality: str) -> tuple[str, ...]:
    return _of("candidatesTokensDetails", modality), _of("responseTokensDetails", modality)


_MEDIA = {modality: _in(modality) for modality in ("AUDIO", "IMAGE", "VIDEO")}
_ALL_IN, _ALL_READ = zip(*_MEDIA.values(), strict=True)
_METERS = {"AUDIO": "audio", "IMAGE": "image", "VIDEO": "video"}

GEMINI = Flavor(
    id="gemini",
    api="Gemini generateContent",
    signs=("|".join((_PROMPT, *_ANSWERS)),),
    usage=("usageMetadata",),
    home="google",
    model=("modelVersion", "model"),
    at=("createTime",),
    amounts=(
        Amount("input_tokens", (_PROMPT, _TOOL, *_ALL_READ), (_CACHED, *_ALL_IN)),
        Amount("cache_read_tokens", (_CACHED,), _ALL_READ),
        *(
            Amount(f"input_{_METERS[media]}_tokens", (given,), (read,), within="input_tokens", alike=True, assumed=True)
            for media, (given, read) in _MEDIA.items()
        ),
        *(
            Amount(f"cache_read_{_METERS[media]}_tokens", (read,), within="cache_read_tokens", alike=True, assumed=True)
            for media, (_, read) in _MEDIA.items()
        ),
        Amount("output_tokens", _ANSWERS, (*_out("AUDIO"), *_out("IMAGE"), *_out("VIDEO"))),
        Amount("reasoning_tokens", (_THOUGHTS,), within="output_tokens", alike=True),
        *(Amount(f"output_{name}_tokens", _out(media)) for media, name in _METERS.items()),
    ),
    facts=(
        FactOf("service_tier", "usageMetadata.serviceTier", TIERS),
        FactOf(
            "service_tier",
            "usageMetadata.trafficType",
            (("ON_DEMAND", ""), ("ON_DEMAND_PRIORITY", "priority"), ("ON_DEMAND_FLEX", "flex")),
        ),
    ),
    told=(
        *(path for modality in ("TEXT", "DOCUMENT", "MODALITY_UNSPECIFIED") for path in _in(modality)),
        *(path for modality in ("TEXT", "DOCUMENT", "MODALITY_UNSPECIFIED") for path in _out(modality)),
        "usageMetadata.toolUsePromptTokensDetails",
        "usageMetadata.promptTokenDetails",  # an embedding's name of the prompt's details
    ),
    totals=(Total(_WHOLE, (_PROMPT, _TOOL, _THOUGHTS, *_ANSWERS)),),
    beside=(
        Beside("candidates[].groundingMetadata.webSearchQueries", meter="searches", once=("gemini-1", "gemini-2")),
    ),
)


def _hidden(flavor: Flavor) -> Flavor:
    """The same flavor where the total is more than its parts, by the thoughts that it does not show."""
    rows = tuple(row for row in flavor.amounts if row.meter != "reasoning_tokens")
    hidden = Amount("reasoning_tokens", (_WHOLE,), (_PROMPT, _TOOL, *_ANSWERS), within="output_tokens", alike=True)
    return flavor._replace(
        id=f"{flavor.id}-hidden",
        api=f"{flavor.api}, where thoughts are counted in the total alone",
        amounts=(*rows, hidden),
        told=(*flavor.told, _THOUGHTS),
        totals=(),
        instead_of=flavor.id,
    )


VERTEX = GEMINI._replace(
    id="gemini-vertex",
    api="Gemini generateContent at Vertex AI",
    signs=(*GEMINI.signs, "usageMetadata.trafficType"),
    seller="vertex-ai",
)


def _snake(flavor: Flavor) -> Flavor:
    """The same flavor as Python's SDK writes it: `prompt_token_count` for `promptTokenCount`."""
    return flavor._replace(
        id=f"{flavor.id}-python",
        instead_of=f"{flavor.instead_of}-python" if flavor.instead_of else "",
        api=f"{flavor.api}, as Python's SDK writes it",
        signs=tuple(map(_words, flavor.signs)),
        usage=tuple(map(_words, flavor.usage)),
        model=tuple(map(_words, flavor.model)),
        at=tuple(map(_words, flavor.at)),
        amounts=tuple(
            row._replace(plus=tuple(map(_words, row.plus)), minus=tuple(map(_words, row.minus)))
            for row in flavor.amounts
        ),
        facts=tuple(row._replace(path=_words(row.path)) for row in flavor.facts),
        told=tuple(map(_words, flavor.told)),
        totals=tuple(Total(_words(row.path), tuple(map(_words, row.parts))) for row in flavor.totals),
        beside=tuple(row._replace(path=_words(row.path)) for row in flavor.beside),
    )


def _words(path: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda found: f"_{found[1].lower()}", path)


_PLAIN = (GEMINI, VERTEX)
GEMINIS = tuple(written for plain in (*_PLAIN, *map(_hidden, _PLAIN)) for written in (plain, _snake(plain)))

_COUNTED = "usage.input_tokens_by_modality"
_HELD = "usage.cached_tokens_by_modality"
_GIVEN = "usage.output_tokens_by_modality"
_NAMES = tuple(_METERS.values())
_INTERACTED = ("usage.total_input_tokens", "usage.total_output_tokens")


def _each(details: str) -> tuple[str, ...]:
    return tuple(f"{details}[modality={name}].tokens" for name in _NAMES)


INTERACTIONS = Flavor(
    id="gemini-interactions",
    api="Gemini interactions",
    signs=("usage.total_input_tokens|usage.total_output_tokens",),
    usage=("usage",),
    at=("created",),
    home="google",
    amounts=(
        Amount(
            "input_tokens",
            (_INTERACTED[0], "usage.total_tool_use_tokens", *_each(_HELD)),
            ("usage.total_cached_tokens", *_each(_COUNTED)),
        ),
        Amount("cache_read_tokens", ("usage.total_cached_tokens",), _each(_HELD)),
        *(
            Amount(f"input_{name}_tokens", (given,), (held,), within="input_tokens", alike=True, assumed=True)
            for name, given, held in zip(_NAMES, _each(_COUNTED), _each(_HELD), strict=True)
        ),
        *(
            Amount(f"cache_read_{name}_tokens", (held,), within="cache_read_tokens", alike=True, assumed=True)
            for name, held in zip(_NAMES, _each(_HELD), strict=True)
        ),
        Amount("output_tokens", (_INTERACTED[1],), _each(_GIVEN)),
        Amount("reasoning_tokens", ("usage.total_thought_tokens",), within="output_tokens", alike=True),
        *(Amount(f"output_{name}_tokens", (given,)) for name, given in zip(_NAMES, _each(_GIVEN), strict=True)),
        Amount("searches", ("usage.grounding_tool_count[type=google_search].count",)),
        Amount("map_searches", ("usage.grounding_tool_count[type=google_maps].count",)),
    ),
    facts=(FactOf("service_tier", "service_tier", TIERS),),
    told=(
        *(f"{details}[modality={name}]" for details in (_COUNTED, _HELD, _GIVEN) for name in ("text", "document")),
        "usage.tool_use_tokens_by_modality",
        "usage.initial_input_tokens",
    ),
    totals=(Total("usage.total_tokens", (*_INTERACTED, "usage.total_thought_tokens", "usage.total_tool_use_tokens")),),
)

_KEPT = {kept: f"usage.cacheDetails[ttl={kept}].inputTokens" for kept in ("5m", "1h")}

_BEDROCK_READ = "usage.cacheReadInputTokens|usage.cacheReadInputTokenCount"
_BEDROCK_WRITE = "usage.cacheWriteInputTokens|usage.cacheWriteInputTokenCount"

BEDROCK = Flavor(
    id="bedrock-converse",
    api="Amazon Bedrock Converse",
    signs=("usage.inputTokens", "usage.outputTokens"),
    hints=("stopReason", "metrics.latencyMs", "modelId", _BEDROCK_READ, _BEDROCK_WRITE),
    usage=("usage",),
    amounts=(
        Amount("input_tokens", ("usage.inputTokens",)),
        Amount("cache_read_tokens", (_BEDROCK_READ,)),
        Amount("cache_write_tokens", (_BEDROCK_WRITE,), tuple(_KEPT.values()), within="input_tokens"),
        *(
            Amount("cache_write_tokens", (path,), when=lifetime(kept), within="input_tokens")
            for kept, path in _KEPT.items()
        ),
        Amount("output_tokens", ("usage.outputTokens",)),
    ),
    facts=(FactOf("service_tier", "serviceTier.type", TIERS),),
    told=("usage.totalTokens",),  # whether it counts what the cache holds is told differently
    seller="bedrock",
)


def _cohere(id: str, api: str, root: str) -> Flavor:
    """Cohere's two shapes differ in where the same numbers lie; what is billed counts, not what was processed."""
    billed = f"{root}.billed_units"
    fields = ("input_tokens", "output_tokens", "search_units", "image_tokens", "pages")
    return Flavor(
        id=id,
        api=api,
        signs=("|".join(f"{billed}.{field}" for field in fields),),
        usage=(root,),
        amounts=(
            Amount("input_tokens", (f"{billed}.input_tokens",)),
            Amount("output_tokens", (f"{billed}.output_tokens",)),
            Amount("input_image_tokens", (f"{billed}.image_tokens",)),
            Amount("queries", (f"{billed}.search_units",)),
            Amount("pages", (f"{billed}.pages",)),
        ),
        told=(f"{root}.tokens", f"{root}.cached_tokens"),  # what is billed is in units
        seller="cohere",
    )


COHERE = _cohere("cohere-chat", "Cohere chat", "usage")
COHERE_META = _cohere("cohere-meta", "Cohere embed, rerank and parse", "meta")

OCR = Flavor(
    id="mistral-ocr",
    api="Mistral OCR",
    signs=("usage_info.pages_processed",),
    usage=("usage_info",),
    home="mistral",
    amounts=(Amount("pages", ("usage_info.pages_processed",)),),
    told=("usage_info.doc_size_bytes",),
)
