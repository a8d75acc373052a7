"""Signs: what tells which flavor a body has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from ratecard.responses import paths
from ratecard.responses.flavors import FLAVORS
from ratecard.responses.flavors.rows import Flavor


class Choice(NamedTuple):
    """One path of a sign, with the value that it must lead to, or one with a text `within`; empty for any."""

    path: str
    within: bool
    wanted: str


@lru_cache(maxsize=1024)
def choices_of(sign: str) -> tuple[Choice, ...]:
    """The paths of a sign."""
    found = [(re.search("[~=]", choice), choice) for choice in paths.choices(sign)]
    return tuple(
        Choice(choice[: mark.start()], mark[0] == "~", choice[mark.end() :]) if mark else Choice(choice, False, "")
        for mark, choice in found
    )


class Sign(NamedTuple):
    """What decides at a path which flavor a body has: the values that some signs want, and texts within values."""

    values: frozenset[str]
    texts: frozenset[str]


def signs(flat: bool) -> dict[str, Sign]:
    """The paths of signs."""
    found: dict[str, Sign] = {}
    for choice in (
        choice
        for flavor in FLAVORS
        if flavor.flat == flat
        for sign in (*flavor.signs, *flavor.hints)
        for choice in choices_of(sign)
    ):
        values, texts = found.get(choice.path, Sign(frozenset(), frozenset()))
        own = frozenset({choice.wanted} - {""})
        found[choice.path] = Sign(values, texts | own) if choice.within else Sign(values | own, texts)
    return found


def shown(value: object, sign: Sign) -> object:
    """What a value shows of a sign: which value or texts wanted it has, or whether it is a value at all."""
    if value is None or type(value) is dict or (type(value) not in paths.PLAIN and isinstance(value, Mapping)):
        return False
    if sign.texts:
        text = str(value)
        return (text if text in sign.values else True, *(one for one in sign.texts if one in text.lower()))
    return text if sign.values and (text := str(value)) in sign.values else True


def shows(flavor: Flavor, body: Mapping[str, Any], sign: str) -> bool:
    """Whether one of a sign's paths leads to a value, and to the required one."""
    for path, within, wanted in choices_of(sign):
        for found in paths.matches(body, path, flavor.flat):
            if isinstance(found.value, Mapping):
                continue
            if wanted in str(found.value).lower() if within else not wanted or wanted == str(found.value):
                return True
    return False
