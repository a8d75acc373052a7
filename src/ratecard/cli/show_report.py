"""The output of `ratecard show`: a model on one screen, or everything known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ratecard.cli import quick
from ratecard.cli.output import machine
from ratecard.cli.show_screen import screen
from ratecard.core import display, lives, moments
from ratecard.core.catalog import Catalog, find
from ratecard.core.evidence import newest_scores, price_status, tariff_at
from ratecard.core.json_values import json_value
from ratecard.core.records import Capability, Card
from ratecard.database.store import opened


class ShowOptions(NamedTuple):
    """The options of one `ratecard show`."""

    model: str
    everyone: bool = False
    everything: bool = False
    at: str | None = None
    db: str | None = None
    form: str | None = None


_FLAGS = {**quick.FLAGS, "--sellers": ("everyone", True), "--all": ("everything", True)}


def plain_options(arguments: Sequence[str]) -> ShowOptions | None:
    """Parses one model and the options; returns None for anything else, which click parses."""
    words, options = quick.read(arguments, _FLAGS, quick.VALUED) or ([], {})
    return ShowOptions(*words, **options) if len(words) == 1 else None  # type: ignore[arg-type]  # as the fields are


def run(options: ShowOptions) -> int:
    """Prints a model."""
    catalog, now = opened(options.db), moments.moment(options.at)
    card = find(catalog, options.model)
    if options.form:
        answer = json_value(card)
        assert isinstance(answer, dict)
        machine(options.form, [answer], _prices(catalog, card, now.date()), single=True)
    elif options.everything:
        print("\n".join(_portrait(catalog, card, now.date())))
    else:
        print("\n".join(screen(catalog, card, now, everyone=options.everyone)))
    return 0


def _portrait(catalog: Catalog, card: Card, today: date) -> Iterator[str]:
    yield f"{card.name} ({card.slug})"
    yield f"{display.article(card.modality)} model from {catalog.providers[card.provider].name}"
    if card.description:
        yield card.description
    lines = {
        "family": card.family,
        "ids": ", ".join(card.ids),
        "required inputs": ", ".join(card.required_inputs),
        "capabilities": _capabilities(card.capabilities),
        "licence": card.licence.name,
        "lifecycle": ", ".join(f"{event.event} {event.date}" for event in card.lifecycle),
        "replaced by": card.replaced_by,
    }
    yield from (f"{label}: {text}" for label, text in lines.items() if text)
    for score in newest_scores(card.benchmarks):
        how = ", ".join(filter(None, (score.metric, score.variant, score.harness)))
        yield f"{score.benchmark}: {score.score:f}{f' ({how})' if how else ''} on {score.day}, {score.source}"
    for offer in card.offers:
        yield ""
        tariff = tariff_at(offer, today)
        seller, status = catalog.sellers[offer.seller].name, price_status(tariff)
        yield f"{seller} ({offer.seller}), as {offer.model_id}: price {status}"
        if life := "; ".join(filter(None, (lives.saying(card, offer, today), offer.note))):
            yield f"  {life}"
        if tariff:
            for rate in tariff.rates:
                when = f" for {display.conditions(rate.when)}" if rate.when else ""
                above = f" in prompts above {display.quantity(rate.above)} tokens" if rate.above else ""
                yield f"  {display.rate(rate, tariff.currency, catalog.vocabulary)}{when}{above}"
            yield from (f"  {line}" for line in display.percentages(tariff.adjustments, catalog.vocabulary))
            for source in tariff.sources:
                yield f"  read at {source.url} on {source.checked}" + (f", via {source.via}" if source.via else "")
        if offer.capabilities:
            yield f"  capabilities here: {_capabilities(offer.capabilities)}"
    for disagreement in card.disagreements:
        yield ""
        yield f"sources disagree about {disagreement.about}: "
        yield f"  this card says {disagreement.held}, because {disagreement.why}"


def _capabilities(known: Mapping[str, Capability]) -> str:
    return ", ".join(f"{word} {found.value}" for word, found in known.items())


def _prices(catalog: Catalog, card: Card, today: date) -> Iterator[dict[str, object]]:
    for offer in card.offers:
        tariff = tariff_at(offer, today)
        for rate in tariff.rates if tariff else ():
            held = json_value(rate._replace(when=frozenset()))
            assert isinstance(held, dict)
            yield {
                "slug": card.slug,
                "seller": offer.seller,
                "meter": rate.meter,
                "price": held["price"],
                "per": rate.per,
                "when": display.conditions(rate.when),
                "status": price_status(tariff),
            }
