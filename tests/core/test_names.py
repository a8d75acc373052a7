"""What a name means: names as people type them, and ten thousand that are near to one and mean nothing."""

from __future__ import annotations

import difflib
import random
import re
import time
from collections.abc import Callable, Mapping

import pytest

from ratecard.core import catalog as catalogs
from ratecard.core.catalog import Catalog
from ratecard.core.errors import MAX_SUGGESTIONS, AmbiguousModel, UnknownModel, near
from ratecard.core.model_ids import normal

#: A name, the model it means, and the seller whose offer it means.
TYPED = [
    ("GPT-5", "openai/gpt-5", "openai"),
    ("gpt4o", "openai/gpt-4o", "openai"),
    ("GPT 4o mini", "openai/gpt-4o-mini", "openai"),
    ("o3", "openai/o3", "openai"),
    ("openai:gpt-4o", "openai/gpt-4o", "openai"),
    ("Claude Sonnet 4.5", "anthropic/claude-sonnet-4-5", "anthropic"),
    ("claude-sonnet-4.5", "anthropic/claude-sonnet-4-5", "anthropic"),
    ("anthropic/claude-sonnet-4.5", "anthropic/claude-sonnet-4-5", "anthropic"),
    ("anthropic:claude-sonnet-4-5", "anthropic/claude-sonnet-4-5", "anthropic"),
    ("claude_opus_4_7", "anthropic/claude-opus-4-7", "anthropic"),
    ("deepseek-ai/DeepSeek-R1", "deepseek/deepseek-r1", "deepseek"),
    ("models/gemini-2.5-flash", "google/gemini-2.5-flash", "google"),
    ("google-gla:gemini-2.5-flash", "google/gemini-2.5-flash", "google"),
    ("gemini/gemini-2.5-pro", "google/gemini-2.5-pro", "google"),
    ("publishers/google/models/gemini-2.5-pro", "google/gemini-2.5-pro", "google"),
    ("google-vertex:gemini-2.5-pro", "google/gemini-2.5-pro", "vertex-ai"),
    ("vertex_ai/gemini-2.5-pro", "google/gemini-2.5-pro", "vertex-ai"),
    ("azure/gpt-4o", "openai/gpt-4o", "azure"),
    ("openrouter/openai/gpt-5", "openai/gpt-5", "openrouter"),
    ("groq:llama-3.3-70b-versatile", "meta/llama-3.3-70b-instruct", "groq"),
    ("huggingface/meta-llama/Llama-3.3-70B-Instruct", "meta/llama-3.3-70b-instruct", "huggingface"),
]

#: A name of one of a seller's ids of a model, and the id: the very offer.
EXACT = [
    ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
    ("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
    ("bedrock:eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"),
    (
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
        "bedrock", "anthropic.claude-3-haiku-20240307-v1:0",
    ),
    ("vertex_ai/claude-sonnet-4-5@20250929", "vertex-ai", "claude-sonnet-4-5@20250929"),
    ("accounts/fireworks/models/llama-v3p3-70b-instruct", "fireworks", "llama-v3p3-70b-instruct"),
    ("fireworks_ai/accounts/fireworks/models/deepseek-v3p1", "fireworks", "deepseek-v3p1"),
    (
        "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo",
        "together", "meta-llama/Llama-3.3-70B-Instruct-Turbo",
    ),
    ("openrouter/deepseek/deepseek-r1:free", "openrouter", "deepseek/deepseek-r1:free"),
    ("azure/gpt-4o-2024-08-06", "azure", "gpt-4o-2024-08-06"),
    ("gpt-5-2025-08-07", "openai", "gpt-5-2025-08-07"),
    ("mistral-large-latest", "mistral", "mistral-large-latest"),
]  # fmt: skip

#: Ids of a cloud that are written as no other seller writes them.
DOTTED = [("deepseek.v3.2", "bedrock", "deepseek.v3.2"), ("zai/glm-4.7-flash", "zai", "glm-4.7-flash")]

#: Names of a customer's own weights, which are billed as their fine-tuned base.
TUNED = [
    ("ft:gpt-4o-mini-2024-07-18:my-org::abc123", "openai", "ft:gpt-4o-mini-2024-07-18"),
    ("ft:gpt-4.1-2025-04-14:acme:support:9x", "openai", "ft:gpt-4.1-2025-04-14"),
    ("azure/ft:gpt-4o:my-org::1", "azure", "gpt-4o.ft"),
]

#: Names that are no model's: nothing near is taken for them.
NOTHING = [
    "gpt-5o", "gpt-57", "gpt-5.55", "gpt--5", "gpt-5*", "gpt", "claude-sonnet", "claude-sonnet-45", "claude-sonet-4-5",
    "nvidia/claude-sonnet-4.5", "openruter/openai/gpt-5", "openrouter:", "/", "", "gpt-5/", "gрt-5", "llama-3.3-71b",
    "llama-3.3-70b-instruct-fp9", "accounts/mine/models/llama-v3p3-70b-instruct", "groq/openai/gpt-5",
    "ft:gpt-9:my-org::1", "ft:gpt-4o-mini-2099-07-18:my-org::1", "ft:",
]  # fmt: skip

#: The number of names made from known ones, and the seed of the choice.
MADE, SEED = 10_000, 7

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ALIKE = dict(zip("aeopcxyi", "аеорсхуі", strict=True))  # Cyrillic

Maker = Callable[[str, random.Random], str]


@pytest.mark.parametrize(("name", "slug", "seller"), TYPED)
def test_a_name_as_people_type_it_means_its_model(name: str, slug: str, seller: str, whole: Catalog) -> None:
    """The maker's offer is meant, or that of the seller which a prefix names."""
    card, offer = catalogs.sold(whole, name)
    assert offer is not None
    assert (card.slug, offer.seller) == (slug, seller)


@pytest.mark.parametrize(("name", "seller", "model_id"), [*EXACT, *DOTTED, *TUNED])
def test_a_name_of_one_id_means_the_very_offer(name: str, seller: str, model_id: str, whole: Catalog) -> None:
    """A region, a snapshot, a serving or a path in the name selects the seller's id that has it."""
    _, offer = catalogs.sold(whole, name)
    assert offer is not None
    assert (offer.seller, offer.model_id) == (seller, model_id)


@pytest.mark.parametrize("name", NOTHING)
def test_a_name_that_is_near_means_nothing(name: str, whole: Catalog) -> None:
    """It is unknown, with at most five suggestions."""
    with pytest.raises(UnknownModel) as failure:
        catalogs.sold(whole, name)
    assert len(failure.value.suggestions) <= 5


def test_a_name_of_a_line_suggests_the_sellers_that_have_it(whole: Catalog) -> None:
    """It is no model's, since its target changes; with its seller named it has a price, its maker's first."""
    with pytest.raises(UnknownModel) as failure:
        catalogs.sold(whole, "codestral-latest")
    assert failure.value.suggestions[0] == "mistral/codestral-latest"
    card, offer = catalogs.sold(whole, failure.value.suggestions[0])
    assert offer is not None
    assert (card.slug, offer.seller) == ("mistral/codestral-latest", "mistral")


def test_a_name_that_several_models_have_lists_them(whole: Catalog) -> None:
    """It is an error that names them all, and a full slug is understood."""
    name, slugs = next((name, slugs) for name, slugs in whole.names.items() if len(slugs) > 1)
    with pytest.raises(AmbiguousModel) as failure:
        catalogs.find(whole, name)
    assert set(failure.value.suggestions) <= set(slugs)
    assert catalogs.find(whole, slugs[0]).slug == slugs[0]


def one_letter(name: str, rng: random.Random) -> str:
    """A name with one letter changed, added or dropped."""
    at, letter = rng.randrange(len(name)), rng.choice(_LETTERS)
    return name[:at] + rng.choice([letter + name[at + 1 :], letter + name[at:], name[at + 1 :]])


def other_size(name: str, rng: random.Random) -> str:
    """A name with another number of parameters."""
    return re.sub(r"\d+(?=b\b)", lambda found: str(int(found[0]) + rng.randrange(1, 9)), name, flags=re.IGNORECASE)


def other_version(name: str, rng: random.Random) -> str:
    """A name with one number changed."""
    numbers = list(re.finditer(r"\d+", name))
    if not numbers:
        return name
    number = rng.choice(numbers)
    digit = rng.randrange(1, 9)
    other = rng.choice([str(int(number[0]) + digit), f"{number[0]}.{digit}", f"{number[0]}{digit}"])
    return name[: number.start()] + other + name[number.end() :]


def wildcard(name: str, rng: random.Random) -> str:
    """A name with a sign in it that stands for others elsewhere."""
    at = rng.randrange(len(name) + 1)
    return name[:at] + rng.choice("*?%") + name[at + rng.randrange(2) :]


def alike(name: str, rng: random.Random) -> str:
    """A name with a letter that only looks Latin."""
    places = [at for at, letter in enumerate(name) if letter in _ALIKE]
    if not places:
        return name
    at = rng.choice(places)
    return name[:at] + _ALIKE[name[at]] + name[at + 1 :]


def doubled(name: str, rng: random.Random) -> str:
    """A name with a separator twice."""
    places = [at for at, sign in enumerate(name) if sign in "-_/.:@ "]
    if not places:
        return name
    at = rng.choice(places)
    return name[:at] + name[at] + name[at:]


def longer(name: str, rng: random.Random) -> str:
    """A name with something before or after it."""
    return rng.choice(["{}-", "-{}", "{}/", "/{}", "{}:", "{}.", " {}", "{}\n", "foo/{}", "foo:{}", "{}-zz"]).format(
        name
    )


MAKERS: tuple[Maker, ...] = (one_letter, other_size, other_version, wildcard, alike, doubled, longer)


def known_names(catalog: Catalog) -> list[str]:
    """Every slug, id and model id, and the model ids with a seller's prefix."""
    cards = catalog.cards.values()
    prefixes = ("openrouter/", "bedrock/", "openai:", "fireworks_ai/accounts/fireworks/models/")
    plain = {name for card in cards for name in (card.slug, card.slug.partition("/")[2], *card.ids)}
    offered = {offer.model_id for card in cards for offer in card.offers}
    return sorted(plain | offered | {prefix + name for prefix in prefixes for name in plain})


def is_known(names: Mapping[str, object], name: str) -> bool:
    """Whether a made name, or what stands behind its prefixes, is in normal form a known one."""
    parts = re.split(r"(?<=[/:])", name)
    return any(normal("".join(parts[start:])) in names for start in range(len(parts)))


def test_ten_thousand_made_names_price_nothing(whole: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """No name that is not in normal form a known one leads to an offer, however near it is."""
    monkeypatch.setattr(catalogs, "suggestions", lambda catalog, name: [])  # tested above; they take their time
    rng, known = random.Random(SEED), known_names(whole)
    made: set[str] = set()
    while len(made) < MADE:
        name = rng.choice(MAKERS)(rng.choice(known), rng)
        if not is_known(whole.names, name) and name not in whole.unplaced:
            made.add(name)
    priced = {}
    for name in sorted(made):
        try:
            priced[name] = catalogs.sold(whole, name)[0].slug
        except UnknownModel:
            continue
    assert priced == {}


#: As many names as a catalog has, each like many others.
ALIKE = [
    f"{maker}-{family}-{number}{size}"
    for maker in ("acme", "borealis", "cumulus", "dynamo", "electra", "fathom", "garnet", "helios", "indigo", "juniper")
    for family in ("chat", "coder", "embed", "flash", "image", "large", "mini", "nano", "pro", "rerank", "speech", "vision")
    for number in ("1", "1.5", "2", "2.5", "3", "3.1", "3.5", "4", "4.1", "5")
    for size in ("", "-7b", "-70b-instruct", "-preview")
]  # fmt: skip


@pytest.mark.parametrize("place", range(0, len(ALIKE), 611))
def test_a_slip_in_a_name_is_found_among_thousands_alike(place: int) -> None:
    """A letter too few, too many, or two exchanged: the name that was meant is the first suggestion or as near."""
    meant = ALIKE[place]
    middle = len(meant) // 2
    slips = (
        meant[:middle] + meant[middle + 1 :],
        meant[:middle] + "x" + meant[middle:],
        meant[: middle - 1] + meant[middle] + meant[middle - 1] + meant[middle + 1 :],
    )
    for slip in slips:
        start = time.process_time()
        found = near(slip, ALIKE)
        assert time.process_time() - start < 0.5
        assert meant in found, slip
        assert found == near_of_all(slip), slip


def near_of_all(word: str) -> list[str]:
    """The same, comparing the word with every name letter by letter."""
    return difflib.get_close_matches(word, ALIKE, n=MAX_SUGGESTIONS, cutoff=0.6)
