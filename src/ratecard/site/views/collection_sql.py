"""The queries of collections as SQL on the published database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from ratecard.core import evidence
from ratecard.core.records import CapabilityWord, Collection
from ratecard.site.views.snippets import Code

_BORN = """coalesce(
    (SELECT date FROM events WHERE card_id = cards.id AND event = 'released' ORDER BY position LIMIT 1),
    (SELECT date FROM events WHERE card_id = cards.id AND event = 'listed' ORDER BY position LIMIT 1))"""


def sql(collection: Collection, words: Mapping[str, CapabilityWord], day: date) -> Code:
    """The statement that gives the slugs of a collection's models on a day, in order."""
    parts = [
        f"modality = {_text(collection.modality)}" if collection.modality else "",
        _lifecycle(collection.lifecycle, day) if collection.lifecycle else "",
        *(_need(need, words.get(need)) for need in collection.needs),
        _statuses(collection.price_status, day) if collection.price_status else "",
    ]
    statement = f"SELECT slug FROM cards\n{_where(parts)}ORDER BY slug;"
    if collection.newest_per_provider:
        statement = f"""SELECT slug FROM (
  SELECT slug, row_number() OVER (PARTITION BY provider ORDER BY born DESC, slug) AS place
  FROM (SELECT *, {_BORN} AS born FROM cards) AS cards
  {_where(["born IS NOT NULL", *parts], "  ")}) WHERE place = 1 ORDER BY slug;"""
    return Code("sql", statement)


def cheapest(modality: str, meter: str, per: int, count: int, day: date) -> Code:
    """The statement that gives the models of a modality that cost least by a meter, each with its least price."""
    least = f"min(round(rates.price_number * {per}, 9))" if per > 1 else "min(round(rates.price_number, 9))"
    statement = f"""SELECT cards.slug, {least} AS price
FROM cards
JOIN offers ON offers.card_id = cards.id
JOIN tariffs ON tariffs.id = {_in_force(day)}
JOIN rates ON rates.tariff_id = tariffs.id
WHERE modality = {_text(modality)}
  AND offers.id NOT IN {_ended(day)}
  AND offers.note NOT LIKE {_text(evidence.DELISTED + "%")}
  AND tariffs.price_status IN ({", ".join(map(_text, sorted(evidence.COMPARABLE)))}) AND tariffs.currency = 'USD'
  AND rates.meter = {_text(meter)} AND rates.conditions = '{{}}' AND rates.above = 0 AND rates.zero = ''
GROUP BY cards.slug ORDER BY price, cards.slug LIMIT {count};"""
    return Code("sql", statement)


def _where(parts: Iterable[str], indent: str = "") -> str:
    held = [part for part in parts if part]
    return f"WHERE {f'{chr(10)}{indent}  AND '.join(held)}\n" if held else ""


def _lifecycle(lifecycle: str, day: date) -> str:
    ended = f"""cards.id IN (SELECT card_id FROM events WHERE event = 'retired' AND date <= '{day.isoformat()}')
  AND cards.id NOT IN (
    SELECT card_id FROM offers WHERE card_id IS NOT NULL AND same_as IS NULL AND id NOT IN {_ended(day)})"""
    return ended if lifecycle == "retired" else f"NOT ({ended})"


def _ended(day: date) -> str:
    return f"(SELECT offer_id FROM ends WHERE date <= '{day.isoformat()}')"


def _need(need: str, word: CapabilityWord | None) -> str:
    """The condition that an offer has a capability, or for a model without offers, the model."""
    met = ", ".join(_text(value) for value in word.met_by) if word else ""
    return f"""cards.id IN (
    SELECT held.id FROM cards AS held
    LEFT JOIN offers ON offers.card_id = held.id AND offers.same_as IS NULL
    LEFT JOIN offer_capabilities AS there ON there.offer_id = offers.id AND there.capability = {_text(need)}
    LEFT JOIN card_capabilities AS known ON known.card_id = held.id AND known.capability = {_text(need)}
    WHERE coalesce(there.value, known.value) IN ({met}))"""


def _statuses(statuses: Iterable[str], day: date) -> str:
    listed = ", ".join(map(_text, statuses))
    return f"""cards.id IN (
    SELECT offers.card_id FROM offers LEFT JOIN tariffs ON tariffs.id = {_in_force(day, "    ")}
    WHERE offers.same_as IS NULL AND coalesce(tariffs.price_status, {_text(evidence.UNPRICED)}) IN ({listed}))"""


def _in_force(day: date, indent: str = "") -> str:
    """The price list of an offer that holds on a day: the last of those that have taken effect."""
    return f"""(
{indent}  SELECT list.id FROM tariffs AS list
{indent}  WHERE list.offer_id = offers.id AND (list.effective IS NULL OR list.effective <= '{day.isoformat()}')
{indent}  ORDER BY list.position DESC LIMIT 1)"""


def _text(words: str) -> str:
    quoted = words.replace("'", "''")
    return f"'{quoted}'"
