"""What a workload may hold, field by field."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from ratecard.cards.schema.entry import Entry
from ratecard.cards.schema.scalars import FactValue, Flag, Price, Size, Text, Weight, Whole, Word
from ratecard.core import tasks

Allowed = Literal["no", "allowed"]


class Task(Entry):
    """One kind of call. What `ratecard route` takes as options has the same names and meanings here."""

    record = tasks.Task
    name: Word
    """What the plan calls it; no two tasks share one."""
    calls: Whole
    """How often the call is made."""
    usage: Annotated[dict[Word, FactValue], Field(min_length=1)]
    """What one call uses: quantities by meter, and facts."""
    needs: tuple[Word, ...] = ()
    """Capabilities the offer must have."""
    without: tuple[Word, ...] = ()
    """Capabilities it must not have."""
    inputs: tuple[Word, ...] = ()
    """Modalities it must take."""
    outputs: tuple[Word, ...] = ()
    """Modalities it must give."""
    size: Size = ""
    """The size it must make; priced for it too."""
    n: Whole | None = None
    """How many images one call must make."""
    min_context: Whole | None = None
    """How many tokens its context must hold."""
    max_cost: Price | None = None
    """What may have to be paid for one call."""
    max_price: dict[Word, Price] = {}
    """What a meter's price may be, as pages show it."""
    providers: tuple[Word, ...] = ()
    """Only models of these providers."""
    not_providers: tuple[Word, ...] = ()
    """No models of these providers."""
    sellers: tuple[Word, ...] = ()
    """Only at these sellers."""
    not_sellers: tuple[Word, ...] = ()
    """Not at these sellers."""
    only: tuple[Word, ...] = ()
    """Only these: models by slug, in which * is anything, `provider:…` or `seller:…`."""
    ignore: tuple[Word, ...] = ()
    """None of these; written like `only`."""
    sync: Flag = False
    """Whether it must answer at once."""
    licence: tuple[Word, ...] = ()
    """Licences, `open-weights` or `commercial`."""
    region: Word | None = None
    """The region it must be sold for."""
    any_seller: Flag = False
    """Whether sellers of every kind will do, and models that no host sells."""
    allow_unknown: Flag = False
    """Whether what nobody knows passes, with a warning."""
    prefer: tuple[Word, ...] = ()
    """Preferred offers, the most preferred first; written like `only`."""
    quality: Word = ""
    """A column of the scores: offers with more there are preferred."""
    weight: Weight = Decimal(1)
    """How much this task's preference counts beside the others'."""
    batch: Allowed = "no"
    """allowed: the calls can wait for a batch, where that is cheaper."""
    off_peak: Allowed = "no"
    """allowed: the calls can wait for cheaper hours. no: they count at the dearest."""


class Workload(Entry):
    """Tasks that one budget is to pay for."""

    record = tasks.Workload
    tasks: Annotated[tuple[Task, ...], Field(min_length=1, max_length=1_000)]
    """The kinds of calls."""
    budget: Price | None = None
    """What all calls may cost together, with the fees for funding them; `--budget` goes before it."""
    currency: Word = "USD"
    """The currency of the budget; offers in another one are left out."""
    scores: Text = ""
    """A CSV or JSON file beside this one: a column `slug` and the columns that `quality` names."""
    keys: tuple[Word, ...] = ()
    """The sellers whose keys, or subscriptions, you hold; then only those are called."""
