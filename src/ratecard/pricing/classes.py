"""The resolution class of a size, where a price list goes by classes and a usage names a size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ratecard.core.records import Tariff

SIZE, RESOLUTION = "size", "resolution"
#: The pixels on a side of the square that 1K is named after.
K = 1024
#: A class such as 2K has as many pixels as its square, give or take one in so many.
SLACK = 20


def with_class(facts: Mapping[str, str], tariff: Tariff) -> Mapping[str, str]:
    """Facts with the resolution that their size means to a price list which goes by resolution and not by size.

    A size of none of its classes stands for itself, a resolution that the list does not know.
    """
    if SIZE not in facts or RESOLUTION in facts:
        return facts
    held = [*(rate.when for rate in tariff.rates), *(change.when for change in tariff.adjustments)]
    conditions = [condition for when in held for condition in when]
    named = {fact for fact, _ in conditions}
    if RESOLUTION not in named or SIZE in named:
        return facts
    classes = {value for fact, value in conditions if fact == RESOLUTION}
    usual = tariff.defaults.get(RESOLUTION)
    return {**facts, RESOLUTION: class_of(facts[SIZE], {*classes, *([usual] if usual else [])})}


def class_of(size: str, classes: Iterable[str]) -> str:
    """The only one of some classes that a size is of, or the size if there is none.

    1080p has 1080 pixels on its shorter side, and 2K about as many in all as 2048x2048.
    """
    width, height = map(int, size.split("x"))
    found = [one for one in sorted(classes) if _holds(one, width, height)]
    return found[0] if len(found) == 1 else size


def _holds(name: str, width: int, height: int) -> bool:
    if name.endswith("p"):
        return min(width, height) == int(name[:-1])
    whole, _, part = name.removesuffix("K").partition(".")
    side = K * int(whole + part) // int("1" + "0" * len(part))
    return abs(width * height - side * side) * SLACK <= side * side
