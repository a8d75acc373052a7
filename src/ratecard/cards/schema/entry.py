"""The base class of authored mappings, and the source most of them cite."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from ratecard.cards.schema.scalars import AS_PAIRS, Day, PartialDay, Text, Url, Word
from ratecard.core import records


class Entry(BaseModel):
    """A mapping an author writes; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    record: ClassVar[Any]

    def build(self, **given: object) -> Any:
        """The frozen record of this entry, with the values in `given` added."""
        values = {
            name: frozenset(getattr(self, name).items()) if AS_PAIRS in field.metadata else _built(getattr(self, name))
            for name, field in type(self).model_fields.items()
        }
        return self.record(**values, **given)


def _built(value: object) -> object:
    match value:
        case Entry():
            return value.build()
        case list() | tuple():
            return tuple(_built(item) for item in value)
        case dict():
            return {key: _built(item) for key, item in value.items()}
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
