"""Objectives: by what one offer is better than another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from ratecard.core.errors import BadValue, UnknownWord

#: What has to be paid for the usage.
COST = "cost"

#: The axes that an attribute answers, and those that need no column of the caller.
BY_ATTRIBUTE = ("confidence", "freshness", "open-weights", "sync")
AXES = (COST, "preference", "fit", *BY_ATTRIBUTE)


class Objectives(NamedTuple):
    """What is better: by the first axis of `by` that tells two offers apart, or by a sum where there are weights.

    `prefer` are names from the most preferred on. `columns` are numbers by slug that the caller brings, for axes of
    his own; more is better there, less where the axis is written with a minus.
    """

    by: tuple[str, ...] = (COST,)
    weights: Mapping[str, Decimal] = {}
    prefer: tuple[str, ...] = ()
    columns: Mapping[str, Mapping[str, Decimal]] = {}

    @property
    def plain(self) -> bool:
        """Whether what costs less is better, and nothing else."""
        return not self.weights and self.by == (COST,)


CHEAPEST = Objectives()


def check(objectives: Objectives, axes: Iterable[str]) -> None:
    """Raises `UnknownWord` for an axis that there is not, and `BadValue` where one is wanted that has no names."""
    for axis in axes:
        known = [*AXES, *objectives.columns]
        if axis.removeprefix("-") not in known:
            raise UnknownWord("objective", axis, known)
        if axis == "preference" and not objectives.prefer:
            raise BadValue("preference: say which names are preferred, the most preferred first")
