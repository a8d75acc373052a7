"""What APIs report as used, read into disjoint quantities."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import toys
from ratecard import Usage, usage
from ratecard.core import decimals
from ratecard.core.errors import BadValue
from ratecard.core.records import Vocabulary
from ratecard.responses import paths
from ratecard.responses import report as reading
from ratecard.responses.flavors import FLAVORS
from ratecard.responses.report import Report
from ratecard.responses.unmapped import forbidding

#: Reports that one row of a log can hold, and those with parts of several models, or that need more than their usage.
CASES: list[dict[str, Any]] = [
    case
    for name in ("reports.json", "reports_apart.json")
    for case in json.loads((toys.ROOT / "tests" / "responses" / name).read_text(encoding="utf-8"))
]


def read(case: dict[str, Any], flavor: str | None = None) -> Report:
    """The report that a case's body, or usage alone, is read as."""
    return reading.report(case["body"], flavor) if "body" in case else reading.bare_report(case["usage"], flavor)


def plainly(report: Report) -> dict[str, Any]:
    """A report as a case writes it, without what it leaves out."""
    said = {
        "flavor": report.flavor.id,
        "model": report.model,
        "seller": report.seller,
        "at": f"{report.at:%Y-%m-%dT%H:%M:%SZ}" if report.at else "",
        "parts": [
            {
                "quantities": dict(part.quantities),
                "facts": dict(part.facts),
                **({"model": part.model} if part.model else {}),
            }
            for part in report.parts
        ],
        "unmapped": dict(report.unmapped),
        "stated": {path: decimals.text(amount) for path, amount in report.stated},
    }
    return {key: value for key, value in said.items() if value}


def expected(case: dict[str, Any]) -> dict[str, Any]:
    """What a case says of its report, with quantities as decimals."""
    said = {key: value for key, value in case.items() if key not in ("says", "body", "usage")}
    parts = [
        {**part, "quantities": {meter: Decimal(str(count)) for meter, count in part["quantities"].items()}}
        for part in case["parts"]
    ]
    return {**said, "parts": parts}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
def test_a_report_is_recognised_and_read_into_disjoint_quantities(case: dict[str, Any]) -> None:
    """Each body is of the flavor, model, seller, quantities and facts that its case names."""
    assert plainly(read(case)) == expected(case)


def test_a_flavor_instead_of_another_has_its_signs() -> None:
    """Only one that reads the same reports, or some of them, otherwise can be instead of another."""
    by_id = {flavor.id: flavor for flavor in FLAVORS}
    pairs = [(flavor, by_id[flavor.instead_of]) for flavor in FLAVORS if flavor.instead_of]
    assert pairs
    assert all({*other.signs} <= {*one.signs} and one.usage == other.usage for one, other in pairs)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
def test_a_flavor_that_is_named_reads_what_the_recognised_one_reads(case: dict[str, Any]) -> None:
    """Naming the flavor changes nothing."""
    assert read(case, case["flavor"]) == read(case)


def test_what_several_flavors_read_alike_needs_no_flavor() -> None:
    """Then it does not matter which it is, and neither says who answered."""
    bare = {"inputTokens": 9, "outputTokens": 22, "totalTokens": 31}
    for found in (reading.bare_report(bare), reading.report({"model": "m", "usage": bare})):
        assert found.parts == (Usage({"input_tokens": Decimal(9), "output_tokens": Decimal(22)}, {}),)
        assert (found.seller, found.flavor.home) == ("", "")
    assert reading.bare_report(bare, "bedrock-converse").seller == "bedrock"


def test_every_flavor_has_a_case() -> None:
    """No flavor goes without a body that shows it."""
    assert {case["flavor"] for case in CASES} == {flavor.id for flavor in FLAVORS}


def test_flavors_speak_the_catalogs_words(vocabulary: Vocabulary) -> None:
    """Every meter is one, every fact has one of its values, and a container is a meter of the same flavor."""
    for flavor in FLAVORS:
        own = {amount.meter for amount in flavor.amounts}
        for amount in flavor.amounts:
            assert amount.meter in vocabulary.meters
            assert amount.within in ("", *own)
            assert not amount.whole or vocabulary.meters[amount.meter].whole
        pairs = [pair for amount in flavor.amounts for pair in amount.when]
        pairs += [(row.fact, value) for row in flavor.facts for _, value in row.values if value]
        for fact, value in pairs:
            assert value in vocabulary.facts[fact].values or vocabulary.facts[fact].kind == "flag" or fact == "region"


def test_sellers_of_flavors_are_sellers(catalog: Any, whole: Any) -> None:
    """Whoever a flavor names sells something in the catalog."""
    named = {flavor.seller for flavor in FLAVORS}
    named |= {value for flavor in FLAVORS for row in flavor.sellers for _, value in row.values}
    assert named - {""} <= set(whole.sellers)


def shuffled(value: Any, random: Any) -> Any:
    """The same JSON with the fields of each object in another order."""
    if isinstance(value, dict):
        items = [(key, shuffled(item, random)) for key, item in value.items()]
        random.shuffle(items)
        return dict(items)
    return [shuffled(item, random) for item in value] if isinstance(value, list) else value


@given(st.sampled_from(CASES), st.randoms(use_true_random=False))
def test_the_order_of_fields_never_matters(case: dict[str, Any], random: Any) -> None:
    """A body reads the same however its fields are ordered."""
    key = "body" if "body" in case else "usage"
    there = plainly(read({**case, key: shuffled(case[key], random)}))
    assert there == plainly(read(case))


@given(st.sampled_from(CASES), st.integers(min_value=1, max_value=10**9))
def test_every_number_is_read_or_reported(case: dict[str, Any], number: int) -> None:
    """A number of a name nobody knows is reported, wherever below usage it stands, and changes nothing else."""
    body = json.loads(json.dumps(case.get("body", {})))
    inner, _ = reading.opened(body)
    before = read(case)
    root = before.flavor.usage[0]
    if "body" not in case or before.flavor.flat:
        return
    inner[root.partition(".")[0]]["unheard_of"] = {"deep": [number]}
    after = reading.report(body)
    assert after.parts == before.parts
    assert set(after.unmapped) - set(before.unmapped) == {(f"{root}.unheard_of.deep.0", str(number))}


#: Names that usage could have and no API gives it, in both ways of writing.
USAGE_LIKE = st.builds(
    lambda start, word, end: f"{start}{word}{end}",
    st.sampled_from(["zeta", "zeta_", "new_", "billed_", "zetaInput", "un"]),
    st.sampled_from(["tokens", "Tokens", "cache_hits", "audio", "image", "searches", "characters", "seconds", "minutes", "pages"]),
    st.sampled_from(["", "_count", "Count", "_used"]),
)  # fmt: skip


def within(value: Any) -> list[dict[str, Any]]:
    """The objects in JSON, outermost first."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return ([value] if isinstance(value, dict) else []) + [found for one in inner for found in within(one)]


NUMBERS = st.integers(1, 10**9) | st.floats(0.001, 1e6) | st.decimals(1, 9) | st.integers(1, 10**9).map(str)


@given(st.sampled_from(CASES), USAGE_LIKE, NUMBERS, st.data())
def test_usage_that_nothing_reads_is_never_left_out_in_silence(
    case: dict[str, Any], name: str, number: Any, data: st.DataObject
) -> None:
    """Wherever in a usage a number of usage stands, in quotes too, it forbids a total until it is named."""
    key = "body" if "body" in case else "usage"
    held = json.loads(json.dumps(case[key]))
    flavor = read(case).flavor
    inner, _ = reading.opened(held) if key == "body" else (held, ())
    if flavor.flat:
        place = inner
        name = f"{data.draw(st.sampled_from(flavor.usage))}.{name}"
    elif key == "body":
        found = [place.value for root in flavor.usage for place in paths.matches(inner, root)]
        objects = [one for value in found for one in within(value)]
        if not objects:  # Ollama's numbers lie in no object of their own
            return
        place = data.draw(st.sampled_from(objects))
    else:
        place = data.draw(st.sampled_from(within(held)))
    place[name] = number
    try:
        after = read({**case, key: held})
    except BadValue:
        return
    new = [found for found in after.unmapped if found.path.endswith(name)]
    assert [found.value for found in new] == [str(number)]
    assert set(new) <= set(forbidding(after.unmapped, after.flavor))
    assert not set(new) & set(forbidding(after.unmapped, after.flavor, [name]))


@pytest.mark.parametrize(
    "name",
    ["max_tokens", "token_limit", "cache_id", "next_page", "page_size", "tokens_per_second", "input_token_cost",
     "time_to_first_token", "image_index", "image_size", "maxOutputTokens", "cachedTokensRatio"],
)  # fmt: skip
def test_settings_ids_and_money_are_no_usage(name: str) -> None:
    """A number that is reported, and forbids nothing."""
    found = reading.report({"model": "gpt-4o", "usage": {"prompt_tokens": 5, name: 7}})
    assert found.unmapped == ((f"usage.{name}", "7"),)
    assert forbidding(found.unmapped, found.flavor) == []


COUNT = st.integers(min_value=0, max_value=10**9)


@given(COUNT, COUNT, COUNT, COUNT, COUNT, COUNT)
def test_the_parts_of_a_chat_add_up_to_its_total(
    plain: int, read: int, heard: int, written: int, thought: int, spoken: int
) -> None:
    """Disjoint quantities add up to the inclusive total that the API reports."""
    usage = {
        "prompt_tokens": plain + read + heard,
        "completion_tokens": written + thought + spoken,
        "total_tokens": plain + read + heard + written + thought + spoken,
        "prompt_tokens_details": {"cached_tokens": read, "audio_tokens": heard},
        "completion_tokens_details": {"reasoning_tokens": thought, "audio_tokens": spoken},
    }
    found = reading.bare_report(usage).usage.quantities
    assert sum(found.values()) == usage["total_tokens"]
    assert all(count >= 0 for count in found.values())


@given(
    st.dictionaries(st.sampled_from(["TEXT", "IMAGE", "AUDIO", "VIDEO", "DOCUMENT"]), st.tuples(COUNT, COUNT)),
    COUNT,
    COUNT,
    COUNT,
)
def test_the_parts_of_gemini_add_up_to_its_total(
    media: dict[str, tuple[int, int]], answered: int, thought: int, tools: int
) -> None:
    """Whatever goes in by modality, fresh or from the cache, each token is counted once."""
    prompt = sum(fresh + kept for fresh, kept in media.values())
    usage = {
        "promptTokenCount": prompt,
        "cachedContentTokenCount": sum(kept for _, kept in media.values()),
        "candidatesTokenCount": answered,
        "thoughtsTokenCount": thought,
        "toolUsePromptTokenCount": tools,
        "totalTokenCount": prompt + answered + thought + tools,
        "promptTokensDetails": [
            {"modality": name, "tokenCount": fresh + kept} for name, (fresh, kept) in media.items()
        ],
        "cacheTokensDetails": [{"modality": name, "tokenCount": kept} for name, (_, kept) in media.items()],
    }
    assert sum(reading.bare_report(usage).usage.quantities.values()) == usage["totalTokenCount"]


@given(COUNT, COUNT, COUNT)
def test_cache_writes_by_lifetime_add_up(short: int, long: int, untold: int) -> None:
    """Each write is in exactly one part, under its own lifetime."""
    usage = {
        "input_tokens": 1,
        "output_tokens": 1,
        "cache_creation_input_tokens": short + long + untold,
        "cache_creation": {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long},
    }
    parts = reading.bare_report(usage).parts
    by_ttl = {part.facts.get("cache_ttl", ""): part.quantities.get("cache_write_tokens", 0) for part in parts}
    given = {"5m": short, "1h": long, "": untold}
    assert {ttl: count for ttl, count in by_ttl.items() if count} == {
        ttl: count for ttl, count in given.items() if count
    }


def test_writes_of_an_untold_lifetime_are_lent_to_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever order a flavor counts them, each lifetime has its own part."""
    body = next(case["body"] for case in CASES if case["says"] == "writes of both lifetimes")
    usage = {**body["usage"], "cache_creation_input_tokens": body["usage"]["cache_creation_input_tokens"] + 7}
    backwards = tuple(flavor._replace(amounts=flavor.amounts[::-1]) for flavor in FLAVORS)
    found = reading.report({**body, "usage": usage}).parts
    monkeypatch.setattr(reading, "FLAVORS", backwards)
    again = reading.report({**body, "usage": usage}).parts
    lifetimes = [
        {part.facts.get("cache_ttl", ""): part.quantities.get("cache_write_tokens") for part in parts}
        for parts in (found, again)
    ]
    assert lifetimes[0] == lifetimes[1]
    assert lifetimes[0][""] == 7


def chat(**usage: Any) -> dict[str, Any]:
    """A chat completion with this usage."""
    return {"object": "chat.completion", "model": "gpt-4o", "usage": usage}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "not a list"),
        ("usage", "not a text"),
        (None, "not null"),
        (12, "not a number"),
        (object(), "model_dump"),
        ({}, "there is nothing at all"),
        ({"object": "chat.completion", "choices": []}, "there is choices and object"),
        ({"usage": {}}, "no usage of a known flavor in it; there is usage"),
        ({"usage": {"foo": 1}, "model": "x"}, "there is model and usage.foo"),
        ({"prompt_tokens": 5}, "read it as such (--usage)"),
        (chat(prompt_tokens=5, estimated_cost=1, is_byok=False), "a report of deepinfra-chat or openrouter-chat"),
        (chat(prompt_tokens=-1, completion_tokens=0), "-1 is not a quantity"),
        (chat(prompt_tokens=10**19, completion_tokens=0), "not a quantity"),
        (chat(prompt_tokens=Decimal("1e-999999999"), completion_tokens=0), "up to 30 decimals"),
        (chat(prompt_tokens=Decimal("1e999999999"), completion_tokens=0), "not a quantity"),
        (chat(prompt_tokens=1.5, completion_tokens=0), "input_tokens come whole"),
        (chat(prompt_tokens="1", completion_tokens=0), "'1' is not a number"),
        (chat(prompt_tokens=True, completion_tokens=0), "True is not a number"),
        (chat(prompt_tokens=float("nan"), completion_tokens=0), "nan is not a number"),
        (chat(prompt_tokens=1, completion_tokens=1, total_tokens=3), "total_tokens 3 is not usage.prompt_tokens 1 + usage.completion_tokens 1"),
        (chat(prompt_tokens=5, prompt_tokens_details={"cached_tokens": 9}), "cached_tokens 9 cannot be part of usage.prompt_tokens 5"),
        ({**chat(prompt_tokens=5), "created": "soon"}, "'soon' is not a time"),
        ({**chat(prompt_tokens=5), "created": 10**30}, "is not a time"),
        ({"custom_id": "a", "response": {"body": {**chat(prompt_tokens=5), "service_tier": "flex"}}}, "service_tier is batch and flex"),
        ({"type": "message", "usage": {"input_tokens": 1, "output_tokens": 1, "speed": "fast", "service_tier": "priority"}}, "service_tier is fast and priority"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_cannot_be_read_says_why(body: object, words: str) -> None:
    """A body that is no report, or contradicts itself, is refused with its fields and numbers."""
    with pytest.raises(BadValue) as caught:
        reading.report(body)
    assert words in str(caught.value)


def test_a_flavor_nobody_knows_names_those_there_are() -> None:
    """The error lists the flavors."""
    with pytest.raises(BadValue, match="'openai' is not a flavor; there are ai-sdk, ai-sdk-anthropic"):
        reading.report({}, "openai")
    with pytest.raises(BadValue, match="not a list"):
        reading.bare_report([])
    with pytest.raises(BadValue, match="no usage of openai-chat in it; there is usage"):
        reading.bare_report({"usage": 1}, "openai-chat")


def test_a_usage_comes_straight_from_a_response() -> None:
    """The short way gives quantities and facts, and raises where one usage cannot hold all that is said."""
    assert usage(chat(prompt_tokens=7, completion_tokens=5)) == Usage(
        {"input_tokens": Decimal(7), "output_tokens": Decimal(5)}, {}, model="gpt-4o"
    )
    with pytest.raises(BadValue, match=r"no meter or fact is known for usage\.dream_tokens=3"):
        usage(chat(prompt_tokens=7, dream_tokens=3))
    assert usage(chat(prompt_tokens=7, dream_tokens=0, dreams=3)).quantities == {"input_tokens": 7}
    run = next(case for case in CASES if case["says"] == "a run of Claude Code is of several models")
    with pytest.raises(BadValue, match=r"parts of other models \(claude-opus-4-6, claude-sonnet-4-6\)"):
        usage(run["body"])
    both = next(case for case in CASES if case["says"] == "writes of both lifetimes")
    with pytest.raises(BadValue, match=r"parts under different facts \(cache_ttl=5m, cache_ttl=1h\)"):
        usage(both["body"])


def test_the_time_of_a_response_is_in_utc() -> None:
    """A time in another zone is the same moment."""
    body = {"usageMetadata": {"promptTokenCount": 1}, "createTime": "2026-11-21T01:00:00+02:00"}
    assert reading.report(body).at == datetime(2026, 11, 20, 23, tzinfo=UTC)
