"""Offers and usages that nobody thought of, for engines to be held against the oracle."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Context, Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st

from ratecard.core import decimals
from vectors import make

METERS = make.billing_meters()


class Bill(NamedTuple):
    """An offer and a usage of it, as `costs.json` writes them."""

    offer: dict[str, Any]
    quantities: dict[str, str]
    facts: dict[str, str]
    at: str


SOME_METERS = (
    "images", "megapixels", "extra_megapixels", "tiles", "tile_steps", "image_steps", "input_images", "input_megapixels",
    "output_image_tokens", "input_tokens", "cache_read_tokens", "output_tokens", "audio_seconds", "videos", "video_seconds",
)  # fmt: skip
SOME_FACTS = {
    "quality": ("low", "high"), "service_tier": ("batch", "flex"), "region": ("eu", "us"), "period": ("peak", "off_peak"),
    "size": ("512x512", "1025x1024"), "steps": ("4", "25"), "seconds": ("5",), "input_size": ("2048x1",), "byok": ("on",),
}  # fmt: skip


def numbers(places: int, most: int) -> st.SearchStrategy[str]:
    """Canonical texts of numbers above 0."""
    return st.integers(1, most * 10**places).map(lambda digits: decimals.text(Decimal(digits).scaleb(-places)))


def facts(most: int, without: str = "") -> st.SearchStrategy[dict[str, str]]:
    """Up to so many facts with a value each."""
    pairs = [(fact, value) for fact, values in SOME_FACTS.items() for value in values if fact != without]
    return st.lists(st.sampled_from(pairs), max_size=most).map(dict)


rates = st.fixed_dictionaries(
    {"meter": st.sampled_from(SOME_METERS), "price": numbers(12, 10) | st.just("0")},
    optional={
        "per": st.sampled_from(["7", "60", "1000", "3600", "1000000"]),
        "above": st.sampled_from(["10", "1000", "200000"]),
        "minimum": numbers(3, 20),
        "when": st.just({}) | facts(1) | facts(2),
    },
)
adjustments = st.fixed_dictionaries(
    {"name": st.just("a change"), "percent": st.sampled_from(["-50", "10", "-33.3", "12.5"]), "when": facts(2)},
    optional={"meters": st.lists(st.sampled_from(SOME_METERS), max_size=3)},
)
tariffs = st.fixed_dictionaries(
    {"rates": st.lists(rates, min_size=1, max_size=8)},
    optional={
        "defaults": facts(5, without="period"),
        "adjustments": st.lists(adjustments, max_size=3),
        "periods": st.just({"off_peak": ["fri-mon 16:30-24:00"], "peak": ["mon-fri 09:00-12:00"]}),
        "currency": st.just("EUR"),
    },
)
fees = st.fixed_dictionaries(
    {"name": st.just("a fee"), "percent": st.sampled_from(["5", "2.9", "0"]), "basis": st.sampled_from(["on_top", "deducted"])},
    optional={"waived": facts(2)},
)  # fmt: skip
DAYS = ("", "2024-02-29", "2026-11-21")


def distinct(rates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rates without those that repeat the conditions of an earlier one; others may tie."""
    kept: list[dict[str, Any]] = []
    for rate in rates:
        same = (rate["meter"], rate.get("when", {}), rate.get("above"))
        if all(same != (other["meter"], other.get("when", {}), other.get("above")) for other in kept):
            kept.append(rate)
    return kept


@st.composite
def offers(draw: st.DrawFn) -> dict[str, Any]:
    """An offer with one to three price lists, in order, of which only the first may have no day."""
    days = sorted(draw(st.sets(st.sampled_from(DAYS), min_size=1, max_size=3)))
    lists = [{**tariff, "rates": distinct(tariff["rates"])} for tariff in (draw(tariffs) for _ in days)]
    lists = [{**tariff, **({"effective": day} if day else {})} for tariff, day in zip(lists, days, strict=True)]
    for tariff in lists if draw(st.sampled_from([True, True, False])) else []:
        bare = {rate["meter"] for rate in tariff["rates"] if not rate.get("when") and "above" not in rate}
        priced = dict.fromkeys(rate["meter"] for rate in tariff["rates"])
        tariff["rates"] = [*tariff["rates"], *({"meter": meter, "price": "1"} for meter in priced if meter not in bare)]
    by_seller = st.dictionaries(st.sampled_from(SOME_METERS), st.lists(st.sampled_from([*SOME_FACTS]), max_size=2))
    own = {"scaled": draw(by_seller), "facts": draw(st.just({}) | facts(1))}
    return {"tariffs": lists, "fees": draw(st.lists(fees, max_size=2)), **own}


#: Mostly a value for every fact, else for some.
known_facts = st.fixed_dictionaries({fact: st.sampled_from(values) for fact, values in SOME_FACTS.items()}) | facts(5)
moments = st.builds(
    lambda day, minute: f"{datetime.fromisoformat(day) + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}",
    st.sampled_from(["2024-02-28", "2024-02-29", "2026-11-20", "2026-11-22", "2026-11-23"]),
    st.integers(0, 24 * 60 - 1),
)


@st.composite
def meeting_bills(draw: st.DrawFn) -> Bill:
    """A usage of one meter with rates that meet: under conditions, above thresholds, and under both.

    No two rates tie: sets of conditions are of different sizes. Adjustments have conditions that the rate may name.
    """
    held = draw(st.permutations([("service_tier", "batch"), ("region", "eu"), ("quality", "high")]))
    nested = [dict(held[:count]) for count in range(4)]
    places = draw(st.sets(st.tuples(st.integers(0, 3), st.sampled_from(["", "10", "1000"])), min_size=2, max_size=6))
    rates = [
        {"meter": "input_tokens", "price": str(number), "when": nested[size], **({"above": above} if above else {})}
        for number, (size, above) in enumerate(sorted({(0, ""), *places}), 1)
    ]
    changes = st.fixed_dictionaries(
        {"name": st.just("a change"), "percent": st.sampled_from(["-50", "10"]), "when": st.sampled_from(nested[1:])}
    )
    offer = {"tariffs": [{"rates": draw(st.permutations(rates)), "adjustments": draw(st.lists(changes, max_size=2))}]}
    count = draw(st.sampled_from(["10", "11", "1000", "1001"]))
    return Bill({**offer, "fees": []}, {"input_tokens": count}, draw(st.sampled_from(nested)), "2026-11-20T12:00:00Z")


@st.composite
def bills(draw: st.DrawFn) -> Bill:
    """An offer, and a usage of mostly what it prices."""
    if draw(st.booleans()):
        return draw(meeting_bills())
    offer = draw(offers())
    priced = {rate["meter"] for tariff in offer["tariffs"] for rate in tariff["rates"]}
    priced |= {METERS[meter]["reading"]["of"] for meter in priced if "reading" in METERS[meter]}
    meters = st.sampled_from(draw(st.sampled_from([sorted(priced), sorted(priced), SOME_METERS])))
    counts = numbers(3, 10**6) | numbers(0, 300_000) | st.just("0")
    quantities = draw(st.dictionaries(meters, counts, min_size=1, max_size=4))
    return Bill(offer, quantities, draw(known_facts), draw(moments))


def widest(most: int, places: int) -> st.SearchStrategy[str]:
    """Canonical texts of numbers up to so much that have as many digits as they may, or very few."""
    limit = most * 10**places
    digits = (
        st.integers(1, limit) | st.integers(limit - 10**places // 7, limit) | st.sampled_from([1, limit, limit - 1])
    )
    return digits.map(lambda number: decimals.text(Decimal(number).scaleb(-places, WIDE)))


WIDE = Context(prec=decimals.DIGITS)
#: A `per` whose quotients end late, hardly, or never.
LATE = tuple(str(per) for per in (1, 60, 2**49, 5**21, 3 * 2**48, 7 * 5**20, 10**15 - 1, 10**15))
BY_SIZE = {"size": "99999x99999", "steps": "999999999"}


@st.composite
def widest_bills(draw: st.DrawFn) -> Bill:
    """An offer and a usage at the bounds of what may be written: as many digits in everything as there can be."""
    meters = draw(st.lists(st.sampled_from(["tile_steps", "pixels", "input_tokens"]), min_size=1, unique=True))
    rate = st.fixed_dictionaries(
        {"price": widest(10**12, 12)}, optional={"per": st.sampled_from(LATE), "minimum": widest(10**12, 12)}
    )
    above_nothing = widest(1000, 12) | widest(99, 12).map("-{}".format)
    change = st.fixed_dictionaries({"name": st.just("a change"), "percent": above_nothing, "when": st.just({})})
    fee = st.fixed_dictionaries(
        {"name": st.just("a fee"), "percent": widest(99, 12), "basis": st.sampled_from(["on_top", "deducted"])}
    )
    tariff = {
        "rates": [{"meter": meter, **draw(rate)} for meter in meters],
        "adjustments": draw(st.lists(change, max_size=16)),
    }
    quantities = {meter: draw(widest(10**18, decimals.MAX_DIGITS)) for meter in ("images", "input_tokens")}
    used = {meter: count for meter, count in quantities.items() if meter in meters or meter == "images"}
    used = {meter: count for meter, count in used.items() if meter != "images" or {*meters} - {"input_tokens"}}
    return Bill({"tariffs": [tariff], "fees": draw(st.lists(fee, max_size=3))}, used, BY_SIZE, "2026-11-20T12:00:00Z")
