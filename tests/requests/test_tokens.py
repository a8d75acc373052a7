"""Tokens: counted where the tokenizer is known and installed, bounded by construction elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecard.core.records import Card
from ratecard.requests.tokens import STAND_IN, Count, Tokens, encoding_of, installed, loose, tokens


def absent(encoding: str) -> Count | None:
    """What counts where no tokenizer is installed: nothing."""
    return None


def letters(encoding: str) -> Count | None:
    """A tokenizer that takes a token for every character that is no blank."""
    return lambda text: len(text.replace(" ", ""))


@pytest.mark.parametrize(
    ("slug", "provider", "encoding"),
    [
        ("openai/gpt-4o", "openai", "o200k_base"),
        ("openai/gpt-4o-mini-2024-07-18", "openai", "o200k_base"),
        ("openai/gpt-4.1-nano", "openai", "o200k_base"),
        ("openai/gpt-5.6-sol", "openai", "o200k_base"),
        ("openai/o3-pro", "openai", "o200k_base"),
        ("openai/gpt-oss-120b", "openai", "o200k_base"),
        ("openai/gpt-4", "openai", "cl100k_base"),
        ("openai/gpt-4-turbo-2024-04-09", "openai", "cl100k_base"),
        ("openai/gpt-3.5-turbo-16k", "openai", "cl100k_base"),
        ("openai/text-embedding-3-large", "openai", "cl100k_base"),
        ("openai/ft-gpt-4o-mini", "openai", "o200k_base"),
        ("openai/ft-gpt-4.1", "openai", ""),
        ("openai/gpt-6-sol", "openai", ""),
        ("openai/gpt-image-1", "openai", ""),
        ("openai/o30", "openai", ""),
        ("anthropic/claude-sonnet-4.5", "anthropic", ""),
        ("someone/gpt-4o", "someone", ""),
    ],
)
def test_a_models_encoding_is_known_or_it_is_not(slug: str, provider: str, encoding: str) -> None:
    """An encoding is that of a row whose name the model's name is or goes on behind; nothing is guessed."""
    assert encoding_of(Card(slug, "Toy", provider, "text")) == encoding


@pytest.mark.parametrize(
    ("text", "least", "expected", "most"),
    [
        ("", 0, 0, 0),
        ("a", 1, 1, 1),
        ("hello world", 2, 3, 11),
        ("- - -", 0, 2, 5),
        ("日本語", 1, 3, 9),
        ("a b c d e f g h", 8, 8, 15),
        ("\ud83d", 0, 1, 3),
        (" \n\t ", 0, 1, 4),
    ],
)
def test_without_a_tokenizer_words_and_bytes_bound_the_tokens(text: str, least: int, expected: int, most: int) -> None:
    """A word with a letter takes a token at least, a byte one at most; four bytes a token are expected."""
    assert tokens([text], "o200k_base", absent)[:3] == (least, expected, most)


def test_a_known_encoding_counts() -> None:
    """Where the encoding is known, the count is the number."""
    assert tokens(["ab cd", "e"], "o200k_base", letters) == Tokens(5, 5, 5, "counted with o200k_base")


def test_another_tokenizers_count_is_expected_and_never_exact() -> None:
    """A model whose tokenizer is not known keeps the bounds; the count is an expectation, and says of what."""
    found = tokens(["ab cd"], "", letters)
    assert found[:3] == (2, 4, 5)
    assert found.why == (
        "counted with o200k_base, which is not known to be this model's tokenizer: "
        "at least one token a word, at most one a byte"
    )


@pytest.mark.parametrize(
    ("encoding", "text", "count"),
    [
        ("cl100k_base", "antidisestablishmentarianism", 6),
        ("o200k_base", "antidisestablishmentarianism", 6),
        ("cl100k_base", "2 + 2 = 4", 7),
        ("o200k_base", "2 + 2 = 4", 7),
        ("cl100k_base", "お誕生日おめでとう", 9),
        ("o200k_base", "お誕生日おめでとう", 8),
        ("cl100k_base", "tiktoken is great!", 6),
        ("o200k_base", "<|endoftext|>", 7),
        ("o200k_base", "A" * 1_000_000, 125_000),
        ("o200k_base", "", 0),
    ],
)
def test_the_tokenizer_counts_as_its_maker_says(encoding: str, text: str, count: int) -> None:
    """The examples of OpenAI's cookbook, a special token as mere text, and a text of a million characters."""
    counts = installed(encoding)
    assert counts is not None
    assert counts(text) == count


def test_the_tokenizer_reads_halves_of_characters() -> None:
    """JSON can hold half a character; it is counted as the mark that stands for it."""
    assert tokens(["\ud83d"], STAND_IN, installed) == tokens(["\ufffd"], STAND_IN, installed)


@given(st.text(max_size=200), st.sampled_from(["o200k_base", "cl100k_base"]))
def test_the_bounds_hold_of_real_tokenizers(text: str, encoding: str) -> None:
    """No text has fewer tokens than words, or more than bytes."""
    counted, bounds = tokens([text], encoding, installed), loose([text])
    assert bounds.least <= counted.least <= bounds.most


@given(st.lists(st.text(max_size=40), max_size=6), st.text(max_size=40))
def test_more_text_is_never_fewer_tokens(texts: list[str], more: str) -> None:
    """Every bound and expectation of the tokens of texts grows with another text."""
    for counter in (absent, letters, installed):
        for encoding in ("o200k_base", ""):
            before, after = tokens(texts, encoding, counter), tokens([*texts, more], encoding, counter)
            assert all(one <= other for one, other in zip(before[:3], after[:3], strict=True))
