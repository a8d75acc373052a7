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
from ratecard.responses.flavors.rows import Flavor, Wrapper

FLAVORS: tuple[Flavor, ...] = (
    chat.CHAT,
    chat.CHAT_APART,
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
    openai.XAI_RESPONSES,
    openai.PERPLEXITY_AGENT,
    openai.EMBEDDINGS,
    openai.IMAGES,
    openai.TRANSCRIPTION,
    openai.DURATION,
    openai.SPEECH,
    openai.REALTIME,
    makers.ANTHROPIC,
    makers.GEMINI,
    makers.GEMINI_PYTHON,
    makers.VERTEX,
    makers.VERTEX_PYTHON,
    makers.INTERACTIONS,
    makers.BEDROCK,
    makers.COHERE,
    makers.COHERE_META,
    makers.OCR,
    telemetry.TELEMETRY,
    telemetry.UNDERSCORED,
    telemetry.OLD_TELEMETRY,
    telemetry.VERCEL,
    frameworks.LANGCHAIN,
    frameworks.LANGCHAIN_USAGE,
    frameworks.PYDANTIC_AI,
    frameworks.AGENTS,
    frameworks.LITELLM,
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
