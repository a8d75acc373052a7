"""Prices that people found to be wrong, each as it is right, on the lists as they stood in November 2026.

The folder `named` holds what these lists stated of the offers that were named, cards that claim their ids, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import toys
from ratecard import api
from ratecard.cards import reader
from ratecard.core.catalog import Catalog
from ratecard.core.errors import Unpriced
from ratecard.market import merge

NAMED = Path(__file__).with_name("named")
AT = "2026-11-20T18:00"
CARD = """\
name: {name}
provider: {provider}
modality: {modality}
ids: [{ids}]
sources: [{{url: https://example.org/model, checked: 2026-11-01}}]
"""


def _rows(name: str) -> Iterator[list[str]]:
    _, *lines = (NAMED / name).read_text(encoding="utf-8").splitlines()
    return (line.split("\t") for line in lines)


@pytest.fixture(name="market", scope="module")
def _market(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    root = toys.folder(tmp_path_factory.mktemp("named"))
    for slug, name, provider, modality, ids in _rows("cards.tsv"):
        quoted = ", ".join(f'"{id}"' for id in ids.split(",") if id)
        toys.put(root, slug, CARD.format(name=name, provider=provider, modality=modality, ids=quoted))
    for kind in ("prices", "models"):
        head = (NAMED / f"{kind}.tsv").read_text(encoding="utf-8").splitlines()[0].split("\t")[2:]
        for feed, seller, *cells in _rows(f"{kind}.tsv"):
            file = root / "evidence" / feed / f"{seller}.{kind}.tsv"
            file.parent.mkdir(parents=True, exist_ok=True)
            begun = file.read_text(encoding="utf-8") if file.exists() else "\t".join(head) + "\n"
            file.write_text(begun + "\t".join(cells) + "\n", encoding="utf-8")
    return merge.market(reader.read(root).catalog, root)


#: Model, seller, usage, and what it costs.
RIGHT = [
    # a tier that the list knows by another word, and tiers beside thresholds, regions and thoughts
    ("openai/gpt-6-astra", "openai", "service_tier=fast input_tokens=1000 output_tokens=500", "0.07"),
    ("openai/gpt-4o", "openai", "service_tier=priority input_tokens=1000 output_tokens=500", "0.01275"),
    ("google/gemini-3-flash", "vertex-ai", "service_tier=flex reasoning_tokens=51", "0.0000765"),
    ("google/gemini-2.5-pro", "google", "service_tier=flex input_tokens=300000", "0.375"),
    ("google/gemini-2.5-pro", "vertex-ai", "service_tier=flex input_tokens=300000 output_tokens=1000", "0.3825"),
    ("openai/gpt-5.6-terra", "openai", "service_tier=priority input_tokens=300000 output_tokens=1000", "2.436"),
    ("openai/gpt-5.6-terra", "openai", "service_tier=priority region=us input_tokens=300000 output_tokens=1000", "2.6796"),
    ("anthropic/claude-sonnet-5", "anthropic", "service_tier=batch cache_ttl=1h cache_write_tokens=100000", "0.2"),
    ("anthropic/claude-sonnet-4-6", "anthropic", "service_tier=batch cache_ttl=1h cache_write_tokens=1000000", "3"),
    ("anthropic/claude-opus-4-8", "anthropic", "region=us input_tokens=1000000", "5.5"),
    # lists that were a mixture of two, or outvoted the newest
    ("openai/gpt-5.6-sol", "openai", "input_tokens=100000 output_tokens=10000", "0.6"),
    ("openai/gpt-5.6-sol", "openai", "service_tier=batch region=eu input_tokens=100000", "0.22"),
    ("openai/o1-mini", "openai", "input_tokens=100000 output_tokens=10000", "0.154"),
    ("mistral/mistral-medium-3-5", "mistral", "input_tokens=100000 output_tokens=10000", "0.225"),
    ("anthropic/claude-sonnet-4-6", "anthropic", "input_tokens=900000 output_tokens=1000", "2.715"),
    ("anthropic/claude-opus-4-6", "anthropic", "cache_read_tokens=965602", "0.482801"),
    ("qwen/qwen3.6-35b-a3b", "deepinfra", "input_tokens=11 output_tokens=5", "0.00000585"),
    ("qwen/qwen3-next-80b-a3b-instruct", "alibaba", "input_tokens=100000 output_tokens=10000", "0.027"),
    # units, columns and steps
    ("google/gemini-3.7-flash", "google", "input_tokens=150000 output_tokens=1000", "0.11625"),
    ("google/gemini-2.5-flash-image", "google", "output_tokens=1290", "0.0387"),
    ("core42/jais-13b-chat", "watsonx", "input_tokens=1000", "0.0018"),
    ("bytedance/seedream-4.0", "together", "images=10", "0.3"),
    ("bytedance/seedance-1.0-lite", "together", "video_seconds=8", "0.224"),
    ("google/imagen-4.0-fast-generate-001", "together", "images=1", "0.02"),
    ("stability-ai/stable-image-outpaint", "stability-ai", "images=1", "0.04"),
    ("openai/whisper-1", "openai", "audio_seconds=60", "0.006"),
    ("openai/sora-2-pro", "openai", "video_seconds=8", "2.4"),
    ("xai/grok-4", "xai", "cache_read_tokens=100000", "0.075"),
    # sizes and qualities
    ("google/veo-3.1-lite", "google", "video_seconds=8 size=1920x1080", "0.64"),
    ("openai/gpt-image-2", "azure", "images=1 size=1024x1536", "0.165"),
    ("openai/gpt-image-2", "azure", "images=1 size=1024x1536 quality=low", "0.005"),
    ("openai/gpt-image-2", "azure", "images=1 size=1024x1536 quality=medium", "0.041"),
    # writes, thresholds and hours
    ("openai/gpt-4o", "openai", "input_tokens=10000 cache_write_tokens=90000 output_tokens=500", "0.255"),
    ("openai/gpt-5-nano", "openai", "cache_write_tokens=300000", "0.015"),
    ("zai/glm-5.2", "zai", "input_tokens=10000 cache_write_tokens=90000 output_tokens=500", "0.1422"),
    ("google/gemini-2.5-pro", "zenmux", "cache_write_tokens=100000", "0.125"),
    ("openai/gpt-5.5", "bedrock", "input_tokens=200238 cache_read_tokens=100000 output_tokens=1000", "2.362118"),
    ("qwen/qwen-plus", "alibaba", "input_tokens=300000 output_tokens=1000", "0.3636"),
    ("deepseek/deepseek-flash", "deepseek", "input_tokens=1000000", "0.15"),
    ("cohere/command-a-plus", "cohere", "input_tokens=100000 output_tokens=1000", "0.26"),
    ("openai/gpt-oss-120b", "cerebras", "input_tokens=1000000", "0.35"),
    ("openai/gpt-4o-search", "openai", "searches=1000", "10"),
]  # fmt: skip

#: Usages without a price, and what is said of them.
NONE = [
    ("openai/gpt-4o", "openai", "service_tier=flex input_tokens=1000", "no rate for input_tokens with service_tier=flex"),
    ("openai/gpt-5.6-terra", "openai", "region=mars input_tokens=1000", "no rate for input_tokens with region=mars"),
    ("cohere/rerank-english-v2.0", "cohere", "input_tokens=1000", "no rate for input_tokens"),
    ("google/gemini-3.1-pro", "vertex-ai", "images=1", "no rate for images"),
    ("openai/codex-mini", "azure", "cache_read_tokens=1000", "no rate for cache_read_tokens"),
    ("openai/sora-2-pro", "openai", "input_tokens=1000", "no rate for input_tokens"),
    ("openai/dall-e-3", "azure", "output_tokens=1000", "no rate for output_tokens"),
]  # fmt: skip


def _words(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


@pytest.mark.parametrize(("model", "seller", "usage", "total"), RIGHT)
def test_a_value_that_was_wrong_is_right(model: str, seller: str, usage: str, total: str, market: Catalog) -> None:
    """Each at the seller that was named, on a day after the newest of the lists."""
    assert api.cost(model, seller=seller, at=AT, catalog=market, **_words(usage)).total == Decimal(total)


@pytest.mark.parametrize(("model", "seller", "usage", "why"), NONE)
def test_what_nobody_sells_has_no_price(model: str, seller: str, usage: str, why: str, market: Catalog) -> None:
    """The answer names what is missing, and no number."""
    with pytest.raises(Unpriced, match=why):
        api.cost(model, seller=seller, at=AT, catalog=market, **_words(usage))


@pytest.mark.parametrize(
    ("id", "usage", "total"),
    [
        ("us.anthropic.claude-sonnet-4-6", "input_tokens=1000000", "3.3"),
        ("us.anthropic.claude-sonnet-4-6", "cache_write_tokens=1000000 cache_ttl=1h", "6.6"),
        ("anthropic.claude-3-7-sonnet-20250219-v1:0", "cache_read_tokens=1000000", "0.3"),
        ("claude-3-7-sonnet-20250219", "cache_read_tokens=1000000", "0.3"),
    ],
)
def test_an_id_at_bedrock_has_its_own_price(id: str, usage: str, total: str, market: Catalog) -> None:
    """Profiles of a geography cost a tenth more throughout; swapped reads and writes are put right or set aside."""
    assert api.cost(id, seller="bedrock", at=AT, catalog=market, **_words(usage)).total == Decimal(total)
