"""One truth: usages at offers and what they cost to the digit, which every engine must give.

`costs.json` is the truth; this reads it as records, for the engines that take records. It is made by
`make.py` from what people wrote in `authored.py` and `published.txt`, with the results of `oracle.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ratecard.core import decimals
from ratecard.core.catalog import Catalog, names_of
from ratecard.core.records import (  # fmt: skip
    Adjustment,
    Card,
    Event,
    Fact,
    Fee,
    Meter,
    Offer,
    Provider,
    Rate,
    Reading,
    Seller,
    Source,
    Tariff,
    Vocabulary,
)
from ratecard.core.usage import Usage
from ratecard.pricing import cost as pricing

FILE = Path(__file__).with_name("costs.json")
MAKER = Provider("vectors", "The test vectors")

#: Every price list needs a source; these were checked long before any case, so that none is warned about.
_SOURCE = Source("https://example.org/vectors", date(1970, 1, 1))
#: The vectors are about money, not about whether a price is believable.
_BOUNDS = (Decimal(0), Decimal(10) ** 18)


#: How the engine puts each reason for having no price.
REASONS = {
    "no release yet": "it was released on .*",
    "no price list yet": "no price list was in force before .*",
    "price unknown": "its price is not known",
    "no rate": "no rate for {meter}[; ].*",
    "fact missing": "{meter} needs .*",
    "given twice": "{meter} and .* measure the same output here; .*",
}


class Case(NamedTuple):
    """A usage of an offer at a moment in UTC, and what it costs or what of it lacks a price.

    `cost` is as in the file, with numbers as canonical texts: currency, lines, adjustments, total, fees,
    funding, assumed. It is None where `unpriced` names, as (meter, why), everything without a price; the
    meter is empty where the whole offer has none.
    """

    name: str
    offer: str
    usage: Usage
    at: datetime
    cost: Mapping[str, Any] | None
    unpriced: tuple[tuple[str, str], ...]


def cases() -> list[Case]:
    """Every case, in the order of the file."""
    return list(map(_case, _file()["cases"]))


def catalog_of_vectors() -> Catalog:
    """A catalog in which the id of each offer is the slug of a card that has this offer alone."""
    return catalog_of(_file()["offers"])


def catalog_of(offers: Mapping[str, Any]) -> Catalog:
    """The catalog of offers written as in the file; each has a seller of its own, with the fees, of the same id."""
    cards = {id: Card(id, id, MAKER.id, "text", offers=(_offer(id, offer),)) for id, offer in sorted(offers.items())}
    return Catalog(
        cards=cards,
        sellers={
            id: Seller(id, id, "maker", fees=_fees(offer), scaled=_scaled(offer), means=offer.get("means", {}))
            for id, offer in sorted(offers.items())
        },
        providers={MAKER.id: MAKER},
        collections={},
        vocabulary=Vocabulary(
            meters={id: _meter(id, word) for id, word in _file()["meters"].items()},
            facts={id: Fact(id, id, "word", id, plain=tuple(plain)) for id, plain in _file()["facts"].items()},
        ),
        names=names_of(cards.values()),
    )


def written(cost: pricing.Cost) -> dict[str, Any]:
    """A cost of the package's own engine as the vectors write it."""
    return {
        "currency": cost.currency,
        "lines": [
            {
                "item": line.item,
                "meter": line.meter,
                "quantity": decimals.text(line.quantity),
                "price": decimals.text(line.rate.price),
                "per": str(line.rate.per),
                "amount": decimals.text(line.amount),
            }
            for line in cost.lines
        ],
        "adjustments": [_percentage(change) for change in cost.adjustments],
        "total": decimals.text(cost.total),
        "fees": [_percentage(fee) for fee in cost.fees],
        "funding": decimals.text(cost.funding),
        "assumed": {part.fact: part.value for part in cost.assumed},
    }


def says(missing: Sequence[str], unpriced: tuple[tuple[str, str], ...]) -> bool:
    """Whether an error names exactly these meters with these reasons."""
    forms = [REASONS[why].format(meter=meter) for meter, why in unpriced]
    return len(missing) == len(forms) and all(any(re.fullmatch(form, text) for text in missing) for form in forms)


def _percentage(part: pricing.Percentage) -> dict[str, str]:
    return {"name": part.name, "percent": decimals.text(part.percent), "amount": decimals.text(part.amount)}


@cache
def _file() -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def _case(case: Mapping[str, Any]) -> Case:
    return Case(
        name=case["name"],
        offer=case["offer"],
        usage=usage_of(case["quantities"], case["facts"]),
        at=datetime.fromisoformat(case["at"]),
        cost=case.get("cost"),
        unpriced=tuple((lack["meter"], lack["why"]) for lack in case.get("unpriced", ())),
    )


def usage_of(quantities: Mapping[str, str], facts: Mapping[str, str]) -> Usage:
    """The usage that texts stand for."""
    return Usage({meter: Decimal(count) for meter, count in quantities.items()}, dict(facts))


def _meter(id: str, word: Mapping[str, Any]) -> Meter:
    reading = word.get("reading")
    return Meter(
        id, id, id, _BOUNDS,
        prompt=word.get("prompt", False),
        whole=word.get("whole", False),
        reading=Reading(reading["of"], tuple(reading["times"])) if reading else None,
        instead_of=word.get("instead_of", ""),
    )  # fmt: skip


def _offer(id: str, offer: Mapping[str, Any]) -> Offer:
    released = date.fromisoformat(offer["released"]) if "released" in offer else None
    return Offer(
        id, id,
        facts=offer.get("facts", {}),
        lifecycle=(Event("released", released, _SOURCE),) if released else (),
        tariffs=tuple(map(_tariff, offer.get("tariffs", ()))),
    )  # fmt: skip


def _tariff(tariff: Mapping[str, Any]) -> Tariff:
    return Tariff(
        sources=(_SOURCE,),
        rates=tuple(map(_rate, tariff["rates"])),
        effective=date.fromisoformat(tariff["effective"]) if "effective" in tariff else None,
        currency=tariff.get("currency", "USD"),
        defaults=tariff.get("defaults", {}),
        adjustments=tuple(map(_adjustment, tariff.get("adjustments", ()))),
        periods={name: tuple(windows) for name, windows in tariff.get("periods", {}).items()},
    )


def _rate(rate: Mapping[str, Any]) -> Rate:
    return Rate(
        meter=rate["meter"],
        price=Decimal(rate["price"]),
        per=int(rate.get("per", 1)),
        when=frozenset(rate.get("when", {}).items()),
        above=int(rate.get("above", 0)),
        minimum=Decimal(rate.get("minimum", 0)),
        zero=rate.get("zero", ""),
    )


def _adjustment(change: Mapping[str, Any]) -> Adjustment:
    return Adjustment(
        name=change["name"],
        percent=Decimal(change["percent"]),
        when=frozenset(change["when"].items()),
        meters=tuple(change.get("meters", ())),
    )


def _scaled(offer: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    return {meter: tuple(facts) for meter, facts in offer.get("scaled", {}).items()}


def _fees(offer: Mapping[str, Any]) -> tuple[Fee, ...]:
    return tuple(
        Fee(fee["name"], Decimal(fee["percent"]), fee["basis"], frozenset(fee.get("waived", {}).items()))
        for fee in offer.get("fees", ())
    )
