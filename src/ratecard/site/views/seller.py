"""The page of a seller: its fees, rules and models, its offers of no known model, and where its sources disagree."""

from __future__ import annotations

from typing import NamedTuple

from ratecard.core import display
from ratecard.core.catalog import alone
from ratecard.core.records import ApiError, CallCapability, Seller
from ratecard.site import links
from ratecard.site.edition import Edition, tariff_of
from ratecard.site.views import fees, model, offers, prices
from ratecard.site.views.model import DisputeSection, DisputeStatement
from ratecard.site.views.offers import OfferRow
from ratecard.site.views.references import Reference, numbered, sources_of_seller
from ratecard.site.views.rows import ModelRow, seller_rows


class FeeRow(NamedTuple):
    """A fee with its arithmetic and its sources."""

    name: str
    share: str
    sentence: str
    waived: str
    note: str
    references: tuple[Reference, ...]


class RuleRow(NamedTuple):
    """A rule that a seller states."""

    about: str
    saying: DisputeStatement


class SellerPage(NamedTuple):
    """The sections of a seller's page."""

    id: str
    name: str
    kind: str
    url: str
    prices_url: str
    facts: tuple[tuple[str, str], ...]
    fees: tuple[FeeRow, ...]
    rules: tuple[RuleRow, ...]
    errors: tuple[ApiError, ...]
    disputes: tuple[DisputeSection, ...]
    models: tuple[ModelRow, ...]
    unplaced: tuple[OfferRow, ...]
    references: tuple[Reference, ...]


def seller_page(edition: Edition, seller: Seller) -> SellerPage:
    """Everything the page of a seller prints."""
    unplaced = edition.unplaced.get(seller.id, ())
    notes = numbered(sources_of_seller(seller, unplaced))
    facts = (
        ("Base URL", seller.base_url),
        ("Key variable", seller.key_variable),
        ("Largest upload", display.file_size(seller.max_upload_bytes) if seller.max_upload_bytes else ""),
        ("A result's address works for", f"{seller.url_lifetime_hours} h" if seller.url_lifetime_hours else ""),
    )
    return SellerPage(
        id=seller.id,
        name=seller.name,
        kind=seller.kind,
        url=links.safe_url(seller.url),
        prices_url=links.safe_url(seller.prices_url),
        facts=tuple((label, value) for label, value in facts if value),
        fees=tuple(
            FeeRow(
                name=fee.name,
                share=display.percent(fee.percent),
                sentence=fees.sentence(fee),
                waived=prices.facts(fee.waived, edition.catalog.vocabulary),
                note=fee.note,
                references=tuple(notes[source] for source in fee.sources),
            )
            for fee in seller.fees
        ),
        rules=(
            *(RuleRow(rule.about, DisputeStatement(rule.says, notes[rule.source])) for rule in seller.rules),
            *(
                RuleRow(said.capability, DisputeStatement(_sentence(said), notes[said.source]))
                for said in seller.capabilities
                if said.source
            ),
        ),
        errors=seller.errors,
        disputes=model.disputes(seller.disagreements, notes),
        models=seller_rows(edition, seller.id),
        unplaced=tuple(
            offers.listed(edition, alone(offer), offer, tariff_of(edition, offer), notes) for offer in unplaced
        ),
        references=tuple(notes.values()),
    )


def _sentence(said: CallCapability) -> str:
    """A statement about calls in words."""
    models = ", ".join(said.models) or f"all {said.modality} models"
    return f"{said.value} for {models}" + (f": {said.note}" if said.note else "")
