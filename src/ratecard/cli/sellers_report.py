"""The output of `ratecard cost --sellers`: one row a seller, sorted by what is paid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from ratecard.cli import cost_report
from ratecard.cli.cost_report import (
    ANY,
    KINDS,
    KNOWN,
    KNOWN_KINDS,
    CostOptions,
    CostTarget,
    answer,
    assumptions,
    price,
    rows,
    tell_each,
)
from ratecard.cli.output import machine, remark
from ratecard.core import display, lives
from ratecard.core.catalog import Catalog, claims, find, is_called, offer_of, seller_called, sold
from ratecard.core.errors import BadValue, Unpriced, listed
from ratecard.core.evidence import COMPARABLE, PARTIAL
from ratecard.core.model_ids import normal
from ratecard.core.records import Card
from ratecard.pricing.asked import Asked
from ratecard.pricing.cost import Cost, costing_otherwise
from ratecard.pricing.rates import IDLE, LEFT_OUT

#: The statuses of prices that a comparison shows first.
SURE = frozenset({*COMPARABLE, PARTIAL})
#: Parts of the warnings that the column of the price's status says as well.
_IN_COLUMN = (
    "was retired on",
    "this is the first one that is",
    "not a confirmed free",
    "was last read",
    "sources disagree",
)
#: The most characters of the reasons why sellers have no price.
LONGEST = 240
#: What a price list says of a fact that it assumes.
_DEFAULT = "default of the price list"


class Compared(NamedTuple):
    """What a model costs at several sellers.

    `first` is the offer that a cost without a seller is of, whose `defaults` hold for all; `unpriced` are the sellers
    without a price, each with the reason.
    """

    card: Card
    first: Cost | None
    defaults: dict[str, str]
    costs: list[Cost]
    unpriced: dict[str, str]


def run(options: CostOptions) -> int:
    """Prints what a usage costs at the sellers of each model; returns 0 if any of them has a price."""
    catalog, question, moment, options = cost_report.question(options)
    found = [compared(catalog, model, question, moment, options) for model in options.models]
    costs = [cost for one in found for cost in one.costs]
    if options.form and costs:
        machine(options.form, [answer(catalog, cost, question) for cost in costs], rows(costs))
    for place, one in enumerate(found):
        if one.costs and not options.form:
            print("\n".join([*([""] if place else []), *_lines(catalog, one, question, moment)]))
        if one.unpriced:
            remark(_closing(one, len(found) > 1))
    names = {seller: catalog.sellers[seller].name for seller in {cost.seller for cost in costs}}
    tell_each("Warning", [
        (names[cost.seller], warning.replace(f"{cost.slug} at {cost.seller}", "it", 1))
        for cost in costs for warning in cost.warnings if not any(part in warning for part in _IN_COLUMN)
    ])  # fmt: skip
    return 0 if costs else Unpriced.exit_code


def compared(catalog: Catalog, model: str, question: Asked, moment: datetime, options: CostOptions) -> Compared:
    """A model's cost at each of the sellers that are asked for, all with the facts that its first offer assumes.

    Raises `BadValue` for a usage that is none, and where no seller of the model is asked for.
    """
    card, defaults, first = find(catalog, model), dict[str, str](), None
    try:
        first = price(catalog, question, CostTarget(model, None), moment, options)
        defaults = {assumed.fact: assumed.value for assumed in first.assumed if assumed.why == _DEFAULT}
    except Unpriced:
        pass  # the others may have a price
    used = question.used._replace(facts={**defaults, **question.used.facts})
    same, costs, unpriced = question._replace(used=used), list[Cost](), dict[str, str]()
    for seller in sellers_of(catalog, card, options.sellers or ANY):
        try:
            costs += _at(catalog, model, card, seller, same, moment, options)
        except (Unpriced, BadValue) as error:
            unpriced[seller] = "; ".join(error.missing) if isinstance(error, Unpriced) else str(error)
    idle = tuple(f"{fact}={value} {IDLE}" for fact, value in defaults.items())
    costs = [cost._replace(warnings=tuple(text for text in cost.warnings if text not in idle)) for cost in costs]
    costs.sort(key=lambda cost: (cost.currency, not _is_sure(catalog, cost), cost.funding))
    return Compared(card, first, defaults, costs, unpriced)


def _at(
    catalog: Catalog, model: str, card: Card, seller: str, question: Asked, moment: datetime, options: CostOptions
) -> Iterator[Cost]:
    """The cost of a default call at a seller, and of those of its other plain ids that cost something else."""
    facts = question.used.facts
    if normal(model) in set(claims(card)):  # it may also be the seller's own id of another offer
        offer = offer_of(card, seller, facts=facts)
    else:
        _, offer = sold(catalog, model, seller, facts=facts)
        if offer and not is_called(offer, model):
            raise Unpriced(card.slug, seller, [f"it sells no {model}"])
    assert offer is not None
    found = price(catalog, question, CostTarget(card.slug, seller, offer.model_id), moment, options)
    yield found
    if offer.facts:
        return  # the facts that are asked for say which is meant
    others = {found.total}
    for other in costing_otherwise(catalog, card, offer, question.used, found, question.parts):
        cost = price(catalog, question, CostTarget(card.slug, seller, other.model_id), moment, options)
        if cost.total not in others:
            yield cost
        others.add(cost.total)


def sellers_of(catalog: Catalog, card: Card, which: str) -> list[str]:
    """The sellers of a model that `--sellers` asks for; raises `BadValue` where there is none."""
    found = list(dict.fromkeys(offer.seller for offer in card.offers))
    wanted = found
    if which in (KNOWN, *KINDS):
        kinds = KNOWN_KINDS if which == KNOWN else (which,)
        wanted = [seller for seller in found if catalog.sellers[seller].kind in kinds]
    elif which != ANY:
        named = {word: seller_called(catalog, word) for word in filter(None, which.split(","))}
        strange = [word for word, seller in named.items() if seller is None]
        if strange:
            kinds_of = listed([ANY, KNOWN, *KNOWN_KINDS])
            raise BadValue(f"{strange[0]!r} is no seller; --sellers takes {kinds_of}, or names of sellers with commas")
        wanted = [seller for seller in found if seller in named.values()]
    if found and not wanted:
        raise BadValue(f"none of the sellers asked for has {card.slug}; it is sold by {listed(found, 'and')}")
    return wanted


def _end(catalog: Catalog, cost: Cost) -> str:
    """The day on which the offer of a cost ended, if it has."""
    card = catalog.cards.get(cost.slug)
    for offer in card.offers if card else ():
        if card and (offer.seller, offer.model_id) == (cost.seller, cost.model_id):
            end = lives.end(card, offer)
            return str(end.date) if end and end.date <= cost.at.date() else ""
    return ""


def _is_sure(catalog: Catalog, cost: Cost) -> bool:
    """Whether a cost is one that can be compared, of a call that is still answered."""
    whole = not any(warning.endswith(LEFT_OUT) for warning in cost.warnings)
    return cost.price_status in SURE and whole and not _end(catalog, cost)


def _lines(catalog: Catalog, found: Compared, question: Asked, moment: datetime) -> Iterator[str]:
    """A comparison as lines of text: the least, a row a seller, and what holds for all."""
    best, first = found.costs[0], found.first
    name = catalog.sellers[best.seller].name
    count = len({cost.seller for cost in found.costs})
    of = f", the least of {count} sellers" if count > 1 else ""
    end = _end(catalog, best)
    doubt = "" if _is_sure(catalog, best) else f", {f'ended {end}' if end else f'price {best.price_status}'}"
    yield f"{found.card.slug} at {name}: {display.money(best.funding, best.currency)}{doubt}{of}"
    yield ""
    yield display.table(_table(catalog, found), right=("total", "with fees", _against(catalog, first)))
    if found.defaults or any(cost.assumed for cost in found.costs):
        yield ""
    if first and found.defaults:
        values = ", ".join(f"{fact} {value}" for fact, value in found.defaults.items())
        yield f"assumed for all: {values} (what {catalog.sellers[first.seller].name} assumes)"
    told: dict[str, list[str]] = {}
    for cost in found.costs:
        for text in assumptions(catalog, cost, question):
            told.setdefault(text, []).append(catalog.sellers[cost.seller].name)
    for text, names in told.items():
        common = len(names) == len(found.costs) or text.partition(" (")[0].endswith("tokens")
        yield f"assumed{'' if common else f' at {_named(names)}'}: {text}"


def _table(catalog: Catalog, found: Compared) -> list[dict[str, str]]:
    fees = any(cost.fees for cost in found.costs)
    several = [cost.seller for cost in found.costs]
    against = _against(catalog, found.first)
    shown = []
    for cost in found.costs:
        seller, end = catalog.sellers[cost.seller], _end(catalog, cost)
        first = found.first
        is_first = first is not None and (cost.seller, cost.model_id) == (first.seller, first.model_id)
        comparable = first is not None and first.currency == cost.currency and not is_first
        row = {
            "seller": seller.name + (f" ({cost.model_id})" if several.count(cost.seller) > 1 else ""),
            "kind": seller.kind,
            "total": display.money(cost.total, cost.currency),
            **({"with fees": display.money(cost.funding, cost.currency)} if fees else {}),
        }
        if first is not None:
            row[against] = (display.shift(first.funding, cost.funding) or "same") if comparable else ""
        row["price"] = f"ended {end}" if end else cost.price_status
        row["read"] = max(source.checked for source in cost.tariff.sources).isoformat()
        shown.append(row)
    return shown


def _against(catalog: Catalog, first: Cost | None) -> str:
    return f"vs {catalog.sellers[first.seller].name}" if first else ""


def _named(names: Sequence[str]) -> str:
    most = 3
    rest = [f"{len(names) - most} more"] if len(names) > most else []
    return listed([*names[:most], *rest], "and")


def _closing(found: Compared, several: bool) -> str:
    """One line about the sellers without a price: with the reasons, if it is short."""
    about: dict[str, list[str]] = {}
    for seller, reason in found.unpriced.items():
        about.setdefault(reason, []).append(seller)
    of = f" of {found.card.slug}" if several else ""
    full = "; ".join(f"{listed(sellers, 'and')}: {reason}" for reason, sellers in about.items())
    if len(full) <= LONGEST:
        return f"No price{of} at {full}"
    return f"No price{of} at {listed(list(found.unpriced), 'and')}; name one with --seller to see why"


def all_targets(catalog: Catalog, models: Iterable[str], which: str) -> list[CostTarget]:
    """Each model at all offers of the sellers that are asked for."""
    found = []
    for model in models:
        card = find(catalog, model)
        wanted = sellers_of(catalog, card, which)
        found += [CostTarget(model, offer.seller, offer.model_id) for offer in card.offers if offer.seller in wanted]
    return found
