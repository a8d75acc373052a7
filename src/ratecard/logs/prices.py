"""The prices of a log's strata as a table to join, chosen like those of a single cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from ratecard.core import decimals
from ratecard.core.errors import BadLog, Unpriced, listed
from ratecard.core.records import Meter, Vocabulary
from ratecard.database.tables import tariff_id
from ratecard.logs import keys, lookups, strata
from ratecard.logs.engines import Engine
from ratecard.logs.keys import Known, Side
from ratecard.logs.lookups import Column
from ratecard.logs.strata import PLACES, SoldOffer, StratumPrice
from ratecard.logs.subjects import BAD_ROW, UNPRICED, Refusal

if TYPE_CHECKING:  # the table is made where it is needed
    from ibis import Table

#: The status of rows that have a cost.
PRICED = "priced"

#: The columns of a price, besides the keys of its stratum and the price of each item.
SLUG, SOLD_BY, MODEL_ID = "p_model", "p_seller", "p_model_id"
TARIFF, CURRENCY, STATUS, REASON = "p_tariff", "p_currency", "p_status", "p_reason"
CONSTANT, EACH = "p_constant", "p_each_"
KEY = "k_"

#: No engine's decimals are wider.
MAX_DIGITS = 38


class PricedStratum(NamedTuple):
    """A row of key columns, and the price of its stratum or why it has none."""

    row: Mapping[str, Any]
    known: Known | None
    outcome: StratumPrice | Refusal

    @property
    def model(self) -> str:
        """The log's name for the model, or nothing."""
        return self.known.subject.model if self.known else ""

    @property
    def sold(self) -> SoldOffer | None:
        """The offer that the rows were priced at."""
        sold = self.known.sold if self.known else None
        return sold if isinstance(sold, SoldOffer) else None


def priced(
    rows: Iterable[Mapping[str, Any]],
    known: Sequence[Known],
    held: Sequence[Side],
    items: Sequence[str],
    moment: datetime,
    words: Vocabulary,
) -> list[PricedStratum]:
    """The price of each stratum, given one row of keys for each; `moment` is the log's first, or only, moment."""
    found = []
    for row in rows:
        own = None if row[keys.NUMBER] == keys.NO_SUBJECT else known[row[keys.NUMBER]]
        outcome: StratumPrice | Refusal
        if own is None or row.get(keys.PROBLEM):
            outcome = Refusal(BAD_ROW, row.get(keys.PROBLEM) or "no model")
        elif isinstance(own.sold, Refusal):
            outcome = own.sold
        else:
            try:
                outcome = strata.price(keys.stratum_of(row, known, held, items, moment), words)
            except Unpriced as error:
                outcome = Refusal(UNPRICED, f"{error.slug} at {error.seller}: {listed(error.missing, 'and')}")
        found.append(PricedStratum(row, own, outcome))
    return found


def scale(found: Iterable[PricedStratum], meters: Mapping[str, Meter]) -> int:
    """The number of decimals of a log's finest amount.

    Raises `BadLog` if its largest and finest amounts do not fit one decimal type.
    """
    places, whole, finest = 0, 0, ""
    for one in found:
        if isinstance(one.outcome, StratumPrice):
            each = [
                (price, 0 if meters[strata.meter_of(item)].whole else PLACES)
                for item, price in one.outcome.each.items()
            ]
            for price, more in (*each, (one.outcome.constant, 0)):
                whole = max(whole, price.adjusted() + 1 if price else 0)
                if _decimals(price) + more > places:
                    places, finest = _decimals(price) + more, one.model
    if places + whole > MAX_DIGITS:
        raise BadLog(
            f"amounts this large with {places} decimals have over {MAX_DIGITS} digits: bill {finest} separately"
        )
    return places


def _parts(item: str, meters: Mapping[str, Meter]) -> int:
    """The decimals of an item's quantities."""
    return 0 if meters[strata.meter_of(item)].whole else PLACES


def _decimals(number: Decimal) -> int:
    return max(0, -int(number.normalize().as_tuple().exponent))


def tabulated(
    engine: Engine,
    found: Sequence[PricedStratum],
    names: Sequence[str],
    items: Sequence[str],
    meters: Mapping[str, Meter],
) -> Table:
    """The prices as a table: the key columns, then the price of a row and of a unit of each item, as decimals."""
    import ibis.expr.datatypes as dt  # here because only logs need it

    digits = scale(found, meters)
    rows = [told(one, items) for one in found]
    columns = [_column(KEY + name, [one.row[name] for one in found]) for name in names]
    columns += [Column(name, "string", [row[name] for row in rows]) for name in _texts(items)]
    columns.append(Column(TARIFF, "int64", [tariff(one) for one in found]))
    table = lookups.table(engine, columns)
    widths = {EACH + item: max(0, digits - _parts(item, meters)) for item in items} | {CONSTANT: digits}
    return table.mutate(**{name: table[name].cast(dt.Decimal(MAX_DIGITS, width)) for name, width in widths.items()})


def _column(name: str, values: Sequence[object]) -> Column:
    return Column(name, "string" if any(isinstance(value, str) for value in values) else "int64", values)


def _texts(items: Sequence[str]) -> list[str]:
    return [SLUG, SOLD_BY, MODEL_ID, CURRENCY, STATUS, REASON, CONSTANT, *(EACH + item for item in items)]


def told(one: PricedStratum, items: Sequence[str] = ()) -> dict[str, str | None]:
    """The price of a stratum as texts by column."""
    texts: dict[str, str | None] = dict.fromkeys(_texts(items))
    if one.sold:
        offer = one.sold.offer
        texts |= {SLUG: one.sold.card.slug, SOLD_BY: offer.seller, MODEL_ID: offer.model_id}
    if isinstance(one.outcome, Refusal):
        return texts | {STATUS: one.outcome.status, REASON: one.outcome.reason}
    each = one.outcome.each
    texts |= {STATUS: PRICED, CURRENCY: one.outcome.tariff.currency, CONSTANT: decimals.text(one.outcome.constant)}
    return texts | {EACH + item: decimals.text(each.get(item, decimals.ZERO)) for item in items}


def tariff(one: PricedStratum) -> int | None:
    """The id of a stratum's price list in the database's table `tariffs`; None where it has no price."""
    if one.sold is None or isinstance(one.outcome, Refusal):
        return None
    return tariff_id(one.sold.card.slug, one.sold.offer, one.outcome.tariff)
