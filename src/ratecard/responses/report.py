"""Reports: the usage in an API's response, read by the rows of its flavor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from ratecard.core import decimals
from ratecard.core.errors import BadValue, listed
from ratecard.core.usage import MAX_QUANTITY, Usage
from ratecard.responses import paths
from ratecard.responses.flavors import FLAVORS, WRAPPERS
from ratecard.responses.flavors.rows import Amount, FactOf, Flavor, Total

#: The maximum decimals of a number, enough for the shortest text of a small float.
MAX_PLACES = 30

Body = Mapping[str, Any]
Facts = tuple[tuple[str, str], ...]

#: The parts of a body that hold usage, in any flavor.
ROOTS = frozenset(root.partition(".")[0] for flavor in FLAVORS for root in flavor.usage)

Choices = tuple[tuple[str, str], ...]


@lru_cache(maxsize=1024)
def _choices(sign: str) -> Choices:
    """The paths of a sign, each with the value that it must lead to, or an empty text for any."""
    return tuple((path, wanted) for path, _, wanted in (choice.partition("=") for choice in sign.split("|")))


def _paths(flavor: Flavor) -> Iterator[str]:
    """The paths that every reading of a flavor follows."""
    yield from (path for amount in flavor.amounts for path in (*amount.plus, *amount.minus))
    yield from (path for total in flavor.totals for path in (total.path, *total.parts))
    yield from (row.path for row in (*flavor.facts, *flavor.sellers))
    yield from (row.path for row in flavor.stated)
    yield from (row.path for row in flavor.beside)
    yield from (*flavor.model, *flavor.at, *flavor.told)
    yield from (path for sign in (*flavor.signs, *flavor.hints) for path, _ in _choices(sign))


_WALKS = paths.Walks((path for flavor in FLAVORS if not flavor.flat for path in _paths(flavor)), ROOTS)


def _signs(flat: bool) -> dict[str, frozenset[str]]:
    """What decides which flavor a body has: the paths of signs, and the values that some must lead to."""
    found: dict[str, set[str]] = {}
    for flavor in FLAVORS:
        for path, wanted in (one for sign in (*flavor.signs, *flavor.hints) for one in _choices(sign)):
            if flavor.flat == flat:
                found.setdefault(path, set()).update({wanted} - {""})
    return {path: frozenset(wanted) for path, wanted in found.items()}


_SIGNS, _FLAT_SIGNS = _signs(flat=False), _signs(flat=True)
#: The flavors of bodies that show the same signs, and what a flavor may read in bodies of the same paths.
_RECOGNISED: dict[object, list[Flavor]] = {}
_PRESENT: dict[object, tuple[Flavor, Flavor]] = {}
#: How many kinds of bodies are remembered.
_MOST = 10_000


class Unmapped(NamedTuple):
    """A part of a report that no quantity or fact holds: a number, a circumstance, a tool call."""

    path: str
    value: str


class StatedCost(NamedTuple):
    """The cost of the call according to the API, in US dollars."""

    path: str
    amount: Decimal


class Report(NamedTuple):
    """The report of one response: who answered when, and the usage.

    `parts` are usages to be priced apart and added, since one usage has one value per fact: cache writes
    of two lifetimes make two. `seller` and `model` are empty where the response does not name them. `calls` is how
    many it sums up.
    """

    flavor: Flavor
    parts: tuple[Usage, ...]
    model: str = ""
    seller: str = ""
    at: datetime | None = None
    unmapped: tuple[Unmapped, ...] = ()
    stated: tuple[StatedCost, ...] = ()
    calls: int = 1

    @property
    def usage(self) -> Usage:
        """The whole usage; raises `BadValue` where one usage cannot hold all that the report says."""
        unmapped = [f"{found.path}={found.value}" for found in self.unmapped if found.value != "0"]
        if unmapped:
            raise BadValue(
                f"no meter or fact is known for {listed(unmapped, 'and')}; read it as a report to price the rest"
            )
        if len(self.parts) > 1:
            apart = [f"{fact}={value}" for part in self.parts for fact, value in part.facts.items()]
            raise BadValue(f"the report has parts under different facts ({', '.join(apart)}); price each of its parts")
        return self.parts[0]


def report(body: object, flavor: str | None = None) -> Report:
    """What a response says was used; its flavor is recognised unless it is named.

    Raises `BadValue` for a body without usage, of an unknown or ambiguous flavor, and for numbers that
    are negative, not whole, or contradict each other.
    """
    if not isinstance(body, Mapping):
        raise BadValue(f"a response is an object with fields, not {_kind(body)}")
    return report_of(*opened(body), flavor)


def report_of(inner: Body, told: Facts, flavor: str | None = None) -> Report:
    """What a response out of its envelope says, with the facts that this told; see `report`."""
    inner = _WALKS.walked(inner)
    if flavor:
        return _read(inner, named(flavor, FLAVORS), told)
    best = _recognised(inner)
    if not best and _best([(flavor, _wrapped(flavor.usage[0], inner)) for flavor in FLAVORS if not flavor.flat]):
        raise BadValue(
            "this is a usage without the response around it, which names no model; read it as such (--usage)"
        )
    if len(best) != 1:
        raise _unrecognised(best, inner)
    return _read_as(best[0], inner, told)


def bare_report(usage: object, flavor: str | None = None) -> Report:
    """What a usage object says without the response around it; see `report`."""
    if not isinstance(usage, Mapping):
        raise BadValue(f"usage is an object with fields, not {_kind(usage)}")
    fitting = [named(flavor, FLAVORS)] if flavor else FLAVORS
    roots = {"" if known.flat else known.usage[0] for known in fitting}
    walked = {root: _WALKS.walked(_wrapped(root, usage) if root else usage) for root in roots}
    bodies = {known.id: walked["" if known.flat else known.usage[0]] for known in fitting}
    best = _best([(known, bodies[known.id]) for known in fitting]) if not flavor else fitting
    if not best:
        raise _unrecognised(best, usage)
    if flavor:
        return _read(bodies[best[0].id], best[0], ())
    found = [_read_as(known, bodies[known.id], ()) for known in best]
    if any(one[1:] != found[0][1:] for one in found):
        raise _unrecognised(best, usage)
    # where several read it alike, it does not matter which it is, but none of their makers is meant
    return found[0] if len(found) == 1 else found[0]._replace(flavor=best[0]._replace(home=""))


def opened(body: Body) -> tuple[Body, Facts]:
    """The body inside another message, such as a line of batch results, and the facts that tells."""
    if ROOTS & body.keys():
        return body, ()
    for envelope in WRAPPERS:
        for found in paths.matches(body, envelope.path):
            if isinstance(found.value, Mapping):
                return found.value, envelope.facts
    return body, ()


def named(flavor: str, known: Iterable[Flavor]) -> Flavor:
    """The flavor with an id; raises `BadValue` for another."""
    flavors = {entry.id: entry for entry in known}
    if flavor not in flavors:
        raise BadValue(f"{flavor!r} is not a flavor; there are {listed(sorted(flavors), 'and')}")
    return flavors[flavor]


def _wrapped(root: str, usage: Body) -> Body:
    for key in reversed(root.split(".")):
        usage = {key: usage}
    return usage


def _recognised(body: paths.Walked) -> list[Flavor]:
    """The flavors that fit a body best, worked out once for all bodies that show the same signs."""
    shown: list[object] = [frozenset(ROOTS & body.keys())]
    for path, found in body.found.items():
        wanted = _SIGNS.get(path)
        if wanted is not None:
            shown.append(path)
            for place in found:
                shown.append(_shown(place.value, wanted))
    for path in _FLAT_SIGNS.keys() & body.keys():
        shown += (path, "flat", _shown(body[path], _FLAT_SIGNS[path]))
    key = tuple(shown)
    best = _RECOGNISED.get(key)
    if best is None:
        if len(_RECOGNISED) >= _MOST:
            _RECOGNISED.clear()
        best = _RECOGNISED[key] = _best([(flavor, body) for flavor in FLAVORS])
    return best


def _shown(value: object, wanted: frozenset[str]) -> str | bool:
    """What a value shows of a sign: which of the values wanted it is, or whether it is a value at all."""
    if value is None or type(value) is dict or (type(value) not in paths.PLAIN and isinstance(value, Mapping)):
        return False
    return text if wanted and (text := str(value)) in wanted else True


def _best(bodies: Iterable[tuple[Flavor, Body]]) -> list[Flavor]:
    """The flavors whose signs are all there, of those with the most signs and hints."""
    weights = {flavor: _weight(flavor, body) for flavor, body in bodies if not flavor.instead_of}
    most = max(weights.values())
    return [flavor for flavor, weight in weights.items() if weight == most] if most else []


def _weight(flavor: Flavor, body: Body) -> int:
    if not flavor.flat and flavor.usage[0] not in body:
        return 0
    if not all(_shows(flavor, body, sign) for sign in flavor.signs):
        return 0
    return len(flavor.signs) + sum(_shows(flavor, body, hint) for hint in flavor.hints)


def _shows(flavor: Flavor, body: Body, sign: str) -> bool:
    """Whether one of a sign's paths leads to a value, and to the required one."""
    for path, wanted in _choices(sign):
        for found in paths.matches(body, path, flavor.flat):
            if not isinstance(found.value, Mapping) and wanted in ("", str(found.value)):
                return True
    return False


def _unrecognised(best: Sequence[Flavor], body: Body) -> BadValue:
    if best:
        ids = [flavor.id for flavor in best]
        return BadValue(f"this could be a report of {listed(ids)}; name its flavor")
    return BadValue(f"no usage of a known flavor in it; there is {_fields(body)}")


def _fields(body: Body) -> str:
    """The fields of a body and of its usage."""
    fields = [
        f"{key}.{inner}" if inner else str(key)
        for key, value in sorted(body.items(), key=str)
        for inner in (sorted(map(str, value)) if key in ROOTS and isinstance(value, Mapping) and value else [""])
    ]
    return listed(fields, "and") if fields else "nothing at all"


def _read_as(flavor: Flavor, body: Body, told: Facts) -> Report:
    """The report by a flavor, or by its alternative if it contradicts itself."""
    try:
        return _read(body, flavor, told)
    except BadValue:
        for other in FLAVORS:
            if other.instead_of == flavor.id:
                with suppress(BadValue):
                    return _read(body, other, told)
        raise


def _present(flavor: Flavor, body: Body) -> Flavor:
    """A flavor with those rows that a body may have, worked out once for all bodies that have the same paths."""
    if not isinstance(body, paths.Walked):
        return flavor
    key = (flavor.id, *(body if flavor.flat else body.found))
    known = _PRESENT.get(key)
    if known and known[0] is flavor:
        return known[1]
    if len(_PRESENT) >= _MOST:
        _PRESENT.clear()

    def some(wanted: Iterable[str]) -> tuple[str, ...]:
        return tuple(
            path for path in wanted if (path in body if flavor.flat else path in body.found or path not in body.known)
        )

    amounts = [row._replace(plus=some(row.plus), minus=some(row.minus)) for row in flavor.amounts]
    totals = [row._replace(parts=some(row.parts)) for row in flavor.totals]
    found = flavor._replace(
        amounts=(amounts[0], *(row for row in amounts[1:] if row.plus or row.minus or row.calls)),
        totals=tuple(row for row in totals if row.parts or some((row.path,))),
        facts=tuple(row for row in flavor.facts if some((row.path,))),
        sellers=tuple(row for row in flavor.sellers if some((row.path,))),
        stated=tuple(row for row in flavor.stated if some((row.path,))),
        told=some(flavor.told),
        model=some(flavor.model),
        at=some(flavor.at),
    )
    _PRESENT[key] = (flavor, found)
    return found


def _read(body: Body, own: Flavor, told: Facts) -> Report:
    read = _Read()
    flavor = _present(own, body)
    quantities = [(amount, _quantity(amount, body, flavor, read)) for amount in flavor.amounts]
    for total in flavor.totals:
        _check(total, body, flavor, read)
    if not read:
        raise BadValue(f"no usage of {flavor.id} in it; there is {_fields(body)}")
    facts, unknown = _facts(flavor.facts, body, flavor, told)
    sellers, strangers = _facts(flavor.sellers, body, flavor)
    for path in (*flavor.told, *(row.path for row in flavor.stated)):
        read.update(found.trail for found in paths.matches(body, path, flavor.flat))
    names = (place.value for path in flavor.model for place in paths.matches(body, path, flavor.flat))
    return Report(
        flavor=own,
        parts=_parts(quantities, facts),
        model=next((printable(value) for value in names if isinstance(value, str)), ""),
        seller=flavor.seller or sellers.get("seller", ""),
        at=_moment(flavor, body),
        unmapped=(*_unmapped(flavor, body, read), *_beside(flavor, body), *unknown, *strangers),
        stated=tuple(
            StatedCost(row.path, decimals.divide(_number(row.path, found.value), Decimal(row.per)))
            for row in flavor.stated
            for found in paths.matches(body, row.path, flavor.flat)
        ),
        calls=_calls(flavor, body),
    )


def _calls(flavor: Flavor, body: Body) -> int:
    """How many calls a report sums up."""
    found = _numbers((flavor.calls,), body, flavor, _Read()) if flavor.calls else []
    return max([1, *(int(number) for _, number in found)])


def _quantity(amount: Amount, body: Body, flavor: Flavor, read: _Read) -> Decimal:
    """An amount's quantity; raises `BadValue` where less than nothing would be left of it."""
    plus = _numbers(amount.plus, body, flavor, read) if amount.plus else []
    minus = _numbers(amount.minus, body, flavor, read) if amount.minus else []
    left = decimals.total([number for _, number in plus])
    if amount.calls:
        left = decimals.add(left, Decimal(amount.calls))
    if minus:
        left = decimals.subtract(left, decimals.total([number for _, number in minus]))
    if left < 0:
        terms = [f"{path} {decimals.text(number)}" for path, number in plus] or ["nothing"]
        off = [f"{path} {decimals.text(number)}" for path, number in minus]
        raise BadValue(f"the report contradicts itself: {listed(off, 'and')} cannot be part of {listed(terms, 'and')}")
    if amount.whole and not left.same_quantum(decimals.ONE) and left != left.to_integral_value():
        terms = [f"{path} {decimals.text(number)}" for path, number in plus]
        raise BadValue(f"{listed(terms, 'and')}: {amount.meter} come whole")
    return left


class _Read(set[paths.Trail]):
    """The places of a body that a flavor has read, and the numbers at each path."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: dict[str, list[tuple[str, Decimal]]] = {}


def _numbers(wanted: Sequence[str], body: Body, flavor: Flavor, read: _Read) -> list[tuple[str, Decimal]]:
    """The number at each path; adds it to `read`."""
    found: list[tuple[str, Decimal]] = []
    for path in wanted:
        known = read.numbers.get(path)
        if known is None:
            known = read.numbers[path] = _numbers_at(path, body, flavor, read)
        found += known
    return found


def _numbers_at(path: str, body: Body, flavor: Flavor, read: _Read) -> list[tuple[str, Decimal]]:
    found = []
    for trail, value in paths.matches(body, path, flavor.flat):
        if not value and isinstance(value, Mapping | list):
            continue  # an empty object is how some write that there is none
        found.append((path, _number(path, value)))
        read.add(trail)
    return found


def _number(path: str, value: object) -> Decimal:
    number = decimals.number(value)
    if number is None:
        raise BadValue(f"{path}: {value!r} is not a number")
    if not decimals.ZERO <= number <= MAX_QUANTITY or decimals.places(number) > MAX_PLACES:
        raise BadValue(f"{path}: {value} is not a quantity, which is from 0 to 10^18 with up to {MAX_PLACES} decimals")
    return number


def _check(total: Total, body: Body, flavor: Flavor, read: _Read) -> None:
    """Raises `BadValue` where a total is not the sum of its parts."""
    stated = _numbers((total.path,), body, flavor, read)
    parts = _numbers(total.parts, body, flavor, read)
    if stated and stated[0][1] != decimals.total([number for _, number in parts]):
        shown = " + ".join(f"{path} {decimals.text(number)}" for path, number in parts) or "nothing"
        raise BadValue(
            f"the report contradicts itself: {total.path} {decimals.text(stated[0][1])} is not {shown}; "
            f"name its flavor where it is not {flavor.id}"
        )


def _facts(
    rows: Iterable[FactOf], body: Body, flavor: Flavor, told: Facts = ()
) -> tuple[dict[str, str], list[Unmapped]]:
    """The facts in fields, and their unknown values; raises `BadValue` if two contradict each other."""
    facts = dict(told)
    unknown = []
    for row in rows:
        for found in paths.matches(body, row.path, flavor.flat):
            said = {True: "true", False: "false"}[found.value] if isinstance(found.value, bool) else str(found.value)
            value = next((meant for word, meant in row.values if word == said), None)
            if value is None:
                unknown.append(Unmapped(row.path, printable(said)))
            elif value and facts.setdefault(row.fact, value) != value:
                raise BadValue(f"the report contradicts itself: {row.fact} is {facts[row.fact]} and {value}")
    return facts, unknown


def _parts(quantities: Sequence[tuple[Amount, Decimal]], facts: Mapping[str, str]) -> tuple[Usage, ...]:
    """As few usages as the facts of the quantities allow; zero quantities are left out if there are others."""
    nothing = quantities[0][0].meter
    parts: list[tuple[dict[str, Decimal], dict[str, str]]] = [({}, dict(facts))]
    for amount, quantity in quantities:
        if not quantity:
            continue
        place = next((part for part in parts if _agrees(part, amount)), None)
        if place is None:
            parts.append(place := ({}, dict(facts)))
        place[0][amount.meter] = decimals.add(place[0].get(amount.meter, decimals.ZERO), quantity)
        place[1].update(amount.when)
    return tuple(Usage(counted or {nothing: decimals.ZERO}, held) for counted, held in parts)


def _agrees(part: tuple[Mapping[str, Decimal], Mapping[str, str]], amount: Amount) -> bool:
    """Whether a part can hold a quantity: no fact gets two values or applies to other quantities of the meter."""
    counted, facts = part
    if amount.meter in counted:
        return bool(amount.when) and all(facts.get(fact) == value for fact, value in amount.when)
    return all(facts.get(fact, value) == value for fact, value in amount.when)


def _moment(flavor: Flavor, body: Body) -> datetime | None:
    """When the response was made: seconds since 1970, or a time, without a zone in UTC."""
    for path in flavor.at:
        for found in paths.matches(body, path, flavor.flat):
            seconds = decimals.number(found.value)
            try:
                if seconds is not None:
                    return datetime.fromtimestamp(int(seconds), UTC)
                time = datetime.fromisoformat(str(found.value))
                return (time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)).replace(microsecond=0)
            except (ValueError, OverflowError, OSError):
                raise BadValue(f"{path}: {found.value!r} is not a time") from None
    return None


def _unmapped(flavor: Flavor, body: Body, read: set[paths.Trail]) -> Iterator[Unmapped]:
    """The numbers below a flavor's usage that nothing has read."""
    for root in flavor.usage:
        for trail, value in _leaves(flavor, body, root, read):
            number = decimals.number(value)
            if number is not None and not _within(trail, read):
                path = printable(".".join(map(str, trail)))
                yield Unmapped(path, str(value) if number else "0")


def _leaves(flavor: Flavor, body: Body, root: str, read: set[paths.Trail]) -> Iterator[paths.PathMatch]:
    """The values below a root of a body, without most of those that were read."""
    if flavor.flat or not isinstance(body, paths.Walked):
        yield from paths.leaves(body, root, flavor.flat)
        return
    way = tuple(root.split("."))
    for place in body.ends:
        if place.trail not in read and place.trail[: len(way)] == way:
            yield from paths.below(place)


def _within(trail: paths.Trail, read: set[paths.Trail]) -> bool:
    """Whether a trail or a part of it from the start was read."""
    return not read.isdisjoint([trail[:end] for end in range(len(trail), 0, -1)])


def _beside(flavor: Flavor, body: Body) -> Iterator[Unmapped]:
    """Billed things that no field counts, with their number."""
    for row in flavor.beside:
        found = paths.matches(body, row.path, flavor.flat)
        if found and not (row.unless and paths.matches(body, row.unless, flavor.flat)):
            count = sum(len(place.value) if isinstance(place.value, list) else 1 for place in found)
            yield Unmapped(row.path, str(count))


def printable(text: str) -> str:
    """A text without halves of characters, which JSON may contain."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", type(None): "null", bool: "a truth value", int: "a number"}
    return names.get(type(value), f"{type(value).__name__}, whose model_dump() may be one")
