"""The base class of authored mappings, and the source most of them cite."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from ratecard.cards.schema.scalars import AS_PAIRS, Day, PartialDay, Text, Url, Word
from ratecard.core import records


class Entry(BaseModel):
    """A mapping an author writes; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    record: ClassVar[Any]

    def build(self, **given: object) -> Any:
        """The frozen record of this entry, with the values in `given` added."""
        pairs = _as_pairs(type(self))
        values = {
            name: frozenset(value.items()) if name in pairs else _built(value) for name, value in vars(self).items()
        }
        return self.record(**values, **given)


@cache
def _as_pairs(kind: type[Entry]) -> frozenset[str]:
    """The fields whose mapping is held as a set of pairs."""
    return frozenset(name for name, field in kind.model_fields.items() if AS_PAIRS in field.metadata)


def _built(value: object) -> object:
    match value:
        case str():
            return value
        case list() | tuple():
            return tuple(_built(item) for item in value)
        case dict():
            return {key: _built(item) for key, item in value.items()}
        case Entry():
            return value.build()
        case _:
            return value


class Source(Entry):
    """The origin of a statement, and the date it was last checked."""

    record = records.Source
    url: Url
    """The web page, or the package as pkg:pypi/name@version."""
    checked: Day
    """The date it was last checked there."""
    as_of: PartialDay = ""
    """The date stated on the page, in full or as year and month."""
    via: Word = ""
    """The data set it was read from, if not from the page directly."""
    note: Text = ""
    """What a reader should know about this source."""
