"""The output of `ratecard cost`: a bill for one model, a comparison of several."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from ratecard import api
from ratecard.cli import quick
from ratecard.cli.output import Row, machine, remark, table
from ratecard.core import moments
from ratecard.core.catalog import Catalog, named, seller_called
from ratecard.core.errors import BadValue, RatecardError, UnknownWord, Unpriced, near
from ratecard.core.evidence import IN_DOUBT, UNVERIFIED
from ratecard.core.records import Card, Offer
from ratecard.core.usage import words_of
from ratecard.pricing.as_json import cost_answer
from ratecard.pricing.asked import Asked, asked, at_offer, cost_asked, of_each
from ratecard.pricing.cost import CALLS, Cost, kind_of
from ratecard.pricing.rates import IDLE

Outcome = TypeVar("Outcome")

#: Which sellers `--sellers` compares: all, those whose calls anyone can buy, as their kind says, or those of a kind.
ANY, KNOWN = "any", "known"
KNOWN_KINDS = ("maker", "cloud", "host", "gateway")
KINDS = (*KNOWN_KINDS, "reseller", "subscription", "local", "tool", "unknown")
#: A word after `--sellers` that may be the name of sellers or of a model, which only the catalog tells.
MAYBE = "?"
_VALUED = {**quick.VALUED, "--seller": "seller", "--sellers": "sellers"}
_FLAGS = {**quick.FLAGS, "--explain": ("explain", True), "--per-call": ("per_call", True)}


class CostOptions(NamedTuple):
    """The options of one `ratecard cost`."""

    models: tuple[str, ...]
    words: dict[str, str]
    seller: str | None = None
    sellers: str | None = None
    per_call: bool = False
    explain: bool = False
    allow_unverified: bool = False
    strict: bool = False
    at: str | None = None
    db: str | None = None
    form: str | None = None


class CostTarget(NamedTuple):
    """A model to price, as named on the command line, at a seller and under that seller's id."""

    model: str
    seller: str | None
    model_id: str = ""


def spelled_out(arguments: Sequence[str]) -> list[str]:
    """Arguments in which `--sellers` has its value behind an equals sign: `any` where none is given.

    A word after it that may be a model as well is marked with `MAYBE`.
    """
    found: list[str] = []
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument == "--all-sellers":
            argument = f"--sellers={ANY}"
        elif argument == "--sellers":
            value = rest[0] if rest else "-"
            if value.startswith("-") or "=" in value:
                argument = f"--sellers={ANY}"
            else:
                sure = value in (ANY, KNOWN, *KINDS) or "," in value
                argument = f"--sellers={'' if sure else MAYBE}{rest.pop(0)}"
        found.append(argument)
    return found


def plain_options(arguments: Sequence[str]) -> CostOptions | None:
    """Parses models, words and the usual options; returns None for anything else, which click parses."""
    found = quick.read(arguments, _FLAGS, _VALUED)
    if found is None:
        return None
    models, words = split(found[0])
    options = found[1]
    known = models or str(options.get("sellers", "")).startswith(MAYBE)
    return CostOptions(tuple(models), words, **options) if known else None  # type: ignore[arg-type]  # as the fields are


def split(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Separates models from words, which have an equals sign."""
    models = [argument for argument in arguments if "=" not in argument]
    return models, words_of(argument for argument in arguments if "=" in argument)


def resolved(catalog: Catalog, options: CostOptions, needs_model: bool = True) -> CostOptions:
    """Options in which it is decided whether the word after `--sellers` names sellers or a model."""
    word = (options.sellers or "").removeprefix(MAYBE)
    if options.sellers and options.sellers.startswith(MAYBE) and seller_called(catalog, word) is None:
        options = options._replace(sellers=ANY, models=(word, *options.models))
    else:
        options = options._replace(sellers=word or None)
    if needs_model and not options.models:
        raise BadValue("name a model, such as openai/gpt-image-1")
    if options.sellers and options.seller:
        raise BadValue("--seller names one seller and --sellers compares several; use one of them")
    if options.seller and seller_called(catalog, options.seller) is None and near(options.seller, catalog.sellers):
        raise UnknownWord("seller", options.seller, catalog.sellers)
    return options


def question_of(catalog: Catalog, options: CostOptions, moment: datetime) -> Asked:
    """What the words of a command line ask for."""
    words = dict(options.words)
    question = asked(catalog, words, words.pop(CALLS, None), options.models[0], options.seller, moment)
    if options.per_call:
        if question.calls is None:
            raise BadValue(f"--per-call says that the quantities are those of one call; say of how many: {CALLS}=100")
        question = of_each(question)
    return question


class Question(NamedTuple):
    """What a command line asks: the options, with the catalog, the words and the moment that they name."""

    catalog: Catalog
    asked: Asked
    moment: datetime
    options: CostOptions


def question(options: CostOptions) -> Question:
    """Opens the catalog and reads the words; raises what a wrong word or value raises."""
    catalog = api.open_catalog(options.db)
    options, moment = resolved(catalog, options), moments.moment(options.at)
    return Question(catalog, question_of(catalog, options, moment), moment, options)


def run(options: CostOptions) -> int:
    """Prints what a usage costs; returns the exit code of the first model without a price."""
    catalog, asked_for_all, moment, options = question(options)
    priced = [CostTarget(model, options.seller) for model in options.models]
    costs, failed, code = price_each(priced, lambda target: price(catalog, asked_for_all, target, moment, options))
    single = len(priced) == 1
    if options.form and costs:
        answers = [answer(catalog, found, asked_for_all) for found in costs]
        machine(options.form, answers, rows(costs), single=single)
    elif single:
        print("\n".join(bill_lines(catalog, costs[0], asked_for_all, priced[0], explain=options.explain)))
    elif costs:
        table([summary(catalog, found) for found in costs], right=("total", "with fees"))
    tell_each("No price", failed)
    if single:
        tell_each("Warning", [("", warning) for found in costs for warning in found.warnings])
        return code
    said = [(f"{found.slug} at {found.seller}", warning) for found in costs for warning in found.warnings]
    tell_each("Warning", [(name, warning.replace(name, "it", 1)) for name, warning in said])
    return code


#: What models make that take many texts in a call, of which each has to keep within their limit.
_OF_MANY_TEXTS = ("embedding", "rerank")
#: The most offers named after what holds for several.
MAX_NAMED = 3


def price(catalog: Catalog, question: Asked, target: CostTarget, moment: datetime, options: CostOptions) -> Cost:
    """The cost at a target; raises `BadValue` for a prompt that the model does not take in one call."""
    found = cost_asked(catalog, target.model, question, target.seller, moment, target.model_id, at_least=True)
    card = catalog.cards.get(found.slug)
    offer = offer_in(card, found) if card else None
    one_text = card is not None and card.modality not in _OF_MANY_TEXTS
    limit = ((offer and offer.limits.context_tokens) or (card and card.limits.context_tokens)) if one_text else None
    prompt = kind_of(question.used, catalog.vocabulary, moment).prompt
    longer = any(rate.above >= (limit or 0) for rate in found.tariff.rates if rate.above)
    if limit and prompt > limit * question.parts and not longer:
        from ratecard.core import display  # here because only a mistake needs it

        each = "a prompt" if question.parts == 1 else "each prompt"
        least = -(-int(prompt) // limit)
        raise BadValue(
            f"{found.slug} at {found.seller} takes at most {limit:,} tokens in a call, and {each} here has "
            f"{display.quantity(int(prompt) // question.parts)}; if these are the tokens of several calls, "
            f"say how many, such as {CALLS}={_rounded_up(least)}"
        )
    found = found if options.allow_unverified else _confirmed(found)
    return _sure(found) if options.strict else found


def _rounded_up(number: int) -> int:
    """A number with its first digit raised: 8 is 10, 73 is 80."""
    scale = int("1".ljust(max(2, len(str(number))), "0"))
    return -(-number // scale) * scale


def offer_in(card: Card, found: Cost) -> Offer | None:
    """The offer that a cost is of."""
    return next((one for one in card.offers if (one.seller, one.model_id) == (found.seller, found.model_id)), None)


def answer(catalog: Catalog, found: Cost, question: Asked) -> Row:
    """A cost as JSON values, with the capabilities that were asked for."""
    more = {"capabilities": asked_for(catalog, found, question)} if question.capabilities else {}
    return {**cost_answer(found), **more}


def asked_for(catalog: Catalog, found: Cost, question: Asked) -> dict[str, str]:
    """The value at an offer of each capability that was asked for."""
    card = catalog.cards.get(found.slug)
    offer = offer_in(card, found) if card else None
    return {word: at_offer(card, offer, word) for word in question.capabilities} if card and offer else {}


def tell_each(kind: str, said: Iterable[tuple[str, str]]) -> None:
    """Prints remarks, each about one offer or none, and each text once with the offers that it is about."""
    about: dict[str, list[str]] = {}
    for name, text in said:
        about.setdefault(text, []).append(name)
    for text, found in about.items():
        names = list(dict.fromkeys(found))
        named = ", ".join(names[:MAX_NAMED]) + (f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else "")
        remark(f"{kind}: {f'{named}: ' if named else ''}{text}")


def _confirmed(found: Cost) -> Cost:
    """A cost that is not the zero of an offer that nobody confirmed to be free; raises `Unpriced` for one that is."""
    if found.total or found.price_status != UNVERIFIED:
        return found
    why = "nobody has confirmed that its price of zero is meant; --allow-unverified prices it so"
    raise Unpriced(found.slug, found.seller, [why])


def _sure(found: Cost) -> Cost:
    """A cost whose price is sure and depends on every fact given; raises `Unpriced` for any other."""
    doubts = [f"its price is {found.price_status}"] if found.price_status in IN_DOUBT else []
    doubts += [warning for warning in found.warnings if warning.endswith(IDLE)]
    if doubts:
        raise Unpriced(found.slug, found.seller, [f"{doubt}, which --strict refuses" for doubt in doubts])
    return found


def price_each(
    targets: Sequence[CostTarget], price: Callable[[CostTarget], Outcome], fatal: tuple[type[RatecardError], ...] = ()
) -> tuple[list[Outcome], list[tuple[str, str]], int]:
    """The priced targets, those without a price with the reason, and the exit code of the first of these.

    Raises for a single target.
    """
    priced: list[Outcome] = []
    failed: list[tuple[str, str]] = []
    code = 0
    for target in targets:
        try:
            priced.append(price(target))
        except RatecardError as error:
            if len(targets) == 1 or isinstance(error, fatal):
                raise
            if isinstance(error, Unpriced):
                failed.append((f"{target.model} at {target.seller or error.seller}", "; ".join(error.missing)))
            else:
                remark(f"Error: {error}")
            code = code or error.exit_code
    return priced, failed, code


def bill_lines(
    catalog: Catalog, cost: Cost, question: Asked | None = None, target: CostTarget | None = None, explain: bool = False
) -> Iterator[str]:
    """A cost as lines of text: what is paid, its lines, what was assumed, where the price comes from."""
    from ratecard.pricing import as_text  # here because JSON needs none of it

    yield as_text.headline(cost)
    yield from as_text.body(cost)
    for text in assumptions(catalog, cost, question):
        yield f"assumed: {text}"
    if target:
        yield from (f"assumed: {text}" for text in _whose(catalog, cost, target))
    for word, value in (asked_for(catalog, cost, question) if question else {}).items():
        yield f"{word}: {value} at {catalog.sellers[cost.seller].name}"
    yield from source_lines(cost) if explain else [as_text.source_line(cost)]


def assumptions(catalog: Catalog, cost: Cost, question: Asked | None = None) -> Iterator[str]:
    """What a cost assumes, each in a few words."""
    from ratecard.core import display  # the same

    for fact, value, why in cost.assumed:
        if fact == CALLS and question:
            prompt = kind_of(question.used, catalog.vocabulary, cost.at).prompt
            each = f"{display.quantity(int(prompt) // question.parts)} input tokens" if prompt else "equal size"
            yield f"one call of {each} ({why})" if value == "1" else f"{int(value):,} calls, each of {each}"
        else:
            yield f"{fact} {value} ({why})"


def _whose(catalog: Catalog, cost: Cost, target: CostTarget) -> Iterator[str]:
    """Whose price a cost is, where the seller was not named and others sell the model too."""
    card = catalog.cards.get(cost.slug)
    others = len({offer.seller for offer in card.offers} - {cost.seller}) if card else 0
    if card is None or not others or target.seller:
        return
    if named(catalog, target.model).seller not in (None, card.provider):
        return  # the name says whose price is meant
    seller = catalog.sellers[cost.seller]
    own = "own price" if seller.kind == "maker" else "price"
    why = "" if cost.seller == card.offers[0].seller else f", which calls it {cost.model_id}"
    sell = "1 other sells it" if others == 1 else f"{others} others sell it"
    yield f"{seller.name}'s {own}{why}; {sell}, --sellers compares"


def source_lines(cost: Cost) -> Iterator[str]:
    """The price's status and every place where it was read."""
    yield f"price {cost.price_status}, read at:"
    for source in cost.tariff.sources:
        yield f"  {source.url} on {source.checked}" + (f", via {source.via}" if source.via else "")


def summary(catalog: Catalog, cost: Cost) -> dict[str, str]:
    """A cost as one row of a comparison."""
    from ratecard.core import display  # the same

    return {
        "model": cost.slug,
        "seller": catalog.sellers[cost.seller].name,
        "model id": cost.model_id,
        "total": display.money(cost.total, cost.currency),
        "with fees": display.money(cost.funding, cost.currency),
        "price": cost.price_status,
        "checked": max(source.checked for source in cost.tariff.sources).isoformat(),
    }


def rows(costs: Sequence[Cost]) -> Iterator[Row]:
    """One row per line, for CSV and TSV."""
    from ratecard.core import decimals, display  # the same

    for cost in costs:
        for line in cost.lines:
            yield {
                "model": cost.slug,
                "seller": cost.seller,
                "model_id": cost.model_id,
                "currency": cost.currency,
                "item": line.item,
                "meter": line.meter,
                "quantity": decimals.text(line.quantity),
                "price": decimals.text(line.rate.price),
                "per": line.rate.per,
                "when": display.conditions(line.rate.when),
                "amount": decimals.text(line.amount),
                "total": decimals.text(cost.total),
                "funding": decimals.text(cost.funding),
            }
