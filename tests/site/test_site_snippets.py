"""Every call that a page can show is run as it stands, with curl and through the real SDKs, against a server on loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from site_reading import ROOT, elements, text

from ratecard.core.catalog import Catalog
from ratecard.core.records import Card, Limits, Offer, Seller
from ratecard.site.edition import Edition, page_offer, seller_of
from ratecard.site.views import calls, snippets
from ratecard.site.views.snippets import Call
from stub import Received, Stub, Upload, serving
from warm import Warm

NODE = ROOT / "tests" / "node"
MODEL = "maker/a-model"
NO_LIMITS = Limits()
ENDPOINTS = (*calls.BODIES, *calls.SAMPLES)
IMAGES = ("images/generations", "images/edits", "images/variations")
FILES = {"photo.png": b"a photo", "mask.png": b"a mask", "speech.mp3": b"a sentence"}
SENT = {
    "photo.png": Upload("photo.png", "image/png", b"a photo"),
    "mask.png": Upload("mask.png", "image/png", b"a mask"),
    "speech.mp3": Upload("speech.mp3", "audio/mpeg", b"a sentence"),
}
#: What a program says that got its answer.
SAYS = {
    "chat/completions": "It scatters.",
    "responses": "It scatters.",
    "completions": "It scatters.",
    "embeddings": "-0.25",
    "rerank": "0.98",
    "audio/transcriptions": "It scatters.",
    "audio/translations": "It scatters.",
    **dict.fromkeys(IMAGES, "https://media.example/result.png"),
}
#: What OpenAI's SDK calls deprecated, since OpenAI itself answers it no longer or not for long.
ENDING = ("audio/translations", "images/variations", "videos")
#: Calls that LiteLLM does not send, or not with their model.
NOT_LITELLM = ("audio/translations", "images/variations", "responses")
#: LiteLLM's own code may warn of anything.
LITELLM_SAYS = ("Warning",)
#: What a program leaves that got a file.
LEAVES = {"audio/speech": ("speech.mp3", b"sound"), "videos": ("video.mp4", b"film")}


@pytest.fixture(name="stub")
def _stub() -> Iterator[Stub]:
    with serving() as stub:
        stub.as_url = True
        yield stub


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """A folder with the files that the calls name."""
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def call_of(catalog: Catalog, stub: Stub, endpoint: str, model: str = MODEL, limits: Limits = NO_LIMITS) -> Call:
    """The call of a model that needs all the inputs there are, at the stub."""
    seller = Seller("shop", "Shop", "gateway", base_url=f"{stub.url}/shop/v1", key_variable="SHOP_KEY")
    card = Card(slug=MODEL, name="A model", provider="maker", modality="image", required_inputs=("image", "mask"))
    offer = Offer(seller="shop", model_id=model, endpoints=(endpoint,), limits=limits)
    found = snippets.call(card, offer, seller, catalog.vocabulary, full=True)
    assert found is not None
    return found


def code_of(call: Call, tab: str) -> str:
    """The code of a tab."""
    return next(entry.code.text for entry in call.tabs if entry.id == tab)


def run(folder: Path, *command: str, **environment: str) -> str:
    """What a program says, which must end well and without a word of complaint."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "SHOP_KEY": "YOUR_KEY", **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def printed(warm: Warm, folder: Path, code: str, *passed: str) -> str:
    """What the code says with warnings as errors, but those `passed` and that a short example leaves files open."""
    environment = {"PATH": os.environ["PATH"], "SHOP_KEY": "YOUR_KEY", "HOME": str(folder)}
    done = warm.run("-c", code, folder=folder, environment=environment, ignored=("ResourceWarning", *passed))
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(name="typescript", scope="module")
def _typescript(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stub, Path]]:
    """Every TypeScript example, checked strictly and turned into JavaScript, all at once since the compiler is slow."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("install Node 20 or newer with npm (Debian: nodejs npm), which runs the snippets in TypeScript")
    assert (NODE / "node_modules" / "openai").is_dir(), "the tests need the packages of tests/node: run `make setup`"
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "node_modules").symlink_to(NODE / "node_modules")
    (folder / "package.json").write_text('{"type": "module"}')
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    with serving() as stub:
        stub.as_url = True
        for endpoint in ENDPOINTS:
            source = folder / f"{endpoint.replace('/', '-')}.ts"
            source.write_text(code_of(call_of(catalog, stub, endpoint), "typescript"), encoding="utf-8")
        inline = call_of(catalog, stub, "images/edits", limits=Limits(response_formats=("b64_json",)))
        (folder / "inline.ts").write_text(code_of(inline, "typescript"), encoding="utf-8")
        options = ("--strict", "--target", "es2022", "--module", "nodenext", "--types", "node", "--skipLibCheck")
        run(folder, "node", "node_modules/typescript/bin/tsc", *options, *map(str, sorted(folder.glob("*.ts"))))
        yield stub, folder


def answered(endpoint: str, said: str, folder: Path) -> bool:
    """Whether a program got the answer of a call and did with it what it says."""
    if endpoint in LEAVES:
        name, content = LEAVES[endpoint]
        return (folder / name).read_bytes() == content
    return SAYS[endpoint] in said


def holds(received: Received, call: Call, endpoint: str) -> None:
    """The call carried the key, the model as it is sold and every input that it needs, files as files."""
    assert received.authorization == "Bearer YOUR_KEY"
    assert received.content_type.startswith(call.content_type)
    assert received.fields["model"] == call.model
    for name, value in needed(endpoint).items():
        if call.content_type == calls.MULTIPART and name in calls.FILES:
            assert received.fields[name] == SENT[str(value)]._replace(content_type=received.fields[name].content_type)
            assert endpoint not in IMAGES or received.fields[name].content_type == "image/png"
        elif name != "prompt":
            assert received.fields[name] == value


def needed(endpoint: str) -> dict[str, object]:
    """What a model that needs an image and a mask cannot be called without at an endpoint."""
    values = calls.short(calls.fields(endpoint, MODEL, ("image", "mask"), NO_LIMITS))
    return {name: value for name, value in values.items() if name not in ("size", "model")}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_call_with_curl_is_answered(endpoint: str, catalog: Catalog, stub: Stub, folder: Path) -> None:
    """The command stands in a shell as the page prints it."""
    call = call_of(catalog, stub, endpoint)
    said = run(folder, "bash", "-c", call.curl.text)

    assert [path for _, path, _ in stub.asked] == [f"/{endpoint}"]
    holds(stub.received[0], call, endpoint)
    assert endpoint == "videos" or answered(endpoint, said, folder)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_call_in_python_is_answered(
    endpoint: str, catalog: Catalog, stub: Stub, folder: Path, with_openai: Warm
) -> None:
    """The OpenAI SDK sends it and reads the answer."""
    call = call_of(catalog, stub, endpoint)
    ending = ("DeprecationWarning",) if endpoint in ENDING else ()
    said = printed(with_openai, folder, code_of(call, "python"), *ending)

    assert [path for _, path, _ in stub.asked] == [f"/{endpoint}"]
    holds(stub.received[0], call, endpoint)
    assert answered(endpoint, said, folder)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_call_in_typescript_is_answered(endpoint: str, catalog: Catalog, typescript: tuple[Stub, Path]) -> None:
    """It has no error of types, and the OpenAI SDK sends it and reads the answer."""
    stub, folder = typescript
    stub.asked.clear()
    stub.received.clear()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    said = run(folder, "node", f"{endpoint.replace('/', '-')}.js")

    assert [path for _, path, _ in stub.asked] == [f"/{endpoint}"]
    holds(stub.received[0], call_of(catalog, stub, endpoint), endpoint)
    assert answered(endpoint, said, folder)


@pytest.mark.parametrize("endpoint", [id for id in ENDPOINTS if id not in NOT_LITELLM])
def test_the_call_with_litellm_is_answered(
    endpoint: str, catalog: Catalog, stub: Stub, folder: Path, with_litellm: Warm
) -> None:
    """LiteLLM sends it to the seller's own address and reads the answer; several images or one are a list to it."""
    call = call_of(catalog, stub, endpoint)
    said = printed(with_litellm, folder, code_of(call, "litellm"), *LITELLM_SAYS)
    received = stub.received[0]
    plain = {name.removesuffix("[]"): value for name, value in received.fields.items()}

    assert [path for _, path, _ in stub.asked] == [f"/{endpoint}"]
    holds(received._replace(fields=plain), call, endpoint)
    assert "video_" in said if endpoint == "videos" else answered(endpoint, said, folder)


@pytest.mark.parametrize("endpoint", NOT_LITELLM)
def test_what_litellm_does_not_send_is_not_shown(endpoint: str, catalog: Catalog, stub: Stub) -> None:
    """A page has no tab for a call that cannot work."""
    assert [tab.id for tab in call_of(catalog, stub, endpoint).tabs] == ["python", "typescript"]


def test_an_image_in_the_answer_itself_becomes_a_file(
    catalog: Catalog, stub: Stub, folder: Path, typescript: tuple[Stub, Path], with_openai: Warm, with_litellm: Warm
) -> None:
    """Where no address can be had, every SDK's example writes the image that comes back."""
    stub.as_url = typescript[0].as_url = False
    call = call_of(catalog, stub, "images/edits", limits=Limits(response_formats=("b64_json",)))
    result = folder / "result.png"
    for warm, tab, passed in ((with_openai, "python", ()), (with_litellm, "litellm", LITELLM_SAYS)):
        printed(warm, folder, code_of(call, tab), *passed)
        assert result.read_bytes() == b"image"
        result.unlink()
    run(typescript[1], "node", "inline.js")
    assert (typescript[1] / "result.png").read_bytes() == b"image"
    typescript[0].as_url = True


def test_any_name_of_a_model_reaches_the_seller(catalog: Catalog, stub: Stub, folder: Path, with_openai: Warm) -> None:
    """Quotes, blanks and what a shell or a form would take for its own are part of the name."""
    name = """@cf/it's "one";type=$HOME `x` <b>\\ &amp; é"""
    for endpoint in ("images/edits", "images/generations"):
        call = call_of(catalog, stub, endpoint, model=name)
        run(folder, "bash", "-c", call.curl.text)
        printed(with_openai, folder, code_of(call, "python"))
    assert [model for *_, model in stub.asked] == [name] * 4


def test_every_call_on_a_page_is_of_a_kind_that_is_run(site: Path, edition: Edition) -> None:
    """A page shows its call with curl and in a tab for each SDK, the first of which is open."""
    shown = 0
    for card in edition.catalog.cards.values():
        page = (site / "models" / card.slug / "index.html").read_bytes()
        tabs = [box for box in elements(page, "input") if box.get("name") == "sdk"]
        offer = page_offer(edition, card)
        if offer is None or not offer.endpoints:
            assert tabs == []
            continue
        shown += 1
        assert offer.endpoints[0] in ENDPOINTS
        assert [box.get("id") for box in tabs] == ["sdk-python", "sdk-typescript", "sdk-litellm"]
        assert [box.get("checked") is not None for box in tabs] == [True, False, False]
        assert all(label in text(page) for label in ("Python", "TypeScript", "LiteLLM"))
    assert shown > 20


def test_an_edit_is_never_shown_without_its_inputs(edition: Edition) -> None:
    """Every sample of an edit, in each language, carries the image, and the mask where every call must."""
    for card in edition.catalog.cards.values():
        offer = page_offer(edition, card)
        call = snippets.call(card, offer, seller_of(edition, offer), edition.catalog.vocabulary, full=True)
        if call is None or not call.url.endswith("/images/edits"):
            continue
        for code in (call.curl, call.request, *(tab.code for tab in call.tabs)):
            assert "photo.png" in code.text
            assert ("mask.png" in code.text) == ("mask" in card.required_inputs)


def test_the_twin_has_every_sdk(site: Path) -> None:
    """Programs read the same calls."""
    twin = (site / "models" / "ideogram" / "ideogram-v2-edit.md").read_text("utf-8")
    assert [line for line in twin.splitlines() if line in ("### Python", "### TypeScript", "### LiteLLM")] == [
        "### Python", "### TypeScript", "### LiteLLM",
    ]  # fmt: skip
