"""A draft of a card: what feeds state of a model that no card claims yet, as comments for its author to accept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from ratecard.cards.reader import EDITOR_LINE
from ratecard.cards.schema.scalars import SLUG
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue
from ratecard.core.records import Card
from ratecard.market import identity, merge
from ratecard.market.evidence_files import ModelClaim
from ratecard.market.identity import Joiner
from ratecard.market.listings import Listing, OfferKey, source

#: The keys of a card that feeds state, and how each reads a claim.
_KEYS: Mapping[str, Callable[[ModelClaim], object]] = {
    "name": lambda claim: claim.name,
    "family": lambda claim: claim.family,
    "modality": lambda claim: claim.modality,
    "input_modalities": lambda claim: f"[{', '.join(claim.inputs)}]" if claim.inputs else "",
    "output_modalities": lambda claim: f"[{', '.join(claim.outputs)}]" if claim.outputs else "",
    "vision": lambda claim: claim.capabilities.get("vision", ""),
    "reasoning": lambda claim: claim.capabilities.get("reasoning", ""),
    "context_tokens": lambda claim: claim.context,
    "max_output_tokens": lambda claim: claim.max_output,
    "released": lambda claim: claim.released,
    "weights": lambda claim: claim.weights,
}


def draft(catalog: Catalog, root: Path, slug: str, today: date) -> str:
    """The text of a card with this slug, its facts as comments that say which feed states what.

    Raises `BadValue` for a slug that is not one or that a card has, and for a maker that providers.yaml lacks.
    """
    maker = slug.partition("/")[0]
    if not SLUG.fullmatch(slug):
        raise BadValue(f"{slug!r} is not a slug; write maker/model in lower case letters, digits, dots and dashes")
    if slug in catalog.cards:
        raise BadValue(f"{slug} has a card; edit {root / 'models' / slug}.yaml")
    if maker not in catalog.providers:
        raise BadValue(f"no provider {maker!r}; add it to {root / 'providers.yaml'} first, with its name")
    return _text(slug, _claimed(catalog, root, [slug]).get(slug, []), today)


def drafts(catalog: Catalog, root: Path, offered: Iterable[OfferKey], today: date) -> dict[str, str]:
    """Drafts for those of some offers that no card claims, by slug: the maker and the name are those that ids say.

    Left out are offers whose id names no known maker, and names of a line such as `claude-opus-latest`.
    """
    joiner = Joiner(identity.read(root), catalog.cards.values(), catalog.providers)
    unknown = (key for key, slug in merge.slugs_of(catalog, root, offered, today).items() if not slug)
    makers = {seller.id for seller in catalog.sellers.values() if seller.kind == "maker"}
    proposed = {joiner.proposed(*key, sells_own=key.seller in makers) for key in unknown} - {None}
    slugs = {f"{maker}/{name}" for maker, name in proposed if maker in catalog.providers}  # type: ignore[misc]
    fresh = sorted(slug for slug in slugs if SLUG.fullmatch(slug) and slug not in catalog.cards)
    claimed = _claimed(catalog, root, fresh)
    return {slug: _text(slug, claimed[slug], today) for slug in fresh if slug in claimed}


def _text(slug: str, listings: list[Listing], today: date) -> str:
    maker, _, name = slug.partition("/")
    depth = "../" * (slug.count("/") + 1)
    lines = [
        f"{EDITOR_LINE}{depth}schema/card.schema.json",
        f"name: {name}",
        f"provider: {maker}",
        "modality: text",
        *_statements(listings),
        "sources:",
        *sorted({_source(listing) for listing in listings}),
        f"  # - {{url: the maker's own page, checked: {today}}}",
    ]
    return "\n".join(lines) + "\n"


def _claimed(catalog: Catalog, root: Path, slugs: Iterable[str]) -> dict[str, list[Listing]]:
    """The listings that no card of the catalog claims and new ones would, by their slug."""
    fresh = [Card(slug, slug, slug.partition("/")[0], "text") for slug in slugs]
    joiner = Joiner(identity.read(root), [*catalog.cards.values(), *fresh])
    found: dict[str, list[Listing]] = {card.slug: [] for card in fresh}
    for key, listing in sorted(merge.listings(catalog, root).items()):
        placed = joiner.placed(key.seller, listing.model_id)
        if placed is not None and placed.slug in found:
            found[placed.slug].append(listing)
    return {slug: listings for slug, listings in found.items() if listings}


def _statements(listings: Iterable[Listing]) -> Iterator[str]:
    """Each statement of the feeds as a comment, the most frequent value of a key first."""
    found = list(listings)
    if not found:
        yield "# No feed lists an offer under this name: write its sellers under `offers`, or their ids under `ids`."
        return
    yield "# What feeds state. Make a line of the card of what a source confirms, and strike the rest."
    for key, read in _KEYS.items():
        said: dict[str, list[str]] = {}
        for listing in found:
            for feed, claims in listing.models.items():
                for claim in claims:
                    if value := str(read(claim) or ""):
                        said.setdefault(value, []).append(f"{feed.name} at {listing.seller}")
        for value, voices in sorted(said.items(), key=lambda item: (-len(item[1]), item[0])):
            more = f" and {len(voices) - 2} more" if len(voices) > 2 else ""
            yield f"# {key}: {value}  # {', '.join(voices[:2])}{more}"
    yield "# Offers that join: " + ", ".join(f"{listing.model_id} at {listing.seller}" for listing in found)


def _source(listing: Listing) -> str:
    feed = next(iter(listing.models or listing.prices))
    said = source(feed)
    return f"  - {{url: {said.url}, checked: {said.checked}, via: {said.via}}}"
