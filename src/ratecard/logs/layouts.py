"""The layouts of usage logs that are recognised by their columns, one row each, with the source of its meaning.

Parts that a log counts within another column are subtracted here, so that all quantities are disjoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class ColumnSum(NamedTuple):
    """A meter's quantity in one row of a log: the sum of some columns less the sum of others."""

    meter: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()


class Layout(NamedTuple):
    """A known layout of usage logs.

    A log has it if it has one column of each group in `needs` and none of `lacks`. For `model`, `seller` and
    `at` the first existing column counts, for each amount all existing ones. `within` are columns that only repeat
    parts of others, `words` the layout's words for a fact's values. In a `closed` layout every column
    has its own meaning, so that one named as a meter (LiteLLM's `messages`) is not that meter. One that `reports` holds
    an API's own account in each row, which a flavor reads.
    """

    name: str
    needs: tuple[tuple[str, ...], ...] = ()
    lacks: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    seller: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    amounts: tuple[ColumnSum, ...] = ()
    facts: Mapping[str, str] = {}
    words: Mapping[str, Mapping[str, str]] = {}
    within: tuple[str, ...] = ()
    closed: bool = False
    reports: bool = False


#: OpenAI's words for service tiers, and ours.
_TIERS = {"default": "standard", "auto": "standard", "true": "batch", "false": "standard"}

_LITELLM_CACHED = "metadata.usage_object.prompt_tokens_details.cached_tokens"
_LITELLM_WRITTEN = "metadata.usage_object.cache_creation_input_tokens"

LAYOUTS = (
    # LiteLLM_SpendLogs, columns in litellm's proxy/_types.py (SpendLogsPayload). Its prompt_tokens count what was read
    # from and written to the cache too (llms/anthropic/chat/transformation.py, calculate_usage, adds both), and the
    # parts are in metadata.usage_object where the version keeps that.
    Layout(
        name="LiteLLM spend logs",
        needs=(("custom_llm_provider", "model_group"), ("prompt_tokens",), ("completion_tokens",), ("startTime",)),
        model=("model",),
        seller=("custom_llm_provider",),
        at=("startTime",),
        amounts=(
            ColumnSum("input_tokens", ("prompt_tokens",), (_LITELLM_CACHED, _LITELLM_WRITTEN)),
            ColumnSum("cache_read_tokens", (_LITELLM_CACHED,)),
            ColumnSum("cache_write_tokens", (_LITELLM_WRITTEN,)),
            ColumnSum("output_tokens", ("completion_tokens",)),
        ),
        closed=True,
    ),
    # https://platform.openai.com/docs/api-reference/usage/completions_object, whose input_tokens include cached ones
    # and those written to the cache, of text, audio and images alike; one row of results[] a line.
    Layout(
        name="OpenAI usage API",
        needs=(("input_tokens",), ("output_tokens",), ("num_model_requests",)),
        model=("model",),
        seller=("'openai'",),
        at=("start_time", "start_time_iso", "bucket_start"),
        amounts=(
            ColumnSum(
                "input_tokens",
                ("input_tokens", "input_cached_audio_tokens", "input_cached_image_tokens"),
                ("input_cached_tokens", "input_cache_write_tokens", "input_audio_tokens", "input_image_tokens"),
            ),
            ColumnSum(
                "cache_read_tokens",
                ("input_cached_tokens",),
                ("input_cached_audio_tokens", "input_cached_image_tokens"),
            ),
            ColumnSum("cache_write_tokens", ("input_cache_write_tokens",)),
            ColumnSum("input_audio_tokens", ("input_audio_tokens",), ("input_cached_audio_tokens",)),
            ColumnSum("cache_read_audio_tokens", ("input_cached_audio_tokens",)),
            ColumnSum("input_image_tokens", ("input_image_tokens",), ("input_cached_image_tokens",)),
            ColumnSum("cache_read_image_tokens", ("input_cached_image_tokens",)),
            ColumnSum("output_tokens", ("output_tokens",), ("output_audio_tokens", "output_image_tokens")),
            ColumnSum("output_audio_tokens", ("output_audio_tokens",)),
            ColumnSum("output_image_tokens", ("output_image_tokens",)),
        ),
        facts={"service_tier": "batch"},
        words={"service_tier": _TIERS},
        closed=True,
    ),
    # What OpenAI's usage page exported (its /v1/usage); context tokens include cached ones, which have a column too.
    Layout(
        name="OpenAI usage export",
        needs=(("n_context_tokens_total",), ("n_generated_tokens_total",)),
        model=("snapshot_id", "model"),
        at=("aggregation_timestamp", "timestamp", "start_time"),
        amounts=(
            ColumnSum("input_tokens", ("n_context_tokens_total",), ("n_cached_context_tokens_total",)),
            ColumnSum("cache_read_tokens", ("n_cached_context_tokens_total",)),
            ColumnSum("output_tokens", ("n_generated_tokens_total",)),
        ),
        closed=True,
    ),
    # https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/: the attributes as columns, then as the
    # keys of one column. The flavors of `reports` define their meaning.
    *(
        Layout(
            name="OpenTelemetry spans" + (" with a column of attributes" if end else ""),
            needs=(
                tuple(
                    f"{within}gen_ai.usage.{kind}_tokens{end}" for kind in ("input", "output", "prompt", "completion")
                ),
            ),
            lacks=("model",)
            if end
            else (within.rstrip("."),)
            if within
            else (),  # such a column may hold anything, under any key
            at=("start_time", "startTime", "timestamp", "Timestamp", "start_time_unix_nano", "startTimeUnixNano"),
            closed=True,
            reports=True,
        )
        for within, end in (
            ("", ""),
            ("attributes.", ""),
            ("SpanAttributes.", ""),
            ('attributes."', '"'),
            ('SpanAttributes."', '"'),
        )
    ),
    # Columns named after OpenAI's Chat Completions usage, whose prompt_tokens include cached ones and whose
    # completion_tokens include reasoning (https://platform.openai.com/docs/api-reference/chat/object).
    Layout(
        name="prompt and completion tokens",
        needs=(("prompt_tokens",), ("completion_tokens",)),
        model=("model", "model_name", "model_id", "model_slug"),
        seller=("seller", "provider", "vendor"),
        at=("at", "timestamp", "ts", "time", "created_at", "created", "start_time", "startTime", "date", "day"),
        amounts=(
            ColumnSum("input_tokens", ("prompt_tokens",), ("cached_tokens",)),
            ColumnSum("cache_read_tokens", ("cached_tokens",)),
            ColumnSum("output_tokens", ("completion_tokens",)),
        ),
        within=("reasoning_tokens",),
    ),
    # Columns named after Anthropic's usage object: three disjoint counts of input
    # (https://docs.anthropic.com/en/api/messages, usage).
    Layout(
        name="Anthropic usage",
        needs=(("input_tokens",), ("cache_read_input_tokens", "cache_creation_input_tokens")),
        model=("model", "model_name", "model_id", "model_slug"),
        seller=("seller", "provider", "vendor"),
        at=("at", "timestamp", "ts", "time", "created_at", "created", "start_time", "startTime", "date", "day"),
        amounts=(
            ColumnSum("input_tokens", ("input_tokens",)),
            ColumnSum("cache_read_tokens", ("cache_read_input_tokens",)),
            ColumnSum("cache_write_tokens", ("cache_creation_input_tokens",)),
            ColumnSum("output_tokens", ("output_tokens",)),
        ),
    ),
)

#: A log of no known layout: the usual names of a model, a seller and a time, and ratecard's own words.
ANY = Layout(
    name="ratecard's own words",
    model=("model", "model_name", "model_id", "model_slug"),
    seller=("seller", "provider", "vendor"),
    at=("at", "timestamp", "ts", "time", "created_at", "created", "start_time", "startTime", "date", "day"),
)

#: Columns that may or may not be included in another one: whole, part, and the meters of the two.
DOUBTS = (
    ("input_tokens", "cached_tokens", "input_tokens", "cache_read_tokens"),
    ("input_tokens", "cached_input_tokens", "input_tokens", "cache_read_tokens"),
    ("input_tokens", "input_cached_tokens", "input_tokens", "cache_read_tokens"),
    ("prompt_tokens", "cache_read_tokens", "input_tokens", "cache_read_tokens"),
    ("prompt_tokens", "cache_read_input_tokens", "input_tokens", "cache_read_tokens"),
    ("prompt_tokens", "cache_creation_input_tokens", "input_tokens", "cache_write_tokens"),
    ("prompt_tokens", "cached_input_tokens", "input_tokens", "cache_read_tokens"),
    ("output_tokens", "reasoning_tokens", "output_tokens", "reasoning_tokens"),
)
