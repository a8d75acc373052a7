"""What a report says that no number of its cost holds: which of it is usage, and so forbids a total."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from ratecard.responses import paths
from ratecard.responses.flavors import FLAVORS
from ratecard.responses.flavors.rows import Flavor
from ratecard.responses.flavors.words import COUNTED, REPEATED, SETTLED, SETTLED_FIRST, SETTLED_LAST

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


class Unmapped(NamedTuple):
    """A part of a report that no quantity or fact holds: a number, a circumstance, a tool call."""

    path: str
    value: str


def forbidding(unmapped: Collection[Unmapped], flavor: Flavor, ignored: Collection[str] = ()) -> list[Unmapped]:
    """What of it forbids a total: usage that may be billed, and circumstances that may change a price.

    Times, settings and ids do not, nor does a field that is ignored: by its whole path, or by the end of it.
    """
    beside = {row.path for row in flavor.beside}
    sellers = {row.path for row in flavor.sellers}
    return [
        found
        for found in unmapped
        if found.value != "0"
        and found.path not in sellers
        and (found.path in beside or not _numeric(found.value) or is_usage(found.path))
        and not any(names(field, found.path) for field in ignored)
    ]


def names(field: str, path: str) -> bool:
    """Whether a field that someone names is the one at a path."""
    return field == path or path.endswith(f".{field}")


@lru_cache(maxsize=4096)
def is_usage(path: str) -> bool:
    """Whether a number at this path counts something, as far as its names tell."""
    return not _is_setting(path) and any(counted in path.lower() for counted in COUNTED)


def _is_setting(path: str) -> bool:
    """Whether a name says that a number is money, a speed, a setting or an id."""
    name = next((key for key in reversed(path.split(".")) if not key.isdigit()), "")
    words = [word.lower() for word in _WORDS.findall(name)]
    return bool(words) and (words[0] in SETTLED_FIRST or words[-1] in SETTLED_LAST or not SETTLED.isdisjoint(words))


def told(flavor: Flavor, trail: paths.Trail, container: paths.Trail) -> bool:
    """Whether a number inside an object that bills nothing is one that this is known of, by its name."""
    inside = [str(key) for key in trail[len(container) :] if isinstance(key, str)]
    return not inside or inside[-1] in _names(flavor) or _is_setting(".".join(map(str, trail)))


def mirrored(trail: paths.Trail, container: paths.Trail, flat: bool) -> bool:
    """Whether a number inside an object that repeats the usage has a name that some flavor reads."""
    inside = str(trail[-1]).rpartition(".")[2] if flat else str(trail[-1])
    known = inside in REPEATED or any(inside in _names(flavor) for flavor in FLAVORS)
    return known or (len(trail) == len(container) and not flat) or _is_setting(inside)


@lru_cache(maxsize=256)
def _names(flavor: Flavor) -> frozenset[str]:
    """The last keys of all paths that a flavor reads, or knows to bill nothing."""
    return frozenset(key for path in _paths(flavor) for choice in path.split("|") for key in _last(choice))


def _last(path: str) -> list[str]:
    return [path.rpartition(".")[2].partition("[")[0]]


def _paths(flavor: Flavor) -> Iterator[str]:
    for amount in (*flavor.amounts, *(amount for row in flavor.inner for amount in row.amounts)):
        yield from (*amount.plus, *amount.minus)
    for total in flavor.totals:
        yield from (total.path, *total.parts)
    yield from flavor.told


def _numeric(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
