"""Reading YAML without surprises."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecard.cards import yaml_tree


def read(text: str) -> object:
    """The plain value of a document without flaws."""
    tree, flaws = yaml_tree.parse(text.encode())
    assert not flaws
    return yaml_tree.contents(tree)


@pytest.mark.parametrize(
    "text",
    ["no", "NO", "on", "off", "yes", "16:30", "1e-6", "010", "0x1F", "1_0", "1.10", ".5", "1.", "+1", "inf", ".nan",
     "2025-02-29", "2026-11-21", "true", "0b1", "1:30:00", "=", "5m", "4o"],
)  # fmt: skip
def test_a_scalar_stays_what_the_author_wrote(text: str) -> None:
    """No YAML 1.1 form turns into a number, a date or a truth value behind the author's back."""
    assert read(f"value: {text}") == {"value": text}
    assert read(f"- {text}") == [text]
    assert read(f"{text}: value") == {text: "value"}


@pytest.mark.parametrize("text", ["", "~", "null"])
def test_nothing_is_nothing(text: str) -> None:
    """Only an empty value, ~ and null mean that nothing is given, and a quoted one is a text."""
    assert read(f"value: {text}") == {"value": None}
    assert read(f"value: '{text}'") == {"value": text}


def flaws_of(source: bytes) -> list[yaml_tree.Flaw]:
    """What is not accepted in a document, whether or not the rest of it could be read."""
    try:
        return yaml_tree.parse(source)[1]
    except yaml_tree.NotYaml as failure:
        return [failure.flaw]


FLAWS = {
    "a: 1\na: 2\n": (2, 1, "duplicate key 'a', first on line 1"),
    "{a: 1, 'a': 2}": (1, 8, "duplicate key 'a'"),
    "a: &x 1": (1, 4, "anchors and aliases"),
    "a: 1\nb: *x\n": (2, 4, "anchors and aliases"),
    "<<: {a: 1}": (1, 1, "merge keys"),
    "a: !!python/object/apply:os.system ['true']": (1, 4, "the tag"),
    "a: !!int '3'": (1, 4, "the tag"),
    "? [a, b]\n: 1": (1, 3, "a key is not a plain word"),
    "a: 1\n---\nb: 2\n": (2, 1, "a second document"),
}


@pytest.mark.parametrize(("text", "flaw"), FLAWS.items())
def test_what_is_not_accepted_is_a_flaw_with_its_place(text: str, flaw: tuple[int, int, str]) -> None:
    """Duplicate keys, references, tags, merges and further documents are reported where they stand."""
    line, column, what = flaw
    found = flaws_of(text.encode())
    assert (found[0].mark, what in found[0].what) == ((line, column), True), found


UNREADABLE = {
    "a tab": b"a:\n\t- b",
    "an open bracket": b"a: [1, 2",
    "an open quote": b"a: 'x",
    "no UTF-8": b"a: \xff\xfe",
    "a control character": b"a: \x07",
    "nothing": b"",
    "only a comment": b"# nothing\n",
    "too large": b"a: " + b"x" * yaml_tree.MAX_BYTES,
    "deep lists": b"[" * 25_000,
    "deep mappings": b"{a: " * 5_000,
    "a bomb": b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (k, k, k - 1, k - 1) for k in range(98, 123)),
}


@pytest.mark.parametrize("source", UNREADABLE.values(), ids=UNREADABLE)
def test_hostile_documents_end_in_a_clear_error_at_once(source: bytes) -> None:
    """Whatever cannot be read is refused with a place in well under a second, whatever its depth."""
    start = time.monotonic()
    flaws = flaws_of(source)
    assert flaws
    assert flaws[0].mark.line >= 1
    assert time.monotonic() - start < 1


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(source: bytes) -> None:
    """Any bytes give a tree or `NotYaml`."""
    assert all(flaw.mend for flaw in flaws_of(source))


@given(st.text(alphabet="ab:-[]{},&*!#|>'\"%@` \n?<1.", max_size=60))
def test_no_yaml_like_text_raises_anything_else(text: str) -> None:
    """Any mixture of YAML's own signs gives a tree or `NotYaml`."""
    assert all(flaw.what for flaw in flaws_of(text.encode()))
