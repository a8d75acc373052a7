"""The parameters of a request that one offer rejects or ignores, and those that are unknown."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from ratecard.core.catalog import Catalog, sold
from ratecard.core.records import Card, Offer, Seller, Source
from ratecard.database.offer_attributes import NO_OFFER
from ratecard.requests import body
from ratecard.requests.needs_of import Files, Needs, needs_of, why
from ratecard.routing.needs import HARD, INFO, Need, Setting, at_hand, still_listed
from ratecard.routing.rules import CostedOffer, reasons

#: The verdicts on a parameter: the call fails or its answer is useless, it is ignored, its support is unknown,
#: or no row of the catalog describes it.
REJECTED, IGNORED, UNKNOWN, UNRECOGNIZED = "rejected", "ignored", "unknown", "unrecognized"
VERDICTS = (REJECTED, IGNORED, UNKNOWN, UNRECOGNIZED)

_NO_SELLER = Seller("", "", "")


class Finding(NamedTuple):
    """A verdict on one parameter: its path, the reason, the source and the consequence.

    A finding without a path is about the whole call.
    """

    verdict: str
    path: str
    sentence: str
    code: str = ""
    need: str = ""
    required: str = ""
    offered: str = ""
    why: str = ""
    source: Source | None = None


class Lint(NamedTuple):
    """The findings about a request at an offer, gravest first."""

    slug: str
    seller: str
    model_id: str
    needs: Needs
    findings: tuple[Finding, ...]

    def of(self, verdict: str) -> tuple[Finding, ...]:
        """The findings with one verdict."""
        return tuple(finding for finding in self.findings if finding.verdict == verdict)


def lint_of(
    catalog: Catalog,
    request: object,
    at: datetime,
    *,
    model: str | None = None,
    seller: str | None = None,
    endpoint: str | None = None,
    files: Files | None = None,
) -> Lint:
    """The findings about a request at a model, by default the one it names, at a seller.

    Raises what `needs_of` raises, `UnknownModel`, and `UnknownSeller` where that seller does not sell it.
    """
    asked = body.request(request)
    name = model or body.model_of(asked)
    card, offer = sold(catalog, name, seller)
    found = needs_of(asked, catalog.vocabulary, endpoint, files, card.modality)
    return linted(catalog, card, offer or NO_OFFER, found, at.date())


def linted(catalog: Catalog, card: Card, offer: Offer, needs: Needs, day: date) -> Lint:
    """The findings about the needs of a request at an offer on a day."""
    seller = catalog.sellers.get(offer.seller, _NO_SELLER)
    costed = CostedOffer(card, offer, seller, Setting(catalog.vocabulary, day))
    inputs = at_hand(needs.needs, needs.inputs, catalog.vocabulary)
    about_call = (Need("active", ""), still_listed(catalog), Need("at_hand", ",".join(sorted(inputs))))
    found = [Finding(UNRECOGNIZED, path, "nobody has said what it asks for") for path in needs.unrecognized]
    for need in (*about_call, *needs.needs):
        for reason in reasons(need, costed) if need.strength != INFO else ():
            verdict = UNKNOWN if reason.unknown else REJECTED if need.strength == HARD else IGNORED
            found.append(Finding(
                verdict, need.path, reason.sentence, reason.code, reason.need, reason.required, reason.offered,
                why(need, needs.endpoint, catalog.vocabulary), reason.source,
            ))  # fmt: skip
    ordered = sorted(found, key=lambda finding: VERDICTS.index(finding.verdict))
    return Lint(card.slug, offer.seller, offer.model_id, needs, tuple(ordered))
