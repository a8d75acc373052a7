"""The offers and usages that the vectors are made of, as tables for people; nothing here knows a result.

A rate is written `METER PRICE [per N] [above N] [minimum N] [zero WHY] [when FACT=VALUE ...]`, a usage
`METER=QUANTITY ... FACT=VALUE ...`, an adjustment `NAME: PERCENT [on METER ...] when FACT=VALUE ...`
and a fee `NAME: PERCENT on_top|deducted [waived FACT=VALUE ...]`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

NOON = "2026-11-20T12:00:00"  # a Friday


class Offer(NamedTuple):
    """An offer with its price lists, oldest first.

    `facts` are those by which its id differs, `scaled` the facts by which its seller has prices of each meter, `means` its
    words for values of a fact. `released` is the day of its model's release, before which nothing has a price.
    """

    id: str
    tariffs: Sequence[Mapping[str, Any]]
    fees: Sequence[str] = ()
    facts: str = ""
    scaled: Mapping[str, str] = {}
    means: Mapping[str, str] = {}
    released: str = ""


class Case(NamedTuple):
    """One usage at an offer; `total` and `source` where somebody else has said what it costs."""

    offer: str
    usage: str
    name: str
    at: str = NOON
    total: str = ""
    source: str = ""


def offer(
    id: str,
    *rates: str,
    fees: Sequence[str] = (),
    facts: str = "",
    scaled: Mapping[str, str] | None = None,
    **rest: Any,
) -> Offer:
    """An offer with one price list."""
    return Offer(id, [{"rates": rates, **rest}], fees, facts, scaled or {})


def offers_and_cases(meters: Mapping[str, Mapping[str, Any]]) -> Iterator[Offer | Case]:
    """Every offer, each followed by its cases, theme by theme."""
    yield from every_meter(meters)
    for theme in (
        readings, minimums, quotients, thresholds, conditions, unheard, classes, defaults, periods, dates, adjustments, fees, zeros,
        missing, currencies, extremes, mixtures, published,
    ):  # fmt: skip
        yield from theme()


def every_meter(meters: Mapping[str, Mapping[str, Any]]) -> Iterator[Offer | Case]:
    """Each meter by itself: one, a million and a bit, none, a part, and another's quantity."""
    for place, (meter, word) in enumerate(sorted(meters.items())):
        price, per = (("0.0123", "1"), ("2.5", "1000000"), ("17", "1000"))[place % 3]
        yield offer(f"meter/{meter}", f"{meter} {price} per {per}")
        yield Case(f"meter/{meter}", f"{meter}=1", f"one of {meter} at {price} per {per}")
        yield Case(f"meter/{meter}", f"{meter}=1234567", f"many of {meter} at {price} per {per}")
        yield Case(f"meter/{meter}", f"{meter}=0", f"none of {meter}: no line and no cost")
        if not word.get("whole"):
            yield Case(f"meter/{meter}", f"{meter}=0.125", f"an eighth of {meter}, which need not come whole")
        other = "requests" if meter != "requests" else "messages"
        yield Case(f"meter/{meter}", f"{meter}=1 {other}=1", f"{other} where only {meter} is priced")


SIZES = (
    "1x1", "511x512", "512x512", "513x512", "512x513", "1023x1024", "1024x1024", "1025x1024", "1024x1025", "2048x1024",
    "1448x1449", "99999x1", "1x99999", "99999x99999",
)  # fmt: skip


def readings() -> Iterator[Offer | Case]:
    """Images measured by megapixels, pixels, tiles and steps, videos by seconds."""
    for meter in ("megapixels", "extra_megapixels", "pixels", "tiles"):
        yield offer(f"reading/{meter}", f"{meter} 0.015")
        for size in SIZES:
            yield Case(f"reading/{meter}", f"images=1 size={size}", f"one image of {size} by {meter}")
        yield Case(f"reading/{meter}", "images=3 size=1025x1024", f"three images by {meter}: each is rounded up itself")
        yield Case(f"reading/{meter}", "images=3", f"{meter} of images whose size nobody gave")
        yield Case(f"reading/{meter}", f"{meter}=2.5", f"{meter} given outright, a fraction, without a size")
        yield Case(f"reading/{meter}", f"images=2 {meter}=7 size=1x1", f"{meter} given outright go before those read")
    for meter in ("input_megapixels", "input_pixels", "input_tiles"):
        yield offer(f"reading/{meter}", f"{meter} 0.004")
        for size in ("1x1", "512x513", "1024x1024", "1025x1024", "99999x1"):
            yield Case(f"reading/{meter}", f"input_images=2 input_size={size}", f"two images in of {size} by {meter}")
        yield Case(f"reading/{meter}", "input_images=1 size=64x64", f"{meter} need the size of what goes in, not out")
    yield offer("reading/image_steps", "image_steps 0.00011")
    yield offer("reading/tile_steps", "tile_steps 0.00041")
    yield offer("reading/input_tile_steps", "input_tile_steps 0.00021")
    for steps in ("1", "4", "25", "999999999"):
        yield Case("reading/image_steps", f"images=2 steps={steps}", f"two images in {steps} steps each")
        yield Case("reading/tile_steps", f"images=1 size=513x512 steps={steps}", f"two tiles times {steps} steps")
        yield Case(
            "reading/input_tile_steps", f"input_images=1 input_size=513x513 steps={steps}",
            f"four tiles going in times {steps} steps",
        )  # fmt: skip
    yield Case("reading/tile_steps", "images=1 size=512x512", "tiles times steps, but no steps given")
    yield Case("reading/tile_steps", "images=1 steps=4", "tiles times steps, but no size given")
    yield Case("reading/tile_steps", "images=1", "tiles times steps, but neither given")
    yield Case("reading/tile_steps", "images=1 size=99999x99999 steps=999999999", "the most tile steps of one image")
    yield offer("reading/video_seconds", "video_seconds 0.4")
    for seconds in ("1", "5", "10", "999999999"):
        yield Case("reading/video_seconds", f"videos=2 seconds={seconds}", f"two videos of {seconds} seconds")
    yield Case("reading/video_seconds", "video_seconds=12.5", "seconds of video given outright, with half a second")
    yield Case("reading/video_seconds", "videos=1", "a video whose length nobody gave")
    yield offer("reading/first megapixel dearer", "images 0.03", "extra_megapixels 0.015", "input_megapixels 0.015")
    for size in ("1x1", "1024x1024", "1025x1024", "2048x2048"):
        yield Case("reading/first megapixel dearer", f"images=2 size={size}", f"image and further megapixels of {size}")
    yield Case("reading/first megapixel dearer", "images=1", "the image has a rate, its further megapixels need a size")
    yield Case(
        "reading/first megapixel dearer", "images=1 size=2048x1024 input_images=3 input_size=1025x1025",
        "one image is charged twice over, three going in once",
    )  # fmt: skip
    yield Case("reading/first megapixel dearer", "input_megapixels=1.5", "only what goes in, by megapixels")
    yield offer("reading/tile plus step", "tiles 0.0058", "image_steps 0.00011")
    yield Case("reading/tile plus step", "images=1 size=1024x1024 steps=25", "four tiles plus 25 steps")
    yield Case("reading/tile plus step", "images=7 size=1025x1 steps=1", "three tiles plus one step, seven times")
    yield Case("reading/tile plus step", "images=1 tiles=4 steps=2", "tiles given outright, steps read")
    yield offer("reading/half of it given", "images 0.03", "megapixels 0.01")
    yield Case("reading/half of it given", "megapixels=3", "megapixels alone are no images")


def minimums() -> Iterator[Offer | Case]:
    """The least that is billed, once there is any."""
    yield offer("minimum/three megapixels in", "input_megapixels 0.004 minimum 3")
    for count in ("0", "0.001", "1", "2.999", "3", "3.001", "4"):
        yield Case("minimum/three megapixels in", f"input_megapixels={count}", f"{count} of at least 3 megapixels")
    for images, size in (("1", "1024x1024"), ("3", "1024x1024"), ("2", "2048x1024"), ("1", "2048x2048")):
        yield Case(
            "minimum/three megapixels in", f"input_images={images} input_size={size}",
            f"a minimum on what {images} of {size} come to together",
        )  # fmt: skip
    yield offer("minimum/ten seconds by the minute", "audio_seconds 0.006 per 60 minimum 10")
    for seconds in ("0", "0.01", "9.99", "10", "10.01", "60", "61"):
        yield Case("minimum/ten seconds by the minute", f"audio_seconds={seconds}", f"{seconds} of at least 10 seconds")
    yield offer("minimum/of further megapixels", "images 0.03", "extra_megapixels 0.015 minimum 2")
    for size in ("1024x1024", "1025x1024", "2048x2048"):
        yield Case(
            "minimum/of further megapixels", f"images=1 size={size}", f"a minimum of further megapixels at {size}"
        )
    yield offer(
        "minimum/by circumstance", "audio_seconds 0.01 minimum 30", "audio_seconds 0.008 when service_tier=batch"
    )
    for tier in ("standard", "batch"):
        yield Case("minimum/by circumstance", f"audio_seconds=5 service_tier={tier}", f"a minimum, and {tier}")
    yield offer(
        "minimum/with an adjustment", "requests 0.01 minimum 5", adjustments=["half: -50 when service_tier=batch"]
    )
    yield Case("minimum/with an adjustment", "requests=1 service_tier=batch", "the minimum first, then the percentage")


def quotients() -> Iterator[Offer | Case]:
    """Prices per 60, 1000, 3600 and a million; what does not end is rounded half-even at 18 decimals."""
    for per in ("1", "3", "7", "60", "1000", "3600", "1000000", "999983", "1024"):
        yield offer(f"per/{per}", f"audio_seconds 0.0043 per {per}")
        for count in ("1", "59.5", "60", "3600", "1000000007"):
            yield Case(f"per/{per}", f"audio_seconds={count}", f"{count} at 0.0043 per {per}")
    yield offer("per/tiny by the minute", "audio_seconds 0.000000079999999999999999 per 60")
    for count in ("1", "30", "60", "90", "12.5"):
        yield Case("per/tiny by the minute", f"audio_seconds={count}", f"{count} at a price of 24 decimals per 60")
    yield offer("per/below the last decimal", "audio_seconds 0.000000000000000001 per 3")
    for count in ("1", "2", "3", "4", "1.5"):
        yield Case("per/below the last decimal", f"audio_seconds={count}", f"{count} thirds of the last decimal")
    yield offer("per/a tie that ends", "audio_seconds 0.000000000000000001 per 2")
    for count in ("1", "3", "5", "0.5"):
        yield Case(
            "per/a tie that ends", f"audio_seconds={count}", f"{count} halves of the last decimal end: not rounded"
        )
    yield offer("per/two lines rounded apart", "audio_seconds 0.01 per 3", "input_audio_seconds 0.01 per 3")
    yield Case(
        "per/two lines rounded apart", "audio_seconds=1 input_audio_seconds=1", "each line is rounded, then added"
    )


def thresholds() -> Iterator[Offer | Case]:
    """Long prompts: the whole request is repriced above a threshold."""
    yield offer(
        "above/three steps",
        "input_tokens 3 per 1000000", "input_tokens 6 per 1000000 above 200000", "input_tokens 9 per 1000000 above 500000",
        "cache_read_tokens 0.3 per 1000000", "cache_read_tokens 0.6 per 1000000 above 200000",
        "output_tokens 15 per 1000000", "output_tokens 22.5 per 1000000 above 200000",
    )  # fmt: skip
    for count in ("1", "199999", "200000", "200001", "499999", "500000", "500001", "1000000000000000000"):
        yield Case("above/three steps", f"input_tokens={count} output_tokens=10", f"a prompt of {count}")
    for fresh, read in (("100000", "100000"), ("100000", "100001"), ("0", "200001"), ("1", "200000"), ("1", "500000")):
        yield Case(
            "above/three steps", f"input_tokens={fresh} cache_read_tokens={read}",
            f"a prompt of {fresh} with {read} read from the cache counts as a whole",
        )  # fmt: skip
    yield Case("above/three steps", "output_tokens=999999", "output is no prompt, however long")
    counted = (
        "cache_write_tokens",
        "input_image_tokens",
        "input_audio_tokens",
        "tool_input_tokens",
        "reasoning_tokens",
    )
    yield offer("above/what counts", "input_tokens 1", "input_tokens 2 above 100", *(f"{meter} 1" for meter in counted))
    for meter in counted:
        yield Case("above/what counts", f"input_tokens=60 {meter}=40", f"exactly at the threshold with {meter}")
        yield Case("above/what counts", f"input_tokens=60 {meter}=41", f"one more of {meter}: prompt or not?")
    yield offer(
        "above/with facts",
        "input_tokens 3 per 1000000", "input_tokens 6 per 1000000 above 200000",
        "input_tokens 5 per 1000000 when service_tier=priority region=eu",
        "input_tokens 10 per 1000000 above 200000 when service_tier=priority region=eu",
    )  # fmt: skip
    for count in ("200000", "200001"):
        for facts in (
            "",
            " service_tier=priority",
            " service_tier=priority region=eu",
            " service_tier=standard region=eu",
        ):
            yield Case(
                "above/with facts", f"input_tokens={count}{facts}", f"a prompt of {count} with{facts or ' no fact'}"
            )
    yield offer(
        "above/or a fact", "input_tokens 3 per 1000000 when region=eu", "input_tokens 6 per 1000000 above 200000"
    )
    for usage, words in (
        ("input_tokens=200000 region=eu", "exactly at the threshold the condition decides"),
        ("input_tokens=200001", "the threshold decides where no condition holds"),
        ("input_tokens=300000 region=eu", "a threshold is worth a condition, and is the higher of the two"),
        ("input_tokens=300000 region=us", "a condition that does not hold leaves the threshold"),
    ):
        yield Case("above/or a fact", usage, words)
    yield offer("above/only long prompts", "input_tokens 6 per 1000000 above 200000", "output_tokens 1 per 1000000")
    for count in ("200000", "200001"):
        yield Case("above/only long prompts", f"input_tokens={count}", f"{count} where only long prompts have a rate")
    yield Case("above/only long prompts", "output_tokens=5", "nothing is missing where nothing of it is used")


def conditions() -> Iterator[Offer | Case]:
    """The rate with the most conditions that all hold wins."""
    yield offer(
        "when/nested",
        "images 3 when quality=high size=512x512", "images 1", "images 2 when quality=high",
        "images 4 when quality=high size=512x512 format=vector",
    )  # fmt: skip
    for facts in (
        "", "quality=high", "quality=low", "size=512x512", "quality=high size=512x512", "quality=high size=1024x1024",
        "quality=high size=512x512 format=vector", "quality=high format=vector", "format=vector size=512x512",
        "quality=high size=512x512 format=raster", "quality=high size=512x512 format=vector speed=turbo",
    ):  # fmt: skip
        yield Case("when/nested", f"images=1 {facts}", f"more conditions win: {facts or 'no fact'}")
    sizes = ("1024x1024", "1024x1536")
    table = [(quality, size) for quality in ("low", "medium", "high") for size in sizes]
    yield offer(
        "when/table of quality and size",
        *(f"images 0.0{place + 1} when quality={quality} size={size}" for place, (quality, size) in enumerate(table)),
        "input_tokens 5 per 1000000",
    )  # fmt: skip
    for quality, size in table:
        yield Case("when/table of quality and size", f"images=2 quality={quality} size={size}", f"{quality} at {size}")
    for facts in ("quality=hd size=1024x1024", "quality=low size=1024x1025", "quality=low", "size=1024x1024", ""):
        yield Case(
            "when/table of quality and size", f"images=1 {facts}", f"no field of the table: {facts or 'no fact'}"
        )
    yield Case("when/table of quality and size", "input_tokens=1000 quality=hd", "a fact that matters to images only")
    yield offer(
        "when/tools", *(f"requests 0.{place}1 when task={task}" for place, task in enumerate(("edit", "erase")))
    )
    for facts in ("task=edit", "task=erase", "task=upscale", ""):
        yield Case("when/tools", f"requests=3 {facts}", f"a tool of its own price: {facts or 'none named'}")
    yield offer("when/sound", "video_seconds 0.2", "video_seconds 0.4 when audio=on", defaults="seconds=8")
    for facts in ("", "audio=on", "audio=off", "audio=on seconds=5"):
        yield Case("when/sound", f"videos=1 {facts}", f"a video, {facts or 'nothing said'}")
    yield offer("when/lifetimes", *(
        f"cache_write_tokens {price} per 1000000 when cache_ttl={ttl}" for ttl, price in (("5m", "3.75"), ("1h", "6"))
    ), defaults="cache_ttl=5m")  # fmt: skip
    for facts in ("", "cache_ttl=5m", "cache_ttl=1h", "cache_ttl=24h"):
        yield Case(
            "when/lifetimes", f"cache_write_tokens=1000 {facts}", f"a cache write, {facts or 'default lifetime'}"
        )
    yield offer("when/by length", "videos 0.35 when seconds=5", "videos 0.7 when seconds=10", defaults="seconds=5")
    for facts in ("", "seconds=10", "seconds=7"):
        yield Case("when/by length", f"videos=2 {facts}", f"clips by length: {facts or 'the default'}")


def classes() -> Iterator[Offer | Case]:
    """Price lists that go by resolution, and usages that name a size."""
    yield offer(
        "class/of images", *(f"images {price} when resolution={name}" for name, price in
                             (("0.5K", "0.05"), ("1K", "0.1"), ("2K", "0.15"), ("4K", "0.3"))),
        defaults="resolution=1K",
    )  # fmt: skip
    for facts in ("", "size=512x512", "size=1024x1024", "size=1376x768", "size=2048x2048", "size=3072x5504",
                  "size=1536x1024", "size=2048x2048 resolution=4K", "size=1075x1024", "size=1076x1024"):  # fmt: skip
        yield Case("class/of images", f"images=2 {facts}", f"images by class: {facts or 'the default'}")
    yield offer(
        "class/of videos", "video_seconds 0.05", "video_seconds 0.1 when resolution=720p",
        "video_seconds 0.16 when resolution=1080p", "input_tokens 1 per 1000000",
    )  # fmt: skip
    for facts in ("", "size=1280x720", "size=1080x1920", "size=854x480", "size=1280x720 resolution=1080p"):
        yield Case("class/of videos", f"video_seconds=8 {facts}", f"seconds by class: {facts or 'none named'}")
    yield Case("class/of videos", "input_tokens=10 size=1280x720", "a size matters to no token")
    yield offer(
        "class/by both", "images 0.1 when resolution=1K size=1024x1024", "images 0.2 when resolution=2K",
        defaults="resolution=1K",
    )  # fmt: skip
    for facts in ("size=1024x1024", "size=2048x2048", "size=2048x2048 resolution=2K"):
        yield Case("class/by both", f"images=1 {facts}", f"a list that knows sizes takes them as they are: {facts}")
    yield offer("class/by percentage", "images 0.1", adjustments=["4K: 100 when resolution=4K"])
    for facts in ("size=4096x4096", "size=2048x2048"):
        yield Case("class/by percentage", f"images=1 {facts}", f"a percentage by class: {facts}")


def defaults() -> Iterator[Offer | Case]:
    """What a price list takes for granted, and what overrides it."""
    yield offer(
        "default/quality and size",
        "images 0.011 when quality=low size=1024x1024", "images 0.042 when quality=medium size=1024x1024",
        "images 0.063 when quality=medium size=1024x1536", "input_tokens 5 per 1000000",
        defaults="quality=medium size=1024x1024",
    )  # fmt: skip
    for facts in ("", "quality=low", "quality=medium", "size=1024x1536", "quality=low size=1024x1024", "quality=high",
                  "quality=low size=1024x1536"):  # fmt: skip
        yield Case("default/quality and size", f"images=1 {facts}", f"defaults, then {facts or 'nothing else'}")
    yield Case(
        "default/quality and size", "input_tokens=1", "defaults that the price does not depend on are not assumed"
    )
    yield offer("default/of readings", "tiles 0.0058", "image_steps 0.00011", defaults="size=1024x1024 steps=25")
    for facts in ("", "steps=4", "size=512x512", "size=512x512 steps=1"):
        yield Case("default/of readings", f"images=1 {facts}", f"readings of defaults, then {facts or 'nothing else'}")
    yield Case("default/of readings", "tiles=3", "given outright, tiles depend on no size")
    yield Case("default/of readings", "images=1 tiles=3", "given outright beside images, whose steps are read")
    yield offer("default/of a reading of what goes in", "input_megapixels 0.5", defaults="input_size=1024x1024")
    yield Case(
        "default/of a reading of what goes in", "input_megapixels=1.5", "megapixels given outright have their size"
    )
    yield Case(
        "default/of a reading of what goes in", "input_images=1", "megapixels read depend on the size by default"
    )
    yield offer(
        "default/of an adjustment", "images 1", defaults="region=eu", adjustments=["regional uplift: 10 when region=eu"]
    )
    for facts in ("", "region=us", "region=eu"):
        yield Case("default/of an adjustment", f"images=1 {facts}", f"an uplift by default, then {facts or 'nothing'}")
    yield offer(
        "default/of an adjustment on one meter", "images 1", "input_tokens 5 per 1000000", defaults="region=eu",
        adjustments=["regional uplift: 10 on images when region=eu"],
    )  # fmt: skip
    for usage in ("images=1", "input_tokens=7", "images=1 input_tokens=7"):
        yield Case("default/of an adjustment on one meter", usage, f"an uplift on images by default: {usage}")
    yield offer("default/of a fee", "images 1", defaults="byok=on", fees=["top-up fee: 5 on_top waived byok=on"])
    for facts in ("", "byok=off", "byok=on"):
        yield Case("default/of a fee", f"images=1 {facts}", f"a fee waived by default, then {facts or 'nothing'}")


def periods() -> Iterator[Offer | Case]:
    """Parts of the week in UTC, from their first second up to their end."""
    rates = ("input_tokens 0.27 per 1000000", "input_tokens 0.135 per 1000000 when period=off_peak")
    clocks = {
        "period/nights of every day": ["mon-sun 16:30-24:00", "mon-sun 00:00-00:30"],
        "period/working nights": ["mon-fri 16:30-24:00", "mon-fri 00:00-00:30"],
        "period/over the weekend": ["fri-mon 22:00-24:00"],
        "period/Sunday": ["sun 00:00-24:00"],
        "period/one minute": ["wed 12:00-12:01"],
    }
    moments = {
        "2026-11-20T00:00:00": "midnight, Friday begins", "2026-11-20T00:29:59": "the last second before half past",
        "2026-11-20T00:30:00": "the first second after the night", "2026-11-20T16:29:59": "the last second of the day",
        "2026-11-20T16:30:00": "the first second of the night", "2026-11-20T23:59:59": "the last second of Friday",
        "2026-11-21T00:00:00": "Saturday begins", "2026-11-22T23:59:59": "the last second of Sunday",
        "2026-11-23T00:00:00": "Monday begins", "2026-11-24T22:00:00": "Tuesday at ten in the evening",
        "2026-11-25T12:00:59": "Wednesday noon, still the same minute", "2026-11-25T12:01:00": "Wednesday, the next minute",
        "2028-02-29T16:30:00": "a leap day, which is a Tuesday", "2028-02-29T23:59:59": "the end of a leap day",
        "2026-12-31T23:59:59": "the last second of a year", "2027-01-01T00:00:00": "the first second of a year",
    }  # fmt: skip
    for id, windows in clocks.items():
        yield offer(id, *rates, periods={"off_peak": windows})
        for at, words in moments.items():
            yield Case(id, "input_tokens=1000000", f"{words}: {' and '.join(windows)}", at)
    given = "period/nights of every day"
    yield Case(given, "input_tokens=1 period=standard", "the period given outright at night", "2026-11-20T20:00:00")
    yield Case(given, "input_tokens=1 period=off_peak", "the period given outright by day", "2026-11-20T10:00:00")
    yield Case(given, "input_tokens=1 period=peak", "a period given that has no rate of its own", "2026-11-20T20:00:00")
    yield offer(
        "period/peak and off-peak", "requests 2 when period=peak", "requests 1 when period=off_peak", "requests 1.5",
        periods={"off_peak": ["mon-sun 00:00-06:00"], "peak": ["mon-fri 09:00-12:00", "mon-fri 14:00-18:00"]},
    )  # fmt: skip
    for time in ("05:59:59", "06:00:00", "08:59:59", "09:00:00", "12:00:00", "14:00:00", "17:59:59", "18:00:00"):
        yield Case(
            "period/peak and off-peak", "requests=1", f"Friday at {time} between three prices", f"2026-11-20T{time}"
        )
        yield Case("period/peak and off-peak", "requests=1", f"Sunday at {time} knows no peak", f"2026-11-22T{time}")
    yield offer(
        "period/every part named", "requests 2 when period=peak", "requests 1 when period=standard",
        periods={"peak": ["mon-fri 09:00-17:00"]},
    )  # fmt: skip
    yield Case("period/every part named", "requests=1", "outside every window it is standard", "2026-11-20T08:00:00")
    yield Case("period/every part named", "requests=1", "inside the only window", "2026-11-20T16:59:59")
    yield offer(
        "period/of one meter only", "input_tokens 2", "input_tokens 1 when period=off_peak", "output_tokens 3",
        periods={"off_peak": ["mon-sun 00:00-08:00"]}, adjustments=["batch: -50 when service_tier=batch"],
    )  # fmt: skip
    for at in ("2026-11-20T07:59:59", "2026-11-20T08:00:00"):
        yield Case(
            "period/of one meter only", "input_tokens=1 output_tokens=1", f"the clock matters to input only: {at}", at
        )
        yield Case("period/of one meter only", "output_tokens=1", f"output costs the same all day: {at}", at)
        yield Case(
            "period/of one meter only", "input_tokens=1 service_tier=batch", f"batch and clock go together: {at}", at
        )


def dates() -> Iterator[Offer | Case]:
    """Which of several price lists is in force."""
    yield Offer("dated/three lists", [
        {"effective": "2024-02-29", "rates": ["images 0.05"]},
        {"effective": "2026-01-01", "rates": ["images 0.04", "input_tokens 1 per 1000000"]},
        {"effective": "2026-03-01", "rates": ["megapixels 0.03"], "defaults": "size=1024x1024"},
    ])  # fmt: skip
    moments = {
        "2024-02-28T23:59:59": "the last second before the first list", "2024-02-29T00:00:00": "the first second, a leap day",
        "2025-02-28T12:00:00": "a year on", "2025-12-31T23:59:59": "the last second of the first list",
        "2026-01-01T00:00:00": "the first second of the second", "2026-02-28T23:59:59": "the last second of the second",
        "2026-03-01T00:00:00": "the first second of the third", "2099-12-31T23:59:59": "far in the future",
        "1999-01-01T00:00:00": "long before",
    }  # fmt: skip
    for at, words in moments.items():
        yield Case("dated/three lists", "images=1", words, at)
    yield Case("dated/three lists", "input_tokens=5", "what the first list did not price yet", "2025-06-01T00:00:00")
    yield Case("dated/three lists", "input_tokens=5", "what the second list prices", "2026-02-01T00:00:00")
    yield Case("dated/three lists", "input_tokens=5", "what the third list no longer prices", "2026-04-01T00:00:00")
    yield Offer("dated/since nobody knows when", [
        {"rates": ["images 0.05"]}, {"effective": "2026-02-28", "rates": ["images 0.04"]},
    ])  # fmt: skip
    for at in ("1999-12-31T23:59:59", "2026-02-27T23:59:59", "2026-02-28T00:00:00", "2028-02-29T00:00:00"):
        yield Case("dated/since nobody knows when", "images=1", f"the first list has no date: {at}", at)
    yield Offer("dated/currency and defaults change", [
        {"effective": "2025-01-01", "currency": "EUR", "defaults": "quality=low",
         "rates": ["images 0.05 when quality=low", "images 0.09 when quality=high"]},
        {"effective": "2026-01-01", "defaults": "quality=high", "adjustments": ["batch: -50 when service_tier=batch"],
         "rates": ["images 0.06 when quality=low", "images 0.1 when quality=high"]},
    ])  # fmt: skip
    for at in ("2025-12-31T23:59:59", "2026-01-01T00:00:00"):
        for facts in ("", "service_tier=batch", "quality=low"):
            yield Case(
                "dated/currency and defaults change", f"images=1 {facts}",
                f"each list its own currency, defaults and percentages: {facts or 'no fact'}, {at}", at,
            )  # fmt: skip
    yield Offer("dated/withdrawn", [{"rates": ["images 1"]}, {"effective": "2026-06-01", "rates": []}])
    yield Case("dated/withdrawn", "images=1", "still priced the day before", "2026-05-31T23:59:59")
    yield Case("dated/withdrawn", "images=1", "a list without rates says nothing", "2026-06-01T00:00:00")
    yield Offer("dated/released later", [{"rates": ["images 0.05"]}, {"effective": "2026-05-01", "rates": ["images 0.04"]}],
                released="2026-03-01")  # fmt: skip
    for at in ("1999-12-31T23:59:59", "2026-02-28T23:59:59", "2026-03-01T00:00:00", "2026-05-01T00:00:00"):
        yield Case("dated/released later", "images=1", f"nothing is sold before its model is released: {at}", at)
    yield Offer("dated/no list", [])
    yield Case("dated/no list", "images=1", "an offer without any price list")
    yield Case("dated/no list", "images=0", "an offer without any price list, and nothing used")
    yield Offer("dated/a period that begins", [
        {"effective": "2025-02-08", "rates": ["input_tokens 0.27 per 1000000"]},
        {"effective": "2025-02-26", "rates": ["input_tokens 0.27 per 1000000",
         "input_tokens 0.135 per 1000000 when period=off_peak"],
         "periods": {"off_peak": ["mon-sun 16:30-24:00", "mon-sun 00:00-00:30"]}},
    ])  # fmt: skip
    for at in ("2025-02-25T23:59:59", "2025-02-26T00:00:00", "2025-02-26T00:30:00"):
        yield Case(
            "dated/a period that begins", "input_tokens=1000000", f"off-peak prices begin with the new list: {at}", at
        )


def adjustments() -> Iterator[Offer | Case]:
    """Percentages, each a line of its own, in their order."""
    both = ["batch discount: -50 when service_tier=batch", "regional uplift: 10 when region=eu"]
    tokens = ("input_tokens 3 per 1000000", "output_tokens 15 per 1000000")
    yield offer("adjusted/batch then region", *tokens, adjustments=both)
    yield offer("adjusted/region then batch", *tokens, adjustments=both[::-1])
    for id in ("adjusted/batch then region", "adjusted/region then batch"):
        for facts in (
            "",
            "service_tier=batch",
            "region=eu",
            "service_tier=batch region=eu",
            "service_tier=flex region=us",
        ):
            yield Case(
                id,
                f"input_tokens=1000001 output_tokens=7 {facts}",
                f"{id.removeprefix('adjusted/')}: {facts or 'none'}",
            )
    yield offer(
        "adjusted/some meters", "images 0.04", *tokens,
        adjustments=["batch discount: -50 on input_tokens output_tokens when service_tier=batch",
                     "image surcharge: 12.5 on images when service_tier=batch", "uplift: 10 when region=eu"],
    )  # fmt: skip
    for usage in ("images=1", "input_tokens=1000", "images=3 input_tokens=1000 output_tokens=1"):
        for facts in ("service_tier=batch", "service_tier=batch region=eu"):
            yield Case("adjusted/some meters", f"{usage} {facts}", f"percentages on some meters: {usage}, {facts}")
    yield offer(
        "adjusted/rate that names the fact", "input_tokens 3 per 1000000", "cache_read_tokens 1 per 1000000",
        "cache_read_tokens 0.9 per 1000000 when service_tier=batch", "output_tokens 20 per 1000000 when service_tier=flex",
        "output_tokens 10 per 1000000",
        adjustments=[*both, "flex discount: -25 when service_tier=flex"],
    )  # fmt: skip
    for facts in ("", "service_tier=batch", "service_tier=flex", "service_tier=batch region=eu"):
        yield Case(
            "adjusted/rate that names the fact",
            f"input_tokens=1000000 cache_read_tokens=1000000 output_tokens=1000 {facts}",
            f"a rate that names the fact is already at that price: {facts or 'none'}",
        )  # fmt: skip
    yield offer(
        "adjusted/of a reading", "tiles 0.0058", "image_steps 0.00011", defaults="size=1024x1024 steps=25",
        adjustments=["batch discount: -50 on tiles when service_tier=batch", "never: 10 on images when service_tier=batch"],
    )  # fmt: skip
    yield Case(
        "adjusted/of a reading", "images=1 service_tier=batch", "a percentage is on the meter billed, not on the item"
    )
    yield offer("adjusted/two facts", "images 1", adjustments=["both: -20 when service_tier=batch region=eu"])
    for facts in ("service_tier=batch", "region=eu", "service_tier=batch region=eu"):
        yield Case("adjusted/two facts", f"images=1 {facts}", f"a percentage that asks for two facts: {facts}")
    yield offer("adjusted/by the clock", "images 1", periods={"off_peak": ["mon-sun 00:00-08:00"]},
                adjustments=["night: -75 when period=off_peak"])  # fmt: skip
    for at in ("2026-11-20T07:59:59", "2026-11-20T08:00:00"):
        yield Case("adjusted/by the clock", "images=1", f"a percentage by the clock: {at}", at)
    yield offer("adjusted/odd percentages", "audio_seconds 0.0043 per 60", adjustments=[
        "third off: -33.333 when service_tier=batch", "tiny: 0.000001 when region=eu", "multiplied: 900 when speed=fast",
    ])  # fmt: skip
    for facts in ("service_tier=batch", "region=eu", "speed=fast", "service_tier=batch region=eu speed=fast"):
        yield Case("adjusted/odd percentages", f"audio_seconds=1 {facts}", f"on a rounded amount: {facts}")
    yield Case("adjusted/odd percentages", "audio_seconds=0 region=eu", "a percentage of nothing is no line")
    yield offer("adjusted/free", "images 0 zero free", adjustments=["uplift: 10 when region=eu"])
    yield Case("adjusted/free", "images=5 region=eu", "a percentage of a free line is no line")
    yield offer(
        "adjusted/rate has one of two conditions",
        "input_tokens 3 per 1000000 when service_tier=batch", "input_tokens 3 per 1000000", "images 1",
        adjustments=["batch in Europe: -50 when service_tier=batch region=eu"],
    )  # fmt: skip
    for facts in ("", "service_tier=batch", "region=eu", "service_tier=batch region=eu"):
        yield Case(
            "adjusted/rate has one of two conditions", f"input_tokens=1000000 images=1 {facts}",
            f"a rate that names either condition has the change in its price: {facts or 'no fact'}",
        )  # fmt: skip


def fees() -> Iterator[Offer | Case]:
    """What a seller takes for funding: beside the total, never in it."""
    kinds = {
        "fee/on top": ["top-up fee: 5 on_top"],
        "fee/deducted": ["top-up fee: 5 deducted"],
        "fee/waived": ["top-up fee: 5 on_top waived byok=on"],
        "fee/both": ["top-up fee: 5.5 on_top", "card fee: 2.9 deducted"],
        "fee/both, one waived": ["top-up fee: 5 deducted waived byok=on", "card fee: 3 on_top"],
        "fee/two facts waive": ["fee: 5 on_top waived byok=on region=eu"],
        "fee/one third": ["fee: 25 deducted"],
        "fee/nothing": ["fee: 0 on_top"],
    }
    for id, taken in kinds.items():
        yield offer(id, "images 0.08", fees=taken)
        for usage in ("images=100", "images=1", "images=0", "images=1 byok=on", "images=7 byok=on region=eu"):
            yield Case(id, usage, f"{' and '.join(taken)}: {usage}")
    yield offer("fee/on a rounded total", "audio_seconds 0.0043 per 60", fees=["top-up fee: 5 deducted"])
    yield Case("fee/on a rounded total", "audio_seconds=1", "a fee on an amount that was rounded is rounded again")
    yield offer("fee/after adjustments", "images 0.08", fees=["fee: 10 on_top"],
                adjustments=["batch: -50 when service_tier=batch"])  # fmt: skip
    yield Case("fee/after adjustments", "images=10 service_tier=batch", "a fee is taken of what is left of the total")


def zeros() -> Iterator[Offer | Case]:
    """A price of zero is a price, and says why."""
    for why in ("free", "beta", "included", "unverified"):
        yield offer(f"zero/{why}", f"images 0 zero {why}", "input_tokens 1 per 1000000", fees=["fee: 5 on_top"])
        yield Case(f"zero/{why}", "images=9", f"a zero that is {why}: a line that costs nothing")
        yield Case(f"zero/{why}", "images=9 input_tokens=7", f"a zero that is {why} beside a price")
        yield Case(f"zero/{why}", "images=0", f"none of what is {why}: no line")
    yield offer("zero/with a minimum", "images 0 minimum 4 zero free")
    yield Case("zero/with a minimum", "images=1", "a minimum of what is free")
    yield offer("zero/only in a circumstance", "requests 0.01", "requests 0 zero included when commitment=1-month")
    for facts in ("", "commitment=1-month"):
        yield Case("zero/only in a circumstance", f"requests=2 {facts}", f"included only with {facts or 'nothing'}")


def missing() -> Iterator[Offer | Case]:
    """Nothing is dropped: what lacks a price is named, all of it at once."""
    yield offer("missing/only images", "images 1")
    for usage in (
        "input_tokens=5", "images=1 input_tokens=5", "input_tokens=1 requests=1", "images=1 input_tokens=0",
        "megapixels=1", "output_image_tokens=10", "images=1 output_image_tokens=10",
        "videos=1 searches=2 pages=3 credits=0.5",
    ):  # fmt: skip
        yield Case("missing/only images", usage, f"only images are priced: {usage}")
    yield offer("missing/twice", "images 1", "output_image_tokens 40 per 1000000", "videos 2", "output_video_tokens 9")
    for usage in (
        "images=1", "output_image_tokens=4000", "images=1 output_image_tokens=4000", "images=0 output_image_tokens=4000",
        "images=1 output_image_tokens=0", "videos=1 output_video_tokens=3", "images=1 output_video_tokens=3",
        "images=1 output_image_tokens=1 videos=1 output_video_tokens=1",
    ):  # fmt: skip
        yield Case("missing/twice", usage, f"two measures of the same output: {usage}")
    yield offer("missing/twice by a reading", "megapixels 0.01", "output_image_tokens 40 per 1000000")
    yield Case(
        "missing/twice by a reading", "images=1 output_image_tokens=5 size=1x1", "megapixels and tokens are two things"
    )
    yield offer("missing/many at once", "tiles 1", "requests 1 when task=edit", "input_tokens 1")
    yield Case(
        "missing/many at once", "images=1 requests=1 pages=1 input_tokens=1", "a fact, a rate and a meter at once"
    )
    yield Case("missing/many at once", "images=1 requests=1 pages=1 size=1x1 task=edit", "only the meter is left")
    yield Case("missing/many at once", "images=0 requests=0 pages=0", "nothing used: nothing missing, nothing to pay")
    yield Case("missing/many at once", "", "an empty usage costs nothing")
    yield offer("missing/a circumstance of one line", "images 1", "input_images 1 when region=eu")
    yield Case(
        "missing/a circumstance of one line", "images=1 input_images=1", "one line priced, the other not: no total"
    )


def currencies() -> Iterator[Offer | Case]:
    """Other currencies are named, never converted."""
    for currency in ("EUR", "CNY", "JPY", "USD"):
        yield offer(f"currency/{currency}", "input_tokens 8 per 1000000", currency=currency, fees=["fee: 5 on_top"])
        yield Case(f"currency/{currency}", "input_tokens=1234", f"a price in {currency}")
        yield Case(f"currency/{currency}", "input_tokens=0", f"nothing used in {currency}")


def extremes() -> Iterator[Offer | Case]:
    """The smallest prices and the largest quantities, to the last digit."""
    prices = ("0.000000079999999999999999", "0.000000000000000000000001", "123456.123456789012", "999999999999")
    for price in prices:
        yield offer(f"extreme/{price}", f"input_tokens {price}", fees=["fee: 5 on_top"])
        for count in ("1", "3", "999999999999999999", "1000000000000000000"):
            yield Case(f"extreme/{price}", f"input_tokens={count}", f"{count} at {price}")
    yield offer("extreme/per a million", "input_tokens 0.000000000001 per 1000000")
    for count in ("1", "1000000000000000000"):
        yield Case("extreme/per a million", f"input_tokens={count}", f"{count} at a trillionth per million")
    yield offer("extreme/fractions", "credits 0.0123", "training_hours 2.5", "audio_seconds 0.006 per 60")
    for usage in ("credits=0.000000001", "training_hours=0.333333333", "audio_seconds=0.000001",
                  "credits=0.1 training_hours=0.1 audio_seconds=0.1"):  # fmt: skip
        yield Case("extreme/fractions", usage, f"fractions of what need not come whole: {usage}")
    yield offer("extreme/adjusted and funded", "input_tokens 0.000000079999999999999999", fees=["fee: 2.9 deducted"],
                adjustments=["batch: -50 when service_tier=batch"])  # fmt: skip
    yield Case(
        "extreme/adjusted and funded", "input_tokens=999999999999999999 service_tier=batch", "long digits all the way"
    )


def unheard() -> Iterator[Offer | Case]:
    """Values that a price list does not know, which are no reason to charge the standard price; and rates that tie."""
    yield offer(
        "unheard/tiers",
        "input_tokens 2.5 per 1000000", "input_tokens 5 per 1000000 above 272000",
        "input_tokens 1.3 per 1000000 when service_tier=priority", "output_tokens 10 per 1000000",
        "searches 10 per 1000",
        adjustments=["batch: -50 on input_tokens output_tokens when service_tier=batch"],
        scaled={"input_tokens": "region service_tier", "output_tokens": "region service_tier"},
    )  # fmt: skip
    for facts in (
        "service_tier=batch", "service_tier=flex", "service_tier=priority", "service_tier=default", "service_tier=auto",
        "service_tier=standard", "region=mars", "region=mars service_tier=batch", "quality=high", "cache_ttl=5m",
    ):  # fmt: skip
        for used in ("input_tokens=1000", "output_tokens=7", "searches=1", "input_tokens=300000 output_tokens=7"):
            yield Case("unheard/tiers", f"{used} {facts}", f"{facts}: {used}")
    yield offer(
        "unheard/own region", "input_tokens 3 per 1000000", facts="region=eu", scaled={"input_tokens": "region"}
    )
    for facts in ("", "region=eu", "region=us"):
        yield Case("unheard/own region", f"input_tokens=1 {facts}", f"an id for the EU: {facts or 'no region'}")
    batch = ["priority: 100 when service_tier=priority"]
    renamed = offer("unheard/word", "input_tokens 3 per 1000000", adjustments=batch)
    yield renamed._replace(means={"service_tier": "fast=priority"})
    for facts in ("service_tier=fast", "service_tier=priority", "service_tier=flex"):
        yield Case("unheard/word", f"input_tokens=1000 {facts}", f"a seller's own word for a tier: {facts}")
    yield offer("unheard/tie", "images 2 when quality=hd", "images 3 when size=512x512", "images 1")
    for facts in ("quality=hd", "size=512x512", "quality=hd size=512x512", "quality=standard", "size=1x1", ""):
        yield Case("unheard/tie", f"images=1 {facts}", f"two rates that tie under both: {facts or 'no fact'}")
    yield offer(
        "unheard/tie above", "input_tokens 3 above 100", "input_tokens 2 when region=eu", "input_tokens 1",
        "input_tokens 4 above 200",
    )  # fmt: skip
    for count in (100, 101, 201):
        for facts in ("", "region=eu"):
            yield Case(
                "unheard/tie above", f"input_tokens={count} {facts}", f"{count} tokens in {facts or 'no region'}"
            )


def mixtures() -> Iterator[Offer | Case]:
    """Whole price lists as they occur, with everything in them."""
    yield offer(
        "mixture/chat",
        "input_tokens 2.5 per 1000000", "cache_read_tokens 1.25 per 1000000", "output_tokens 10 per 1000000",
        "input_audio_tokens 40 per 1000000", "output_audio_tokens 80 per 1000000", "reasoning_tokens 10 per 1000000",
        "searches 30 per 1000", "searches 35 per 1000 when search_context=high",
        defaults="search_context=low", adjustments=["batch discount: -50 when service_tier=batch"],
        fees=["top-up fee: 5 on_top waived byok=on"],
    )  # fmt: skip
    yield offer(
        "mixture/writes as input",
        "input_tokens 1.25 per 1000000", "input_tokens 2.5 per 1000000 above 200000",
        "cache_read_tokens 0.125 per 1000000", "output_tokens 10 per 1000000",
        "cache_write_tokens 1.25 per 1000000", "cache_write_tokens 2.5 per 1000000 above 200000",
        adjustments=["batch: -50 on input_tokens cache_write_tokens output_tokens when service_tier=batch"],
    )  # fmt: skip
    for usage in (
        "input_tokens=10000 cache_write_tokens=90000 output_tokens=500", "cache_write_tokens=100000",
        "input_tokens=10000 cache_write_tokens=90000 output_tokens=500 service_tier=batch",
        "input_tokens=10000 cache_write_tokens=190001 cache_read_tokens=0", "cache_write_tokens=1 cache_read_tokens=199999",
    ):  # fmt: skip
        yield Case("mixture/writes as input", usage, f"writes to a cache that cost what input costs: {usage}")
    for usage in (
        "input_tokens=600 cache_read_tokens=400 output_tokens=100", "input_tokens=1 searches=1",
        "input_tokens=1 searches=1 search_context=high", "input_audio_tokens=10 output_audio_tokens=1",
        "input_tokens=1000 output_tokens=200 reasoning_tokens=50 service_tier=batch byok=on",
        "input_tokens=1000 searches=3 service_tier=batch",
    ):  # fmt: skip
        yield Case("mixture/chat", usage, f"a call of a chat model: {usage}")
    yield offer(
        "mixture/image model",
        "images 0.011 when quality=low", "images 0.167 when quality=high", "input_tokens 5 per 1000000",
        "input_image_tokens 10 per 1000000", "output_image_tokens 40 per 1000000", "cache_read_image_tokens 2.5 per 1000000",
        defaults="quality=high",
    )  # fmt: skip
    for usage in (
        "images=2 input_tokens=50", "images=2 input_tokens=50 quality=low", "output_image_tokens=1056 input_tokens=50",
        "input_image_tokens=323 cache_read_image_tokens=323 output_image_tokens=272", "images=1 quality=medium",
    ):  # fmt: skip
        yield Case("mixture/image model", usage, f"a call of an image model: {usage}")
    yield offer(
        "mixture/speech", "input_characters 15 per 1000000", "audio_seconds 0.0043 per 60 minimum 15",
        "output_characters 30 per 1000000", "provisioned_seconds 4.5 per 3600", "requests 0.001 when route=edge",
    )  # fmt: skip
    for usage in (
        "input_characters=4096", "audio_seconds=14.9", "audio_seconds=3601 output_characters=12",
        "provisioned_seconds=100", "provisioned_seconds=3599.5 requests=2 route=edge", "requests=1",
    ):  # fmt: skip
        yield Case("mixture/speech", usage, f"a call of a speech model: {usage}")


def published() -> Iterator[Offer | Case]:
    """The worked examples of `published.txt`, whose totals were not worked out here."""
    text = Path(__file__).with_name("published.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    starts = [place for place, line in enumerate(lines) if not line.startswith(" ")] + [len(lines)]
    for start, end in itertools.pairwise(starts):
        head, source, rates, *examples = (line.strip() for line in lines[start:end])
        head, _, fee = head.partition(" fee: ")
        id, _, taken = head.partition(" defaults: ")
        fees = [f"top-up fee: {fee.split(' ')[0]} on_top"] if fee else []
        yield offer(f"published/{id}", *rates.split("; "), defaults=taken, fees=fees)
        for example in examples:
            usage, total = example.split(" -> ")
            yield Case(f"published/{id}", usage, f"{id}: {usage} is {total}", total=total, source=source)
