"""The shapes in which frameworks hold what an API reported: LangChain's messages and pydantic-ai's runs."""

from __future__ import annotations

from ratecard.responses.flavors.rows import Amount, Flavor, Total

_MODELS = ("response_metadata.model_name", "response_metadata.model", "response_metadata.model_id", "model")


def _langchain(id: str, api: str, root: str) -> Flavor:
    """LangChain's UsageMetadata below a root: every part is within the count of what went in or came out."""
    into, out = f"{root}.input_token_details", f"{root}.output_token_details"
    return Flavor(
        id=id,
        api=api,
        signs=(
            f"{root}.input_tokens",
            f"{root}.output_tokens",
            f"{into}.cache_read|{into}.cache_creation|{out}.reasoning" if root == "usage" else f"{root}.total_tokens",
        ),
        hints=(f"{into}.cache_read", f"{out}.reasoning"),
        usage=(root,),
        model=_MODELS,
        amounts=(
            Amount(
                "input_tokens",
                (f"{root}.input_tokens",),
                (f"{into}.cache_read", f"{into}.cache_creation", f"{into}.audio"),
            ),
            Amount("cache_read_tokens", (f"{into}.cache_read",)),
            Amount("cache_write_tokens", (f"{into}.cache_creation",), within="input_tokens"),
            Amount("input_audio_tokens", (f"{into}.audio",)),
            Amount("output_tokens", (f"{root}.output_tokens",), (f"{out}.reasoning", f"{out}.audio")),
            Amount("reasoning_tokens", (f"{out}.reasoning",), within="output_tokens", alike=True),
            Amount("output_audio_tokens", (f"{out}.audio",)),
        ),
        totals=(Total(f"{root}.total_tokens", (f"{root}.input_tokens", f"{root}.output_tokens")),),
    )


LANGCHAIN = _langchain("langchain", "LangChain messages", "usage_metadata")
LANGCHAIN_USAGE = _langchain("langchain-usage", "LangChain's usage metadata, logged as a usage", "usage")

PYDANTIC_AI = Flavor(
    id="pydantic-ai",
    api="pydantic-ai's usage of a run",
    signs=("usage.input_tokens", "usage.output_tokens", "usage.cache_read_tokens", "usage.cache_write_tokens"),
    hints=("usage.requests", "usage.cache_audio_read_tokens"),
    usage=("usage",),
    model=("model_name", "model"),
    amounts=(
        Amount(
            "input_tokens",
            ("usage.input_tokens",),
            ("usage.cache_read_tokens", "usage.cache_write_tokens", "usage.input_audio_tokens"),
        ),
        Amount("cache_read_tokens", ("usage.cache_read_tokens",), ("usage.cache_audio_read_tokens",)),
        Amount("cache_write_tokens", ("usage.cache_write_tokens",), within="input_tokens"),
        Amount("input_audio_tokens", ("usage.input_audio_tokens",)),
        Amount("cache_read_audio_tokens", ("usage.cache_audio_read_tokens",)),
        Amount("output_tokens", ("usage.output_tokens",), ("usage.output_audio_tokens",)),
        Amount("output_audio_tokens", ("usage.output_audio_tokens",)),
    ),
    told=("usage.requests", "usage.tool_calls", "usage.details.reasoning_tokens", "usage.details.cached_tokens"),
)
