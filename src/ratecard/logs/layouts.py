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


class StatedColumn(NamedTuple):
    """A column with what the log's own tool says that a row costs, in so many parts of a unit of its currency."""

    column: str
    per: int = 1


class Layout(NamedTuple):
    """A known layout of usage logs.

    A log has it if it has one column of each group in `needs` and none of `lacks`. For `model`, `seller` and
    `at` the first existing column counts, for each amount all existing ones, for a fact the first that says anything in
    a row. `within` are columns that only repeat parts of others, `words` the layout's words for a fact's values, of
    which an empty one says nothing. A row has usage only if the columns of `only` have their values, where one that
    begins with ! is a value they must not have; of rows alike in all of `unique` the one
    with most of the column `most` counts. A row has no price if a
    column of `unbilled` is not zero. In a `closed` layout every column has its own meaning, so one named as a meter
    (LiteLLM's `messages`) is not that meter. One that `reports` holds an API's own account in each row, which a flavor
    reads. One of `calls` was read before: rows have a `flavor`, a `prompt` if they are a part of a call, and a
    `problem` if they have no price. `stated` is the column of its own costs, which are compared and never used as a
    price.
    """

    name: str
    needs: tuple[tuple[str, ...], ...] = ()
    lacks: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    seller: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    amounts: tuple[ColumnSum, ...] = ()
    facts: Mapping[str, tuple[str, ...]] = {}
    words: Mapping[str, Mapping[str, str]] = {}
    within: tuple[str, ...] = ()
    only: Mapping[str, str] = {}
    unique: tuple[str, ...] = ()
    most: str = ""
    unbilled: tuple[str, ...] = ()
    closed: bool = False
    reports: bool = False
    calls: bool = False
    stated: StatedColumn | None = None


#: OpenAI's words for service tiers, and ours.
_TIERS = {"default": "", "auto": "", "standard": "", "true": "batch", "false": "standard"}
#: The times of the rows that OpenAI's usage API returns, with what callers add of their buckets.
_OPENAI_TIMES = ("start_time", "start_time_iso", "bucket_start")

_LITELLM_CACHED = "metadata.usage_object.prompt_tokens_details.cached_tokens"
_LITELLM_WRITTEN = "metadata.usage_object.cache_creation_input_tokens"
_LITELLM_HEARD = "metadata.usage_object.prompt_tokens_details.audio_tokens"
_LITELLM_SPOKEN = "metadata.usage_object.completion_tokens_details.audio_tokens"

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
            ColumnSum("input_tokens", ("prompt_tokens",), (_LITELLM_CACHED, _LITELLM_WRITTEN, _LITELLM_HEARD)),
            ColumnSum("cache_read_tokens", (_LITELLM_CACHED,)),
            ColumnSum("cache_write_tokens", (_LITELLM_WRITTEN,)),
            ColumnSum("input_audio_tokens", (_LITELLM_HEARD,)),
            ColumnSum("output_tokens", ("completion_tokens",), (_LITELLM_SPOKEN,)),
            ColumnSum("output_audio_tokens", (_LITELLM_SPOKEN,)),
        ),
        unbilled=("metadata.usage_object.cache_creation_token_details.ephemeral_1h_input_tokens",),
        closed=True,
        stated=StatedColumn("spend"),
    ),
    # https://platform.openai.com/docs/api-reference/usage/completions_object, whose input_tokens include cached ones
    # and those written to the cache, of text, audio and images alike; one row of results[] a line.
    Layout(
        name="OpenAI usage API",
        needs=(("input_tokens",), ("output_tokens",), ("num_model_requests",)),
        model=("model",),
        seller=("'openai'",),
        at=_OPENAI_TIMES,
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
        facts={"service_tier": ("service_tier", "batch")},
        words={"service_tier": _TIERS},
        closed=True,
    ),
    # The same API's other reports: https://platform.openai.com/docs/api-reference/usage (audio_speeches,
    # audio_transcriptions, images), each with one quantity.
    *(
        Layout(
            name=f"OpenAI usage API, {what}",
            needs=((column,), ("num_model_requests",)),
            lacks=("input_tokens",),
            model=("model",),
            seller=("'openai'",),
            at=_OPENAI_TIMES,
            amounts=(ColumnSum(meter, (column,)),),
            facts={"size": ("size",)},
            closed=True,
        )
        for what, column, meter in (
            ("speeches", "characters", "input_characters"),
            ("transcriptions", "seconds", "audio_seconds"),
            ("images", "images", "images"),
        )
    ),
    # https://docs.anthropic.com/en/api/admin-api/usage-cost/get-messages-usage-report: one of the results of a bucket a
    # line; its counts of input are disjoint.
    Layout(
        name="Anthropic usage report",
        needs=(("uncached_input_tokens",), ("output_tokens",)),
        model=("model",),
        seller=("'anthropic'",),
        at=("starting_at", "bucket_start", "date"),
        amounts=(
            ColumnSum("input_tokens", ("uncached_input_tokens",)),
            ColumnSum("cache_read_tokens", ("cache_read_input_tokens",)),
            ColumnSum("cache_write_tokens", ("cache_creation.ephemeral_5m_input_tokens",)),
            ColumnSum("output_tokens", ("output_tokens",)),
            ColumnSum("searches", ("server_tool_use.web_search_requests",)),
        ),
        facts={"service_tier": ("service_tier",)},
        words={"service_tier": _TIERS},
        unbilled=("cache_creation.ephemeral_1h_input_tokens",),
        closed=True,
    ),
    # Observations as Langfuse exports them (https://langfuse.com/docs/model-usage-and-cost); its integrations take what
    # is cached off the input. Spans and events beside generations have no usage.
    Layout(
        name="Langfuse observations",
        needs=(("traceId", "trace_id"), ("usageDetails.input", "usageDetails.output")),
        model=("model", "providedModelName"),
        at=("startTime", "start_time"),
        amounts=(
            ColumnSum("input_tokens", ("usageDetails.input",)),
            ColumnSum(
                "cache_read_tokens",
                (
                    "usageDetails.input_cached_tokens",
                    "usageDetails.input_cache_read",
                    "usageDetails.cache_read_input_tokens",
                ),
            ),
            ColumnSum(
                "cache_write_tokens",
                ("usageDetails.input_cache_creation", "usageDetails.cache_creation_input_tokens"),
            ),
            ColumnSum(
                "output_tokens",
                ("usageDetails.output", "usageDetails.output_reasoning_tokens", "usageDetails.output_reasoning"),
            ),
            ColumnSum("input_audio_tokens", ("usageDetails.input_audio_tokens",)),
            ColumnSum("output_audio_tokens", ("usageDetails.output_audio_tokens",)),
        ),
        only={"type": "GENERATION"},
        closed=True,
        stated=StatedColumn("totalCost"),
    ),
    # Requests as Helicone's API and its exports have them (docs.helicone.ai, request_response_rmt); what is read from
    # the cache is part of the prompt.
    Layout(
        name="Helicone requests",
        needs=(("prompt_tokens",), ("completion_tokens",), ("request_created_at",)),
        model=("response_model", "request_model", "model"),
        seller=("provider",),
        at=("request_created_at",),
        amounts=(
            ColumnSum("input_tokens", ("prompt_tokens",), ("prompt_cache_read_tokens", "prompt_audio_tokens")),
            ColumnSum("cache_read_tokens", ("prompt_cache_read_tokens",)),
            ColumnSum("input_audio_tokens", ("prompt_audio_tokens",)),
            ColumnSum("output_tokens", ("completion_tokens",), ("completion_audio_tokens",)),
            ColumnSum("output_audio_tokens", ("completion_audio_tokens",)),
        ),
        within=("reasoning_tokens",),
        unbilled=("prompt_cache_write_tokens",),
        closed=True,
        stated=StatedColumn("cost_usd"),
    ),
    # Portkey's log exports (https://portkey.ai/docs/product/observability/logs): units are tokens in and out.
    Layout(
        name="Portkey logs",
        needs=(("ai_model",), ("req_units",), ("res_units",)),
        model=("ai_model",),
        seller=("ai_org",),
        at=("created_at",),
        amounts=(ColumnSum("input_tokens", ("req_units",)), ColumnSum("output_tokens", ("res_units",))),
        closed=True,
        stated=StatedColumn("cost", 100),  # in cents
    ),
    # OpenRouter's logs as CSV, and its GET /generation (https://openrouter.ai/docs/api-reference/get-a-generation),
    # whose native counts are those that are billed; reasoning is part of what comes out, and so are images.
    Layout(
        name="OpenRouter logs",
        needs=(("generation_id",), ("tokens_prompt",), ("tokens_completion",), ("model_permaslug",)),
        model=("model_permaslug",),
        seller=("'openrouter'",),
        at=("created_at",),
        amounts=(
            ColumnSum("input_tokens", ("tokens_prompt",), ("tokens_cached",)),
            ColumnSum("cache_read_tokens", ("tokens_cached",)),
            ColumnSum("output_tokens", ("tokens_completion",)),
        ),
        within=("tokens_reasoning",),
        closed=True,
        stated=StatedColumn("cost_total"),
    ),
    *(
        Layout(
            name="OpenRouter generations",
            needs=((f"{data}native_tokens_prompt",), (f"{data}native_tokens_completion",)),
            lacks=("object", "usage") if data else (),  # a list of embeddings is called data too
            model=(f"{data}model",),
            seller=("'openrouter'",),
            at=(f"{data}created_at",),
            amounts=(
                ColumnSum("input_tokens", (f"{data}native_tokens_prompt",), (f"{data}native_tokens_cached",)),
                ColumnSum("cache_read_tokens", (f"{data}native_tokens_cached",)),
                ColumnSum("output_tokens", (f"{data}native_tokens_completion",)),
            ),
            within=(f"{data}native_tokens_reasoning",),
            unbilled=(f"{data}native_tokens_completion_images", f"{data}num_search_results"),
            closed=True,
            stated=StatedColumn(f"{data}total_cost"),
        )
        for data in ("data.", "")
    ),
    # The calls that `transcripts` takes from the files of coding agents, whose quantities are called as meters.
    Layout(
        name="coding agents",
        needs=(("agent",), ("session",), ("flavor",), ("problem",)),
        model=("model",),
        seller=("seller",),
        at=("at",),
        amounts=tuple(
            ColumnSum(meter, (meter,))
            for meter in (
                "input_tokens",
                "cache_read_tokens",
                "cache_write_tokens",
                "output_tokens",
                "reasoning_tokens",
                "searches",
            )
        ),
        facts={"cache_ttl": ("cache_ttl",), "service_tier": ("service_tier",), "region": ("region",)},
        closed=True,
        calls=True,
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

#: Meters of which a column so called more often is a count beside what is billed: it is not billed where the price list
#: of a row does not either.
COUNTS = ("requests", "sessions")
#: The columns that name the currency of a cost.
CURRENCIES = ("currency", "cost_currency", "currency_code")

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
