"""The card of a model's name in a response: exact names only, after removing prefixes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ratecard.core.catalog import Catalog, suggestions
from ratecard.core.errors import MAX_SUGGESTIONS, BadValue, UnknownModel, listed

#: The prefixes that paths and ARNs put before the id in price lists.
WRAPPINGS = (
    r"^arn:aws[a-z-]*:bedrock:[a-z0-9-]*:[0-9]*:(?:foundation-model|inference-profile)/",
    r"^(?:projects/[^/]+/locations/[^/]+/)?publishers/[^/]+/models/",
    r"^models/",
    r"^accounts/[^/]+/models/",
)

#: Marks of variants, which may have other prices; names without them are only suggestions.
VARIANTS = (
    r"-20[0-9]{2}-?[0-1][0-9]-?[0-3][0-9](?=$|[-:@])",
    r"@[0-9a-z.-]+$",
    r"-(?:latest|[0-9]{4}|[0-9]{3})$",
    r":[a-z0-9-]+$",
    r"^(?:us|eu|apac|jp|au|ca|sa|global|us-gov)\.",
    r"-v[0-9]+(?::[0-9]+)?$",
    r"^[a-z0-9-]+[./](?=.)",
)


class ModelName(NamedTuple):
    """A name in the catalog, and the model id that was meant."""

    name: str
    model_id: str = ""


def resolved(catalog: Catalog, name: str, seller: str | None = None, home: str = "") -> ModelName:
    """The one card that a response's model name means.

    Of several it is the one sold under that name by `seller`, else by `home`.

    Raises `UnknownModel`, with names that could be meant, where it is no name of a card; `BadValue` where
    it is the name of several.
    """
    bare = (re.sub(prefix, "", name) for prefix in WRAPPINGS)
    forms = (name, *(form for form in bare if form not in (name, "")))
    known = next((form for form in forms if _slug(catalog, form)), None)
    if known is not None:
        return ModelName(known)
    owners = {
        (card.slug, offer.seller): offer.model_id
        for card in catalog.cards.values()
        for offer in card.offers
        if offer.model_id in forms
    }
    meant = [(slug, form) for (slug, by), form in owners.items() if by == (seller or home)]
    if len({slug for slug, _ in meant}) == 1:
        return ModelName(*meant[0])
    found = sorted({slug for slug, _ in owners})
    if found:
        more = len(found) - MAX_SUGGESTIONS
        shown = [*found[:MAX_SUGGESTIONS], *([f"{more} more"] if more > 0 else [])]
        raise BadValue(f"several models are called {name!r}: {listed(shown, 'and')}; name the one, or its seller")
    near = [*_candidates(catalog, forms), *suggestions(catalog, name)]
    raise UnknownModel(name, list(dict.fromkeys(near))[:MAX_SUGGESTIONS])


def _slug(catalog: Catalog, name: str) -> str:
    return name if catalog.cards.get(name) else catalog.names.get(name, "")


def _candidates(catalog: Catalog, forms: tuple[str, ...]) -> Iterator[str]:
    """Cards of the name without one mark of a variant, then without several."""
    for form in forms:
        rest = form
        for variant in VARIANTS:
            alone, rest = (re.sub(variant, "", text) for text in (form, rest))
            yield from filter(None, (_slug(catalog, alone), _slug(catalog, rest)))
