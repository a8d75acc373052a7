"""What becomes of a request at one offer: what is rejected, what is ignored, and what nobody knows of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from ratecard.core.catalog import Catalog, sold
from ratecard.core.records import Card, Offer, Seller, Source
from ratecard.database.offer_attributes import NO_OFFER
from ratecard.requests import body
from ratecard.requests.needs_of import Files, Needs, needs_of, why
from ratecard.routing.needs import HARD, INFO, Need, Setting, at_hand
from ratecard.routing.rules import CostedOffer, reasons

#: What can be found of a parameter: the call fails for it or its answer is useless, it is left out, nobody knows what
#: the offer makes of it, or no row of the catalog knows what it asks for.
REJECTED, IGNORED, UNKNOWN, UNRECOGNIZED = "rejected", "ignored", "unknown", "unrecognized"
VERDICTS = (REJECTED, IGNORED, UNKNOWN, UNRECOGNIZED)

_NO_SELLER = Seller("", "", "")


class Finding(NamedTuple):
    """What becomes of one parameter: where it stands, what speaks against it, who says so, and what comes of it.

    A finding without a path is about the call as a whole.
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
    """What becomes of a request at an offer, the gravest first."""

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
    """What becomes of a request at a model, the one it names itself unless another is given, at a seller.

    Raises what `needs_of` raises, `UnknownModel`, and `UnknownSeller` where that seller does not sell it.
    """
    asked = body.request(request)
    name = model or body.model_of(asked)
    card, offer = sold(catalog, name, seller)
    found = needs_of(asked, catalog.vocabulary, endpoint, files, card.modality)
    return linted(catalog, card, offer or NO_OFFER, found, at.date())


def linted(catalog: Catalog, card: Card, offer: Offer, needs: Needs, day: date) -> Lint:
    """What becomes of what a request needs at an offer on a day."""
    seller = catalog.sellers.get(offer.seller, _NO_SELLER)
    costed = CostedOffer(card, offer, seller, Setting(catalog.vocabulary, day))
    found = [*_findings(needs, costed), *(Finding(UNRECOGNIZED, path, _UNRECOGNIZED) for path in needs.unrecognized)]
    ordered = sorted(found, key=lambda finding: VERDICTS.index(finding.verdict))
    return Lint(card.slug, offer.seller, offer.model_id, needs, tuple(ordered))


_UNRECOGNIZED = "nobody has said what it asks for"


def _findings(needs: Needs, costed: CostedOffer) -> Iterator[Finding]:
    vocabulary = costed.setting.vocabulary
    inputs = at_hand(needs.needs, needs.inputs, vocabulary)
    about_call = (Need("active", ""), Need("listed", ""), Need("at_hand", ",".join(sorted(inputs))))
    for need in (*about_call, *needs.needs):
        if need.strength == INFO:
            continue
        for reason in reasons(need, costed):
            verdict = UNKNOWN if reason.unknown else REJECTED if need.strength == HARD else IGNORED
            yield Finding(
                verdict, need.path, reason.sentence, reason.code, reason.need, reason.required, reason.offered,
                why(need, needs.endpoint, vocabulary), reason.source,
            )  # fmt: skip
