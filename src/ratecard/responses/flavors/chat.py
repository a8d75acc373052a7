"""Chat completions: OpenAI's shape, and those of the APIs that follow it."""

from __future__ import annotations

from ratecard.responses.flavors.rows import TIERS, Amount, FactOf, Flavor, Stated, Total

OPENAI_TIERS = (*TIERS, ("fast", "fast"), ("ultrafast", "ultrafast"))

_REASONING = "usage.completion_tokens_details.reasoning_tokens"
_CHAT_DETAILS = "usage.prompt_tokens_details"
#: Moonshot and Together write it beside its container; Alibaba names what was written as Anthropic does.
_CHAT_READ = f"{_CHAT_DETAILS}.cached_tokens|usage.cached_tokens"
_CHAT_WRITE = "|".join(
    f"{_CHAT_DETAILS}.{name}" for name in ("cache_write_tokens", "cache_creation_tokens", "cache_creation_input_tokens")
)
_CHAT_AUDIO = "usage.prompt_tokens_details.audio_tokens"
_CHAT_SPOKEN = "usage.completion_tokens_details.audio_tokens"
_DRAWN = "usage.completion_tokens_details.image_tokens"
_CHAT_TOTAL = Total("usage.total_tokens", ("usage.prompt_tokens", "usage.completion_tokens"))

CHAT = Flavor(
    id="openai-chat",
    api="OpenAI chat completions, and what follows them",
    signs=("usage.prompt_tokens",),
    usage=("usage",),
    at=("created",),
    home="openai",
    amounts=(
        Amount("input_tokens", ("usage.prompt_tokens",), (_CHAT_READ, _CHAT_WRITE, _CHAT_AUDIO)),
        Amount("cache_read_tokens", (_CHAT_READ,)),
        Amount("cache_write_tokens", (_CHAT_WRITE,), within="input_tokens"),
        Amount("input_audio_tokens", (_CHAT_AUDIO,)),
        Amount("output_tokens", ("usage.completion_tokens",), (_CHAT_SPOKEN, _DRAWN, _REASONING)),
        Amount("reasoning_tokens", (_REASONING,), within="output_tokens", alike=True),
        Amount("output_audio_tokens", (_CHAT_SPOKEN,)),
        Amount("output_image_tokens", (_DRAWN,)),
    ),
    facts=(FactOf("service_tier", "service_tier", OPENAI_TIERS),),
    told=(
        "usage.prompt_tokens_details.text_tokens",
        "usage.prompt_tokens_details.cache_creation.ephemeral_5m_input_tokens",  # Alibaba's only lifetime
        "usage.prompt_tokens_details.image_tokens",
        "usage.prompt_tokens_details.video_tokens",
        "usage.completion_tokens_details.text_tokens",
        "usage.completion_tokens_details.accepted_prediction_tokens",
        "usage.completion_tokens_details.rejected_prediction_tokens",
    ),
    mirrors=("usage.x_details",),  # Alibaba's second count
    totals=(_CHAT_TOTAL,),
)

CHAT_APART = CHAT._replace(
    id="openai-chat-apart",
    api="Chat completions of gateways that count reasoning beside the completion",
    amounts=(
        *(row for row in CHAT.amounts if row.meter != "output_tokens"),
        Amount("output_tokens", ("usage.completion_tokens",), (_CHAT_SPOKEN, _DRAWN)),
    ),
    totals=(_CHAT_TOTAL._replace(parts=(*_CHAT_TOTAL.parts, _REASONING)),),
    instead_of=CHAT.id,
)

CHAT_HIDDEN = CHAT._replace(
    id="gemini-chat-hidden",
    api="Gemini in the shape of chat completions: thoughts are counted in the total alone",
    signs=(*CHAT.signs, "model~gemini"),
    home="google",
    amounts=(
        *(row for row in CHAT_APART.amounts if row.meter != "reasoning_tokens"),
        Amount(
            "reasoning_tokens",
            ("usage.total_tokens",),
            ("usage.prompt_tokens", "usage.completion_tokens"),
            within="output_tokens",
            alike=True,
        ),
    ),
    told=(*CHAT.told, _REASONING),
    totals=(),
    instead_of=CHAT.id,
)

_SEEN = "usage.prompt_tokens_details.image_tokens"

CHAT_IMAGES = CHAT._replace(
    id="chat-images",
    api="Images, with the usage that a proxy writes in words of chat completions",
    signs=(*CHAT.signs, _DRAWN, "data|size|quality"),
    hints=("size", "quality"),
    amounts=(
        Amount("input_tokens", ("usage.prompt_tokens",), (_SEEN,)),
        Amount("input_image_tokens", (_SEEN,)),
        Amount("output_image_tokens", ("usage.completion_tokens",), ("usage.completion_tokens_details.text_tokens",)),
        Amount("output_tokens", ("usage.completion_tokens_details.text_tokens",)),
    ),
    told=("usage.prompt_tokens_details.text_tokens", _DRAWN),
)

DEEPINFRA = CHAT._replace(
    id="deepinfra-chat",
    api="DeepInfra chat completions",
    signs=(*CHAT.signs, "usage.estimated_cost"),
    stated=(Stated("usage.estimated_cost"),),
    seller="deepinfra",
)

OLLAMA = Flavor(
    id="ollama",
    api="Ollama's own answers",
    signs=("eval_count|prompt_eval_count", "model"),
    hints=("eval_duration", "done", "prompt_eval_count"),
    usage=("eval_count", "prompt_eval_count"),
    at=("created_at",),
    amounts=(Amount("input_tokens", ("prompt_eval_count",)), Amount("output_tokens", ("eval_count",))),
    seller="ollama",
)

AZURE = CHAT._replace(
    id="azure-chat",
    api="Azure OpenAI chat completions",
    signs=(*CHAT.signs, "prompt_filter_results"),
    seller="azure",
)

GROQ = CHAT._replace(
    id="groq-chat",
    api="Groq chat completions",
    signs=(*CHAT.signs, "x_groq.id|usage.queue_time"),
    told=(*CHAT.told, "usage.queue_time", "usage.prompt_time", "usage.completion_time", "usage.total_time"),
    seller="groq",
)

_HIT, _MISS = "usage.prompt_cache_hit_tokens", "usage.prompt_cache_miss_tokens"

DEEPSEEK = CHAT._replace(
    id="deepseek-chat",
    api="DeepSeek chat completions",
    signs=(*CHAT.signs, _HIT),
    home="deepseek",
    amounts=(
        Amount("input_tokens", (_MISS,)),
        Amount("cache_read_tokens", (_HIT,)),
        Amount("output_tokens", ("usage.completion_tokens",), (_REASONING,)),
        Amount("reasoning_tokens", (_REASONING,), within="output_tokens", alike=True),
    ),
    told=(*CHAT.told, _CHAT_READ),
    totals=(_CHAT_TOTAL, Total("usage.prompt_tokens", (_HIT, _MISS))),
)

_MISTRAL_READ = f"{_CHAT_READ}|usage.num_cached_tokens|usage.prompt_token_details.cached_tokens"

MISTRAL = CHAT._replace(
    id="mistral-chat",
    api="Mistral chat and agents",
    home="mistral",
    signs=(
        *CHAT.signs,
        "usage.prompt_audio_seconds|usage.connector_tokens|usage.service_tier|usage.num_cached_tokens",
    ),
    amounts=(
        CHAT.amounts[0]._replace(minus=(_MISTRAL_READ, *CHAT.amounts[0].minus[1:])),
        CHAT.amounts[1]._replace(plus=(_MISTRAL_READ,)),
        *CHAT.amounts[2:],
        Amount("audio_seconds", ("usage.prompt_audio_seconds",), whole=False),
        Amount("tool_input_tokens", ("usage.connector_tokens",), within="input_tokens", alike=True),
    ),
    facts=(FactOf("service_tier", "usage.service_tier", TIERS),),
    told=(*CHAT.told, "usage.total_tokens"),  # counts audio too, which the other two do not
    totals=(),
)

MISTRAL_TRANSCRIPTION = MISTRAL._replace(
    id="mistral-transcription",
    api="Mistral transcriptions, billed by duration alone",
    signs=("usage.prompt_audio_seconds", "text"),
    hints=("usage.prompt_tokens", "segments"),
    amounts=(Amount("audio_seconds", ("usage.prompt_audio_seconds",), whole=False),),
    facts=(),
    told=("usage.prompt_tokens", "usage.completion_tokens", "usage.total_tokens", "usage.prompt_tokens_details"),
)

_TOOLS = "usage.server_side_tool_usage_details"
XAI_TOOLS = (
    Amount("searches", (f"{_TOOLS}.web_search_calls",)),
    Amount("social_searches", (f"{_TOOLS}.x_search_calls",)),
    Amount("code_executions", (f"{_TOOLS}.code_interpreter_calls",)),
    Amount("file_searches", (f"{_TOOLS}.file_search_calls",)),
)
XAI_TOLD = ("usage.num_server_side_tools_used", f"{_TOOLS}.mcp_calls")
_XAI_IMAGE = "usage.prompt_tokens_details.image_tokens"
TICKS = Stated("usage.cost_in_usd_ticks", 10_000_000_000)

XAI = CHAT._replace(
    id="xai-chat",
    api="xAI chat completions: reasoning is counted beside the completion",
    signs=(*CHAT.signs, "usage.num_sources_used|usage.cost_in_usd_ticks"),
    amounts=(
        Amount("input_tokens", ("usage.prompt_tokens",), (_CHAT_READ, _CHAT_AUDIO, _XAI_IMAGE)),
        Amount("cache_read_tokens", (_CHAT_READ,)),
        Amount("input_image_tokens", (_XAI_IMAGE,), within="input_tokens", alike=True, assumed=True),
        Amount("input_audio_tokens", (_CHAT_AUDIO,)),
        Amount("output_tokens", ("usage.completion_tokens",), (_CHAT_SPOKEN,)),
        Amount("reasoning_tokens", (_REASONING,), within="output_tokens", alike=True),
        Amount("output_audio_tokens", (_CHAT_SPOKEN,)),
        *XAI_TOOLS,
    ),
    told=(*CHAT.told, *XAI_TOLD),
    totals=(_CHAT_TOTAL._replace(parts=(*_CHAT_TOTAL.parts, _REASONING)),),
    stated=(TICKS,),
    seller="xai",
)


OPENROUTER = CHAT._replace(
    id="openrouter-chat",
    api="OpenRouter chat completions",
    signs=(*CHAT.signs, "usage.cost|usage.is_byok|provider"),
    amounts=(*CHAT.amounts, Amount("searches", ("usage.server_tool_use.web_search_requests",))),
    facts=(*CHAT.facts, FactOf("byok", "usage.is_byok", (("true", "on"), ("false", "")))),
    told=(*CHAT.told, "usage.cost_details"),
    stated=(Stated("usage.cost"), Stated("usage.cost_details.upstream_inference_cost")),
    seller="openrouter",
)

_CONTEXTS = tuple((size, size) for size in ("low", "medium", "high"))

PERPLEXITY = CHAT._replace(
    id="perplexity-chat",
    api="Perplexity chat completions: each is a search",
    signs=(*CHAT.signs, "usage.search_context_size|usage.cost.total_cost"),
    amounts=(
        Amount("input_tokens", ("usage.prompt_tokens",)),
        Amount("output_tokens", ("usage.completion_tokens",)),
        Amount("citation_tokens", ("usage.citation_tokens",)),
        Amount("searches", (), calls=1),
    ),
    facts=(FactOf("search_context", "usage.search_context_size", _CONTEXTS),),
    told=("usage.total_tokens", "usage.cost", "usage.num_search_queries"),
    totals=(),
    stated=(Stated("usage.cost.total_cost"),),
    seller="perplexity",
)

PERPLEXITY_RESEARCH = PERPLEXITY._replace(
    id="perplexity-research",
    api="Perplexity deep research: searches, citations and reasoning are counted beside the completion",
    signs=(*CHAT.signs, "usage.num_search_queries", "usage.reasoning_tokens"),
    hints=("usage.search_context_size",),
    amounts=(
        *PERPLEXITY.amounts[:-1],
        Amount("reasoning_tokens", ("usage.reasoning_tokens",), within="output_tokens", alike=True),
        Amount("searches", ("usage.num_search_queries",)),
    ),
    told=("usage.total_tokens", "usage.cost"),
)
