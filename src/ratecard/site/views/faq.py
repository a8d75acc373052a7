"""The six questions people ask of a model, answered from its card and its seller."""

from __future__ import annotations

from typing import NamedTuple

from ratecard.core import display
from ratecard.core.records import Card, Offer, Seller
from ratecard.site.edition import Edition, capability_of, provider_name, seller_name, seller_of, tariff_of
from ratecard.site.views import fees, prices
from ratecard.site.views.prices import Headline
from ratecard.site.views.snippets import Call

FLAGS = ("streaming", "tool-calling", "vision", "json-mode", "prompt-caching")
OWN_KEY = "byok"
MAKER = "maker"


class QuestionAnswer(NamedTuple):
    """A question with its answer."""

    asks: str
    answer: str


def questions(edition: Edition, card: Card, offer: Offer, call: Call | None) -> tuple[QuestionAnswer, ...]:
    """The questions, in their usual order."""
    name, maker = card.name, provider_name(edition, card)
    shop = seller_name(edition, offer.seller)
    seller = seller_of(edition, offer)
    headline = prices.headline(tariff_of(edition, offer), edition.catalog.vocabulary)
    words = edition.catalog.vocabulary.capabilities
    flags = (f"{words[flag].label} — {capability_of(card, offer, flag).value}." for flag in FLAGS if flag in words)
    uses = f"{', '.join(card.use_cases)}." + (f" Key strengths: {'; '.join(card.strengths)}." if card.strengths else "")
    return (
        QuestionAnswer(f"What is {name}?", _what(card, maker, shop, offer)),
        QuestionAnswer(f"How much does {name} cost via {shop}?", _price(headline, seller)),
        *([QuestionAnswer(f"How do I call {name} from my code?", _how(call, seller, shop))] if call and seller else []),
        QuestionAnswer(
            f"Does {name} support streaming, tool calling, vision, JSON mode, and prompt caching?",
            " ".join(flags),
        ),
        *([QuestionAnswer(f"What are the best use cases for {name}?", uses)] if card.use_cases else []),
        QuestionAnswer(f"Can I bring my own {maker} API key (BYOK)?", _own_key(seller, maker, shop)),
    )


def _what(card: Card, maker: str, shop: str, offer: Offer) -> str:
    begin = f"{card.description} " if card.description else ""
    return (
        f"{begin}It is {display.article(card.modality)} model from {maker}; "
        f"{shop} sells it under the id {offer.model_id}."
    )


def _price(headline: Headline, seller: Seller | None) -> str:
    shown = " + ".join(
        f"{price.long} {price.unit}" + (f" ({price.conditions})" if price.conditions else "")
        for price in headline.prices
    )
    begin = "From " if headline.start else ""
    return " ".join([f"{begin}{shown}.", *fees.sentences(seller)])


def _how(call: Call, seller: Seller, shop: str) -> str:
    return (
        f"Give the OpenAI SDK {seller.base_url} as its base URL and your {shop} key, and set model "
        f'to "{call.model}". Requests and responses have the shapes of OpenAI\'s API.'
    )


def _own_key(seller: Seller | None, maker: str, shop: str) -> str:
    if seller is not None and seller.kind == MAKER:
        return f"There is none to bring: calls to {shop} already carry a key of its own."
    waived = [fee for fee in seller.fees if any(fact == OWN_KEY for fact, _ in fee.waived)] if seller else []
    if seller is None or not waived:
        return f"Unknown: no source that was read says that {shop} takes a key of {maker}'s."
    disputed = any("own key" in entry.about.lower() or OWN_KEY in entry.about.lower() for entry in seller.disagreements)
    doubt = f" {shop}'s own pages differ on this; its page here shows both." if disputed else ""
    fee = " and ".join(display.percent(entry.percent) for entry in waived)
    return (
        f"Yes, by {shop}'s account: attach {display.article(maker)} key there, {maker} bills you for the "
        f"calls, and the {fee} fee is waived on them.{doubt}"
    )
