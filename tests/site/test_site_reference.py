"""What the reference pages print stands on ours, in their order, with their known mistakes mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from site_reading import text

GATEWAY = "https://api.aigateway.sh/v1"

#: The labels and facts after `Pricing` that all four pages share.
ENDING = (
    "You pay pass-through · 5% applied at credit top-up, not per-call.",
    "$100.00 of credit costs $105.00",
    "Compare",
    "API reference",
    "Collections",
    "More image models →",
    "More from {provider}",
    "Frontier models →",
    "Free-tier models →",
    "API schema",
    "Call {name} from any OpenAI SDK",
    "POST {url} · Content-Type: {type} · Auth: Bearer sk-aig-...",
    "Request body",
    "{slug}",
    "A cyberpunk cat at sunset, cinematic lighting",
    "1024x1024",
    "url",
    "Response",
    '"created": 1776947082',
    '"url": "https://media.aigateway.sh/img/abc123.png"',
    '// or { "b64_json": "iVBORw0KGgoAAAANSUhEU..." }',
    "Quickstart",
    "from openai import OpenAI",
    'client = OpenAI(base_url="https://api.aigateway.sh/v1", api_key="sk-aig-...")',
    "r = client.images.{method}(",
    'model="{slug}"',
    'prompt="a cyberpunk cat at sunset"',
    'size="1024x1024"',
    "print(r.data[0].url)",
    "Errors",
    "401 authentication_error Invalid or missing API key",
    "402 insufficient_credits Wallet empty",
    "404 not_found Unknown model or endpoint",
    "429 rate_limit_error",
    "Retry-After header",
    "500 server_error Upstream provider failed yes",
    "503 service_unavailable Upstream saturated yes",
    "Full docs →",
    "API reference →",
    "OpenAPI spec →",
    "llms.txt →",
)

FULL = (
    "Frequently asked questions",
    "What is {name}?",
    "It is an image model from {provider}",
    "How much does {name} cost via AIgateway?",
    "{long} per image",
    "How do I call {name} from my code?",
    GATEWAY,
    '"{slug}"',
    "Does {name} support streaming, tool calling, vision, JSON mode, and prompt caching?",
    "Streaming — no. Tool calling — no. Vision — no. JSON mode — no. Prompt caching — no.",
    "What are the best use cases for {name}?",
    "Marketing assets, Product mockups, Concept art. Key strengths:",
    "Can I bring my own {provider} API key (BYOK)?",
    "the 5% fee is waived",
)

FACTS = {
    "stanford/iclight-v2": (
        {"name": "Iclight V2", "provider": "Stanford", "long": "$0.1000", "method": "edit"},
        (
            "models/Stanford/Iclight V2",
            "Iclight V2 image",
            "Iclight V2 (stanford/iclight-v2) is an image model from Stanford.",
            "AIgateway: $0.100 per image.",
            "{url}",
            'model="stanford/iclight-v2"',
            "Best for: Marketing assets, Product mockups, Concept art.",
            "slug · stanford/iclight-v2",
            "provider · Stanford",
            "Use this model",
            "model: stanford/iclight-v2",
            "curl {url}",
            '-H "Authorization: Bearer $AIGATEWAY_API_KEY"',
            "model=stanford/iclight-v2",
            "image=@photo.png",
            "a serene cyberpunk city at dusk",
            "Capabilities",
            "Strengths",
            "Creative control",
            "Use cases",
            "Marketing assets Product mockups Concept art",
            "Pricing",
            "Per image $0.100",
        ),
        FULL,
    ),
    "bytedance/stable-diffusion-xl-lightning": (
        {"name": "Stable-Diffusion-XL-Lightning", "provider": "ByteDance", "method": "generate"},
        (
            "models/ByteDance/Stable-Diffusion-XL-Lightning",
            "Stable-Diffusion-XL-Lightning image",
            "slug · bytedance/stable-diffusion-xl-lightning",
            "provider · ByteDance",
            "family · Stable Diffusion",
            "released · 2024-02-27",
            "Quickstart",
            "curl {url}",
            '-H "Authorization: Bearer $AIGATEWAY_API_KEY"',
            '-H "Content-Type: application/json"',
            '-d \'{"model":"{slug}","prompt":"a cyberpunk cat"}\'',
            "Capabilities",
            "Strengths",
            "Text-to-image generation",
            "Creative control",
            "Use cases",
            "Marketing assets Product mockups Concept art",
            "Pricing",
            "Per image $0 (free in beta)",
            "not a promise for later",
        ),
        (),
    ),
    "runwayml/stable-diffusion-v1-5-img2img": (
        {"name": "Stable-Diffusion-V1-5-Img2img", "provider": "Runway", "method": "edit"},
        (
            "models/Runway/Stable-Diffusion-V1-5-Img2img",
            "Stable-Diffusion-V1-5-Img2img image",
            "slug · runwayml/stable-diffusion-v1-5-img2img",
            "provider · Runway",
            "family · Stable Diffusion",
            "released · 2024-02-27",
            "Quickstart",
            "curl {url}",
            '-H "Authorization: Bearer $AIGATEWAY_API_KEY"',
            "image=@photo.png",
            "a cyberpunk cat",
            "Capabilities",
            "Strengths",
            "Use cases",
            "Illustration Concept art Marketing assets",
            "Pricing",
            "Per image $0 (unverified)",
            "nobody has confirmed",
        ),
        (),
    ),
    "ideogram/ideogram-v2-edit": (
        {"name": "Ideogram V2 Edit", "provider": "Ideogram", "long": "$0.0800", "method": "edit"},
        (
            "models/Ideogram/Ideogram V2 Edit",
            "Ideogram V2 Edit image",
            "Ideogram V2 Edit (ideogram/ideogram-v2-edit) is an image model from Ideogram.",
            "AIgateway: $0.080 per image.",
            "{url}",
            'model="ideogram/ideogram-v2-edit"',
            "Best for: Marketing assets, Product mockups, Concept art.",
            "slug · ideogram/ideogram-v2-edit",
            "provider · Ideogram",
            "Use this model",
            "model: ideogram/ideogram-v2-edit",
            "curl {url}",
            '-H "Authorization: Bearer $AIGATEWAY_API_KEY"',
            "model=ideogram/ideogram-v2-edit",
            "image=@photo.png",
            "mask=@mask.png",
            "a serene cyberpunk city at dusk",
            "ignores masks",
            "Capabilities",
            "Strengths",
            "Creative control",
            "Use cases",
            "Marketing assets Product mockups Concept art",
            "Pricing",
            "Per image $0.080",
        ),
        FULL,
    ),
}

GUIDE = (
    "Image generation",
    "/v1/images/generations",
    "Black Forest Labs",
    "Google",
    "Ideogram",
    "Recraft",
    "Generate an image",
    "POST /v1/images/generations",
    '"model": "bfl/flux-2-klein-9b"',
    '"prompt": "a neon ramen shop in the rain, cinematic, 35mm"',
    '"size": "1024x1024"',
    '"n": 1',
    '"response_format": "url"',
    '"data": [{ "url": "https://media.aigateway.sh/',
    "Picking a model",
    "Model Strength",
    "bfl/flux-2-klein-9b",
    "bfl/flux-2-pro",
    "openai/dall-e-3",
    "retired 2026-05-12",
    "google/imagen-3",
    "stability-ai/sdxl",
    "ideogram/ideogram-v3",
    "Response formats",
    'response_format is "url"',
    "24 hours",
    "media.aigateway.sh",
    '"b64_json"',
    "Image-to-image + edits",
    "/v1/images/edits",
    "image_url",
    "bria/fibo-edit/edit",
    "25 MB",
    "image=@cat.png",
    "make the cat wear sunglasses",
    '"image_url"',
    '"prompt": "sunglasses"',
    "What becomes of a mask",
    "ignored",
    "Async / long-running models",
    "text-to-video",
    "202",
    "poll",
)


def in_order(facts: tuple[str, ...], words: str) -> list[str]:
    """The facts that do not follow the one before them."""
    missing, place = [], 0
    for fact in facts:
        found = words.find(fact, place)
        if found < 0:
            missing.append(fact)
        else:
            place = found + len(fact)
    return missing


@pytest.mark.parametrize("slug", FACTS)
def test_a_model_page_prints_the_reference_in_its_order(slug: str, site: Path) -> None:
    """Every section and fact of the reference page stands on ours, in the same order."""
    given, beginning, ending = FACTS[slug]
    edits = given["method"] == "edit"
    values = {
        **given,
        "slug": slug,
        "url": f"{GATEWAY}/images/{'edits' if edits else 'generations'}",
        "type": "multipart/form-data" if edits else "application/json",
    }
    expected = tuple(filled(fact, values) for fact in (*beginning, *ENDING, *ending))
    page = text((site / "models" / slug / "index.html").read_bytes())

    missing = in_order(expected, page)

    assert missing == []


def filled(fact: str, values: dict[str, str]) -> str:
    """A fact with the values of one page in place of their names."""
    for name, value in values.items():
        fact = fact.replace(f"{{{name}}}", value)
    return fact


def test_the_guide_prints_the_reference_in_its_order(site: Path) -> None:
    """The guide has the reference's six headings and its facts, in the same order."""
    page = text((site / "docs" / "images" / "index.html").read_bytes())

    missing = in_order(GUIDE, page)

    assert missing == []


@pytest.mark.parametrize("slug", FACTS)
def test_no_page_claims_what_its_model_cannot_do(slug: str, site: Path) -> None:
    """A model that needs an image is never shown with a call that carries a prompt alone."""
    page = text((site / "models" / slug / "index.html").read_bytes())
    needs_image = FACTS[slug][0]["method"] == "edit"

    assert needs_image == ("client.images.edit(" in page)
    assert needs_image == ("client.images.generate(" not in page)
