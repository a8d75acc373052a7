"""The rows of a flavor: an amount, a fact, a total, a stated cost, with their paths."""

from __future__ import annotations

from typing import NamedTuple


class Amount(NamedTuple):
    """A quantity: the sum of `plus` without the sum of `minus`; a field that is absent counts nothing.

    `when` are facts that hold for this quantity alone. `within` is the meter that contains it by the API's
    definition: a price list that gives its rate as zero because it is included there bills it so. One that
    is `alike` is billed so by a price list without a rate for it, too, and where that is `assumed` the bill says
    so; any other is unpriced there. `calls` is what each response adds by itself. Paths joined by `|` are names of one
    number, of which those that are there agree.
    """

    meter: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    when: tuple[tuple[str, str], ...] = ()
    within: str = ""
    alike: bool = False
    assumed: bool = False
    whole: bool = True
    calls: int = 0


class FactOf(NamedTuple):
    """A fact that a field tells: what it reports, and the fact's value; an empty one for what is usual anyway."""

    fact: str
    path: str
    values: tuple[tuple[str, str], ...]


class Total(NamedTuple):
    """A number that must be the sum of others, so that a report that counts differently is noticed."""

    path: str
    parts: tuple[str, ...]


class Stated(NamedTuple):
    """A cost the API itself states, in so many parts of a dollar; it is compared, never used as a price."""

    path: str
    per: int = 1


class Beside(NamedTuple):
    """Something billed that usage does not count: where it shows, `unless` another field counts it after all.

    Each is one of a `meter` (an empty one has no price), under the name of another `model` where it is sold apart.
    Those with one value of the field `by` are one, and so are all of a call to a model whose name begins with a word
    of `once`.
    """

    path: str
    unless: str = ""
    meter: str = ""
    model: str = ""
    by: str = ""
    once: tuple[str, ...] = ()


class Inner(NamedTuple):
    """Usages of other models inside a report: the paths of `amounts` begin at each of them.

    `model` leads from there to the name of the model; where it is empty, the key of the usage is that name.
    """

    path: str
    amounts: tuple[Amount, ...]
    model: str = ""


class Mark(NamedTuple):
    """A sign of who answered: a field that is there and begins with a text."""

    path: str
    starts: str
    seller: str


class Flavor(NamedTuple):
    """The shape one API reports in.

    It is recognised by its `signs`: paths (several joined by `|` where one is enough, `path=value` for a certain value,
    `path~text` for one with this text in it) that must all be there; of the flavors that fit, the one with the most
    signs and `hints` is meant.

    Every number below `usage` belongs to an amount or is `told`: known to bill nothing of its own, as are those inside
    an object that is told, under names that the flavor has elsewhere. `mirrors` are objects that repeat the usage under
    the names of any flavor.

    `seller` is who alone answers in this shape, `sellers` whom a field names, and `home` who defined it: of several
    models of one name, the one sold there is meant. A flavor `instead_of` another has its signs and maybe more, and is
    meant where a report contradicts itself as the other and does not as this. `calls` leads to the number of calls that
    a report sums up, where it may be of several.
    """

    id: str
    api: str
    signs: tuple[str, ...]
    usage: tuple[str, ...]
    amounts: tuple[Amount, ...]
    model: tuple[str, ...] = ("model",)
    at: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    facts: tuple[FactOf, ...] = ()
    told: tuple[str, ...] = ()
    mirrors: tuple[str, ...] = ()
    totals: tuple[Total, ...] = ()
    beside: tuple[Beside, ...] = ()
    inner: tuple[Inner, ...] = ()
    stated: tuple[Stated, ...] = ()
    home: str = ""
    seller: str = ""
    sellers: tuple[FactOf, ...] = ()
    flat: bool = False
    instead_of: str = ""
    calls: str = ""


class Wrapper(NamedTuple):
    """Where a body lies inside another message, and the facts that its being there tells."""

    path: str
    facts: tuple[tuple[str, str], ...] = ()


_USUAL = (("", ""), ("standard", ""), ("default", ""), ("auto", ""), ("on_demand", ""), ("unspecified", ""))

#: The service tiers that several APIs report under the same names.
TIERS = (*_USUAL, ("flex", "flex"), ("priority", "priority"), ("batch", "batch"))


def lifetime(value: str) -> tuple[tuple[str, str], ...]:
    """The fact that a cache write is kept so long."""
    return (("cache_ttl", value),)
