"""Which column of a log means what, told by its names alone."""

from __future__ import annotations

import pytest

from ratecard.core.errors import BadLog, UnknownWord
from ratecard.core.records import Vocabulary
from ratecard.logs.columns import Columns, path, recognise, sources
from ratecard.logs.layouts import LAYOUTS, ColumnSum


def kinds(names: str) -> dict[str, str]:
    """Columns of separated values: all text."""
    return dict.fromkeys(names.split(), "text")


def amounts(columns: Columns) -> dict[str, str]:
    """Quantities as formulas."""
    return {
        meter: "+".join(amount.plus) + "".join(f"-{name}" for name in amount.minus)
        for meter, amount in columns.quantities.items()
    }


CASES = {
    "model team input_tokens output_tokens cache_read_tokens images service_tier": (
        "ratecard's own words",
        {name: name for name in ("input_tokens", "output_tokens", "cache_read_tokens", "images")},
    ),
    "model prompt_tokens completion_tokens cached_tokens reasoning_tokens created_at": (
        "prompt and completion tokens",
        {
            "input_tokens": "prompt_tokens-cached_tokens",
            "cache_read_tokens": "cached_tokens",
            "output_tokens": "completion_tokens",
        },
    ),
    "model_name prompt_tokens completion_tokens": (
        "prompt and completion tokens",
        {"input_tokens": "prompt_tokens", "output_tokens": "completion_tokens"},
    ),
    "model input_tokens cache_read_input_tokens cache_creation_input_tokens output_tokens": (
        "Anthropic usage",
        {
            "input_tokens": "input_tokens",
            "cache_read_tokens": "cache_read_input_tokens",
            "cache_write_tokens": "cache_creation_input_tokens",
            "output_tokens": "output_tokens",
        },
    ),
    "model input_tokens output_tokens input_cached_tokens num_model_requests batch start_time": (
        "OpenAI usage API",
        {
            "input_tokens": "input_tokens-input_cached_tokens",
            "cache_read_tokens": "input_cached_tokens",
            "output_tokens": "output_tokens",
        },
    ),
    "snapshot_id n_context_tokens_total n_generated_tokens_total n_cached_context_tokens_total": (
        "OpenAI usage export",
        {
            "input_tokens": "n_context_tokens_total-n_cached_context_tokens_total",
            "cache_read_tokens": "n_cached_context_tokens_total",
            "output_tokens": "n_generated_tokens_total",
        },
    ),
    "gen_ai.request.model gen_ai.usage.input_tokens gen_ai.usage.output_tokens gen_ai.usage.cache_read.input_tokens": (
        "OpenTelemetry spans",
        {},  # they are read as reports
    ),
    "model model_group custom_llm_provider prompt_tokens completion_tokens startTime messages": (
        "LiteLLM spend logs",
        {"input_tokens": "prompt_tokens", "output_tokens": "completion_tokens"},
    ),
}


@pytest.mark.parametrize("names", CASES, ids=lambda names: CASES[names][0])
def test_known_layouts_are_recognised_and_made_disjoint(names: str, vocabulary: Vocabulary) -> None:
    """A layout is known by its columns; what counts within something else is taken off it."""
    columns = recognise(kinds(names), vocabulary, {})
    assert (columns.recognised, amounts(columns)) == CASES[names]


def test_every_layout_names_meters_and_facts_of_the_catalog(vocabulary: Vocabulary) -> None:
    """What the layouts count are words of the catalog."""
    for layout in LAYOUTS:
        assert {amount.meter for amount in layout.amounts} <= set(vocabulary.meters)
        assert set(layout.facts) <= set(vocabulary.facts)


def test_a_closed_layout_keeps_its_own_words(vocabulary: Vocabulary) -> None:
    """LiteLLM's column of messages is not the meter of that name."""
    names = "model custom_llm_provider prompt_tokens completion_tokens startTime messages region"
    columns = recognise(kinds(names), vocabulary, {})
    assert "messages" not in columns.quantities
    assert columns.facts == {}
    assert (columns.seller, columns.at) == ("custom_llm_provider", "startTime")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("model input_tokens cached_tokens", "--map input_tokens=input_tokens-cached_tokens"),
        (
            "model prompt_tokens completion_tokens cache_read_input_tokens",
            "may or may not be included in prompt_tokens",
        ),
        ("model output_tokens reasoning_tokens", "--map reasoning_tokens=reasoning_tokens"),
        ("input_tokens when", "the model (pass --map model=COLUMN)"),
        ("model when", "any quantity (pass --map METER=COLUMN"),
        ("a b", "no column of the log says the model"),
    ],
)
def test_what_is_not_clear_is_asked(names: str, said: str, vocabulary: Vocabulary) -> None:
    """A missing or doubtful column is an error that says what to write."""
    with pytest.raises(BadLog) as caught:
        recognise(kinds(names), vocabulary, {})
    assert said in str(caught.value)


def test_what_is_told_comes_first(vocabulary: Vocabulary) -> None:
    """A mapping adds and takes away columns, gives constants, and leaves the rest as recognised."""
    mapping = {"input_tokens": "t_in - t_cached", "cache_read_tokens": "t_cached", "service_tier": "'batch'", "at": "z"}
    columns = recognise(kinds("model t_in t_cached output_tokens region z ts"), vocabulary, mapping)
    assert columns.quantities == {
        "output_tokens": ColumnSum("output_tokens", ("output_tokens",)),
        "input_tokens": ColumnSum("input_tokens", ("t_in",), ("t_cached",)),
        "cache_read_tokens": ColumnSum("cache_read_tokens", ("t_cached",)),
    }
    assert columns.facts == {"region": "region", "service_tier": "'batch'"}
    assert (columns.model, columns.at) == ("model", "z")
    assert set(sources(columns)) == {"t_in", "t_cached", "output_tokens"}


def test_a_doubt_is_settled_by_what_is_told(vocabulary: Vocabulary) -> None:
    """The very mapping that the error proposes is accepted."""
    mapping = {"input_tokens": "input_tokens-cached_tokens", "cache_read_tokens": "cached_tokens"}
    columns = recognise(kinds("model input_tokens cached_tokens"), vocabulary, mapping)
    assert amounts(columns) == mapping


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"input_tokens": "nope"}, "the log has no column 'nope'; it has model and t"),
        ({"input_tokens": "t+"}, "write columns joined by + and -"),
        ({"input_tokens": "t t"}, "write columns joined by + and -"),
        ({"input_tokens": ""}, "name a column"),
        ({"input_tokens": "-t"}, "name a column"),
        ({"model": "t+t"}, "one column is wanted, not a sum"),
    ],
)
def test_a_mapping_that_cannot_be_read_is_an_error(mapping: dict[str, str], said: str, vocabulary: Vocabulary) -> None:
    """What `--map` says is checked against the columns of the log."""
    with pytest.raises(BadLog) as caught:
        recognise(kinds("model t"), vocabulary, mapping)
    assert said in str(caught.value)


def test_a_word_that_nothing_counts_is_an_error(vocabulary: Vocabulary) -> None:
    """`--map` names meters, facts and the places of a row, with a near word where it does not."""
    with pytest.raises(UnknownWord, match="input_tokens"):
        recognise(kinds("model t"), vocabulary, {"input_token": "t"})


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("usage.prompt_tokens", ["usage"], ("usage", "prompt_tokens")),
        ("usage.prompt_tokens", ["usage", "usage.prompt_tokens"], ("usage.prompt_tokens",)),
        ("a.b.c", ["a.b"], ("a.b", "c")),
        ('attributes."gen_ai.request.model"', ["attributes"], ("attributes", "gen_ai.request.model")),
        ('"a b"."c.d".e', [], ("a b", "c.d", "e")),
        ("t-in", ["t-in"], ("t-in",)),
    ],
)
def test_a_path_names_a_column_and_keys_within_it(text: str, names: list[str], expected: tuple[str, ...]) -> None:
    """Dots part keys, unless the log has a column of that name or quotes say otherwise."""
    assert path(text, names) == expected


def test_a_usage_column_of_text_may_hold_any_key(vocabulary: Vocabulary) -> None:
    """A key within a text is taken on trust, one within a typed column must be there."""
    told = {"input_tokens": "usage.prompt_tokens"}
    assert recognise({"model": "text", "usage": "text"}, vocabulary, told).quantities
    typed = {"model": "text", "usage": "nested", "usage.other": "whole"}
    with pytest.raises(BadLog, match="no column"):
        recognise(typed, vocabulary, told)
