"""The usage ranking: the models of the owner's own log by their shares of calls, quantities and cost."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ratecard.core import decimals, display
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadLog
from ratecard.site import links
from ratecard.site.config import UsageLogs

if TYPE_CHECKING:
    from ratecard.logs.bill import Answer
    from ratecard.logs.summary import Group

#: The number of meters in the table, next to calls and cost; the JSON twin has all.
METERS = 3

_FINE = Decimal("0.0001")
_NOTHING = "0.0%"


class Portion(NamedTuple):
    """A part of what the log holds, as a percentage with one decimal and with four.

    Where the owner wants it shown, also the quantity itself, as people read it and as a decimal.
    """

    shown: str
    percent: str
    volume: str = ""
    amount: str = ""


class ShareColumn(NamedTuple):
    """A quantity or a cost that models have shares of."""

    id: str
    label: str


class RankedModel(NamedTuple):
    """A model with its portions: of the calls, and of each column, None where it has none."""

    slug: str
    name: str
    path: str
    provider: str
    provider_path: str
    calls: Portion
    portions: tuple[Portion | None, ...]


class Left(NamedTuple):
    """Calls without a cost or a model, and why."""

    model: str
    why: str
    calls: Portion


class Ranking(NamedTuple):
    """The ranking. `first` and `last` are the days of the first and last call, empty where none has a time.

    `shown` is how many of the columns a page has room for.
    """

    calls: int
    first: str
    last: str
    columns: tuple[ShareColumn, ...]
    shown: int
    entries: tuple[RankedModel, ...]
    unresolved: tuple[Left, ...]
    unpriced: tuple[Left, ...]
    notes: tuple[str, ...]


def logs(paths: Sequence[Path], *, volumes: bool) -> UsageLogs:
    """The logs at paths with a hash of their contents, so that a site is rebuilt when they change.

    Raises `BadLog` for a file that cannot be read.
    """
    state = hashlib.sha256()
    for path in paths:
        try:
            with path.open("rb") as file:
                state.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as failure:
            raise BadLog(f"{path}: {failure.strerror or 'it cannot be read'}; name a readable file") from None
    return UsageLogs(tuple(map(str, paths)), state.hexdigest(), volumes)


def of_logs(catalog: Catalog, usage: UsageLogs | None, day: date) -> Ranking | None:
    """The ranking of the models in logs, priced as of a day; None without logs.

    Raises `BadLog` for logs that cannot be read, or that hold no call of a model the catalog knows, and
    `RatecardError` where what reads logs is not installed.
    """
    if usage is None:
        return None
    from ratecard.logs import bill  # here because only a ranking needs an engine for logs

    now = datetime.combine(day, time(), UTC)
    answer = bill.bill(catalog, bill.BillRequest(usage.paths, now, by=("model",), spanned=True))
    return ranking(catalog, answer, volumes=usage.volumes)


def ranking(catalog: Catalog, answer: Answer, *, volumes: bool) -> Ranking:
    """The ranking of the models in the bill of a log."""
    known = [group for group in answer.bill.groups if group.by["model"] in catalog.cards]
    if not known:
        raise BadLog("the usage log holds no call of a model that the catalog knows: no ranking is made of nothing")
    sums = _sums(known)
    columns = _columns(catalog, sums)
    wholes = {
        column.id: decimals.total([sum_.amounts.get(column.id, decimals.ZERO) for sum_ in sums.values()])
        for column in columns
    }
    share = _Shares(answer.bill.rows, wholes, volumes)
    ordered = sorted(sums.items(), key=lambda entry: (-entry[1].calls, entry[0]))
    first, last = (moment.date().isoformat() for moment in answer.span) if answer.span else ("", "")
    return Ranking(
        calls=answer.bill.rows,
        first=first,
        last=last,
        columns=columns,
        shown=sum(column.id in display.SYMBOLS for column in columns) + METERS,
        entries=tuple(_entry(catalog, slug, sum_, columns, share) for slug, sum_ in ordered),
        unresolved=tuple(_left(answer, share, catalog, resolved=False)),
        unpriced=tuple(_left(answer, share, catalog, resolved=True)),
        notes=tuple(_notes(answer)),
    )


class _ModelSum(NamedTuple):
    """The sums of one model: its calls, and amounts by meter and currency."""

    calls: int
    amounts: Mapping[str, Decimal]


class _Shares(NamedTuple):
    """The totals that shares refer to."""

    calls: int
    wholes: Mapping[str, Decimal]
    volumes: bool

    def of_calls(self, calls: int) -> Portion:
        """Some of the calls."""
        return self._portion(Decimal(calls), Decimal(self.calls), display.quantity(calls))

    def of(self, id: str, amount: Decimal) -> Portion | None:
        """Some of a quantity or of a cost; None if it is zero."""
        shown = display.money(amount, id) if id in display.SYMBOLS else display.quantity(amount)
        return self._portion(amount, self.wholes[id], shown) if amount and self.wholes[id] else None

    def _portion(self, part: Decimal, whole: Decimal, volume: str) -> Portion:
        shown = display.share(part, whole)
        percent = decimals.divide(decimals.multiply(part, Decimal(100)), whole).quantize(_FINE)
        small = part and shown == _NOTHING
        said = (volume, decimals.text(part)) if self.volumes else ()
        return Portion("under 0.1%" if small else shown, decimals.text(percent), *said)


def _sums(groups: Iterable[Group]) -> dict[str, _ModelSum]:
    found: dict[str, _ModelSum] = {}
    for group in groups:
        held = found.get(group.by["model"], _ModelSum(0, {}))
        amounts = dict(held.amounts)
        cost = {group.currency: group.cost} if group.cost is not None else {}
        for id, amount in (*group.quantities.items(), *cost.items()):
            amounts[id] = decimals.add(amounts.get(id, decimals.ZERO), amount)
        found[group.by["model"]] = _ModelSum(held.calls + group.rows + group.unpriced, amounts)
    return found


def _columns(catalog: Catalog, sums: Mapping[str, _ModelSum]) -> tuple[ShareColumn, ...]:
    """Costs by currency first, then the meters that most models use."""
    meters = catalog.vocabulary.meters
    used = Counter(id for sum_ in sums.values() for id, amount in sum_.amounts.items() if amount)
    ordered = sorted(used, key=lambda one: (one in meters, -used[one], one))
    return tuple(ShareColumn(id, meters[id].label if id in meters else f"Cost in {id}") for id in ordered)


def _entry(catalog: Catalog, slug: str, sum_: _ModelSum, columns: Iterable[ShareColumn], share: _Shares) -> RankedModel:
    card = catalog.cards[slug]
    maker = catalog.providers.get(card.provider)
    return RankedModel(
        slug=slug,
        name=card.name,
        path=links.model(slug),
        provider=maker.name if maker else card.provider,
        provider_path=links.provider(card.provider),
        calls=share.of_calls(sum_.calls),
        portions=tuple(share.of(column.id, sum_.amounts.get(column.id, decimals.ZERO)) for column in columns),
    )


def _notes(answer: Answer) -> Iterator[str]:
    """Notes about reading the log, without advice for the command line."""
    yield from (note.partition("; --")[0] for note in answer.notes)
    if answer.rejects.lines:
        yield f"{display.counted(answer.rejects.lines, 'line')} of the log could not be read, and are in no share"


def _left(answer: Answer, share: _Shares, catalog: Catalog, *, resolved: bool) -> Iterator[Left]:
    """The calls without a cost: of models in the catalog (`resolved`) or of unknown names."""
    from ratecard.logs.subjects import UNKNOWN_MODEL, advice  # the same

    for part in answer.bill.unpriced:
        if (part.status != UNKNOWN_MODEL) == resolved:
            why = part.reason if resolved else advice(catalog, part.model) or part.reason
            yield Left(part.model or "no name", why, share.of_calls(part.rows))
