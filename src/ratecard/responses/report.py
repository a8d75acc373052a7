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
from ratecard.responses.unmapped import Unmapped, forbidding, mirrored, told

#: The maximum decimals of a number, enough for the shortest text of a small float.
MAX_PLACES = 30

Body = Mapping[str, Any]
Facts = tuple[tuple[str, str], ...]

#: The parts of a body that hold usage, in any flavor.
ROOTS = frozenset(root.partition(".")[0] for flavor in FLAVORS for root in flavor.usage)


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
    inner, told = opened(body)
    if flavor:
        return _read(inner, named(flavor, FLAVORS), told)
    best = _best([(flavor, inner) for flavor in FLAVORS])
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
    bodies = {known.id: usage if known.flat else _wrapped(known.usage[0], usage) for known in fitting}
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
    for choice in sign.split("|"):
        path, within, wanted = choice.partition("~")
        if not within:
            path, _, wanted = choice.partition("=")
        for found in paths.matches(body, path, flavor.flat):
            if isinstance(found.value, Mapping):
                continue
            if wanted in str(found.value).lower() if within else wanted in ("", str(found.value)):
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
            if other.instead_of == flavor.id and _weight(other, body):
                with suppress(BadValue):
                    return _read(body, other, told)
        raise


def _read(body: Body, flavor: Flavor, known: Facts) -> Report:
    read: set[paths.Trail] = set()
    quantities = [(amount, _quantity(amount, body, flavor, read)) for amount in flavor.amounts]
    for total in flavor.totals:
        _check(total, body, flavor, read)
    facts, unknown = _facts(flavor.facts, body, flavor, known)
    inner = [*_inner(flavor, body, read, facts)]
    if not read:
        raise BadValue(f"no usage of {flavor.id} in it; there is {_fields(body)}")
    sellers, strangers = _facts(flavor.sellers, body, flavor)
    names = (place.value for path in flavor.model for place in paths.matches(body, path, flavor.flat))
    model = next((_printable(value) for value in names if isinstance(value, str)), "")
    counted, beside = _beside(flavor, body, model)
    parts = [*_parts([*quantities, *counted.pop("", ())], facts), *inner]
    parts += [part._replace(model=other) for other, apart in counted.items() for part in _parts(apart, facts)]
    marks = (mark.seller for mark in MARKS if _marked(body, mark.path, mark.starts))
    return Report(
        flavor=flavor,
        parts=tuple(parts),
        model=model,
        seller=flavor.seller or sellers.get("seller", "") or next(marks, ""),
        at=_moment(flavor, body),
        unmapped=(*_unmapped(flavor, body, read), *beside, *unknown, *strangers),
        stated=tuple(
            StatedCost(row.path, decimals.divide(_number(row.path, found.value), Decimal(row.per)))
            for row in flavor.stated
            for found in paths.matches(body, row.path, flavor.flat)
        ),
        calls=_calls(flavor, body),
    )


def _inner(flavor: Flavor, body: Body, read: set[paths.Trail], facts: Mapping[str, str]) -> Iterator[Usage]:
    """The usages of other models inside a report, each of which says the model."""
    for row in flavor.inner:
        for place in paths.matches(body, row.path, flavor.flat):
            if not isinstance(place.value, Mapping):
                continue
            own: set[paths.Trail] = set()
            names = [found.value for found in paths.matches(place.value, row.model)] if row.model else place.trail[-1:]
            quantities = [(amount, _quantity(amount, place.value, flavor, own)) for amount in row.amounts]
            if names and isinstance(names[0], str):
                read.update((*place.trail, *trail) for trail in own)
                yield from (part._replace(model=_printable(names[0])) for part in _parts(quantities, facts))


def _marked(body: Body, path: str, starts: str) -> bool:
    return any(str(found.value).startswith(starts) for found in paths.matches(body, path))


def _calls(flavor: Flavor, body: Body) -> int:
    """How many calls a report sums up."""
    found = _numbers((flavor.calls,), body, flavor, set()) if flavor.calls else []
    return max([1, *(int(number) for _, number in found)])


def _quantity(amount: Amount, body: Body, flavor: Flavor, read: set[paths.Trail]) -> Decimal:
    """An amount's quantity; raises `BadValue` where less than nothing would be left of it."""
    plus = _numbers(amount.plus, body, flavor, read)
    minus = _numbers(amount.minus, body, flavor, read)
    counted = decimals.total([Decimal(amount.calls), *(number for _, number in plus)])
    left = decimals.add(counted, -decimals.total([number for _, number in minus]))
    if left < 0:
        terms = [f"{path} {decimals.text(number)}" for path, number in plus] or ["nothing"]
        off = [f"{path} {decimals.text(number)}" for path, number in minus]
        raise BadValue(f"the report contradicts itself: {listed(off, 'and')} cannot be part of {listed(terms, 'and')}")
    if amount.whole and left != left.to_integral_value():
        terms = [f"{path} {decimals.text(number)}" for path, number in plus]
        raise BadValue(f"{listed(terms, 'and')}: {amount.meter} come whole")
    return left


def _numbers(wanted: Iterable[str], body: Body, flavor: Flavor, read: set[paths.Trail]) -> list[tuple[str, Decimal]]:
    """The number at each path; adds it to `read`. Raises `BadValue` where two names of one number disagree."""
    found: list[tuple[str, Decimal]] = []
    for path in wanted:
        named: list[list[tuple[str, Decimal]]] = []
        for choice in path.split("|"):
            own = []
            for place in paths.matches(body, choice, flavor.flat):
                if isinstance(place.value, Mapping | list) and not place.value:
                    continue  # an empty object is how some write that there is none
                own.append((choice, _number(choice, place.value)))
                read.add(place.trail)
            if any(number for _, number in own) or (own and not named):
                named.append(own)
        some = [own for own in named if any(number for _, number in own)] or named[:1]
        for other in some[1:]:
            if decimals.total([number for _, number in other]) != decimals.total([number for _, number in some[0]]):
                one, two = (f"{own[0][0]} {decimals.text(own[0][1])}" for own in (some[0], other))
                raise BadValue(f"the report contradicts itself: {one} and {two} are names of one number")
        found += some[0] if some else []
    return found


def _number(path: str, value: object) -> Decimal:
    number = decimals.number(value)
    if number is None:
        raise BadValue(f"{path}: {value!r} is not a number")
    if not 0 <= number <= MAX_QUANTITY or number.as_tuple().exponent < -MAX_PLACES:  # type: ignore[operator]  # finite
        raise BadValue(f"{path}: {value} is not a quantity, which is from 0 to 10^18 with up to {MAX_PLACES} decimals")
    return number


def _check(total: Total, body: Body, flavor: Flavor, read: set[paths.Trail]) -> None:
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
            value = dict(row.values).get(said)
            if value is None:
                unknown.append(Unmapped(row.path, _printable(said)))
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
    """When the response was made: seconds since 1970, or a time with its zone."""
    for path in flavor.at:
        for found in paths.matches(body, path, flavor.flat):
            seconds = decimals.number(found.value)
            try:
                if seconds is not None:
                    return datetime.fromtimestamp(int(seconds), UTC)
                return datetime.fromisoformat(str(found.value)).astimezone(UTC).replace(microsecond=0)
            except (ValueError, OverflowError, OSError):
                raise BadValue(f"{path}: {found.value!r} is not a time") from None
    return None


def _unmapped(flavor: Flavor, body: Body, read: set[paths.Trail]) -> Iterator[Unmapped]:
    settled = (*flavor.told, *(row.path for row in flavor.stated))
    plain = {place.trail for path in settled for place in paths.matches(body, path, flavor.flat)}
    mirrors = {place.trail for path in flavor.mirrors for place in _mirrors(flavor, body, path)}
    for root in flavor.usage:
        for found in paths.leaves(body, root, flavor.flat):
            number = decimals.number(found.value)
            if number is None and not isinstance(found.value, float | Decimal):
                continue
            starts = [found.trail[:length] for length in range(1, len(found.trail) + 1)]
            known = found.trail in read
            known = known or any(told(flavor, found.trail, start) for start in starts if start in plain)
            known = known or any(mirrored(found.trail, start, flavor.flat) for start in starts if start in mirrors)
            if not known:
                path = _printable(".".join(map(str, found.trail)))
                yield Unmapped(path, "0" if number == 0 else str(found.value))


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


def _printable(text: str) -> str:
    """A text without halves of characters, which JSON may contain."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", type(None): "null", bool: "a truth value", int: "a number"}
    return names.get(type(value), f"{type(value).__name__}, whose model_dump() may be one")
