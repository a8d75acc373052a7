"""Reads and writes the catalog's files of claims: one line per claim or model, one file per seller.

Under `evidence/<feed>/` are `<seller>.prices.tsv`, `<seller>.models.tsv`, `quarantine.tsv`, `sellers.tsv` if
the feed describes sellers, and `removed.tsv` (prices) and `removed-models.tsv` of offers that the feed no
longer lists. Lines are sorted, so a price change is a change of one line.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from ratecard.cards.layout import EVIDENCE
from ratecard.core import decimals
from ratecard.core.errors import BadCatalog
from ratecard.core.records import Conditions

PRICES = ".prices.tsv"
MODELS = ".models.tsv"
QUARANTINE = "quarantine.tsv"
SELLERS = "sellers.tsv"
REMOVED = "removed.tsv"
REMOVED_MODELS = "removed-models.tsv"

#: One line of a file.
Cells = tuple[str, ...]

_Text = TypeVar("_Text")
_Record = TypeVar("_Record")


class PriceClaim(NamedTuple):
    """A price that a feed claims for an offer: in our words, and by its key and text in the feed."""

    model_id: str
    meter: str
    when: Conditions
    above: int
    effective: date | None
    price: Decimal
    per: int
    minimum: Decimal
    key: str
    value: str


class ModelClaim(NamedTuple):
    """A feed's facts of a model at a seller."""

    model_id: str
    name: str = ""
    family: str = ""
    modality: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    context: int | None = None
    max_output: int | None = None
    released: date | None = None
    retired: date | None = None
    weights: str = ""
    capabilities: Mapping[str, str] = {}
    periods: Mapping[str, tuple[str, ...]] = {}
    source: str = ""


class SellerClaim(NamedTuple):
    """A feed's facts of a seller: its name, base URL and endpoints of OpenAI's form.

    `key` and `value` are the place in the feed that states the endpoints, and its text; `apart` are the ids of
    models that these endpoints do not serve.
    """

    seller: str
    name: str = ""
    url: str = ""
    base_url: str = ""
    key_variable: str = ""
    endpoints: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    key: str = ""
    value: str = ""


class RemovedOffer(NamedTuple):
    """A feed's claims about an offer that it no longer lists, on the last day it did."""

    seller: str
    last_seen: date
    model: ModelClaim
    prices: tuple[PriceClaim, ...]


def prices(file: Path, only: Container[str] | None = None) -> Iterator[PriceClaim]:
    """The claims in a file of prices (of some model ids in lower case); raises `BadCatalog` with file and line."""
    return (_read(file, place, _price, row) for place, row in _rows(file, PriceClaim._fields, only))


def parsed_prices(text: str) -> list[PriceClaim]:
    """The claims in the text of a file of prices that this module wrote."""
    return list(map(_price, cells(text)))


def models(file: Path, only: Container[str] | None = None) -> Iterator[ModelClaim]:
    """The claims in a file of models (of some model ids in lower case, else nothing but their ids).

    Raises `BadCatalog` with file and line for one that cannot be read.
    """

    def read(row: Cells) -> ModelClaim:
        return _model(row) if only is None or row[0].lower() in only else ModelClaim(row[0])

    return (_read(file, place, read, row) for place, row in _rows(file, ModelClaim._fields))


def seller_claims(root: Path, feed: str) -> Iterator[SellerClaim]:
    """A feed's claims about sellers; raises `BadCatalog` with file and line for one that cannot be read."""
    file = root / EVIDENCE / feed / SELLERS
    for _, row in _rows(file, SellerClaim._fields) if file.is_file() else ():
        lists = (tuple(row[5].split()), tuple(filter(None, row[6].split("|"))))
        yield SellerClaim._make((*row[:5], *lists, *row[7:]))


def removed(root: Path, feed: str) -> Iterator[RemovedOffer]:
    """The offers a feed no longer lists; raises `BadCatalog` with file and line for one that cannot be read."""
    folder = root / EVIDENCE / feed
    held: dict[Cells, list[PriceClaim]] = {}
    for place, row in _removed_cells(folder / REMOVED, PRICES):
        held.setdefault(row[:3], []).append(_read(folder / REMOVED, place, _price, (row[1], *row[3:])))
    for place, row in _removed_cells(folder / REMOVED_MODELS, MODELS):
        model = _read(folder / REMOVED_MODELS, place, _model, (row[1], *row[3:]))
        day = _read(folder / REMOVED_MODELS, place, date.fromisoformat, row[2])
        yield RemovedOffer(row[0], day, model, tuple(held.get(row[:3], ())))


def _removed_cells(file: Path, suffix: str) -> Iterable[tuple[int, Cells]]:
    return _rows(file, _removed_heading(suffix)) if file.is_file() else ()


def _read(file: Path, place: int, reading: Callable[[_Text], _Record], text: _Text) -> _Record:
    try:
        return reading(text)
    except (ValueError, ArithmeticError):
        raise BadCatalog([f"{file}:{place}:1: a claim that cannot be read; import the feed again"]) from None


def _price(cells: Cells) -> PriceClaim:
    return PriceClaim(
        cells[0], cells[1], _pairs(cells[2]), int(cells[3] or 0), _day(cells[4]),
        _number(cells[5]), int(cells[6] or 1), _number(cells[7]) if cells[7] else decimals.ZERO, cells[8], cells[9],
    )  # fmt: skip


@lru_cache(maxsize=16_384)  # the same few thousand prices everywhere
def _number(text: str) -> Decimal:
    return decimals.shortened(Decimal(text))


def _model(cells: Cells) -> ModelClaim:
    return ModelClaim(
        model_id=cells[0],
        name=cells[1],
        family=cells[2],
        modality=cells[3],
        inputs=tuple(cells[4].split()),
        outputs=tuple(cells[5].split()),
        context=int(cells[6]) if cells[6] else None,
        max_output=int(cells[7]) if cells[7] else None,
        released=_day(cells[8]),
        retired=_day(cells[9]),
        weights=cells[10],
        capabilities=dict(_pairs(cells[11])),
        periods={name: tuple(windows.split("|")) for name, windows in map(_pair, filter(None, cells[12].split("; ")))},
        source=cells[13],
    )


def price_text(claims: Iterable[PriceClaim]) -> str:
    """A file of prices, in order and each claim once."""
    return _text(PriceClaim._fields, (_price_cells(claim) for claim in claims))


def model_text(claims: Iterable[ModelClaim]) -> str:
    """A file of models, in order and each claim once."""
    return _text(ModelClaim._fields, (_model_cells(claim) for claim in claims))


def seller_text(claims: Iterable[SellerClaim]) -> str:
    """The file of claims about sellers, in order."""
    rows = ((*claim[:5], " ".join(claim.endpoints), "|".join(claim.apart), *claim[7:]) for claim in claims)
    return _text(SellerClaim._fields, rows)


def quarantine_text(rows: Iterable[Sequence[str]]) -> str:
    """The file of rejected values: seller, model, key, value and reason."""
    return _text(("seller", "model_id", "key", "value", "why"), rows)


def removed_text(suffix: str, rows: Iterable[Sequence[str]]) -> str:
    """A file of removed claims: seller, model, the day it was last seen, and the columns of `suffix` files."""
    return _text(_removed_heading(suffix), rows)


def cells(text: str) -> list[Cells]:
    """The lines of a file, without the heading."""
    return [tuple(line.split("\t")) for line in text.split("\n")[1:] if line]


def _removed_heading(suffix: str) -> Cells:
    model_id, *rest = PriceClaim._fields if suffix == PRICES else ModelClaim._fields
    return ("seller", model_id, "last_seen", *rest)


def sellers(root: Path, feed: str) -> list[str]:
    """The sellers in a feed's claims, in order."""
    folder = root / EVIDENCE / feed
    return sorted(file.name.removesuffix(MODELS) for file in folder.glob(f"*{MODELS}"))


def _price_cells(claim: PriceClaim) -> tuple[str, ...]:
    return (
        claim.model_id,
        claim.meter,
        _joined(claim.when),
        str(claim.above or ""),
        claim.effective.isoformat() if claim.effective else "",
        decimals.text(claim.price),
        "" if claim.per == 1 else str(claim.per),
        decimals.text(claim.minimum) if claim.minimum else "",
        claim.key,
        claim.value,
    )


def _model_cells(claim: ModelClaim) -> tuple[str, ...]:
    return (
        *claim[:4],
        " ".join(claim.inputs),
        " ".join(claim.outputs),
        str(claim.context or ""),
        str(claim.max_output or ""),
        claim.released.isoformat() if claim.released else "",
        claim.retired.isoformat() if claim.retired else "",
        claim.weights,
        _joined(claim.capabilities.items()),
        "; ".join(f"{name}={'|'.join(windows)}" for name, windows in sorted(claim.periods.items())),
        claim.source,
    )


def _text(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cleaned = ((" ".join(text.split()) if any(sign < " " for sign in text) else text for text in row) for row in rows)
    lines = sorted(set(map("\t".join, cleaned)))
    return "\n".join(["\t".join(heading), *lines]) + "\n"


def _rows(file: Path, heading: Sequence[str], only: Container[str] | None = None) -> Iterator[tuple[int, Cells]]:
    """The rows of a file by the number of their line: all, or those with one of some first cells in lower case."""
    try:
        first, *lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadCatalog([f"{file}:1:1: {error}"]) from None
    if first.split("\t") != list(heading):
        raise BadCatalog([f"{file}:1:1: another heading than is expected; import the feed again"])
    for place, line in enumerate(lines, 2):
        if line and (only is None or line.partition("\t")[0].lower() in only):
            row = tuple(line.split("\t"))
            if len(row) != len(heading):
                raise BadCatalog([f"{file}:{place}:1: {len(row)} cells, not {len(heading)}; import the feed again"])
            yield place, row


def _joined(pairs: Iterable[tuple[str, str]]) -> str:
    return ",".join(f"{name}={value}" for name, value in sorted(pairs))


@lru_cache(maxsize=4_096)
def _pairs(text: str) -> Conditions:
    return frozenset(_pair(part) for part in text.split(",")) if text else frozenset()


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


@lru_cache(maxsize=4_096)
def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
