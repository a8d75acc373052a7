"""The shapes in which frameworks hold what an API reported: LangChain, pydantic-ai, OpenAI's agents, LiteLLM."""

from __future__ import annotations

from ratecard.responses.flavors.chat import CHAT
from ratecard.responses.flavors.makers import ANTHROPIC
from ratecard.responses.flavors.openai import RESPONSES
from ratecard.responses.flavors.rows import Amount, FactOf, Flavor, Inner, Stated, Total, lifetime

_MODELS = ("response_metadata.model_name", "response_metadata.model", "response_metadata.model_id", "model")

#: The service tiers whose tokens LangChain counts under keys of their own, such as `flex_cache_read`.
_TIERS = ("priority", "flex")


def _langchain(id: str, api: str, root: str) -> Flavor:
    """LangChain's UsageMetadata below a root: every part is within the count of what went in or came out."""
    into, out = f"{root}.input_token_details", f"{root}.output_token_details"
    read, written, heard = f"{into}.cache_read", f"{into}.cache_creation", f"{into}.audio"
    short, long = f"{into}.ephemeral_5m_input_tokens", f"{into}.ephemeral_1h_input_tokens"
    thought, spoken = f"{out}.reasoning", f"{out}.audio"
    parts_in, parts_out = [read, written, short, long, heard], [thought, spoken]
    tiers: list[Amount] = []
    for tier in _TIERS:
        when = (("service_tier", tier),)
        used, kept, stored = f"{into}.{tier}", f"{into}.{tier}_cache_read", f"{into}.{tier}_cache_creation"
        made, reasoned = f"{out}.{tier}", f"{out}.{tier}_reasoning"
        parts_in += [used, kept]  # `used` contains what was stored
        parts_out += [made, reasoned]
        tiers += [
            Amount("input_tokens", (used,), (stored,), when=when),
            Amount("cache_read_tokens", (kept,), when=when),
            Amount("cache_write_tokens", (stored,), when=when, within="input_tokens"),
            Amount("output_tokens", (made,), when=when),
            Amount("reasoning_tokens", (reasoned,), when=when, within="output_tokens", alike=True),
        ]
    return Flavor(
        id=id,
        api=api,
        signs=(
            f"{root}.input_tokens",
            f"{root}.output_tokens",
            f"{read}|{written}|{thought}" if root == "usage" else f"{root}.total_tokens",
        ),
        hints=(read, thought),
        usage=(root,),
        model=_MODELS,
        amounts=(
            Amount("input_tokens", (f"{root}.input_tokens",), tuple(parts_in)),
            Amount("cache_read_tokens", (read,)),
            Amount("cache_write_tokens", (written,), within="input_tokens"),
            Amount("cache_write_tokens", (short,), when=lifetime("5m"), within="input_tokens"),
            Amount("cache_write_tokens", (long,), when=lifetime("1h"), within="input_tokens"),
            Amount("input_audio_tokens", (heard,)),
            Amount("output_tokens", (f"{root}.output_tokens",), tuple(parts_out)),
            Amount("reasoning_tokens", (thought,), within="output_tokens", alike=True),
            Amount("output_audio_tokens", (spoken,)),
            *tiers,
        ),
        told=(f"{into}.text", f"{into}.document", f"{out}.text"),
        totals=(Total(f"{root}.total_tokens", (f"{root}.input_tokens", f"{root}.output_tokens")),),
    )


LANGCHAIN = _langchain("langchain", "LangChain messages", "usage_metadata")
LANGCHAIN_USAGE = _langchain("langchain-usage", "LangChain's usage metadata, logged as a usage", "usage")

#: Who answers, by pydantic-ai's names of providers; that of OpenAI also names whoever speaks its language.
_PROVIDERS = (
    *((name, name) for name in (
        "alibaba", "anthropic", "azure", "bedrock", "bedrock-mantle", "cerebras", "cohere", "crusoe", "deepseek",
        "elevenlabs", "fireworks", "google", "groq", "heroku", "huggingface", "meta", "mistral", "moonshotai", "nebius",
        "ollama", "openrouter", "ovhcloud", "sambanova", "together", "vercel", "xai", "zai",
    )),
    ("github", "github-models"),
    ("github-copilot", "github-copilot"),
    ("google-cloud", "vertex-ai"),
    ("google-gla", "google"),
    ("google-vertex", "vertex-ai"),
    ("grok", "xai"),
    ("litellm", ""),
    ("openai", ""),
    ("snowflake", "snowflake-cortex"),
    ("voyageai", "voyage"),
)  # fmt: skip

_WRITTEN, _LONG = "usage.cache_write_tokens", "usage.cache_write_1h_tokens"
_READ, _READ_HEARD = "usage.cache_read_tokens", "usage.cache_audio_read_tokens"
_HEARD, _SPOKEN, _THOUGHT = "usage.input_audio_tokens", "usage.output_audio_tokens", "usage.output_reasoning_tokens"

PYDANTIC_AI = Flavor(
    id="pydantic-ai",
    api="pydantic-ai's responses, and its usage of a request or a run",
    signs=("usage.input_tokens", "usage.output_tokens", _READ, _WRITTEN),
    hints=("usage.requests", _READ_HEARD),
    usage=("usage",),
    model=("model_name", "model"),
    at=("timestamp",),
    amounts=(
        # what was heard and read from a cache is part of both
        Amount("input_tokens", ("usage.input_tokens", _READ_HEARD), (_READ, _WRITTEN, _HEARD)),
        Amount("cache_read_tokens", (_READ,), (_READ_HEARD,)),
        Amount("cache_read_audio_tokens", (_READ_HEARD,)),
        Amount("cache_write_tokens", (_WRITTEN,), (_LONG,), within="input_tokens"),
        Amount("cache_write_tokens", (_LONG,), when=lifetime("1h"), within="input_tokens"),
        Amount("input_audio_tokens", (_HEARD,), (_READ_HEARD,)),
        Amount("output_tokens", ("usage.output_tokens",), (_THOUGHT, _SPOKEN)),
        Amount("reasoning_tokens", (_THOUGHT,), within="output_tokens", alike=True),
        Amount("output_audio_tokens", (_SPOKEN,)),
        Amount("audio_seconds", ("usage.audio_seconds",), whole=False),
    ),
    sellers=(FactOf("seller", "provider_name", _PROVIDERS),),
    told=("usage.requests", "usage.tool_calls"),
    mirrors=("usage.details",),
    stated=(Stated("usage.cost"),),
    calls="usage.requests",
)

AGENTS = RESPONSES._replace(
    id="openai-agents",
    api="The usage of a run of OpenAI's agents",
    signs=(*RESPONSES.signs, "usage.requests"),
    usage=("usage",),
    told=("usage.requests", "usage.request_usage_entries"),
    beside=(),
    calls="usage.requests",
)

_DETAILS = "usage.prompt_tokens_details"
_LIVES = f"{_DETAILS}.cache_creation_token_details"
_CHAT_INPUT, _CHAT_READ, _CHAT_WRITE, *_CHAT_REST = CHAT.amounts

LITELLM = CHAT._replace(
    id="litellm-anthropic",
    api="Anthropic's numbers, as LiteLLM writes them beside those of chat completions",
    signs=(
        *CHAT.signs,
        "usage.cache_creation_input_tokens|usage.cache_read_input_tokens",
        f"{_DETAILS}.cached_tokens|{_DETAILS}.cache_creation_tokens",
    ),
    home="",
    amounts=(
        _CHAT_INPUT._replace(
            minus=(f"{_DETAILS}.cached_tokens", "usage.cache_creation_input_tokens", *_CHAT_INPUT.minus[2:])
        ),
        _CHAT_READ,
        Amount(
            "cache_write_tokens",
            ("usage.cache_creation_input_tokens",),
            (f"{_LIVES}.ephemeral_5m_input_tokens", f"{_LIVES}.ephemeral_1h_input_tokens"),
            within="input_tokens",
        ),
        Amount(
            "cache_write_tokens", (f"{_LIVES}.ephemeral_5m_input_tokens",), when=lifetime("5m"), within="input_tokens"
        ),
        Amount(
            "cache_write_tokens", (f"{_LIVES}.ephemeral_1h_input_tokens",), when=lifetime("1h"), within="input_tokens"
        ),
        *_CHAT_REST,
        Amount("searches", ("usage.server_tool_use.web_search_requests",)),
    ),
    facts=(*CHAT.facts, *ANTHROPIC.facts),
    told=(
        *CHAT.told,
        "usage.cache_read_input_tokens",
        f"{_DETAILS}.cache_creation_tokens",
        f"{_DETAILS}.cache_write_tokens",
    ),
)

_SDK_IN, _SDK_OUT = "usage.inputTokenDetails", "usage.outputTokenDetails"
_SDK_READ = f"{_SDK_IN}.cacheReadTokens|usage.cachedInputTokens"
_SDK_WRITE = f"{_SDK_IN}.cacheWriteTokens"
_SDK_THOUGHT = f"{_SDK_OUT}.reasoningTokens|usage.reasoningTokens"

AI_SDK = Flavor(
    id="ai-sdk",
    api="The usage of Vercel's AI SDK, version 5 and 6",
    signs=("usage.inputTokens", "usage.outputTokens"),
    hints=(
        f"{_SDK_IN}.noCacheTokens",
        f"{_SDK_IN}.cacheReadTokens|usage.cachedInputTokens",
        f"{_SDK_OUT}.textTokens",
        _SDK_THOUGHT,
        "finishReason",
        "response.modelId",
    ),
    usage=("usage",),
    model=("response.modelId", "modelId", "model"),
    at=("response.timestamp",),
    amounts=(
        Amount("input_tokens", ("usage.inputTokens",), (_SDK_READ, _SDK_WRITE)),
        Amount("cache_read_tokens", (_SDK_READ,)),
        Amount("cache_write_tokens", (_SDK_WRITE,), within="input_tokens"),
        Amount("output_tokens", ("usage.outputTokens",), (_SDK_THOUGHT,)),
        Amount("reasoning_tokens", (_SDK_THOUGHT,), within="output_tokens", alike=True),
    ),
    told=("usage.totalTokens", f"{_SDK_IN}.noCacheTokens", f"{_SDK_OUT}.textTokens"),
    mirrors=("usage.raw",),
)

_ANTHROPIC_SDK = "providerMetadata.anthropic"

AI_SDK_APART = AI_SDK._replace(
    id="ai-sdk-anthropic",
    api="The usage of Vercel's AI SDK 5 for Anthropic, whose input leaves out what the cache holds",
    signs=(*AI_SDK.signs, f"{_ANTHROPIC_SDK}.cacheCreationInputTokens|{_ANTHROPIC_SDK}.usage.input_tokens"),
    hints=("usage.cachedInputTokens", "finishReason", "response.modelId"),
    amounts=(
        Amount("input_tokens", ("usage.inputTokens",)),
        Amount("cache_read_tokens", ("usage.cachedInputTokens",)),
        Amount(
            "cache_write_tokens",
            (f"{_ANTHROPIC_SDK}.cacheCreationInputTokens|{_ANTHROPIC_SDK}.usage.cache_creation_input_tokens",),
            within="input_tokens",
        ),
        *AI_SDK.amounts[3:],
    ),
)

AI_SDK_BESIDE = AI_SDK._replace(
    id="ai-sdk-beside",
    api="The usage of Vercel's AI SDK 5 where more was cached than came in, so that the one is beside the other",
    amounts=(AI_SDK.amounts[0]._replace(minus=()), *AI_SDK.amounts[1:]),
    instead_of=AI_SDK.id,
)

CLAUDE_CODE = Flavor(
    id="claude-code-result",
    api="The result of a run of Claude Code, by model",
    signs=("type=result", "total_cost_usd", "modelUsage.*.inputTokens"),
    hints=(*ANTHROPIC.signs, *ANTHROPIC.hints, "num_turns", "session_id"),
    usage=("usage", "modelUsage"),
    home="anthropic",
    amounts=(),
    inner=(
        Inner(
            "modelUsage.*",
            (
                Amount("input_tokens", ("inputTokens",)),
                Amount("cache_read_tokens", ("cacheReadInputTokens",)),
                Amount("cache_write_tokens", ("cacheCreationInputTokens",), within="input_tokens"),
                Amount("output_tokens", ("outputTokens",)),
                Amount("searches", ("webSearchRequests",)),
            ),
        ),
    ),
    told=tuple(f"modelUsage.*.{name}" for name in ("costUSD", "contextWindow", "maxOutputTokens")),
    mirrors=("usage",),  # the last turn, or their sum, without the models
    stated=(Stated("total_cost_usd"),),
    calls="num_turns",
)
