"""Reports: the usage in an API's response, read by the rows of its flavor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from ratecard.core import decimals
from ratecard.core.errors import BadValue, listed
from ratecard.core.usage import MAX_QUANTITY, Usage
from ratecard.responses import paths
from ratecard.responses.flavors import FLAVORS, MARKS, WRAPPERS
from ratecard.responses.flavors.rows import Amount, FactOf, Flavor, Total
from ratecard.responses.signs import choices_of, shown, shows, signs
from ratecard.responses.unmapped import Unmapped, forbidding, is_usage, mirrored, told

#: The maximum decimals of a number, enough for the shortest text of a small float.
MAX_PLACES = 30

Body = Mapping[str, Any]
Facts = tuple[tuple[str, str], ...]

#: The parts of a body that hold usage, in any flavor.
ROOTS = frozenset(root.partition(".")[0] for flavor in FLAVORS for root in flavor.usage)


def _paths(flavor: Flavor) -> Iterator[str]:
    """The paths that every reading of a flavor follows."""
    yield from (path for amount in flavor.amounts for path in (*amount.plus, *amount.minus))
    yield from (path for total in flavor.totals for path in (total.path, *total.parts))
    yield from (row.path for row in (*flavor.facts, *flavor.sellers))
    yield from (row.path for row in flavor.stated)
    yield from (row.path for row in flavor.inner)
    yield from (path for row in flavor.beside for path in (row.path, row.unless) if path)
    yield from (*flavor.model, *flavor.at, *flavor.told, *flavor.mirrors, *([flavor.calls] if flavor.calls else ()))
    yield from (choice.path for sign in (*flavor.signs, *flavor.hints) for choice in choices_of(sign))


_WALKS = paths.Walks(
    (*(mark.path for mark in MARKS), *(path for flavor in FLAVORS if not flavor.flat for path in _paths(flavor))), ROOTS
)


_SIGNS, _FLAT_SIGNS = signs(flat=False), signs(flat=True)
#: The paths of signs that are followed one by one.
_SLOW_SIGNS = sorted(_SIGNS.keys() - _WALKS.known)
#: The flavors of bodies that show the same signs, and what a flavor may read in bodies of the same paths.
_RECOGNISED: dict[object, list[Flavor]] = {}
_PRESENT: dict[object, tuple[Flavor, Flavor]] = {}
#: How many kinds of bodies are remembered.
_MOST = 10_000
#: The paths of marks.
_MARKED = frozenset(mark.path for mark in MARKS)


class StatedCost(NamedTuple):
    """The cost of the call according to the API, in US dollars."""

    path: str
    amount: Decimal


class Report(NamedTuple):
    """The report of one response: who answered when, and the usage.

    `parts` are usages to be priced apart and added, since one usage has one value per fact: cache writes
    of two lifetimes make two. A part with a `model` is of that one, not of the report's. `seller` and `model` are empty
    where the response does not name them. `calls` is how many it sums up.
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
        unmapped = [f"{found.path}={found.value}" for found in forbidding(self.unmapped, self.flavor)]
        if unmapped:
            raise BadValue(
                f"no meter or fact is known for {listed(unmapped, 'and')}; read it as a report to price the rest"
            )
        if models := sorted({part.model for part in self.parts if part.model}):
            raise BadValue(f"the report has parts of other models ({', '.join(models)}); price each of its parts")
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
    return _alike([(known, inner) for known in best], inner, told)


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
    return _alike([(known, bodies[known.id]) for known in best], usage, ())


def _alike(fitting: Sequence[tuple[Flavor, Body]], body: Body, told: Facts) -> Report:
    """What several flavors read alike: it does not matter which it is, but none of their makers is meant."""
    if not fitting:
        raise _unrecognised([], body)
    if len(fitting) == 1:
        return _read_as(*fitting[0], told)
    found = [_read_as(known, inner, told) for known, inner in fitting]
    sellers = {one.seller for one in found}
    plain = [one._replace(flavor=fitting[0][0]._replace(home=""), seller="") for one in found]
    if any(one != plain[0] for one in plain):
        raise _unrecognised([known for known, _ in fitting], body)
    return plain[0]._replace(seller=sellers.pop() if len(sellers) == 1 else "")


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
    told: list[object] = [frozenset(ROOTS & body.keys())]
    for path, found in body.found.items():
        sign = _SIGNS.get(path)
        if sign is not None:
            told.append(path)
            for place in found:
                told.append(shown(place.value, sign))
    for path in _SLOW_SIGNS:
        told += (path, *(shown(place.value, _SIGNS[path]) for place in paths.matches(body, path)))
    for path in _FLAT_SIGNS.keys() & body.keys():
        told += (path, "flat", shown(body[path], _FLAT_SIGNS[path]))
    key = tuple(told)
    best = _RECOGNISED.get(key)
    if best is None:
        if len(_RECOGNISED) >= _MOST:
            _RECOGNISED.clear()
        best = _RECOGNISED[key] = _best([(flavor, body) for flavor in FLAVORS])
    return best


def _best(bodies: Iterable[tuple[Flavor, Body]]) -> list[Flavor]:
    """The flavors whose signs are all there, of those with the most signs and hints."""
    weights = {flavor: _weight(flavor, body) for flavor, body in bodies if not flavor.instead_of}
    most = max(weights.values())
    return [flavor for flavor, weight in weights.items() if weight == most] if most else []


def _weight(flavor: Flavor, body: Body) -> int:
    if not flavor.flat and flavor.usage[0] not in body:
        return 0
    if not all(shows(flavor, body, sign) for sign in flavor.signs):
        return 0
    return len(flavor.signs) + sum(shows(flavor, body, hint) for hint in flavor.hints)


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
            if other.instead_of == flavor.id and _weight(other, body):
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
        """The paths of which one choice may lead somewhere."""
        return tuple(path for path in wanted if any(map(leads, paths.choices(path))))

    def leads(path: str) -> bool:
        return path in body if flavor.flat else path in body.found or path not in body.known

    amounts = [row._replace(plus=some(row.plus), minus=some(row.minus)) for row in flavor.amounts]
    totals = [row._replace(parts=some(row.parts)) for row in flavor.totals]
    found = flavor._replace(
        amounts=(*amounts[:1], *(row for row in amounts[1:] if row.plus or row.minus or row.calls)),
        totals=tuple(row for row in totals if row.parts or some((row.path,))),
        facts=tuple(row for row in flavor.facts if some((row.path,))),
        sellers=tuple(row for row in flavor.sellers if some((row.path,))),
        stated=tuple(row for row in flavor.stated if some((row.path,))),
        beside=tuple(row for row in flavor.beside if some((row.path,))),
        inner=tuple(row for row in flavor.inner if some((row.path,))),
        told=some(flavor.told),
        mirrors=flavor.mirrors if flavor.flat else some(flavor.mirrors),
        model=some(flavor.model),
        at=some(flavor.at),
    )
    _PRESENT[key] = (flavor, found)
    return found


def _read(body: Body, own: Flavor, known: Facts) -> Report:
    read = _Read()
    flavor = _present(own, body)
    quantities = [(amount, _quantity(amount, body, flavor, read)) for amount in flavor.amounts]
    for total in flavor.totals:
        _check(total, body, flavor, read)
    facts, unknown = _facts(flavor.facts, body, flavor, known)
    inner = [*_inner(flavor, body, read, facts)]
    if not read:
        raise BadValue(f"no usage of {flavor.id} in it; there is {_fields(body)}")
    sellers, strangers = _facts(flavor.sellers, body, flavor)
    names = (place.value for path in flavor.model for place in paths.matches(body, path, flavor.flat))
    model = next((printable(value) for value in names if isinstance(value, str)), "")
    counted, beside = _beside(flavor, body, model)
    parts = [*_parts([*quantities, *counted.pop("", ())], facts), *inner]
    parts += [part._replace(model=other) for other, apart in counted.items() for part in _parts(apart, facts)]
    return Report(
        flavor=own,
        parts=tuple(parts),
        model=model,
        seller=flavor.seller or sellers.get("seller", "") or _marked(body),
        at=_moment(flavor, body),
        unmapped=(*_unmapped(flavor, own, body, read), *beside, *unknown, *strangers),
        stated=tuple(
            StatedCost(row.path, decimals.divide(_number(row.path, found.value), Decimal(row.per)))
            for row in flavor.stated
            for found in paths.matches(body, row.path, flavor.flat)
        ),
        calls=_calls(flavor, body),
    )


def _inner(flavor: Flavor, body: Body, read: _Read, facts: Mapping[str, str]) -> Iterator[Usage]:
    """The usages of other models inside a report, each of which says the model."""
    for row in flavor.inner:
        for place in paths.matches(body, row.path, flavor.flat):
            if not isinstance(place.value, Mapping):
                continue
            own = _Read()
            names = [found.value for found in paths.matches(place.value, row.model)] if row.model else place.trail[-1:]
            quantities = [(amount, _quantity(amount, place.value, flavor, own)) for amount in row.amounts]
            if names and isinstance(names[0], str):
                read.update((*place.trail, *trail) for trail in own)
                yield from (part._replace(model=printable(names[0])) for part in _parts(quantities, facts))


def _marked(body: Body) -> str:
    """Who answered, by the first sign that is there; empty for none."""
    there = body.found.keys() & _MARKED if isinstance(body, paths.Walked) else _MARKED
    for mark in MARKS if there else ():
        found = paths.matches(body, mark.path) if mark.path in there else ()
        if any(str(place.value).startswith(mark.starts) for place in found):
            return mark.seller
    return ""


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
    """The number at each path; adds it to `read`. Raises `BadValue` where two names of one number disagree."""
    found: list[tuple[str, Decimal]] = []
    for path in wanted:
        known = read.numbers.get(path)
        if known is None:
            known = read.numbers[path] = (
                _named_numbers(path, body, flavor, read) if "|" in path else _numbers_at(path, body, flavor, read)
            )
        found += known
    return found


def _named_numbers(path: str, body: Body, flavor: Flavor, read: _Read) -> list[tuple[str, Decimal]]:
    """The number under one of its names, that which is there and not zero."""
    every = [_numbers_at(choice, body, flavor, read) for choice in paths.choices(path)]
    some = [own for own in every if any(number for _, number in own)]
    for other in some[1:]:
        if decimals.total([number for _, number in other]) != decimals.total([number for _, number in some[0]]):
            one, two = (f"{own[0][0]} {decimals.text(own[0][1])}" for own in (some[0], other))
            raise BadValue(f"the report contradicts itself: {one} and {two} are names of one number")
    return some[0] if some else next(filter(None, every), [])


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
    if not quantities:
        return ()
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


def _unmapped(flavor: Flavor, own: Flavor, body: Body, read: set[paths.Trail]) -> Iterator[Unmapped]:
    """The numbers below a flavor's usage that nothing has read, nor is known to bill nothing."""
    settled = (*flavor.told, *(row.path for row in flavor.stated))
    plain = {place.trail for path in settled for place in paths.matches(body, path, flavor.flat)}
    mirrors = {place.trail for path in flavor.mirrors for place in _mirrors(flavor, body, path)}
    for root in flavor.usage:
        for trail, value in _leaves(flavor, body, root, read):
            number = _in_quotes(value) if type(value) is str else decimals.number(value)
            if trail in read or (number is None and not isinstance(value, float | Decimal)):
                continue
            starts = [trail[:length] for length in range(1, len(trail) + 1)] if plain or mirrors else []
            known = any(told(own, trail, start) for start in starts if start in plain)
            known = known or any(mirrored(trail, start, flavor.flat) for start in starts if start in mirrors)
            path = printable(".".join(map(str, trail)))
            if not known and (type(value) is not str or is_usage(path)):
                yield Unmapped(path, "0" if number == 0 else str(value))


def _in_quotes(text: str) -> Decimal | None:
    """The number that a text is, if it is one."""
    return decimals.parse(text) if text[:1].isdigit() else None


def _leaves(flavor: Flavor, body: Body, root: str, read: set[paths.Trail]) -> Iterator[paths.PathMatch]:
    """The values below a root of a body, without most of those that were read."""
    if flavor.flat or not isinstance(body, paths.Walked):
        yield from paths.leaves(body, root, flavor.flat)
        return
    way = tuple(root.split("."))
    for place in body.ends:
        if place.trail not in read and place.trail[: len(way)] == way:
            if type(place.value) in paths.PLAIN:
                yield place
            else:
                yield from paths.below(place)


def _mirrors(flavor: Flavor, body: Body, path: str) -> list[paths.PathMatch]:
    return paths.leaves(body, path, True) if flavor.flat else paths.matches(body, path)


def _beside(flavor: Flavor, body: Body, model: str) -> tuple[dict[str, list[tuple[Amount, Decimal]]], list[Unmapped]]:
    """Billed things that no field counts: the quantities by the model that they are sold under, and the rest."""
    counted: dict[str, list[tuple[Amount, Decimal]]] = {}
    unknown = []
    for row in flavor.beside:
        found = paths.matches(body, row.path, flavor.flat)
        if not found or (row.unless and paths.matches(body, row.unless, flavor.flat)):
            continue
        if row.by:
            # one that names none is one by itself
            count = len({str(paths.matches(place.value, row.by) or place.trail) for place in found})
        else:
            count = sum(len([*filter(None, place.value)]) if isinstance(place.value, list) else 1 for place in found)
        if row.once and model.rpartition("/")[2].startswith(row.once):
            count = min(count, 1)
        if row.meter:
            counted.setdefault(row.model, []).append((Amount(row.meter, ()), Decimal(count)))
        else:
            unknown.append(Unmapped(row.path, str(count)))
    return counted, unknown


def printable(text: str) -> str:
    """A text without halves of characters, which JSON may contain."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", type(None): "null", bool: "a truth value", int: "a number"}
    return names.get(type(value), f"{type(value).__name__}, whose model_dump() may be one")
