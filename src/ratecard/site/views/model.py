"""The page of a model: the context of its template and of its Markdown twin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ratecard.core import display, lives
from ratecard.core.catalog import event_date
from ratecard.core.records import ApiError, Card, Disagreement, Licence, Offer
from ratecard.database.offer_attributes import limits_of
from ratecard.pricing import headline
from ratecard.site import links
from ratecard.site.edition import Edition, page_offer, provider_name, seller_name, seller_of, status_of, tariff_of
from ratecard.site.files import linked_data
from ratecard.site.files.badge import badge
from ratecard.site.views import capabilities, charts, faq, fees, offers, prices, snippets
from ratecard.site.views.charts import SpreadChart, StepChart
from ratecard.site.views.estimate_box import Estimate, EstimateBox, estimate_box, one_image
from ratecard.site.views.faq import QuestionAnswer
from ratecard.site.views.offers import OfferRow, Period, Worked
from ratecard.site.views.prices import ShownPrice
from ratecard.site.views.references import Reference, References, numbered, sources_of_card
from ratecard.site.views.request_builder import Trial, trial
from ratecard.site.views.rows import model_row
from ratecard.site.views.snippets import Call

#: Collections every model page leads to, after its own modality and provider.
USUAL_COLLECTIONS = ("frontier", "free-tier")


class Link(NamedTuple):
    """A place to go, inside the site (`path`) or outside it (`url`)."""

    label: str
    path: str = ""
    url: str = ""


class Notice(NamedTuple):
    """A warning at the top of a page: the model ends or has ended; `sellers` go on selling it."""

    past: bool
    day: str
    successor: str
    path: str
    sellers: int


class Turn(NamedTuple):
    """A dated event."""

    event: str
    day: str
    note: str
    reference: Reference


class DisputeStatement(NamedTuple):
    """A statement of one source."""

    says: str
    reference: Reference


class DisputeSection(NamedTuple):
    """A fact on which sources disagree."""

    about: str
    held: str
    why: str
    sayings: tuple[DisputeStatement, ...]


class LicenceTerms(NamedTuple):
    """The licence as the page prints it."""

    rows: tuple[tuple[str, str], ...]
    reference: Reference | None


class Head(NamedTuple):
    """The top of a page."""

    slug: str
    name: str
    modality: str
    description: str
    provider: str
    provider_path: str
    notice: Notice | None
    summary: str
    chips: tuple[tuple[str, str], ...]


class PriceSection(NamedTuple):
    """Prices at the seller the page is about."""

    shop: str
    prices: tuple[ShownPrice, ...]
    one: Estimate | None
    status: str
    status_sentence: str
    zero_sentences: tuple[str, ...]
    fee: str
    fee_sentences: tuple[str, ...]


class Dossier(NamedTuple):
    """Everything else that is known of the model, with sources."""

    offer: OfferRow | None
    offers: tuple[OfferRow, ...]
    facts: tuple[tuple[str, str], ...]
    capabilities: tuple[capabilities.CapabilityRow, ...]
    unspoken: tuple[str, ...]
    limits: tuple[capabilities.LimitRow, ...]
    turns: tuple[Turn, ...]
    terms: LicenceTerms
    disputes: tuple[DisputeSection, ...]
    worked: tuple[Worked, ...]
    history: tuple[Period, ...]
    steps: tuple[StepChart, ...]
    spread: SpreadChart | None
    references: tuple[Reference, ...]


class ModelPage(NamedTuple):
    """The sections of the page, in their order; what is empty is not printed."""

    full: bool
    head: Head
    sold_as: str
    call: Call | None
    trial: Trial | None
    mask_warning: str
    strengths: tuple[str, ...]
    use_cases: tuple[str, ...]
    pricing: PriceSection
    estimate: EstimateBox | None
    actions: tuple[Link, ...]
    collections: tuple[Link, ...]
    errors: tuple[ApiError, ...]
    questions: tuple[QuestionAnswer, ...]
    dossier: Dossier
    report: str
    badge: str
    linked: Mapping[str, object]


def model_page(edition: Edition, card: Card) -> ModelPage:
    """Everything the page of a card prints."""
    offer = page_offer(edition, card)
    seller = seller_of(edition, offer)
    full = is_full(edition, offer)
    call = snippets.call(card, offer, seller, edition.catalog.vocabulary, full)
    return ModelPage(
        full=full,
        head=_head(edition, card, offer, call),
        sold_as=offer.model_id if offer else "",
        call=call,
        trial=trial(edition, card),
        mask_warning=_mask_warning(edition, card, offer),
        strengths=capabilities.strengths(edition, card),
        use_cases=capabilities.use_cases(edition, card),
        pricing=_pricing(edition, card, offer),
        estimate=estimate_box(edition, card),
        actions=_actions(edition, card),
        collections=_collections(edition, card),
        errors=seller.errors if seller and call else (),
        questions=faq.questions(edition, card, offer, call) if full and offer else (),
        dossier=_dossier(edition, card, offer),
        report=links.with_query(edition.config.report_url, title=f"Wrong price: {card.slug}", model=card.slug),
        badge=badge(model_row(edition, card)),
        linked=linked_data.of_model(edition, card),
    )


def is_full(edition: Edition, offer: Offer | None) -> bool:
    """True if a price of the page's seller is above zero: the page has the full layout."""
    tariff = tariff_of(edition, offer)
    return tariff is not None and any(rate.price > 0 for rate in tariff.rates)


def disputes(disagreements: Iterable[Disagreement], notes: References) -> tuple[DisputeSection, ...]:
    """Disagreements with their sources numbered."""
    return tuple(
        DisputeSection(
            about=entry.about[:1].upper() + entry.about[1:],
            held=entry.held,
            why=entry.why,
            sayings=tuple(DisputeStatement(each.says, notes[each.source]) for each in entry.statements),
        )
        for entry in disagreements
    )


def _head(edition: Edition, card: Card, offer: Offer | None, call: Call | None) -> Head:
    released, listed = event_date(card, "released"), event_date(card, "listed")
    chips = (
        ("slug", card.slug),
        ("provider", provider_name(edition, card)),
        ("family", card.family),
        ("released", released.isoformat() if released else ""),
        ("listed", listed.isoformat() if listed else ""),
        *_figures(edition, card, offer),
    )
    return Head(
        slug=card.slug,
        name=card.name,
        modality=card.modality,
        description=card.description,
        provider=provider_name(edition, card),
        provider_path=links.provider(card.provider),
        notice=_notice(edition, card),
        summary=_summary(edition, card, offer, call) if offer and is_full(edition, offer) else "",
        chips=tuple((label, value) for label, value in chips if value),
    )


#: The meters of tokens whose prices stand at the top of a page, and what they are called there.
_TOKENS = (("input_tokens", "in"), ("output_tokens", "out"), ("cache_read_tokens", "cached"))


def _figures(edition: Edition, card: Card, offer: Offer | None) -> Iterator[tuple[str, str]]:
    """What most people look for: the usual prices of tokens, and how many a call takes and gives."""
    tariff = tariff_of(edition, offer)
    sold = {rate.meter for rate in tariff.rates} if tariff else set()
    if tariff is None or not sold >= {"input_tokens", "output_tokens"}:
        return
    rates = [(headline.default_rate(tariff, meter), word) for meter, word in _TOKENS if meter in sold]
    shown = [f"{display.price(rate.price, tariff.currency)} {word}" for rate, word in rates]
    if len({rate.per for rate, _ in rates}) == 1 and not any(rate.zero for rate, _ in rates):
        yield "price", f"{', '.join(shown)} {display.per(rates[0][0].per, 'token')}"
    limits = limits_of(card, offer) if offer else card.limits
    if limits.context_tokens:
        out = f", {limits.max_output_tokens:,} out" if limits.max_output_tokens else ""
        yield "context", f"{limits.context_tokens:,} tokens{out}"


def _pricing(edition: Edition, card: Card, offer: Offer | None) -> PriceSection:
    seller = seller_of(edition, offer)
    tariff = tariff_of(edition, offer)
    status = status_of(edition, offer)
    return PriceSection(
        shop=seller_name(edition, offer.seller) if offer else "",
        prices=prices.prices(tariff, edition.catalog.vocabulary),
        one=one_image(edition, card, offer),
        status=status,
        status_sentence=prices.STATUS_SENTENCES[status],
        zero_sentences=tuple(prices.zero_sentences(tariff)),
        fee=fees.line(seller),
        fee_sentences=tuple(fees.sentences(seller)),
    )


def _dossier(edition: Edition, card: Card, offer: Offer | None) -> Dossier:
    notes = numbered(sources_of_card(card, offer))
    rows = tuple(
        offers.listed(edition, card, each, tariff_of(edition, each), notes, here=each == offer) for each in card.offers
    )
    facts = (
        ("Takes in", card.input_modalities),
        ("Gives back", card.output_modalities),
        ("Every call carries", card.required_inputs),
        ("Also known as", card.ids),
    )
    events = sorted(card.lifecycle, key=lambda event: (event.date, event.event))
    return Dossier(
        offer=next((row for row in rows if row.here), None),
        offers=rows,
        facts=tuple((label, ", ".join(words)) for label, words in facts if words),
        capabilities=capabilities.rows(edition, card, notes),
        unspoken=capabilities.unspoken(edition, card),
        limits=capabilities.limits(edition, card),
        turns=tuple(Turn(event.event, event.date.isoformat(), event.note, notes[event.source]) for event in events),
        terms=_terms(card.licence, notes),
        disputes=disputes(card.disagreements, notes),
        worked=offers.worked(edition, card),
        history=offers.history(edition, card),
        steps=charts.steps(edition, card),
        spread=charts.spread(edition, card),
        references=tuple(notes.values()),
    )


def _mask_warning(edition: Edition, card: Card, offer: Offer | None) -> str:
    own, there = (capabilities.value(card, where, capabilities.MASK) for where in (None, offer))
    if offer is None or own not in ("required", "optional") or there != "ignored":
        return ""
    shop = seller_name(edition, offer.seller)
    return f"The model's mask is {own}, yet {shop} says that it ignores masks sent to this model."


def _notice(edition: Edition, card: Card) -> Notice | None:
    end = event_date(card, "retired")
    if end is None:
        return None
    known = card.replaced_by in edition.catalog.cards
    path = links.model(card.replaced_by) if known else ""
    sellers = {offer.seller for offer in card.offers if not lives.ended(card, offer, edition.day)}
    return Notice(end <= edition.day, end.isoformat(), card.replaced_by, path, len(sellers))


def _summary(edition: Edition, card: Card, offer: Offer, call: Call | None) -> str:
    headline = prices.headline(tariff_of(edition, offer), edition.catalog.vocabulary)
    kind, maker = display.article(card.modality), provider_name(edition, card)
    sentences = [
        f"{card.name} ({card.slug}) is {kind} model from {maker}.",
        f"Price via {seller_name(edition, offer.seller)}: {headline.text}.",
    ]
    if call:
        sentences.append(f'Call it at {call.url} with model="{call.model}".')
    if uses := capabilities.use_cases(edition, card):
        says = "Best for" if card.use_cases else "Used for"  # what an author judged, or what such models are for
        sentences.append(f"{says}: {', '.join(uses)}.")
    return " ".join(sentences)


def _actions(edition: Edition, card: Card) -> tuple[Link, ...]:
    config = edition.config
    family = links.family(card.family)
    own_ranking = edition.ranking and not config.ranking_url
    actions = (
        Link("Try in playground →", url=links.with_query(config.playground_url, model=card.slug)),
        Link("Compare", family if len(edition.families.get(family, ())) > 1 else links.comparing(card.slug)),
        Link("API reference", "docs/api/"),
        Link(
            "See usage ranking →", links.RANKING if own_ranking else "",
            links.with_query(config.ranking_url, model=card.slug),
        ),
    )  # fmt: skip
    return tuple(action for action in actions if action.path or action.url)


def _collections(edition: Edition, card: Card) -> tuple[Link, ...]:
    held = edition.catalog.collections
    return (
        Link(f"More {card.modality} models →", links.collection(card.modality) if card.modality in held else "models/"),
        Link(f"More from {provider_name(edition, card)}", links.provider(card.provider)),
        *(Link(f"{held[id].title} →", links.collection(id)) for id in USUAL_COLLECTIONS if id in held),
    )


def _terms(licence: Licence, notes: References) -> LicenceTerms:
    rows = (("Licence", licence.name), ("Weights", licence.weights), ("Commercial use", licence.commercial))
    known = licence.source is not None or licence.name or licence.weights != "unknown"
    return LicenceTerms(
        rows=tuple((label, value or "unknown") for label, value in rows) if known else (),
        reference=notes.get(licence.source) if licence.source else None,
    )
