"""The scalar types of the schema: validation and conversion of the author's text."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from ratecard.core import decimals

SLUG = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*){1,3}")
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+(?:[A-Za-z]{2,}|xn--[A-Za-z0-9-]+)"
_PATH = r"[^\s\x00-\x20\x7f<>\"\\^`{|}]*"
_PACKAGE = r"pkg:[a-z]+/[^\s\x00-\x20\x7f<>\"\\]+"
_URL = re.compile(rf"(?:https?://{_HOST}(?::[0-9]+)?(?:/{_PATH})?|{_PACKAGE})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARTIAL_DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_SIZE = re.compile(r"[1-9][0-9]{0,4}x[1-9][0-9]{0,4}")
#: The codes of ISO 4217 for money that people pay with.
CURRENCIES = frozenset((
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN",
    "BHD", "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF",
    "CLP", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB",
    "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG",
    "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF",
    "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA",
    "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO",
    "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD",
    "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN",
    "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX",
    "USD", "UYU", "UZS", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR",
    "ZMW", "ZWG",
))  # fmt: skip
#: What people write for some of them.
_SPELLED = {
    "euro": "EUR", "\u20ac": "EUR", "dollar": "USD", "$": "USD", "us dollar": "USD", "pound": "GBP", "\u00a3": "GBP",
    "yen": "JPY", "\u00a5": "JPY", "yuan": "CNY", "rmb": "CNY", "renminbi": "CNY", "rupee": "INR", "\u20b9": "INR",
    "franc": "CHF",
}  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
#: Bounds far beyond real values, within which every sum of money is exact (`ratecard.core.decimals.DIGITS`).
MAX_PLACES, MAX_PRICE, MAX_WHOLE, MAX_PERCENT = 12, Decimal(10) ** 12, 10**15, 1_000


def _wrong(what: str, mend: str) -> PydanticCustomError:
    return PydanticCustomError("ratecard", "{what}\0{mend}", {"what": what, "mend": mend})


def _number(value: object) -> object:
    if not isinstance(value, str):
        return value
    number = decimals.parse(value)
    if number is None:
        raise _wrong(f"{value!r} is not a number", "write digits with a point, such as 0.25 or 1_000")
    return number


def price(number: Decimal) -> Decimal:
    """A price of zero or more, up to `MAX_PRICE`, with at most `MAX_PLACES` decimals."""
    if number < 0:
        raise _wrong(f"a price of {number} is below zero", "write what the source charges")
    mend = "write the price as the source prints it, with its `per`"
    if number > MAX_PRICE:
        raise _wrong(f"{number:f} is above {MAX_PRICE:,}", mend)
    if decimals.places(number) > MAX_PLACES:
        raise _wrong(f"{number:f} has more than {MAX_PLACES} decimals", mend)
    return number


def _percent(number: Decimal) -> Decimal:
    if abs(number) > MAX_PERCENT or decimals.places(number) > MAX_PLACES:
        raise _wrong(
            f"{number:f} is not a percentage up to {MAX_PERCENT} with at most {MAX_PLACES} decimals",
            "write it as the source prints it, such as -50",
        )
    return number


def _weight(number: Decimal) -> Decimal:
    if not number:
        raise _wrong("a weight of 0", "write a number above 0, or omit the preference")
    return number


def whole(value: object) -> object:
    """Parses a whole number."""
    if not isinstance(value, str):
        return value
    number = decimals.parse(value)
    if number is None or number != int(number) or number < 0:
        raise _wrong(f"{value!r} is not a whole number", "write digits only, such as 1024")
    if number > MAX_WHOLE:
        raise _wrong(f"{number:f} is above {MAX_WHOLE:,}", "write the number as the source prints it")
    return int(number)


def _positive(number: int) -> int:
    if number < 1:
        raise _wrong(f"{number} is below 1", "write 1 or more")
    return number


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        if not _DAY.fullmatch(value):
            raise ValueError(value)
        return date.fromisoformat(value)
    except ValueError:
        raise _wrong(f"{value!r} is not a date", "write it as YEAR-MONTH-DAY, such as 2026-11-21") from None


def _flag(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value not in ("true", "false"):
        raise _wrong(f"{value!r} is neither true nor false", "write true or false")
    return value == "true"


def _currency(value: str) -> str:
    if value in CURRENCIES:
        return value
    guess = _SPELLED.get(value.strip().lower().rstrip("s"), value.strip().upper())
    mend = f"write {guess}" if guess in CURRENCIES else "write its code of three letters, such as USD or EUR"
    raise _wrong(f"{value!r} is not a currency", mend)


def _matching(pattern: re.Pattern[str], kind: str, mend: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise _wrong(f"{value!r} is not {kind}", mend)
        return value

    return AfterValidator(check)


def _clean(value: str) -> str:
    if not value.strip():
        raise _wrong("the text is empty", "fill it in or omit the key")
    if _CONTROL.search(value):
        raise _wrong("the text holds a control character", "remove it, and write the text on one line")
    return value.strip()


def detailed(value: object) -> object:
    """Expands a single word to the mapping it abbreviates."""
    return {"value": value} if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(_clean), Field(max_length=2_000)]
Word = Annotated[str, AfterValidator(_clean), Field(max_length=200)]
Number = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
Price = Annotated[Number, AfterValidator(price), WithJsonSchema({"type": "number", "minimum": 0})]
Weight = Annotated[Price, AfterValidator(_weight), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]
Percent = Annotated[Number, AfterValidator(_percent)]
Whole = Annotated[
    int, BeforeValidator(whole), AfterValidator(_positive), WithJsonSchema({"type": "integer", "minimum": 1})
]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Url = Annotated[
    str,
    Field(max_length=500),
    _matching(
        _URL,
        "a web address",
        "write https:// and a host on the web, without spaces (or a package as pkg:…)",
    ),
]
Currency = Annotated[str, AfterValidator(_currency), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})]
PartialDay = Annotated[str, _matching(_PARTIAL_DAY, "a date or month", "write it as 2026-11-21, 2026-11 or 2026")]
Size = Annotated[str, _matching(_SIZE, "a size", "write WIDTHxHEIGHT in pixels, such as 1024x1024")]
Slug = Annotated[str, _matching(SLUG, "a slug", "write provider/model in lower case letters, digits, dots, dashes")]
FactValue = Annotated[Word, WithJsonSchema({"type": ["string", "number"]})]
#: Metadata of a mapping that becomes a set of (fact, value) pairs.
AS_PAIRS = "as pairs"
Conditions = Annotated[dict[Word, FactValue], AS_PAIRS]
ThreeValued = Literal["yes", "no", "unknown"]
