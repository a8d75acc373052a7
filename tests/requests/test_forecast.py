"""Forecasts: what a request will cost before it is sent, and why each number is what it is."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast_toys import (
    ASK,
    BODIES,
    CARDS,
    COSTS,
    DRAW,
    EDIT,
    EMBED,
    FILM,
    HEAR,
    HELLO,
    NOW,
    SEEN,
    SPEAK,
    TOOL,
    bodies,
    priced_card,
    toy_catalog,
)
from ratecard.api import forecast
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, RatecardError, UnknownModel, UnknownSeller, Unpriced
from ratecard.core.records import Card
from ratecard.core.usage import usage_of
from ratecard.requests import forecast as forecasts
from ratecard.requests.body import request
from ratecard.requests.forecast import Expectations, Forecast, forecast_of
from ratecard.requests.tokens import Count


def absent(encoding: str) -> Count | None:
    """What counts where no tokenizer is installed: nothing."""
    return None


def letters(encoding: str) -> Count | None:
    """A tokenizer that takes a token for every character that is no blank, so that counts are done by hand."""
    return lambda text: len(text.replace(" ", ""))


def foreseen(
    body: dict[str, Any], expect: dict[str, Any] | None = None, counter: Any = letters, **words: Any
) -> Forecast:
    """The forecast of a body at the toys' prices."""
    toy = toy_catalog()
    asking = Expectations(usage_of(toy.vocabulary, words), usage_of(toy.vocabulary, expect or {}), counter)
    return forecast_of(toy, request(body), body["model"], None, NOW, asking)


def totals(found: Forecast) -> tuple[str, str, str]:
    """The three totals as texts, a dash where there is none."""
    ends = (found.minimum, found.expected, found.maximum)
    return tuple("-" if cost is None else format(cost.total.normalize(), "f") for cost in ends)  # type: ignore[return-value]


@pytest.mark.parametrize(("body", "costs"), COSTS)
def test_what_a_request_will_cost(body: dict[str, Any], costs: tuple[str, str, str]) -> None:
    """The least, the expected and the most, worked out by hand."""
    assert totals(foreseen(body)) == costs


@pytest.mark.parametrize(
    ("body", "expect", "words", "costs"),
    [
        (HELLO, {"output_tokens": 50}, {}, ("0.00003", "0.00053", "0.00203")),
        (SEEN, {"output_tokens": 50, "input_tokens": 900}, {}, ("0.00003", "0.0023", "0.004")),
        (HELLO, {"output_tokens": 50}, {"input_tokens": 1000}, ("0.002", "0.0025", "0.004")),
        (HELLO, {"output_tokens": 50}, {"cache_read_tokens": 10}, ("0.000015", "0.000515", "0.002015")),
        (HELLO, {}, {"output_tokens": 50}, ("0.00053", "0.00053", "0.00053")),
        (HELLO, {"output_tokens": 50}, {"service_tier": "batch"}, ("0.000015", "0.000265", "0.001015")),
        (HELLO, {"output_tokens": 50}, {"searches": 2}, ("0.02003", "0.02053", "0.02203")),
        ({**EDIT, "model": "toys/token-image"}, {}, {"input_tokens": 2, "output_image_tokens": 0}, ("0.00001", "-", "-")),
        ({**EDIT, "model": "toys/token-image"}, {"input_image_tokens": 100, "output_image_tokens": 1000}, {}, ("0.00001", "0.04102", "-")),
        (DRAW, {"size": "1536x1024"}, {}, ("0.04", "0.06", "0.06")),
        (DRAW, {}, {"size": "1536x1024"}, ("0.06", "0.06", "0.06")),
        (DRAW, {"size": "1024x1024"}, {"images": 3}, ("0.12", "0.12", "0.18")),
        (HEAR, {"audio_seconds": 90}, {}, ("0", "0.009", "-")),
        (HEAR, {}, {"audio_seconds": 90}, ("0.009", "0.009", "0.009")),
        ({**SPEAK, "model": "toys/spoken"}, {"output_audio_seconds": 4}, {}, ("0.0000006", "0.001003", "-")),
        ({**SPEAK, "model": "toys/spoken"}, {"output_audio_tokens": 100}, {}, ("0.0000006", "0.001203", "-")),
    ],
)  # fmt: skip
def test_what_is_known_or_expected_beside_the_request(
    body: dict[str, Any], expect: dict[str, Any], words: dict[str, Any], costs: tuple[str, str, str]
) -> None:
    """What is given holds in all three costs; what is expected, in the middle one alone."""
    assert totals(foreseen(body, expect, **words)) == costs


@pytest.mark.parametrize(
    ("body", "expect", "message"),
    [
        ({**HELLO, "max_tokens": 10}, {"output_tokens": 50}, "--expect output_tokens=50: it can only be from 0 to 10: max_tokens 10"),
        (HELLO, {"input_tokens": 5}, "--expect input_tokens=5: it can only be from 15 to 15"),
        (HELLO, {"images": 5}, "--expect images=5: the request leaves nothing open there; give it as images=5"),
        (DRAW, {"size": "512x512"}, "--expect size=512x512: it can only be 1024x1024 or 1536x1024"),
        ({**DRAW, "size": "1024x1024"}, {"size": "1536x1024"}, "--expect size=1536x1024: the request leaves nothing open there"),
    ],
)  # fmt: skip
def test_an_expectation_against_the_request_is_refused(
    body: dict[str, Any], expect: dict[str, Any], message: str
) -> None:
    """Nobody can expect what the request rules out."""
    with pytest.raises(BadValue) as caught:
        foreseen(body, expect)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("body", "error", "message"),
    [
        ({"model": "toys/image"}, BadValue, "the request has no messages, input, image, prompt, file"),
        ({**DRAW, "size": "big"}, BadValue, "size: big: not a size; write WIDTHxHEIGHT"),
        ({**DRAW, "quality": "stunning"}, BadValue, "quality: stunning: not one of very-low"),
        ({**DRAW, "quality": "hd"}, Unpriced, "no price for toys/image at fal: no rate for images with quality=hd"),
        ({**DRAW, "size": "512x512"}, Unpriced, "no price for toys/image at fal: no rate for images with quality=medium, size=512x512"),
        (FILM, Unpriced, "no price for toys/video at fal: video_seconds needs seconds"),
        ({**HELLO, "service_tier": "whenever"}, BadValue, "service_tier: whenever: not one of standard"),
        ({**HELLO, "model": "toys/image"}, Unpriced, "no price for toys/image at fal: no rate for input_tokens"),
    ],
)  # fmt: skip
def test_what_cannot_be_foreseen_raises(body: dict[str, Any], error: type[Exception], message: str) -> None:
    """A request that cannot be read, or priced, gives no number at all."""
    with pytest.raises(error) as caught:
        foreseen(body)
    assert str(caught.value).startswith(message)


def test_more_read_from_a_cache_than_goes_in_is_refused() -> None:
    """What is read from a cache is a part of what goes in."""
    with pytest.raises(BadValue, match="cache_read_tokens=500: the request has at most 15 input_tokens"):
        foreseen(HELLO, cache_read_tokens=500)


@pytest.mark.parametrize(
    ("body", "meter", "why"),
    [
        (HELLO, "input_tokens", "counted with o200k_base"),
        (HELLO, "input_tokens", "3 tokens around each message and 3 before the reply assumed"),
        (HELLO, "output_tokens", "no limit in the request: the model's limit of 200 tokens"),
        ({**HELLO, "n": 2}, "output_tokens", "no limit in the request: the model's limit of 200 tokens for each of 2 answers"),
        ({**HELLO, "max_tokens": 7}, "output_tokens", "max_tokens 7"),
        ({**HELLO, "model": "toys/long"}, "output_tokens", "no limit in the request: the model's context of 1,000 tokens"),
        ({**HELLO, "model": "toys/other"}, "output_tokens", "no limit in the request, and none of the model is known"),
        ({**HELLO, "model": "toys/other"}, "input_tokens",
         "counted with o200k_base, which is not known to be this model's tokenizer: at least one token a word, at most one a byte"),
        (SEEN, "input_tokens",
         "how much messages[0].content[1] (image_url) comes to is not in the request: at most the model's context of 1,000 tokens"),
        ({**HELLO, "tools": [TOOL]}, "input_tokens",
         "tools and schemas, rewritten by the seller: at least their words, at most the bytes of their JSON"),
        (DRAW, "images", "one, since the request asks for no number"),
        ({**DRAW, "n": 2}, "images", "given as n"),
        (EDIT, "input_images", "the images that go in"),
        (SPEAK, "input_characters", "the characters of its text"),
        (HEAR, "audio_seconds", "how much file comes to is not in the request"),
        ({**EMBED, "input": [1]}, "input_tokens", "token ids as given"),
    ],
)  # fmt: skip
def test_every_number_says_why(body: dict[str, Any], meter: str, why: str) -> None:
    """Each quantity carries where it comes from."""
    found = {entry.meter: entry for entry in foreseen(body).quantities}
    assert why in found[meter].why


def test_open_facts_say_what_they_may_be_and_why() -> None:
    """What the request leaves open is named with every value, in the order of the vocabulary."""
    found = foreseen({**DRAW, "quality": "auto"}).circumstances
    assert found == (
        forecasts.FactValues("quality", ("low", "medium", "high"), "medium",
                                 "the request leaves it to the seller; the price list's default is expected"),
        forecasts.FactValues("size", ("1024x1024", "1536x1024"), "", "not in the request, and without a default"),
    )  # fmt: skip
    assert foreseen(DRAW).open == ("size",)


def test_an_unused_default_is_on_every_cost() -> None:
    """What the price list took for granted stands on the costs themselves, as on any cost."""
    (assumed,) = foreseen({**DRAW, "size": "1024x1024"}).minimum.assumed
    assert tuple(assumed) == ("quality", "medium", "default of the price list")


def test_what_is_given_says_by_what() -> None:
    """A fact tells which parameter, envelope or caller gave it."""
    found = foreseen({**FILM, "seconds": "8", "size": "1280x720"}, service_tier="batch").given
    assert {(entry.fact, entry.expected, entry.why) for entry in found} == {
        ("seconds", "8", "given as seconds"),
        ("size", "1280x720", "given as size"),
        ("service_tier", "batch", "given on the command line"),
    }


def test_a_line_of_a_batch_costs_what_a_batch_costs() -> None:
    """The envelope of a batch is a circumstance."""
    line = {"url": "/v1/chat/completions", "body": {**HELLO, "max_tokens": 100}}
    found = forecast_of(toy_catalog(), request(line), "openai/gpt-4o", None, NOW, Expectations(counter=letters))
    assert totals(found) == ("0.000015", "-", "0.000515")
    assert [tuple(entry) for entry in found.given] == [("service_tier", ("batch",), "batch", "a line of a batch")]


def test_unknown_parameters_are_listed_and_warned_about() -> None:
    """Nothing of a request is dropped: what nobody understands is named, at the top and in its messages."""
    body = {**HELLO, "frobnicate": 1, "max_tokens": 5, "messages": [{"role": "user", "content": "a", "mood": "sad"}]}
    found = foreseen(body)
    assert [entry.name for entry in found.parameters if not entry.became] == ["frobnicate", "messages[0].mood"]
    assert "not understood, and left out of the cost: frobnicate and messages[0].mood" in found.warnings
    assert {entry.name for entry in found.parameters} == {*body, "messages[0].mood"}


def test_what_is_not_included_is_said_and_leaves_no_maximum() -> None:
    """A charge that cannot be foreseen is named, and nothing is called the most it can cost."""
    found = foreseen({**ASK, "tools": [{"type": "mcp"}], "max_output_tokens": 5})
    assert found.excluded == ("tools[0] (mcp): what the tool costs is not in this price list",)
    assert "not included: tools[0] (mcp): what the tool costs is not in this price list" in found.warnings
    assert found.maximum is None


def test_what_goes_in_without_a_rate_is_noted() -> None:
    """A price list that has no rate for images that go in does not charge for them, and the forecast says so."""
    found = foreseen({**EDIT, "model": "toys/image", "size": "1024x1024"})
    assert found.notes == ("image: this price list has no rate for it",)


def test_more_output_than_the_model_gives_is_noted() -> None:
    """A limit beyond the model's own is taken as it stands, and noted."""
    found = foreseen({**HELLO, "max_tokens": 5000})
    assert "max_tokens 5,000 is more than the model's limit of 200 tokens" in found.notes


def test_past_a_threshold_the_most_can_lie_before_it() -> None:
    """Where a price falls above a threshold, the dearest input is the one right at it, and both ends know."""
    body = {"model": "toys/long", "max_tokens": 0, "messages": [{"role": "user", "content": "x" * 150}]}
    found = foreseen(body, counter=absent)
    (line,) = found.maximum.lines if found.maximum else ()
    assert (line.quantity, line.amount) == (Decimal(100), Decimal("0.0002"))
    assert found.minimum.total == Decimal("0.000004")


def test_a_model_beside_the_request_goes_before_the_one_in_it() -> None:
    """The caller may price the same request at another model."""
    toy = toy_catalog()
    found = forecast({**DRAW, "size": "1024x1024", "model": "nobody/knows"}, model="toys/pixels", catalog=toy)
    assert found.slug == "toys/pixels"
    with pytest.raises(UnknownModel):
        forecast({**DRAW, "model": "nobody/knows"}, catalog=toy)
    with pytest.raises(UnknownSeller):
        forecast(DRAW, seller="azure", catalog=toy)


def test_a_request_may_be_text() -> None:
    """JSON text, as text or bytes, is read like its parsed form."""
    toy = toy_catalog()
    body = {**DRAW, "size": "1024x1024"}
    at = "2026-11-21"
    expected = forecast(body, catalog=toy, at=at)
    assert forecast(json.dumps(body), catalog=toy, at=at) == expected
    assert forecast(json.dumps(body).encode(), catalog=toy, at=at) == expected


texts = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)
messages = st.lists(st.builds(lambda text: {"role": "user", "content": text}, texts), min_size=1, max_size=4)
models = st.sampled_from(["openai/gpt-4o", "toys/other", "toys/long"])
counters = st.sampled_from([absent, letters])


@given(models, messages, st.integers(0, 300) | st.none(), st.integers(1, 5), st.booleans(), counters)
def test_the_least_is_never_more_than_the_expected_and_that_never_more_than_the_most(
    model: str, said: list[Any], limit: int | None, n: int, pictured: bool, counter: Any
) -> None:
    """The three costs are in order, whatever the request."""
    said = [*said, *(SEEN["messages"] if pictured else [])]
    body = {"model": model, "messages": said, "max_tokens": limit, "n": n}
    for expect in ({}, {"output_tokens": 0}, {"output_tokens": 0 if limit is None else limit * n}):
        found = foreseen(body, expect, counter)
        ordered = [cost.total for cost in (found.minimum, found.expected, found.maximum) if cost]
        assert ordered == sorted(ordered)


@given(messages, st.integers(0, 10**6), st.integers(0, 10**6), counters)
def test_more_output_allowed_never_lowers_the_most(said: list[Any], limit: int, more: int, counter: Any) -> None:
    """A higher max_tokens leaves the least as it is and can only raise the most."""
    low = foreseen({"model": "openai/gpt-4o", "messages": said, "max_tokens": limit}, counter=counter)
    high = foreseen({"model": "openai/gpt-4o", "messages": said, "max_tokens": limit + more}, counter=counter)
    assert low.minimum.total == high.minimum.total
    assert low.maximum is not None
    assert high.maximum is not None
    assert low.maximum.total <= high.maximum.total


@given(models, messages, texts, counters)
def test_another_message_never_lowers_the_input(model: str, said: list[Any], text: str, counter: Any) -> None:
    """Every bound of the input grows with the conversation."""
    ends = []
    for longer in (said, [*said, {"role": "assistant", "content": text}]):
        found = foreseen({"model": model, "messages": longer, "max_tokens": 1}, counter=counter)
        ends.append(next(entry for entry in found.quantities if entry.meter == "input_tokens")[1:4])
    assert all(before <= after for before, after in zip(*ends, strict=True))


@given(st.sampled_from(CARDS), bodies)
def test_any_request_is_foreseen_or_refused(card: Card, body: dict[str, Any]) -> None:
    """Whatever a request holds, the answer is three costs in order or an error that says what is wrong."""
    try:
        found = foreseen({**body, "model": card.slug})
    except RatecardError as error:
        found = None
        said = str(error)
    if found is None:
        assert said
        return
    ordered = [cost.total for cost in (found.minimum, found.expected, found.maximum) if cost]
    assert ordered == sorted(ordered)
    assert {name for name, value in body.items() if value not in (None, [])} <= {
        entry.name for entry in found.parameters
    }


def test_every_offer_of_the_catalog_is_foreseen_or_unpriced(catalog: Catalog) -> None:
    """At every price list there is, the three costs are in order, or the request has no price."""
    counted, unpriced = 0, []
    for card in catalog.cards.values():
        for offer in card.offers:
            for body in BODIES.get(card.modality, []):
                try:
                    found = forecast_of(
                        catalog, request(body), card.slug, offer.seller, NOW, Expectations(), offer.model_id
                    )
                except Unpriced as error:
                    unpriced.append(error)
                    continue
                ordered = [cost.total for cost in (found.minimum, found.expected, found.maximum) if cost]
                assert ordered == sorted(ordered), (card.slug, offer.seller)
                counted += 1
    assert counted > 200
    assert all(error.missing for error in unpriced)


def test_a_slug_that_could_mean_several_ids_says_which_was_foreseen() -> None:
    """Where a seller's other id for the model costs something else, the forecast says so, as a cost does."""
    toy = toy_catalog()
    card = toy.cards["toys/speech"]
    dearer = priced_card(
        "toys/speech", "audio", "rates: [{meter: input_characters, price: 30.00, per: 1_000_000}]"
    ).offers[0]
    several = card._replace(offers=(*card.offers, dearer._replace(model_id="toy-hd")))
    found = forecast(SPEAK, catalog=toy._replace(cards={**toy.cards, card.slug: several}))
    assert found.warnings == ("this is the cost as toy; at fal it differs for toy-hd",)
    assert forecast(SPEAK, catalog=toy).warnings == ()
