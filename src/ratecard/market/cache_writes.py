"""What writes to a cache cost: never less than the same tokens as a plain prompt, unless the maker says so.

A list that states a price of zero for them says that nothing is charged beside the prompt, and so does one that knows
cached prompts and has no price of writes, of a model whose maker has none either: such writes cost what input costs.
Of a model whose writes are priced apart, such as Claude, a list without that price does not say what they cost.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from ratecard.core import decimals
from ratecard.core.evidence import unit_price
from ratecard.core.records import NO_CONDITIONS
from ratecard.market import policy, slips
from ratecard.market.evidence_files import PriceClaim
from ratecard.market.policy import PriceKey
from ratecard.market.price_lists import INPUT, WRITE

READ = "cache_read_tokens"
#: The word in `slips.yaml` for a price that is that of a write, though it is below that of the prompt.
WHOLE = "whole"
#: The fact of how long what is written is kept, on which the price of a fresh token does not depend.
LIFETIME = "cache_ttl"

Prices = Mapping[PriceKey, PriceClaim]


class _Row(NamedTuple):
    """What a price of writes below that of the prompt means for some ids, at some sellers or at all."""

    ids: re.Pattern[str]
    sellers: Collection[str]
    price: str


def apart(prices: Iterable[PriceClaim]) -> bool:
    """Whether the prices of a list have one of writes that is not below that of the prompt."""
    plain = {price.meter: unit_price(price) for price in prices if not price.when and not price.above}
    return INPUT in plain and plain.get(WRITE, decimals.ZERO) >= plain[INPUT] > 0


def held(prices: Prices, seller: str, *, priced_apart: bool) -> dict[PriceKey, PriceClaim]:
    """A price list with what its writes cost, as input does where nothing prices the model's writes apart."""
    plain = prices.get(PriceKey(INPUT, NO_CONDITIONS, 0))
    if plain is None or not plain.price:
        return dict(prices)
    found = {cell: price for cell, stated in prices.items() if (price := meant(stated, prices, seller)) is not None}
    known = any(cell.meter in (READ, WRITE) for cell in prices)
    if known and not priced_apart and not any(cell.meter == WRITE for cell in found):
        for cell, price in prices.items():
            if cell.meter == INPUT:
                found[cell._replace(meter=WRITE)] = price._replace(meter=WRITE)
    return found


def meant(stated: PriceClaim, prices: Prices, seller: str) -> PriceClaim | None:
    """A price as its list means it; None for one of writes that is below that of the prompt and so none of theirs."""
    if stated.meter != WRITE:
        return stated
    when = frozenset(pair for pair in stated.when if pair[0] != LIFETIME)
    fresh = prices.get(PriceKey(INPUT, when, stated.above))
    if fresh is None or unit_price(stated) >= unit_price(fresh) or policy.same(unit_price(stated), unit_price(fresh)):
        return stated
    spelled = stated.model_id.lower()
    row = next(
        (row for row in _rows() if row.ids.fullmatch(spelled) and (not row.sellers or seller in row.sellers)), None
    )
    if row is None or not stated.price:
        return None
    if row.price == "whole":
        return stated
    beside = decimals.quotient(decimals.multiply(fresh.price, Decimal(stated.per)), Decimal(fresh.per))
    return None if beside is None else stated._replace(price=decimals.shortened(decimals.add(stated.price, beside)))


@lru_cache
def _rows() -> tuple[_Row, ...]:
    return tuple(_Row(re.compile(row["ids"]), row.get("sellers", ()), row["price"]) for row in slips.written("writes"))
