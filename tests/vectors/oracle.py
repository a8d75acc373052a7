"""What a usage costs, worked out a second time: straight from the law, in fractions, without the package.

It knows nothing but what `costs.json` holds: meters, one offer and a usage, all as plain texts. It is
written to be read against "What holds everywhere" in ARCHITECTURE.md, not to be fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from math import prod
from typing import Any

Json = Mapping[str, Any]

#: Where a quotient that does not end is cut, half-even.
PLACES = 18
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def cost(words: Json, offer: Json, quantities: Mapping[str, str], facts: Mapping[str, str], at: str) -> dict[str, Any]:
    """The cost of a usage at an offer as `{"cost": …}`, or `{"unpriced": …}` with all that lacks a price."""
    meters = words["meters"]
    moment = datetime.fromisoformat(at)
    if moment.date().isoformat() < offer.get("released", ""):
        return {"unpriced": [{"meter": "", "why": "no release yet"}]}
    tariff = in_force(offer.get("tariffs", []), moment)
    if not tariff or not tariff.get("rates"):
        why = "no price list yet" if tariff is None and offer.get("tariffs") else "price unknown"
        return {"unpriced": [{"meter": "", "why": why}]}
    facts = {fact: offer.get("means", {}).get(fact, {}).get(value, value) for fact, value in facts.items()}
    stated, facts = facts, of_class(tariff, facts)
    held = {**tariff.get("defaults", {}), **clock(tariff, moment), **facts}
    counted = {meter: Fraction(count) for meter, count in quantities.items() if Fraction(count)}
    strange = {
        fact: value
        for fact, value in facts.items()
        if value not in words["facts"].get(fact, [])
        and value not in (offer.get("facts", {}).get(fact), tariff.get("defaults", {}).get(fact))
    }
    charged, missing = charges(meters, tariff, counted, held, strange, offer.get("scaled", {}))
    if missing:
        return {"unpriced": sorted(missing, key=lambda lack: (lack["meter"], lack["why"]))}
    lines = [line for line in (bill(charge) for charge in charged if charge["quantity"]) if line]
    changes = adjust(tariff.get("adjustments", []), lines, held)
    total = sum([line["amount"] for line in lines] + [change["amount"] for change in changes], Fraction())
    fees = fund(offer.get("fees", []), total, held)
    funding = total + sum((fee["amount"] for fee in fees), Fraction())
    assumed = assumptions(meters, offer, tariff, charged, held, stated)
    return {
        "cost": {
            "currency": tariff.get("currency", "USD"),
            "lines": [{name: written(value) for name, value in line.items() if name != "when"} for line in lines],
            "adjustments": [{name: written(value) for name, value in change.items()} for change in changes],
            "total": written(total),
            "fees": [{name: written(value) for name, value in fee.items()} for fee in fees],
            "funding": written(funding),
            "assumed": assumed,
        }
    }


def of_class(tariff: Json, facts: Mapping[str, str]) -> Mapping[str, str]:
    """The facts with a resolution for their size, where the price list has prices by resolution and none by size."""
    known = [part for row in (*tariff["rates"], *tariff.get("adjustments", [])) for part in row.get("when", {}).items()]
    kinds = {fact for fact, _ in known}
    if "size" not in facts or "resolution" in facts or "resolution" not in kinds or "size" in kinds:
        return facts
    across, down = (Fraction(side) for side in facts["size"].split("x"))
    names = {value for fact, value in known if fact == "resolution"}
    names |= {value for fact, value in tariff.get("defaults", {}).items() if fact == "resolution"}
    fitting = []
    for name in names:
        count = Fraction(name[:-1])
        square = (count * 1024) ** 2
        if min(across, down) == count if name[-1] == "p" else abs(across * down / square - 1) <= Fraction(1, 20):
            fitting.append(name)
    return {**facts, "resolution": fitting[0] if len(fitting) == 1 else facts["size"]}


def in_force(tariffs: list[Json], moment: datetime) -> Json | None:
    """The last price list that had taken effect by the day, which begins at midnight UTC."""
    day = moment.date().isoformat()
    return next((tariff for tariff in reversed(tariffs) if tariff.get("effective", "") <= day), None)


def clock(tariff: Json, moment: datetime) -> dict[str, str]:
    """The period that the moment falls into, where the price list knows any."""
    periods = tariff.get("periods", {})
    inside = [name for name, windows in periods.items() if any(falls(window, moment) for window in windows)]
    return {"period": [*inside, "standard"][0]} if periods else {}


def falls(window: str, moment: datetime) -> bool:
    """Whether a moment lies in a window such as `fri-mon 16:30-24:00`: from its first second, up to its end."""
    days, hours = window.split(" ")
    first, last = (DAYS.index(day) for day in (days.split("-") * 2)[:2])
    span = [first]
    while span[-1] != last:
        span.append((span[-1] + 1) % 7)
    start, end = hours.split("-")
    return moment.weekday() in span and start <= moment.strftime("%H:%M") < end


def charges(
    meters: Json,
    tariff: Json,
    counted: Mapping[str, Fraction],
    held: Mapping[str, str],
    strange: Mapping[str, str],
    scaled: Json,
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Each meter of the price list that the usage has some of, with the rate that wins; and what lacks one.

    `strange` are the facts given that ask for no standard price, `scaled` those by which the seller prices a meter.
    """
    rates = tariff["rates"]
    priced = list(dict.fromkeys(rate["meter"] for rate in rates))
    missing = uncovered(meters, priced, counted)
    prompt = sum((count for meter, count in counted.items() if meters[meter].get("prompt")), Fraction())
    charged = []
    for meter in priced:
        reading = meters[meter].get("reading", {"of": "", "times": []})
        item = meter if meter in counted else reading["of"]
        if item not in counted:
            continue
        times = [] if item == meter else reading["times"]
        if any(factor.split(" of ")[-1] not in held for factor in times):
            missing.append({"meter": meter, "why": "fact missing"})
            continue
        applying = [rate for rate in rates if rate["meter"] == meter and applies(rate, held, prompt)]
        most = [rate for rate in applying if special(rate) == max(map(special, applying))]
        alike = all(rate.get("when") == most[0].get("when") for rate in most)
        if not most or not alike or any(unheard(fact, strange, meter, tariff, scaled) for fact in strange):
            missing.append({"meter": meter, "why": "no rate"})
            continue
        quantity = counted[item] * prod(measured(factor, held) for factor in times)
        best = max(most, key=lambda rate: int(rate.get("above", 0)))
        charged.append({"item": item, "meter": meter, "quantity": quantity, "rate": best})
    return charged, missing


def unheard(fact: str, strange: Mapping[str, str], meter: str, tariff: Json, scaled: Json) -> bool:
    """Whether a price list has prices of a meter by a fact, or its seller has elsewhere, but none for its value."""
    changes = [change for change in tariff.get("adjustments", []) if meter in (change.get("meters") or [meter])]
    parts = [rate for rate in tariff["rates"] if rate["meter"] == meter] + changes
    known = {part["when"][fact] for part in parts if fact in part.get("when", {})}
    return strange[fact] not in known if known else fact in scaled.get(meter, [])


def uncovered(meters: Json, priced: list[str], counted: Mapping[str, Fraction]) -> list[dict[str, str]]:
    """Quantities that no rate is for, and those that would charge the same output twice."""
    covered = {name for meter in priced for name in (meter, meters[meter].get("reading", {}).get("of"))}
    missing = [{"meter": meter, "why": "no rate"} for meter in counted if meter not in covered]
    for meter in counted:
        other = meters[meter].get("instead_of")
        if other in counted and meter in priced and other in priced:
            missing.append({"meter": meter, "why": "given twice"})
    return missing


def applies(rate: Json, held: Mapping[str, str], prompt: Fraction) -> bool:
    """Whether all conditions hold and the prompt is longer than the threshold."""
    return rate.get("when", {}).items() <= held.items() and ("above" not in rate or prompt > int(rate["above"]))


def special(rate: Json) -> int:
    """How special a rate is: a threshold counts as one condition."""
    return len(rate.get("when", {})) + ("above" in rate)


def measured(factor: str, held: Mapping[str, str]) -> int:
    """What a factor of a reading comes to for one of what is read."""
    measure, _, fact = factor.rpartition(" of ")
    if not measure:
        return int(held[fact])
    width, height = map(int, held[fact].split("x"))
    return {
        "pixels": width * height,
        "megapixels": begun(width * height, 1024 * 1024),
        "extra megapixels": begun(width * height, 1024 * 1024) - 1,
        "tiles": begun(width, 512) * begun(height, 512),
    }[measure]


def begun(whole: int, part: int) -> int:
    """How many parts are begun: 513 pixels are two of 512."""
    return whole // part + (whole % part > 0)


def bill(charge: Json) -> dict[str, Any]:
    """The line of a charge: the quantity, or the rate's minimum where that is more, at price / per."""
    rate = charge["rate"]
    quantity = max(charge["quantity"], Fraction(rate.get("minimum", 0)))
    return {
        "item": charge["item"],
        "meter": charge["meter"],
        "quantity": quantity,
        "price": Fraction(rate["price"]),
        "per": Fraction(rate.get("per", 1)),
        "amount": rounded(quantity * Fraction(rate["price"]) / int(rate.get("per", 1))),
        "when": rate.get("when", {}),
    }


def adjust(adjustments: list[Json], lines: list[dict[str, Any]], held: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each percentage in its turn, on what the ones before it left of the lines it is for."""
    running = [line["amount"] for line in lines]
    changes = []
    for adjustment in adjustments:
        if not adjustment["when"].items() <= held.items():
            continue
        share = Fraction(adjustment["percent"]) / 100
        only = adjustment.get("meters", [])
        change = Fraction()
        for place, line in enumerate(lines):
            already = line["when"].keys() & adjustment["when"].keys()
            if not already and (not only or line["meter"] in only):
                change += running[place] * share
                running[place] += running[place] * share
        if change:
            changes.append({"name": adjustment["name"], "percent": share * 100, "amount": change})
    return changes


def fund(fees: list[Json], total: Fraction, held: Mapping[str, str]) -> list[dict[str, Any]]:
    """What a seller takes when the total is funded: on top of it, or out of a payment that must leave it."""
    taken = []
    for fee in fees:
        if fee.get("waived") and fee["waived"].items() <= held.items():
            continue
        percent = Fraction(fee["percent"])
        rest = 100 if fee["basis"] == "on_top" else 100 - percent
        taken.append({"name": fee["name"], "percent": percent, "amount": rounded(total * percent / rest)})
    return taken


def assumptions(
    meters: Json, offer: Json, tariff: Json, charged: list[Json], held: Mapping[str, str], given: Mapping[str, str]
) -> dict[str, str]:
    """The facts nobody gave that this price can depend on, as they were taken for granted."""
    billed = {charge["meter"] for charge in charged}
    parts = [rate.get("when", {}) for rate in tariff["rates"] if rate["meter"] in billed]
    for adjustment in tariff.get("adjustments", []):
        only = adjustment.get("meters", [])
        parts += [adjustment["when"]] if not only or billed & {*only} else []
    parts += [fee.get("waived", {}) for fee in offer.get("fees", [])]
    relevant = {fact for part in parts for fact in part}
    for charge in charged:
        if charge["item"] != charge["meter"]:
            relevant |= {factor.split(" of ")[-1] for factor in meters[charge["meter"]]["reading"]["times"]}
    return {fact: value for fact, value in held.items() if fact in relevant and fact not in given}


def rounded(amount: Fraction) -> Fraction:
    """The amount itself where its decimals end, else rounded half-even at 18 decimals."""
    rest = amount.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    return amount if rest == 1 else Fraction(round(amount * 10**PLACES), 10**PLACES)


def written(value: Fraction | str) -> str:
    """A number in the one way it is written: plain digits, no zeros at the end, no minus zero."""
    if isinstance(value, str):
        return value
    places = 0
    while (value * 10**places).denominator > 1:
        places += 1
    digits = str(abs(int(value * 10**places))).zfill(places + 1)
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
