"""The subjects of a log's rows: a model with its seller and facts, and the offer they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ratecard.core.catalog import Catalog, named, offer_of, suggestions
from ratecard.core.errors import AmbiguousModel, UnknownModel, UnknownSeller, listed
from ratecard.core.usage import fact_problem
from ratecard.logs.reports.reader import ANY_MAKER
from ratecard.logs.strata import SoldOffer
from ratecard.responses.flavors import FLAVORS
from ratecard.responses.flavors.rows import Flavor
from ratecard.responses.report import named as flavor_named

#: The statuses of rows without a cost.
UNKNOWN_MODEL = "unknown-model"
UNKNOWN_SELLER = "unknown-seller"
BAD_FACT = "bad-fact"
UNPRICED = "unpriced"
BAD_ROW = "bad-row"


class Subject(NamedTuple):
    """A model under the name that a log gives it, its seller there (or empty) and the facts that were given.

    `flavor` is the flavor of rows that hold reports: it says whose model names they use and which quantities contain
    others.
    """

    model: str
    seller: str
    facts: tuple[tuple[str, str], ...]
    flavor: str = ""


class Refusal(NamedTuple):
    """Why rows have no cost: a status, and what is wrong in words."""

    status: str
    reason: str


def sold(catalog: Catalog, subject: Subject) -> SoldOffer | Refusal:
    """The offer that a subject stands for; a name that fits nothing is refused, never guessed."""
    seller = seller_id(catalog.sellers, subject.seller)
    home = of_flavor(subject).home if subject.flavor else None
    try:
        found = named(catalog, subject.model, seller or home)
    except AmbiguousModel as error:
        return Refusal(UNKNOWN_MODEL, str(error))
    except UnknownModel:
        return Refusal(UNKNOWN_MODEL, "no model of this name is in the catalog")
    for fact, value in subject.facts:
        problem = fact_problem(catalog.vocabulary.facts[fact], value)
        if problem:
            return Refusal(BAD_FACT, f"{fact}={value}: {problem}")
    try:
        offer = offer_of(found.card, seller or found.seller, found.model_id, dict(subject.facts))
    except UnknownSeller as error:
        return Refusal(UNKNOWN_SELLER, str(error))
    if offer is None:
        return Refusal(UNPRICED, f"no seller of {found.card.slug} is known")
    return SoldOffer(found.card, offer, catalog.sellers[offer.seller])


def of_flavor(subject: Subject) -> Flavor:
    """The flavor of a subject's rows, without a home where it is any maker's."""
    flavor = flavor_named(subject.flavor.removesuffix(ANY_MAKER), FLAVORS)
    return flavor._replace(home="") if subject.flavor.endswith(ANY_MAKER) else flavor


def seller_id(sellers: Mapping[str, object], word: str) -> str | None:
    """The seller that a log's word names, whether written with dashes or underscores; None where there is none."""
    if not word:
        return None
    plain = word.lower().replace("_", "-").replace(" ", "-")
    return word if word in sellers else plain


def advice(catalog: Catalog, model: str) -> str:
    """Suggestions for an unknown model name."""
    near = suggestions(catalog, model)
    return f"did you mean {listed(near)}?" if near else ""
