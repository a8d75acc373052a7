"""The examples and what is written for LiteLLM, run through the real SDKs against a server on loopback."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import toys
from ratecard import api
from ratecard.core.catalog import Catalog
from ratecard.database import writer
from ratecard.routing import gateways
from stub import Stub, serving
from warm import Warm

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EXAMPLES = toys.ROOT / "examples"
PROMPT = "Why is the sky blue?"

CARDS = {
    "toys/little": ("openai", "little", "text", "0.1", "0.2"),
    "toys/middle": ("deepseek", "middle", "text", "0.3", "0.4"),
    "toys/seeing": ("openai", "seeing", "text, image", "1", "2"),
    "toys/gated": ("aigateway", "gated", "text", "0.5", "0.6"),
}


def card_text(seller: str, model_id: str, takes: str, price_in: str, price_out: str) -> str:
    """A model that takes and gives text, at a price per million tokens."""
    return f"""\
input_modalities: [{takes}]
output_modalities: [text]
offers:
  - seller: {seller}
    model_id: {model_id}
    tariffs:
      - sources: [{{url: https://example.org/prices, checked: 2026-11-01}}]
        rates:
          - {{meter: input_tokens, price: {price_in}, per: 1_000_000}}
          - {{meter: output_tokens, price: {price_out}, per: 1_000_000}}
"""


@pytest.fixture(name="toy", scope="module")
def _toy(catalog: Catalog) -> Catalog:
    cards = {slug: toys.card(card_text(*row), slug) for slug, row in CARDS.items()}
    painter = "capabilities: {text-to-image: yes}\n" + toys.OFFER.replace("fal", "openai").replace("toy\n", "painter\n")
    cards["toys/gated"] = cards["toys/gated"]._replace(provider="bria")  # whoever makes it, openai is not asked for it
    cards["toys/painter"] = toys.card(f"{painter}        rates: [{{meter: images, price: 0.01}}]\n", "toys/painter")
    return catalog._replace(cards=cards, names={})


@pytest.fixture(name="toy_db", scope="module")
def _toy_db(toy: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("toys") / "catalog.db"
    writer.write(toy, path)
    return path


def run(
    stub: Stub, db: Path, python: Warm, *command: str, stdin: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """A run of Python in the folder of examples: warnings are errors, and keys lead to the stub alone."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(toys.ROOT / "src"),
        "RATECARD_DB": str(db),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "OPENAI_API_KEY": "sk-stub",
        "OPENAI_BASE_URL": f"{stub.url}/openai/v1",
        "DEEPSEEK_API_KEY": "sk-stub",
        "DEEPSEEK_BASE_URL": f"{stub.url}/deepseek/v1",
        "DEEPSEEK_API_BASE": f"{stub.url}/deepseek/v1",
        "AIGATEWAY_API_KEY": "sk-stub",
        "AIGATEWAY_BASE_URL": f"{stub.url}/aigateway/v1",
        **more,
    }
    return python.run(*command, folder=EXAMPLES, environment=environment, stdin=stdin)


Client = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(name="client")
def _client(toy_db: Path, with_openai: Warm) -> Client:
    """Runs the example of the OpenAI SDK."""
    return lambda stub, **more: run(stub, toy_db, with_openai, "openai_client.py", PROMPT, **more)


def test_the_openai_example_asks_the_cheapest_and_says_what_it_cost(client: Client) -> None:
    """One call goes to one seller, and the bill is that of the tokens it reported."""
    with serving() as stub:
        done = client(stub)
    assert (done.stdout, done.stderr) == ("It scatters.\n", "toys/little at openai: 0.00012 USD\n")
    assert stub.asked == [("openai", "/chat/completions", "little")]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_the_openai_example_goes_on_where_a_seller_fails(status: int, client: Client) -> None:
    """Too many calls and faults of a server lead on along the chain, each offer being asked once."""
    with serving({"little": status, "middle": status}) as stub:
        done = client(stub)
    assert (done.stdout, done.stderr) == ("It scatters.\n", "toys/gated at aigateway: 0.00056 USD\n")
    assert [model for *_, model in stub.asked] == ["little", "middle", "gated"]


def test_the_openai_example_does_not_wait_for_ever(client: Client) -> None:
    """Silence leads on too."""
    with serving({"little": 60}) as stub:
        done = client(stub, TIMEOUT="3")
    assert done.stderr == "toys/middle at deepseek: 0.00034 USD\n"


def test_the_openai_example_does_not_repeat_what_is_wrong_with_the_call(client: Client) -> None:
    """A refusal of the call itself ends it, and so does a seller's word that trying again is no use."""
    with serving({"little": 400}) as stub:
        done = client(stub)
    assert done.returncode == 1
    assert "BadRequestError" in done.stderr
    assert len(stub.asked) == 1
    with serving({"little": 500, "middle": 500, "gated": 402}) as stub:
        done = client(stub)
    assert "402" in done.stderr.splitlines()[-1]
    assert len(stub.asked) == 3


def test_the_openai_example_says_that_nobody_answered(client: Client) -> None:
    """The failures of the whole chain come together."""
    with serving(dict.fromkeys(("little", "middle", "gated"), 503)) as stub:
        done = client(stub)
    assert "ExceptionGroup: no offer answered (3 sub-exceptions)" in done.stderr
    assert [seller for seller, *_ in stub.asked] == ["openai", "deepseek", "aigateway"]


def test_the_openai_example_wants_a_key(client: Client) -> None:
    """Without one it says so."""
    keys = dict.fromkeys(("OPENAI_API_KEY", "DEEPSEEK_API_KEY", "AIGATEWAY_API_KEY"), "")
    with serving() as stub:
        done = client(stub, **keys)
    assert done.stderr == "no key: set OPENAI_API_KEY or another seller's\n"
    assert stub.asked == []


def test_the_openai_examples_chain_serves_other_calls_too(toy_db: Path, with_openai: Warm) -> None:
    """An image is asked for as a chat is: what is called is the caller's."""
    code = (
        "from openai_client import *\n"
        "at = clients()\n"
        "found = route(['text-to-image'], sellers=at, images=1)\n"
        "choice, answer = ask(chain(found), at, lambda c, m: c.images.generate(model=m, prompt='the sky'))\n"
        "print(choice.slug, answer.data[0].b64_json)"
    )
    with serving() as stub:
        done = run(stub, toy_db, with_openai, "-c", code)
    assert done.stdout == "toys/painter aW1hZ2U=\n", done.stderr
    assert stub.asked == [("openai", "/images/generations", "painter")]


ROUTED = """
import json, sys, litellm
config = json.load(sys.stdin)
router = litellm.Router(**config, num_retries=0)
answer = router.completion(model=config["model_list"][0]["model_name"], messages=[{"role": "user", "content": "?"}])
print(answer._hidden_params["model_id"], answer.choices[0].message.content)
"""


@pytest.mark.parametrize(
    ("failing", "answers"),
    [({}, "openai/little"), ({"little": 500}, "deepseek/middle"), ({"little": 503, "middle": 429}, "aigateway/gated")],
)  # fmt: skip
def test_litellms_router_takes_a_chain_and_follows_it(
    failing: dict[str, int], answers: str, toy: Catalog, toy_db: Path, with_litellm: Warm
) -> None:
    """What is written for LiteLLM are arguments of its router, and the order of its fallbacks is the chain's."""
    with serving(failing) as stub:
        gateway = toy.sellers["aigateway"]._replace(base_url=f"{stub.url}/aigateway/v1")
        moved = toy._replace(sellers={**toy.sellers, "aigateway": gateway})
        asked = {"inputs": ["text"], "outputs": ["text"], "any_seller": True, "input_tokens": 10, "output_tokens": 10}
        found = api.route(catalog=moved, at=NOON, **asked)
        config = gateways.text(gateways.chain_as("litellm", gateways.chain(found), moved))
        done = run(stub, toy_db, with_litellm, "-c", ROUTED, stdin=config)
    assert done.stdout == f"{answers} It scatters.\n", done.stderr
    assert len(stub.asked) == len(failing) + 1


def test_litellm_knows_every_name_that_is_given_to_it(toy_db: Path, with_litellm: Warm) -> None:
    """Each prefix of the table is a provider to LiteLLM, which takes it off the model's name."""
    code = (
        "import json, sys, litellm\n"
        "asked = [litellm.get_llm_provider(f'{name}/a-model')[:2] for name in json.load(sys.stdin)]\n"
        "print(json.dumps([f'{provider}/{model}' for model, provider in asked]))"
    )
    names = sorted(gateways.names("litellm").values())
    with serving() as stub:
        done = run(stub, toy_db, with_litellm, "-c", code, stdin=json.dumps(names))
    assert json.loads(done.stdout.splitlines()[-1]) == [f"{name}/a-model" for name in names], done.stderr


def test_the_litellm_example_picks_the_cheapest_for_each_request(toy_db: Path, with_litellm: Warm) -> None:
    """The hook leaves LiteLLM the deployment of the cheapest offer; after a failure, of the next."""
    with serving() as stub:
        done = run(stub, toy_db, with_litellm, "litellm_hook.py", PROMPT)
        assert (done.stdout, done.stderr) == ("It scatters.\n", "openai/little\n")
        stub.failing = {"little": 500}
        done = run(stub, toy_db, with_litellm, "litellm_hook.py", PROMPT)
        assert (done.stdout, done.stderr) == ("It scatters.\n", "deepseek/middle\n")
    assert [model for *_, model in stub.asked] == ["little", "little", "middle"]


def test_the_litellm_example_sends_an_image_to_what_sees(toy_db: Path, with_litellm: Warm) -> None:
    """A request with an image goes to the cheapest offer that takes images, though others are cheaper."""
    code = (
        "import asyncio\nfrom litellm_hook import router\n"
        "image = {'type': 'image_url', 'image_url': {'url': 'data:image/png;base64,aW1hZ2U='}}\n"
        "messages = [{'role': 'user', 'content': [{'type': 'text', 'text': '?'}, image]}]\n"
        "answer = asyncio.run(router(['openai', 'deepseek']).acompletion(model='auto', messages=messages))\n"
        "print(answer._hidden_params['model_id'])"
    )
    with serving() as stub:
        done = run(stub, toy_db, with_litellm, "-c", code)
    assert done.stdout == "openai/seeing\n", done.stderr


def test_every_example_is_in_their_readme() -> None:
    """None is hidden."""
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert all(f"]({path.name})" in readme for path in EXAMPLES.glob("*.py"))
