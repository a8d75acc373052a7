"""The prices of a log's strata as a table to join; each is chosen as that of a single cost is."""

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
    from ibis.expr.datatypes import DataType

#: How rows that have a cost are told from all others.
PRICED = "priced"

#: The columns of a price, beside what tells its stratum apart and the price of each item.
SLUG, SOLD_BY, MODEL_ID = "p_model", "p_seller", "p_model_id"
TARIFF, CURRENCY, STATUS, REASON = "p_tariff", "p_currency", "p_status", "p_reason"
CONSTANT, EACH = "p_constant", "p_each_"
KEY = "k_"

#: No engine's decimals are wider.
MAX_DIGITS = 38


class PricedStratum(NamedTuple):
    """A row of key columns, and what the rows of its stratum cost or why they have no cost."""

    row: Mapping[str, Any]
    known: Known | None
    outcome: StratumPrice | Refusal

    @property
    def model(self) -> str:
        """What the log calls the model, or nothing."""
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
    """The price of every stratum of a log that begins (or all is) at a moment, of one row of keys for each."""
    return [_priced(row, known, held, items, moment, words) for row in rows]


def _priced(
    row: Mapping[str, Any],
    known: Sequence[Known],
    held: Sequence[Side],
    items: Sequence[str],
    moment: datetime,
    words: Vocabulary,
) -> PricedStratum:
    own = None if row[keys.NUMBER] == keys.NOBODY else known[row[keys.NUMBER]]
    if own is None or row.get(keys.PROBLEM):
        return PricedStratum(row, own, Refusal(BAD_ROW, row.get(keys.PROBLEM) or "no model"))
    if isinstance(own.sold, Refusal):
        return PricedStratum(row, own, own.sold)
    stratum = keys.stratum_of(row, known, held, items, moment)
    try:
        return PricedStratum(row, own, strata.price(stratum, words))
    except Unpriced as error:
        reason = f"{error.slug} at {error.seller}: {listed(error.missing, 'and')}"
        return PricedStratum(row, own, Refusal(UNPRICED, reason))


def scale(found: Iterable[PricedStratum], meters: Mapping[str, Meter]) -> int:
    """How many decimals the finest amount of a log can have.

    Raises `BadLog` where its amounts, from the largest to the finest, do not fit the digits of a decimal.
    """
    places, whole, finest = 0, 0, ""
    for one in found:
        if isinstance(one.outcome, StratumPrice):
            each = [(price, 0 if meters[item].whole else PLACES) for item, price in one.outcome.each.items()]
            for price, more in (*each, (one.outcome.constant, 0)):
                whole = max(whole, price.adjusted() + 1 if price else 0)
                if _decimals(price) + more > places:
                    places, finest = _decimals(price) + more, one.model
    if places + whole > MAX_DIGITS:
        raise BadLog(
            f"amounts of {places} decimals beside ones this large have over {MAX_DIGITS} digits: bill {finest} apart"
        )
    return places


def _decimals(number: Decimal) -> int:
    return max(0, -int(number.normalize().as_tuple().exponent))


def tabulated(
    engine: Engine,
    found: Sequence[PricedStratum],
    names: Sequence[str],
    items: Sequence[str],
    meters: Mapping[str, Meter],
) -> Table:
    """The prices as a table: the key columns, then what a row costs and each unit of every item, as decimals."""
    digits = scale(found, meters)
    rows = [told(one, items) for one in found]
    columns = [_column(KEY + name, [one.row[name] for one in found]) for name in names]
    columns += [Column(name, "string", [row[name] for row in rows]) for name in _texts(items)]
    columns.append(Column(TARIFF, "int64", [_tariff(one) for one in found]))
    table = lookups.table(engine, columns)
    widths = {EACH + item: digits - (0 if meters[item].whole else PLACES) for item in items} | {CONSTANT: digits}
    return table.mutate(**{name: table[name].cast(_money(width)) for name, width in widths.items()})


def _column(name: str, values: Sequence[object]) -> Column:
    return Column(name, "string" if any(isinstance(value, str) for value in values) else "int64", values)


def _money(digits: int) -> DataType:
    import ibis.expr.datatypes as dt  # here because only logs need it

    return dt.Decimal(MAX_DIGITS, digits)


def _texts(items: Sequence[str]) -> list[str]:
    return [SLUG, SOLD_BY, MODEL_ID, CURRENCY, STATUS, REASON, CONSTANT, *(EACH + item for item in items)]


def told(one: PricedStratum, items: Sequence[str] = ()) -> dict[str, str | None]:
    """What the rows of a stratum are told of their price, as texts by column."""
    texts: dict[str, str | None] = dict.fromkeys(_texts(items))
    if one.sold:
        offer = one.sold.offer
        texts |= {SLUG: one.sold.card.slug, SOLD_BY: offer.seller, MODEL_ID: offer.model_id}
    if isinstance(one.outcome, Refusal):
        return texts | {STATUS: one.outcome.status, REASON: one.outcome.reason}
    each = one.outcome.each
    texts |= {STATUS: PRICED, CURRENCY: one.outcome.tariff.currency, CONSTANT: decimals.text(one.outcome.constant)}
    return texts | {EACH + item: decimals.text(each.get(item, decimals.ZERO)) for item in items}


def _tariff(one: PricedStratum) -> int | None:
    if one.sold is None or isinstance(one.outcome, Refusal):
        return None
    return tariff_id(one.sold.card.slug, one.sold.offer, one.outcome.tariff)
