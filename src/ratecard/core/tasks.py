"""The frozen records of a workload: kinds of calls, how often each is made and what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

NO, ALLOWED = "no", "allowed"


class Task(NamedTuple):
    """One kind of call: its frequency, usage, needs and preferred offers.

    `ratecard.cards.schema.workloads` documents each field.
    """

    name: str
    calls: int
    usage: Mapping[str, str]
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    size: str = ""
    n: int | None = None
    min_context: int | None = None
    max_cost: Decimal | None = None
    max_price: Mapping[str, Decimal] = {}
    providers: tuple[str, ...] = ()
    not_providers: tuple[str, ...] = ()
    sellers: tuple[str, ...] = ()
    not_sellers: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    sync: bool = False
    licence: tuple[str, ...] = ()
    region: str | None = None
    any_seller: bool = False
    allow_unknown: bool = False
    prefer: tuple[str, ...] = ()
    quality: str = ""
    weight: Decimal = Decimal(1)
    batch: str = NO
    off_peak: str = NO


class Workload(NamedTuple):
    """Tasks that share one budget."""

    tasks: tuple[Task, ...]
    budget: Decimal | None = None
    currency: str = "USD"
    scores: str = ""
    keys: tuple[str, ...] = ()
