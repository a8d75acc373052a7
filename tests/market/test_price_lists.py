"""Which list an offer's prices are taken from, on facts of real lists as they stood on their days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecard.core.records import NO_CONDITIONS, Conditions, Decision, Feed, Source
from ratecard.market import held_prices, price_lists
from ratecard.market.evidence_files import PriceClaim
from ratecard.market.policy import PriceKey

LITELLM = Feed("litellm", "LiteLLM", "1", date(2026, 11, 12), "MIT", "https://one.test", 1,
               expresses=("above", "cache_ttl", "region=eu", "region=us", "service_tier"))  # fmt: skip
GENAI = Feed("genai-prices", "genai-prices", "1", date(2026, 8, 21), "MIT", "https://two.test", 2, expresses=("above",))
PORTKEY = Feed("portkey", "Portkey", "1", date(2026, 8, 21), "MIT", "https://three.test", 3,
               expresses=("above", "cache_ttl", "region", "service_tier"))  # fmt: skip
MODELS_DEV = Feed(
    "models-dev", "models.dev", "1", date(2026, 7, 1), "MIT", "https://four.test", 4, expresses=("above",)
)

BATCH = frozenset({("service_tier", "batch")})


def cell(meter: str, when: Conditions = frozenset(), above: int = 0) -> PriceKey:
    """The place of a price in a list."""
    return PriceKey(meter, when, above)


def priced(prices: Mapping[PriceKey, str], key: str = "x k") -> dict[PriceKey, list[PriceClaim]]:
    """A list with these prices per million, several of one cell separated by `|` from entries of their own."""
    return {
        place: [
            PriceClaim("m", place.meter, place.when, place.above, None, Decimal(text), 1_000_000, Decimal(0),
                       f"{number}{key}", text)
            for number, text in enumerate(texts.split("|"))
        ]
        for place, texts in prices.items()
    }  # fmt: skip


def held(
    said: Mapping[Feed, Mapping[PriceKey, list[PriceClaim]]],
    typical: Mapping[str, str] | None = None,
    decisions: Mapping[PriceKey, Decision] | None = None,
) -> tuple[dict[PriceKey, str], str, list[str]]:
    """The prices that are held, the confidence and the sources."""
    middle = {meter: Decimal(price) / 1_000_000 for meter, price in (typical or {}).items()}
    found = price_lists.held(said, middle, decisions or {})
    return {place: str(claim.price) for place, claim in found.prices.items()}, found.confidence, [
        feed.id for feed in found.sources
    ]  # fmt: skip


def test_the_newest_list_is_held_whole() -> None:
    """OpenAI cut gpt-5.6-sol to 4 and 20 on 2026-08-21: two older lists with the old price do not outvote the new one."""
    new = priced({cell("input_tokens"): "4", cell("output_tokens"): "20", cell("input_tokens", BATCH): "2"})
    old = {cell("input_tokens"): "5", cell("output_tokens"): "30", cell("cache_write_tokens"): "6.25"}
    sydney = frozenset({("region", "sg"), ("service_tier", "batch")})
    prices, confidence, sources = held(
        {LITELLM: new, GENAI: priced(old), PORTKEY: priced({**old, cell("input_tokens", sydney): "2.75"})}
    )
    assert prices == {cell("input_tokens"): "4", cell("output_tokens"): "20", cell("input_tokens", BATCH): "2"}
    assert (confidence, sources) == ("single", ["litellm"])


def test_of_prompts_that_it_does_not_know_a_list_denies_nothing() -> None:
    """Qwen Plus costs thrice above 256,000 tokens; LiteLLM, which could say so, knows it with 129,024 tokens alone."""
    plain = {cell("input_tokens"): "0.4", cell("output_tokens"): "1.2"}
    steps = {cell("input_tokens", above=256_000): "1.2", cell("output_tokens", above=256_000): "3.6"}
    said = {LITELLM: priced(plain), GENAI: priced({**plain, **steps})}
    for reach, expected in (({LITELLM: 129_024}, {**plain, **steps}), ({LITELLM: 256_000}, plain), ({}, plain)):
        found = price_lists.held(said, {}, {}, reach=reach)
        assert {place: str(price.price) for place, price in found.prices.items()} == expected


def test_a_step_that_the_prompt_has_not_is_none_of_cached_tokens() -> None:
    """A list that denies a step of the prompt takes no price of cached tokens above it, which would mix two schedules."""
    plain = {cell("input_tokens"): "5", cell("output_tokens"): "30"}
    steps = {
        cell("input_tokens", above=272_000): "10",
        cell("cache_read_tokens"): "0.5",
        cell("cache_read_tokens", above=272_000): "1",
    }
    prices, _, _ = held({LITELLM: priced(plain), GENAI: priced({**plain, **steps})})
    assert prices == {**plain, cell("cache_read_tokens"): "0.5"}


def test_of_a_meter_that_it_does_not_price_a_list_denies_nothing() -> None:
    """GPT Image 2 at Azure: LiteLLM, which could say sizes, has prices of tokens; Portkey has those of images as well."""
    tokens = {cell("input_tokens"): "5", cell("output_image_tokens"): "30"}
    tall = frozenset({("size", "1024x1536")})
    images = {cell("images"): "0.211", cell("images", tall): "0.165", cell("input_tokens", tall): "6"}
    could = LITELLM._replace(expresses=(*LITELLM.expresses, "size"))
    prices, confidence, _ = held({could: priced(tokens), PORTKEY: priced({**tokens, **images})})
    assert prices == {**tokens, cell("images"): "0.211", cell("images", tall): "0.165"}
    assert confidence == "agreed 2/2"


def test_what_a_list_could_state_and_does_not_it_denies() -> None:
    """Portkey steps Gemini 3.7 Flash at 128,000 tokens; LiteLLM, which states steps elsewhere, has none."""
    plain = {cell("input_tokens"): "0.75", cell("output_tokens"): "3.75"}
    stepped = {**plain, cell("input_tokens", above=128_000): "1.5"}
    assert held({LITELLM: priced(plain), PORTKEY: priced(stepped)})[:2] == (plain, "agreed 2/2")
    assert held({MODELS_DEV: priced(plain)})[1] == "single"
    silent = LITELLM._replace(expresses=())
    longer = {**plain, cell("input_tokens", above=200_000): "1.5"}
    assert held({silent: priced(plain), PORTKEY: priced(stepped)})[0] == stepped
    assert held({silent: priced(longer), PORTKEY: priced(stepped)})[0] == longer


def test_a_list_that_agrees_adds_what_the_held_one_cannot_state() -> None:
    """A region that LiteLLM has no word for, and a meter that it leaves out, at the same plain prices."""
    singapore = frozenset({("region", "sg")})
    europe = frozenset({("region", "eu")})
    plain = {cell("input_tokens"): "4", cell("output_tokens"): "20"}
    more = {
        cell("input_tokens", singapore): "4.4",
        cell("input_tokens", europe): "4.4",
        cell("input_audio_tokens"): "9",
    }
    prices, _, sources = held({LITELLM: priced(plain), PORTKEY: priced({**plain, **more})})
    assert prices == {**plain, cell("input_tokens", singapore): "4.4", cell("input_audio_tokens"): "9"}
    assert sources == ["litellm", "portkey"]
    other = {cell("input_tokens"): "5", cell("output_tokens"): "20"}
    assert held({LITELLM: priced(other), PORTKEY: priced({**plain, **more})})[0] == other


def test_a_list_far_off_what_others_ask_is_not_believed() -> None:
    """Together's Seedream 4.0 at $0.0003 an image, 100 times below every other seller, because a file is in dollars."""
    slip, right = priced({cell("images"): "300"}), priced({cell("images"): "30000"})
    typical = {"images": "30000"}
    assert held({PORTKEY: slip}, typical)[1] == "disputed"
    assert held({PORTKEY: slip, MODELS_DEV: right}, typical)[0] == {cell("images"): "30000"}
    assert held({PORTKEY: right}, typical)[1] == "single"


def test_a_zero_loses_to_any_number() -> None:
    """Command A+ is $0 in the newest list and $2.50 in an older one."""
    zero = priced({cell("input_tokens"): "0", cell("output_tokens"): "0"})
    paid = {cell("input_tokens"): "2.5", cell("output_tokens"): "10"}
    assert held({LITELLM: zero, MODELS_DEV: priced(paid)})[0] == paid
    assert held({LITELLM: zero})[0] == {cell("input_tokens"): "0", cell("output_tokens"): "0"}


def test_what_a_model_does_not_bill_has_no_price() -> None:
    """An image model at $0 a token, an embedding at $0 an output token; cached prompts may be a part of the prompt."""
    image = {cell("images"): "30000", cell("input_tokens"): "0", cell("output_tokens"): "0"}
    assert held({LITELLM: priced(image)})[0] == {cell("images"): "30000"}
    cached = {cell("input_tokens"): "1", cell("cache_read_tokens"): "0"}
    assert held({LITELLM: priced(cached)})[0] == cached


def test_prices_of_two_entries_are_not_mixed() -> None:
    """o1-mini has an old and a new entry in one list: input 3 or 1.1, output 12 or 4.4, never 1.1 with 12."""
    torn = priced({cell("input_tokens"): "3|1.1", cell("output_tokens"): "12|4.4"})
    assert held({PORTKEY: torn})[:2] == ({cell("input_tokens"): "3", cell("output_tokens"): "12"}, "disputed")
    new = {cell("input_tokens"): "1.1", cell("output_tokens"): "4.4"}
    newest = PORTKEY._replace(seen=date(2026, 11, 20))
    assert held({newest: torn, GENAI: priced(new)})[:2] == (new, "agreed 2/2")


@pytest.mark.parametrize(
    ("others", "confidence"),
    [
        ({GENAI: "4"}, "agreed 2/2"),
        ({GENAI: "5", PORTKEY: "5"}, "single"),
        ({GENAI._replace(seen=date(2026, 10, 20)): "5"}, "disputed"),
        ({GENAI._replace(seen=date(2026, 10, 20)): "5", PORTKEY: "4"}, "majority 2/3"),
        ({GENAI: "4", PORTKEY._replace(derived_from="genai-prices"): "4"}, "agreed 2/2"),
        ({GENAI: "4.01"}, "agreed 2/2"),
    ],
)
def test_lists_of_one_time_confirm_or_dispute(others: Mapping[Feed, str], confidence: str) -> None:
    """An older list that agrees confirms, one that differs was right once; a copy of a list is no second voice."""
    said = {LITELLM: priced({cell("input_tokens"): "4"})}
    said |= {feed: priced({cell("input_tokens"): price}) for feed, price in others.items()}
    assert held(said)[:2] == ({cell("input_tokens"): "4"}, confidence)


def test_a_decision_goes_before_lists_for_its_price() -> None:
    """The newest list repeats the price of text for audio; the maker's page decides, as long as lists say the same."""
    audio = cell("input_audio_tokens")
    source = Source("https://maker.test", date(2026, 11, 21))
    values = {"litellm": "1.25", "genai-prices": "3"}
    ruling = Decision("d", "openai", "m", audio.meter, values, "audio is 3", source, source.checked, "genai-prices")
    text = {cell("input_tokens"): "1.25"}
    said = {LITELLM: priced({**text, audio: "1.25"}), GENAI: priced({**text, audio: "3"})}
    assert held(said, decisions={audio: ruling})[:2] == ({**text, audio: "3"}, "decided")
    another = {**said, PORTKEY: priced({**text, audio: "3"})}
    assert held(another, decisions={audio: ruling})[:2] == ({**text, audio: "3"}, "decided")
    further = {**said, PORTKEY: priced({**text, audio: "5"})}
    assert held(further, decisions={audio: ruling})[0] == {**text, audio: "1.25"}
    moved = {**said, GENAI: priced({**text, audio: "4"})}
    assert held(moved, decisions={audio: ruling})[0] == {**text, audio: "1.25"}


PRICE = st.sampled_from(["0", "1", "2", "20", "3|5"])
LIST = st.dictionaries(
    st.sampled_from([cell("input_tokens"), cell("output_tokens"), cell("input_tokens", BATCH), cell("images")]), PRICE,
    min_size=1,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([LITELLM, GENAI, PORTKEY, MODELS_DEV]), LIST, min_size=1), st.data())
def test_every_price_held_is_one_that_a_list_states(said: dict[Feed, dict[PriceKey, str]], data: st.DataObject) -> None:
    """Nothing is computed, the order in which lists are read makes no difference, and one plain price list is whole."""
    lists = {feed: priced(prices) for feed, prices in said.items()}
    found = price_lists.held(lists, {}, {})
    stated = {(place, claim) for prices in lists.values() for place, claims in prices.items() for claim in claims}
    assert set(found.prices.items()) <= stated
    shuffled = dict(data.draw(st.permutations(list(lists.items()))))
    assert price_lists.held(shuffled, {}, {}) == found


def test_a_list_that_reads_the_sellers_own_is_disputed_by_nothing_less() -> None:
    """Vercel's own list had Qwen3 14B at $0.12 on the day that LiteLLM still had $0.08; of one day it goes first."""
    own = Feed(
        "pi-ai", "pi-ai", "1", LITELLM.seen, "MIT", "https://five.test", price_lists.FIRST, "models-dev", ("above",)
    )
    prompt = cell("input_tokens")
    said = {LITELLM: priced({prompt: "0.08"}), own: priced({prompt: "0.12"})}
    assert held(said) == ({prompt: "0.12"}, "single", ["pi-ai"])
    other = own._replace(rank=5)
    assert held({LITELLM: said[LITELLM], other: said[own]}) == ({prompt: "0.08"}, "disputed", ["litellm"])


def test_a_price_that_is_rounded_where_it_is_for_less_is_one_price() -> None:
    """Deepgram's Nova 3 is $0.0043 a minute; the list also gives $0.00007167 a second. The published one is held."""
    second = PriceClaim(
        "m", "audio_seconds", frozenset(), 0, None, Decimal("0.00007167"), 1, Decimal(0), "a", "7.167e-05"
    )
    minute = second._replace(price=Decimal("0.0043"), per=60, key="b", value="0.0043")
    found = price_lists.held({LITELLM: {cell("audio_seconds"): [second, minute]}}, {}, {})
    assert (found.prices[cell("audio_seconds")], found.confidence) == (minute, "single")


def test_a_feeds_dated_list_replaces_its_older_one_under_the_same_conditions() -> None:
    """Claude Opus 4.6: the surcharge above 200,000 tokens ended on 2026-03-13; a tier that began later goes on beside."""
    flex = frozenset({("service_tier", "flex")})

    def price(amount: str, above: int = 0, since: date | None = None, when: Conditions = NO_CONDITIONS) -> PriceClaim:
        return PriceClaim("x", "input_tokens", when, above, since, Decimal(amount), 1, Decimal(0), "key", amount)

    stated = [
        price("5"),
        price("10", above=200_000),
        price("5", since=date(2026, 3, 13)),
        price("2.5", since=date(2026, 10, 12), when=flex),
    ]

    now = held_prices.in_force(stated, date(2026, 11, 30))
    before = held_prices.in_force(stated, date(2026, 1, 1))

    assert [(one.price, one.above, one.when) for one in now] == [(5, 0, NO_CONDITIONS), (Decimal("2.5"), 0, flex)]
    assert [(one.price, one.above) for one in before] == [(5, 0), (10, 200_000)]
