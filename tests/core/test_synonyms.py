"""Words that people type for meters, facts and capabilities."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import toys
from ratecard.cards import checks
from ratecard.core.errors import BadValue, UnknownWord
from ratecard.core.records import Fact, Meter, Vocabulary
from ratecard.core.synonyms import by_name, capability_called
from ratecard.core.usage import usage_of
from ratecard.routing.needs import Need, capability

WORDS = toys.bare_catalog().vocabulary


@pytest.mark.parametrize(
    ("given", "quantities", "facts"),
    [
        ({"completion_tokens": "1k"}, {"output_tokens": 1000}, {}),
        ({"input": 5, "output": "7"}, {"input_tokens": 5, "output_tokens": 7}, {}),
        ({"audio_minutes": "1.5"}, {"audio_seconds": 90}, {}),
        ({"Input-Tokens": 5}, {"input_tokens": 5}, {}),
        ({"prompt_tokens": "1,000", "cached_tokens": 400}, {"input_tokens": 600, "cache_read_tokens": 400}, {}),
        ({"prompt_tokens": 1000}, {"input_tokens": 1000}, {}),
        ({"input_tokens": 10, "cached": 4}, {"input_tokens": 10, "cache_read_tokens": 4}, {}),
        ({"completion_tokens": 9, "reasoning_tokens": 4}, {"output_tokens": 5, "reasoning_tokens": 4}, {}),
        ({"input": 1, "batch": "true"}, {"input_tokens": 1}, {"service_tier": "batch"}),
        ({"input": 1, "batch": True}, {"input_tokens": 1}, {"service_tier": "batch"}),
        ({"input": 1, "batch": "no"}, {"input_tokens": 1}, {}),
        ({"input": 1, "tier": "flex"}, {"input_tokens": 1}, {"service_tier": "flex"}),
        ({"videos": 1, "sound": "yes", "byok": "False"}, {"videos": 1}, {"audio": "on", "byok": "off"}),
    ],
)
def test_a_synonym_is_read_as_what_it_means(
    given: dict[str, Any], quantities: dict[str, int], facts: dict[str, str]
) -> None:
    """Another word, one that counts many, one that includes another, and a yes that stands for a value."""
    used = usage_of(WORDS, given)
    assert (used.quantities, used.facts) == ({name: Decimal(count) for name, count in quantities.items()}, facts)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"completion_tokens": 1, "output_tokens": 1}, "output_tokens is given twice"),
        ({"tier": "flex", "batch": "yes"}, "service_tier is given twice"),
        ({"prompt_tokens": 10, "cached_tokens": 11}, "cached_tokens=11: more than prompt_tokens=10"),
        ({"prompt_tokens": 10, "cache_read_tokens": 4}, "say with cached_tokens how much of it"),
        ({"input_tokens": 10, "cached_tokens": 4}, "cached_tokens is a part of prompt_tokens"),
        ({"audio_minutes": "ten"}, "audio_minutes=ten: not a quantity"),
        ({"batch": "maybe"}, "batch=maybe: neither yes nor no"),
        ({"prompt_tokens": "0.5"}, "whole numbers"),
    ],
)
def test_what_could_mean_two_things_is_refused(given: dict[str, Any], words: str) -> None:
    """Nothing is counted twice or subtracted by guess."""
    with pytest.raises(BadValue, match=words):
        usage_of(WORDS, given)


def test_a_subtraction_is_told() -> None:
    """Whoever reads the bill sees how a quantity came about."""
    _, told = by_name(WORDS, {"prompt_tokens": "1k", "cached_tokens": 400})
    assert [tuple(entry) for entry in told] == [("input_tokens", "600", "1k prompt_tokens less 400 cached_tokens")]


@pytest.mark.parametrize(
    ("word", "id"),
    [
        ("transcription", "speech-to-text"), ("image-edit", "edit"), ("inpainting", "mask"), ("tools", "tool-calling"),
        ("json-schema", "structured-outputs"), ("json_schema", "structured-outputs"), ("embedding", "embeddings"),
        ("Vision", "vision"), ("tts", "text-to-speech"),
    ],
)  # fmt: skip
def test_a_need_is_named_as_people_name_it(word: str, id: str) -> None:
    """Synonyms of capabilities mean these."""
    assert capability_called(word, WORDS.capabilities) == id
    assert capability(word, WORDS) == Need("capability", id)


def test_a_need_of_an_input_is_one_of_that_input() -> None:
    """audio-input is no capability of its own; what a model must not have is one."""
    assert capability("audio-input", WORDS) == Need("input", "audio")
    with pytest.raises(UnknownWord):
        capability("audio-input", WORDS, "without")


def test_synonyms_that_mean_two_things_are_problems_of_the_vocabulary() -> None:
    """A word of another entry, a part that does not exist and a value that is none are found."""
    bounds = (Decimal(1), Decimal(2))
    meters = {
        "tokens": Meter("tokens", "Tokens", "token", bounds, also=("size", "all - parts")),
        "units": Meter("units", "Units", "unit", bounds, also=("all",)),
    }
    facts = {"size": Fact("size", "Size", "word", "How large", ("small",), also=("big = large",))}
    catalog = toys.bare_catalog()._replace(vocabulary=Vocabulary(meters, facts), collections={})
    found = [problem.what for problem in checks._word_problems(catalog)]
    assert found == [
        "'size' already means size", "'parts', which 'all' is to include, is not a meter", "'all' already means tokens",
        "'big' stands for 'large', which is no value of it",
    ]  # fmt: skip
