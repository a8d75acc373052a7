"""OpenTelemetry's attributes for generative AI: flat names with dots, the same for every API."""

from __future__ import annotations

from ratecard.responses.flavors.chat import OPENAI_TIERS
from ratecard.responses.flavors.rows import Amount, FactOf, Flavor

#: The names of each number in every version of the conventions, and those of OpenLLMetry and pydantic-ai.
_USAGE = "gen_ai.usage"
_INPUT = f"{_USAGE}.input_tokens|{_USAGE}.prompt_tokens"
_OUTPUT = f"{_USAGE}.output_tokens|{_USAGE}.completion_tokens"
_READ = "|".join(
    f"{_USAGE}.{name}"
    for name in (
        "cache_read.input_tokens",
        "cache_read_input_tokens",
        "cache_read_tokens",
        "input_tokens.cached",
        "input_tokens_cached",
    )
)
_WRITE = "|".join(
    f"{_USAGE}.{name}"
    for name in (
        "cache_creation.input_tokens",
        "cache_creation_input_tokens",
        "cache_write.input_tokens",
        "cache_write_tokens",
        "input_tokens_cache_write",
    )
)
_REASONING = "|".join(
    f"{_USAGE}.{name}"
    for name in ("reasoning.output_tokens", "reasoning_tokens", "output_tokens.reasoning", "output_tokens_reasoning")
)

#: Who answers, by the names the conventions have used for them.
_SELLERS = (
    ("openai", "openai"),
    ("anthropic", "anthropic"),
    ("cohere", "cohere"),
    ("deepseek", "deepseek"),
    ("groq", "groq"),
    ("perplexity", "perplexity"),
    ("mistral_ai", "mistral"),
    ("x_ai", "xai"),
    ("xai", "xai"),
    ("aws.bedrock", "bedrock"),
    ("azure.ai.openai", "azure"),
    ("azure.ai.inference", "azure"),
    ("az.ai.openai", "azure"),
    ("az.ai.inference", "azure"),
    ("gcp.gemini", "google"),
    ("gemini", "google"),
    ("gcp.vertex_ai", "vertex-ai"),
    ("vertex_ai", "vertex-ai"),
    ("gcp.gen_ai", ""),
    ("ibm.watsonx.ai", "watsonx"),
    # as OpenLLMetry writes them
    ("OpenAI", "openai"),
    ("Anthropic", "anthropic"),
    ("Cohere", "cohere"),
    ("Groq", "groq"),
    ("MistralAI", "mistral"),
    ("Azure", "azure"),
    ("AWS", "bedrock"),
    ("Google", "google"),
    ("VertexAI", "vertex-ai"),
    ("TogetherAI", "together"),
    ("Together AI", "together"),
    ("Watsonx", "watsonx"),
    ("Ollama", "ollama"),
    ("Langchain", ""),
)

TELEMETRY = Flavor(
    id="opentelemetry",
    api="OpenTelemetry attributes",
    signs=(f"{_INPUT}|{_OUTPUT}",),
    hints=(_INPUT, _OUTPUT),
    usage=("gen_ai.usage",),
    model=("gen_ai.response.model", "gen_ai.request.model"),
    amounts=(
        Amount("input_tokens", (_INPUT,), (_READ, _WRITE)),
        Amount("cache_read_tokens", (_READ,)),
        Amount("cache_write_tokens", (_WRITE,), within="input_tokens"),
        Amount("output_tokens", (_OUTPUT,), (_REASONING,)),
        Amount("reasoning_tokens", (_REASONING,), within="output_tokens", alike=True),
    ),
    facts=(
        FactOf("service_tier", "openai.response.service_tier", OPENAI_TIERS),
        FactOf("service_tier", "gen_ai.openai.response.service_tier", OPENAI_TIERS),
    ),
    told=(f"{_USAGE}.total_tokens", f"{_USAGE}.cost"),
    mirrors=(f"{_USAGE}.details",),
    sellers=(FactOf("seller", "gen_ai.provider.name", _SELLERS), FactOf("seller", "gen_ai.system", _SELLERS)),
    flat=True,
)

#: Who answers, by the Vercel AI SDK's names: a provider and the interface of it that is used.
_OF_SDK = (
    *(
        (f"{name}.{interface}", seller)
        for name, seller in _SELLERS
        for interface in ("chat", "responses", "completion", "embedding")
    ),
    ("anthropic.messages", "anthropic"),
    ("google.generative-ai", "google"),
    ("google.vertex.chat", "vertex-ai"),
    ("amazon-bedrock", "bedrock"),
    ("azure.chat", "azure"),
    ("azure-openai.chat", "azure"),
    ("azure-openai.responses", "azure"),
    ("mistral.chat", "mistral"),
    ("togetherai.chat", "together"),
    ("fireworks.chat", "fireworks"),
    ("openrouter.chat", "openrouter"),
    ("openrouter", "openrouter"),
    ("gateway", "vercel"),
)
_CACHED = f"ai.usage.cachedInputTokens|ai.usage.inputTokenDetails.cacheReadTokens|{_READ}"
_CREATED = f"ai.usage.inputTokenDetails.cacheWriteTokens|{_WRITE}"
_THOUGHT = f"ai.usage.reasoningTokens|ai.usage.outputTokenDetails.reasoningTokens|{_REASONING}"

VERCEL = TELEMETRY._replace(
    id="vercel-ai-sdk",
    api="Spans of the Vercel AI SDK, which have OpenTelemetry's attributes and its own",
    signs=(*TELEMETRY.signs, "ai.usage.promptTokens|ai.usage.inputTokens"),
    usage=("gen_ai.usage", "ai.usage"),
    amounts=(
        Amount("input_tokens", (_INPUT,), (_CACHED, _CREATED)),
        Amount("cache_read_tokens", (_CACHED,)),
        Amount("cache_write_tokens", (_CREATED,), within="input_tokens"),
        Amount("output_tokens", (_OUTPUT,), (_THOUGHT,)),
        Amount("reasoning_tokens", (_THOUGHT,), within="output_tokens", alike=True),
    ),
    told=(
        *TELEMETRY.told,
        *(
            f"ai.usage.{name}"
            for name in (
                "promptTokens",
                "completionTokens",
                "inputTokens",
                "outputTokens",
                "totalTokens",
                "tokens",
                "inputTokenDetails.noCacheTokens",
                "outputTokenDetails.textTokens",
            )
        ),
    ),
    sellers=(
        FactOf("seller", "gen_ai.provider.name", (*_SELLERS, *_OF_SDK)),
        FactOf("seller", "gen_ai.system", (*_SELLERS, *_OF_SDK)),
    ),
)
