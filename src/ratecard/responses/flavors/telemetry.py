"""OpenTelemetry's attributes for generative AI: flat names with dots, the same for every API."""

from __future__ import annotations

from ratecard.responses.flavors.chat import OPENAI_TIERS
from ratecard.responses.flavors.rows import Amount, FactOf, Flavor

_INPUT, _OUTPUT = "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"
_READ, _WRITE = "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_creation.input_tokens"
_REASONING = "gen_ai.usage.reasoning.output_tokens"

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
    told=(
        "gen_ai.usage.prompt_tokens",  # the older names of the first two
        "gen_ai.usage.completion_tokens",
        "gen_ai.usage.total_tokens",
    ),
    sellers=(FactOf("seller", "gen_ai.provider.name", _SELLERS), FactOf("seller", "gen_ai.system", _SELLERS)),
    flat=True,
)

_OLD_READ, _OLD_WRITE = "gen_ai.usage.cache_read_input_tokens", "gen_ai.usage.cache_creation_input_tokens"

UNDERSCORED = TELEMETRY._replace(
    id="opentelemetry-underscored",
    api="OpenTelemetry attributes with older names for the cache",
    signs=(*TELEMETRY.signs, f"{_OLD_READ}|{_OLD_WRITE}"),
    amounts=(
        Amount("input_tokens", (_INPUT,), (_OLD_READ, _OLD_WRITE)),
        Amount("cache_read_tokens", (_OLD_READ,)),
        Amount("cache_write_tokens", (_OLD_WRITE,), within="input_tokens"),
        *TELEMETRY.amounts[3:],
    ),
    told=(*TELEMETRY.told, _READ, _WRITE),
)

OLD_TELEMETRY = TELEMETRY._replace(
    id="opentelemetry-old",
    api="OpenTelemetry attributes under their older names",
    signs=("gen_ai.usage.prompt_tokens|gen_ai.usage.completion_tokens",),
    hints=(),
    amounts=(
        Amount("input_tokens", ("gen_ai.usage.prompt_tokens",)),
        Amount("output_tokens", ("gen_ai.usage.completion_tokens",)),
    ),
    told=("gen_ai.usage.total_tokens",),
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
_CACHED = "ai.usage.cachedInputTokens"

VERCEL = TELEMETRY._replace(
    id="vercel-ai-sdk",
    api="Spans of the Vercel AI SDK, which have OpenTelemetry's attributes and its own",
    signs=(*TELEMETRY.signs, "ai.usage.promptTokens|ai.usage.inputTokens"),
    usage=("gen_ai.usage", "ai.usage"),
    amounts=(
        Amount("input_tokens", (_INPUT,), (_CACHED,)),
        Amount("cache_read_tokens", (_CACHED,)),
        Amount("output_tokens", (_OUTPUT,), ("ai.usage.reasoningTokens",)),
        Amount("reasoning_tokens", ("ai.usage.reasoningTokens",), within="output_tokens", alike=True),
    ),
    told=(
        *TELEMETRY.told,
        *(
            f"ai.usage.{name}"
            for name in ("promptTokens", "completionTokens", "inputTokens", "outputTokens", "totalTokens", "tokens")
        ),
    ),
    sellers=(
        FactOf("seller", "gen_ai.provider.name", (*_SELLERS, *_OF_SDK)),
        FactOf("seller", "gen_ai.system", (*_SELLERS, *_OF_SDK)),
    ),
)
