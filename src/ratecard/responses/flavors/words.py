"""The words in names of fields that tell a count of usage from a setting, an id, a time or an amount of money."""

from __future__ import annotations

#: A number with one of these in its name, or in that of an object around it, counts something that may be billed.
COUNTED = ("token", "cache", "audio", "image", "search", "character", "second", "minute", "page")

#: Words that make a number no count wherever they stand in its name: money, speeds and shares.
SETTLED = frozenset({"cost", "costs", "price", "usd", "per", "ratio", "percent", "percentage", "latency", "throughput"})
#: Words with which the name of a setting or of a cursor begins: `max_tokens`, `next_page`.
SETTLED_FIRST = frozenset({"max", "limit", "next", "previous", "remaining", "time", "budget"})
#: Words with which the name of an id, a limit or a measure of something else ends: `image_id`, `search_context_size`.
SETTLED_LAST = frozenset({"id", "ids", "cursor", "limit", "budget", "remaining", "size", "index", "version", "window"})

#: Names of numbers that frameworks repeat beside those of the APIs: pydantic-ai's, for Gemini.
REPEATED = frozenset(
    {
        "thoughts_tokens",
        "cached_content_tokens",
        "tool_use_prompt_tokens",
        *(
            f"{modality}_{place}_tokens"
            for modality in ("text", "audio", "image", "video", "document")
            for place in ("prompt", "cache", "candidates", "tool_use_prompt")
        ),
    }
)
