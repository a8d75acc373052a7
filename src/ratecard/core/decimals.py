"""Exact decimal arithmetic: one context of our own, one canonical text."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation, Overflow

ZERO = Decimal(0)
ONE = Decimal(1)

#: More digits than any cost within the bounds of prices and usage needs: 24 for a price, 59 for a quantity, 30 for
#: its readings, 50 for a division, 17 for each of 16 percentages and 60 for a fee. It is as fast as a narrow context.
#: A number that still does not fit is trapped, never rounded.
DIGITS = 1_000
_EXACT = Context(prec=DIGITS, traps=[Inexact, InvalidOperation, Overflow])
#: Only for quotients that do not end, such as a price per 60 seconds: half-even at 18 decimals.
_ROUNDED = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, Overflow])
_QUANTUM = Decimal("1e-18")
#: The exceptions raised instead of rounding.
Unfit = (Inexact, InvalidOperation, Overflow)

#: A number with as many digits may be one that binary arithmetic made: if it is as near, relatively, to one with at
#: most so many digits, that one is meant.
NOISY_DIGITS = 8
NOISE = {6: Decimal("1e-7"), 9: Decimal("1e-13")}
_SHORT = {
    digits: Context(prec=digits, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, Overflow]) for digits in NOISE
}

_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_SCALED = {"k": Decimal(1_000), "m": Decimal(1_000_000), "g": Decimal(1_000_000_000), "b": Decimal(1_000_000_000)}
_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_POWER = re.compile(r"(-?[0-9.]+)[eE]\+?([0-9]{1,2})")

#: The longest number a person or feed may write, in characters.
MAX_DIGITS = 40


#: The exact sum and product of two numbers; they raise `decimal.Inexact` instead of rounding.
HUNDRED, HUNDREDTH = Decimal(100), Decimal("0.01")

#: Bound methods of the context: a wrapper function would double the time.
add = _EXACT.add
multiply = _EXACT.multiply
#: The exact difference; the operator would round to the ambient context.
subtract = _EXACT.subtract

#: An int as a decimal: exact, and despite its name the fastest way.
whole = Decimal.from_float


def divide(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The quotient: exact if it ends, else rounded half-even at 18 decimals."""
    exactly = quotient(dividend, divisor)
    if exactly is not None:
        return exactly
    return _ROUNDED.quantize(_ROUNDED.divide(dividend, divisor), _QUANTUM)


def quotient(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """The exact quotient, or None if it does not terminate."""
    try:
        return _EXACT.divide(dividend, divisor)
    except Inexact:
        return None


def factor_of(percent: Decimal) -> Decimal:
    """The factor by which a percentage multiplies: -50 halves, 10 is 1.1."""
    return add(ONE, multiply(percent, HUNDREDTH))


def places(number: Decimal) -> int:
    """The number of decimal places a number is written with."""
    if number.same_quantum(ONE):  # a whole number as most are written, and much faster than its digits
        return 0
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def total(amounts: list[Decimal]) -> Decimal:
    """The exact sum of many amounts."""
    result = ZERO
    for amount in amounts:
        result = add(result, amount)
    return result


def text(number: Decimal) -> str:
    """The canonical text of a number: no exponent, no trailing zeros, no minus zero."""
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain


def shortened(number: Decimal) -> Decimal:
    """The short decimal that a long one means: 0.30000000000000004 is 0.3, and 0.333333333 is itself."""
    if len(number.normalize(_EXACT).as_tuple().digits) >= NOISY_DIGITS:
        for digits, noise in NOISE.items():
            short = _SHORT[digits].plus(number)
            if abs(subtract(number, short)) <= multiply(noise, abs(number)):
                return Decimal(text(short))
    return number


def number(value: object) -> Decimal | None:
    """A finite number as a decimal (a float at its shortest), or None for anything else, booleans included."""
    if type(value) is Decimal:
        return value if value.is_finite() else None
    match value:
        case bool():
            return None
        case int():
            return Decimal(value)
        case float():
            return number(Decimal(repr(value)))
        case Decimal() if value.is_finite():
            return value
        case _:
            return None


def parse(words: str) -> Decimal | None:
    """Parses a number as people write it (`1000`, `1_000`, `0.25`); None for anything else."""
    plain = re.sub(r"(?<=[0-9])_(?=[0-9])", "", words)
    if len(plain) > MAX_DIGITS or not _DECIMAL.fullmatch(plain):
        return None
    return Decimal(plain)


def parse_scaled(words: str) -> Decimal | None:
    """Like `parse`, also with a suffix `k`, `M`, `G` or `B` in either case (`20k`, `1.5m`), `1,000,000` and `1e6`."""
    scale, power = _SCALED.get(words[-1:].lower()), _POWER.fullmatch(words)
    if power:
        number, scale = parse(power[1]), Decimal(1).scaleb(int(power[2]))
    else:
        plain = words[:-1] if scale else words
        number = parse(plain.replace(",", "") if _GROUPED.fullmatch(plain) else plain)
    return multiply(number, scale) if number is not None and scale else number
