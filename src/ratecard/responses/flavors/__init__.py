"""How each API reports what a call used: rows of paths, from which any engine reads disjoint quantities.

An API's numbers often contain each other: what was read from a cache is counted in the input too. The
rows of a flavor say which sums and differences are the quantities that a price list prices. There is no
code in them, so that Python and SQL can read the same rows.

A path leads from the body to a value: `usage.input_tokens`; `details[modality=AUDIO].tokenCount` goes to
every item of a list whose field has that value (`[]` to every one), and what it finds is added up. Where a
flavor is `flat`, a whole path is the name of one attribute.
"""

from __future__ import annotations

from ratecard.responses.flavors import chat, frameworks, makers, openai, telemetry
from ratecard.responses.flavors.rows import Flavor, Mark, Wrapper

FLAVORS: tuple[Flavor, ...] = (
    chat.CHAT,
    chat.CHAT_APART,
    chat.CHAT_HIDDEN,
    chat.CHAT_IMAGES,
    chat.DEEPINFRA,
    chat.OLLAMA,
    chat.AZURE,
    chat.GROQ,
    chat.DEEPSEEK,
    chat.MISTRAL,
    chat.MISTRAL_TRANSCRIPTION,
    chat.XAI,
    chat.OPENROUTER,
    chat.PERPLEXITY,
    chat.PERPLEXITY_RESEARCH,
    openai.RESPONSES,
    openai.OPENROUTER_RESPONSES,
    openai.XAI_RESPONSES,
    openai.CODEX,
    openai.PERPLEXITY_AGENT,
    openai.EMBEDDINGS,
    openai.TOTAL,
    openai.PIXELS,
    openai.IMAGES,
    openai.TRANSCRIPTION,
    openai.DURATION,
    openai.SPEECH,
    openai.REALTIME,
    makers.ANTHROPIC,
    makers.OPENROUTER_MESSAGES,
    *makers.GEMINIS,
    makers.INTERACTIONS,
    makers.BEDROCK,
    makers.COHERE,
    makers.COHERE_META,
    makers.OCR,
    telemetry.TELEMETRY,
    telemetry.VERCEL,
    frameworks.LANGCHAIN,
    frameworks.LANGCHAIN_USAGE,
    frameworks.PYDANTIC_AI,
    frameworks.AGENTS,
    frameworks.LITELLM,
    frameworks.AI_SDK,
    frameworks.AI_SDK_APART,
    frameworks.AI_SDK_BESIDE,
    frameworks.CLAUDE_CODE,
)

#: What a body may lie in, the first that fits: lines of batch results, events of a stream, spans.
WRAPPERS = (
    Wrapper("response.body", (("service_tier", "batch"),)),
    Wrapper("result.message"),
    Wrapper("result"),
    Wrapper("response"),
    Wrapper("message"),
    Wrapper("attributes"),
)

#: Who answered, whatever the flavor, by the first sign that is there.
MARKS = (
    Mark("id", "msg_bdrk_", "bedrock"),
    Mark("id", "msg_vrtx_", "vertex-ai"),
    Mark("id", "gen-", "openrouter"),
    Mark("content_filters", "", "azure"),
    Mark("prompt_filter_results", "", "azure"),
    Mark("usage.extra_properties.google.traffic_type", "", "vertex-ai"),
    Mark("system_fingerprint", "fp_ollama", "ollama"),
    Mark("system_fingerprint", "vllm", "vllm"),
    Mark("timings.predicted_n", "", "llama-cpp"),
    Mark("stats.tokens_per_second", "", "lmstudio"),
    Mark("time_info.completion_time", "", "cerebras"),
    Mark("usage.total_tokens_per_sec", "", "sambanova"),
)
