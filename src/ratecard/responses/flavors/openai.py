"""OpenAI's other APIs: responses, embeddings, images, audio and realtime."""

from __future__ import annotations

from ratecard.responses.flavors.chat import OPENAI_TIERS, TICKS, XAI, XAI_TOLD, XAI_TOOLS
from ratecard.responses.flavors.rows import Amount, Beside, FactOf, Flavor, Stated, Total, lifetime

EMBEDDINGS = Flavor(
    id="openai-embeddings",
    api="OpenAI embeddings",
    signs=("usage.prompt_tokens", "object=list"),
    hints=("usage.total_tokens",),
    usage=("usage",),
    home="openai",
    amounts=(Amount("input_tokens", ("usage.prompt_tokens",)),),
    told=("usage.completion_tokens",),
    totals=(Total("usage.total_tokens", ("usage.prompt_tokens",)),),
)

TOTAL = EMBEDDINGS._replace(
    id="total-embeddings",
    api="Embeddings and rankings of Voyage and Jina, which count one total",
    signs=("usage.total_tokens", "data|results"),
    hints=(),
    home="voyage",
    amounts=(Amount("input_tokens", ("usage.total_tokens",)),),
    told=(),
    totals=(),
)

PIXELS = TOTAL._replace(
    id="voyage-multimodal",
    api="Voyage's embeddings of texts and images",
    signs=(*TOTAL.signs, "usage.image_pixels|usage.text_tokens"),
    amounts=(
        Amount("input_tokens", ("usage.text_tokens",)),
        Amount("input_pixels", ("usage.image_pixels",), whole=False),
    ),
    told=("usage.total_tokens",),
)

_READ, _WRITE = "usage.input_tokens_details.cached_tokens", "usage.input_tokens_details.cache_write_tokens"
_HALF_HOUR = "usage.input_tokens_details.cache_write_tokens_details.ttl_30m_tokens"
_HALF_DAY = "usage.input_tokens_details.cache_write_tokens_details.ttl_12h_tokens"
_THOUGHT = "usage.output_tokens_details.reasoning_tokens"
_TOTAL = Total("usage.total_tokens", ("usage.input_tokens", "usage.output_tokens"))

RESPONSES = Flavor(
    id="openai-responses",
    api="OpenAI responses",
    signs=("usage.input_tokens", "usage.output_tokens"),
    hints=("object=response", "usage.total_tokens", _READ, _THOUGHT),
    usage=("usage", "tool_usage"),
    home="openai",
    at=("created_at",),
    amounts=(
        Amount("input_tokens", ("usage.input_tokens",), (_READ, _WRITE)),
        Amount("cache_read_tokens", (_READ,)),
        Amount("cache_write_tokens", (_WRITE,), (_HALF_HOUR, _HALF_DAY), within="input_tokens"),
        Amount("cache_write_tokens", (_HALF_HOUR,), when=lifetime("30m"), within="input_tokens"),
        Amount("cache_write_tokens", (_HALF_DAY,), when=lifetime("12h"), within="input_tokens"),
        Amount("output_tokens", ("usage.output_tokens",), (_THOUGHT,)),
        Amount("reasoning_tokens", (_THOUGHT,), within="output_tokens", alike=True),
        Amount("searches", ("tool_usage.web_search.num_requests",)),
    ),
    facts=(FactOf("service_tier", "service_tier", OPENAI_TIERS),),
    totals=(_TOTAL,),
    beside=(
        Beside("output[type=web_search_call].action[type=search]", "tool_usage.web_search.num_requests", "searches"),
        Beside(
            "output[type=web_search_call]",
            "tool_usage.web_search.num_requests|output[type=web_search_call].action.type",
            "searches",
        ),
        Beside("output[type=image_generation_call]", "tool_usage.image_gen.output_tokens"),
        Beside("output[type=file_search_call]", meter="file_searches"),
        Beside("output[type=code_interpreter_call]", meter="sessions", model="container", by="container_id"),
    ),
)

OPENROUTER_RESPONSES = RESPONSES._replace(
    id="openrouter-responses",
    api="OpenRouter responses",
    signs=(*RESPONSES.signs, "usage.is_byok|usage.cost_details.upstream_inference_cost|usage.cost"),
    facts=(*RESPONSES.facts, FactOf("byok", "usage.is_byok", (("true", "on"), ("false", "")))),
    told=("usage.cost_details",),
    beside=(),
    stated=(Stated("usage.cost"), Stated("usage.cost_details.upstream_inference_cost")),
    seller="openrouter",
)

_FLAT_READ, _FLAT_THOUGHT = "usage.cached_input_tokens", "usage.reasoning_output_tokens"

CODEX = RESPONSES._replace(
    id="openai-codex",
    api="The turns of OpenAI's Codex",
    signs=(*RESPONSES.signs, _FLAT_READ),
    hints=("type=turn.completed", _FLAT_THOUGHT, "usage.total_tokens"),
    usage=("usage",),
    amounts=(
        Amount("input_tokens", ("usage.input_tokens",), (_FLAT_READ,)),
        Amount("cache_read_tokens", (_FLAT_READ,)),
        Amount("output_tokens", ("usage.output_tokens",), (_FLAT_THOUGHT,)),
        Amount("reasoning_tokens", (_FLAT_THOUGHT,), within="output_tokens", alike=True),
    ),
    beside=(),
)

XAI_RESPONSES = RESPONSES._replace(
    id="xai-responses",
    api="xAI responses",
    signs=(*RESPONSES.signs, XAI.signs[-1]),
    amounts=(*RESPONSES.amounts[:2], *RESPONSES.amounts[5:7], *XAI_TOOLS),
    told=XAI_TOLD,
    beside=(),
    stated=(TICKS,),
    seller="xai",
)

_KEPT_BY_AGENT = "usage.input_tokens_details.cache_read_input_tokens"

PERPLEXITY_AGENT = RESPONSES._replace(
    id="perplexity-agent",
    api="Perplexity's agent, in the shape of responses",
    signs=(*RESPONSES.signs, "usage.cost.total_cost"),
    usage=("usage",),
    amounts=(
        Amount("input_tokens", ("usage.input_tokens",), (_KEPT_BY_AGENT,)),
        Amount("cache_read_tokens", (_KEPT_BY_AGENT,)),
        *RESPONSES.amounts[5:7],
        Amount("searches", ("usage.tool_calls_details.search_web.invocation",)),
    ),
    told=("usage.cost",),
    beside=(),
    stated=(Stated("usage.cost.total_cost"),),
    seller="perplexity",
)

_IN_TEXT, _IN_IMAGE = "usage.input_tokens_details.text_tokens", "usage.input_tokens_details.image_tokens"
_OUT_TEXT, _OUT_IMAGE = "usage.output_tokens_details.text_tokens", "usage.output_tokens_details.image_tokens"

_DRAWN = (_IN_IMAGE, _OUT_IMAGE, "output_format", "quality", "size", "background")

IMAGES = Flavor(
    id="openai-images",
    api="OpenAI images: what comes out is an image, except what is said to be text",
    signs=("usage.input_tokens", "usage.output_tokens", "|".join((_IN_TEXT, *_DRAWN))),
    hints=(*_DRAWN, "usage.total_tokens"),
    usage=("usage", "svg_usage"),
    home="openai",
    at=("created",),
    amounts=(
        Amount("input_tokens", ("usage.input_tokens",), (_IN_IMAGE,)),
        Amount("input_image_tokens", (_IN_IMAGE,)),
        Amount("output_image_tokens", ("usage.output_tokens",), (_OUT_TEXT,)),
        Amount("output_tokens", (_OUT_TEXT,)),
    ),
    told=(_IN_TEXT, _OUT_IMAGE),
    totals=(_TOTAL,),
)

_HEARD = "usage.input_token_details.audio_tokens"

TRANSCRIPTION = Flavor(
    id="openai-transcription",
    api="OpenAI transcriptions billed by tokens",
    signs=("usage.input_tokens", "usage.type=tokens"),
    hints=("usage.output_tokens", "usage.total_tokens", _HEARD),
    usage=("usage",),
    home="openai",
    amounts=(
        Amount("input_tokens", ("usage.input_tokens",), (_HEARD,)),
        Amount("input_audio_tokens", (_HEARD,)),
        Amount("output_tokens", ("usage.output_tokens",)),
    ),
    told=("usage.input_token_details.text_tokens",),
    totals=(_TOTAL,),
)

DURATION = Flavor(
    id="openai-duration",
    api="OpenAI transcriptions billed by duration",
    signs=("usage.seconds", "usage.type=duration"),
    usage=("usage",),
    home="openai",
    amounts=(Amount("audio_seconds", ("usage.seconds",), whole=False),),
)

SPEECH = Flavor(
    id="openai-speech",
    api="OpenAI speech, the event that ends it",
    signs=("usage.output_tokens", "type=speech.audio.done"),
    hints=("usage.input_tokens", "usage.total_tokens"),
    usage=("usage",),
    home="openai",
    amounts=(
        Amount("input_tokens", ("usage.input_tokens",)),
        Amount("output_audio_tokens", ("usage.output_tokens",)),
    ),
    totals=(_TOTAL,),
)

_SEEN = "usage.input_token_details.image_tokens"
_KEPT = "usage.input_token_details.cached_tokens"
_KEPT_HEARD = "usage.input_token_details.cached_tokens_details.audio_tokens"
_KEPT_SEEN = "usage.input_token_details.cached_tokens_details.image_tokens"
_SPOKEN = "usage.output_token_details.audio_tokens"

REALTIME = Flavor(
    id="openai-realtime",
    api="OpenAI realtime, the event that ends a response",
    signs=("usage.input_tokens", f"{_KEPT}|usage.output_token_details.text_tokens|object=realtime.response"),
    hints=("usage.output_tokens", "usage.total_tokens"),
    usage=("usage",),
    home="openai",
    amounts=(
        Amount("input_tokens", ("usage.input_tokens", _KEPT_HEARD, _KEPT_SEEN), (_KEPT, _HEARD, _SEEN)),
        Amount("input_audio_tokens", (_HEARD,), (_KEPT_HEARD,)),
        Amount("input_image_tokens", (_SEEN,), (_KEPT_SEEN,)),
        Amount("cache_read_tokens", (_KEPT,), (_KEPT_HEARD, _KEPT_SEEN)),
        Amount("cache_read_audio_tokens", (_KEPT_HEARD,)),
        Amount("cache_read_image_tokens", (_KEPT_SEEN,)),
        Amount("output_tokens", ("usage.output_tokens",), (_SPOKEN,)),
        Amount("output_audio_tokens", (_SPOKEN,)),
    ),
    told=(
        "usage.input_token_details.text_tokens",
        "usage.input_token_details.cached_tokens_details.text_tokens",
        "usage.output_token_details.text_tokens",
    ),
    totals=(_TOTAL,),
)
