"""What becomes of a request at a model, in the words of those who complained of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ratecard import cli
from ratecard.api import lint
from ratecard.cards import reader
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, UnknownModel, UnknownSeller
from ratecard.database import writer
from ratecard.requests.lint import IGNORED, REJECTED, UNKNOWN, UNRECOGNIZED, VERDICTS, Lint
from ratecard.requests.needs_of import Upload
from toys import folder

DAY = "2026-11-21"

PAINTER = """\
name: Painter
provider: openai
modality: image
input_modalities: [text, image]
output_modalities: [image]
required_inputs: [image]
sources: [{url: https://example.org/painter, checked: 2026-11-01}]
capabilities:
  edit: yes
  text-to-image: no
  mask: {value: ignored, source: {url: https://example.org/masks, checked: 2026-11-02}}
  negative-prompt: no
limits: {sizes: [1024x1024, 1536x1024], max_images: 2, response_formats: [b64_json], max_upload_bytes: 1000}
offers:
  - {seller: openai, model_id: painter, endpoints: [images/edits]}
  - seller: fal
    model_id: fal-painter
    capabilities: {mask: optional}
"""
THINKER = """\
name: Thinker
provider: openai
modality: text
input_modalities: [text]
output_modalities: [text]
sources: [{url: https://example.org/thinker, checked: 2026-11-01}]
capabilities: {sampling: no, penalties: no, tool-calling: yes, vision: no, structured-outputs: no, reasoning: yes}
limits: {context_tokens: 1000, max_output_tokens: 500}
lifecycle:
  - {event: retired, date: 2027-01-01, source: {url: https://example.org/end, checked: 2026-11-01}}
offers:
  - {seller: openai, model_id: thinker}
"""
EMBEDDER = """\
name: Embedder
provider: openai
modality: embedding
sources: [{url: https://example.org/embedder, checked: 2026-11-01}]
"""


@pytest.fixture(name="toys", scope="module")
def _toys(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    cards = (("toys/painter", PAINTER), ("toys/thinker", THINKER), ("toys/embedder", EMBEDDER))
    return reader.read(folder(tmp_path_factory.mktemp("toys"), *cards)).catalog


def edit(**more: object) -> dict[str, object]:
    """A request that changes an image."""
    return {"prompt": "make it blue", "image": {"image_url": "https://example.org/a.png"}, **more}


def chat(**more: object) -> dict[str, object]:
    """A request of a chat."""
    return {"messages": [{"role": "user", "content": "Name three rivers."}], **more}


def found(catalog: Catalog, body: object, model: str = "toys/painter", **known: Any) -> Lint:
    """What becomes of a request at a toy model."""
    return lint(body, model, at=known.pop("at", DAY), catalog=catalog, **known)


def told(result: Lint, verdict: str) -> list[tuple[str, str]]:
    """Place and code of what was found."""
    return [(finding.path, finding.code) for finding in result.of(verdict)]


def test_a_mask_that_would_be_dropped_is_told_of(toys: Catalog) -> None:
    """Where a mask is passed over and the whole image painted anew, the request says so before it is sent."""
    (dropped,) = found(toys, edit(mask={"file_id": "file-1"})).of(REJECTED)
    assert (dropped.path, dropped.code) == ("mask", "MASK_IGNORED")
    assert dropped.sentence == "mask is ignored"
    assert dropped.why == "Where a mask is passed over, the whole image is painted anew"
    assert dropped.source is not None
    assert dropped.source.url == "https://example.org/masks"


def test_a_capability_is_that_of_the_seller(toys: Catalog) -> None:
    """What one seller drops another takes: the offer's own word goes before the card's."""
    body = edit(mask={"file_id": "file-1"})
    assert told(found(toys, body, seller="fal"), REJECTED) == []
    assert told(found(toys, body, model="fal-painter"), REJECTED) == []


def test_a_mask_that_is_not_sent_is_not_missed(toys: Catalog) -> None:
    """Nothing is said of masks where there is none."""
    assert not any("mask" in finding.need for finding in found(toys, edit()).findings)


def test_a_response_format_that_is_not_given_is_ignored(toys: Catalog) -> None:
    """Who asks for an address and would get the image itself is told, and by whom it is known."""
    (ignored,) = found(toys, edit(response_format="url")).of(IGNORED)
    assert (ignored.path, ignored.required, ignored.offered) == ("response_format", "url", "b64_json")
    assert not found(toys, edit(response_format="b64_json")).of(IGNORED)


def test_a_temperature_is_ignored_by_a_model_that_reasons(toys: Catalog) -> None:
    """A wish that is not granted does not make a call fail; every parameter that wishes is named."""
    result = found(toys, chat(temperature=0.2, top_p=0.9, presence_penalty=1), "toys/thinker")
    assert told(result, IGNORED) == [
        ("presence_penalty", "CAPABILITY_MISSING"),
        ("temperature", "CAPABILITY_MISSING"),
        ("top_p", "CAPABILITY_MISSING"),
    ]
    assert told(result, REJECTED) == []
    assert told(found(toys, chat(temperature=1), "toys/thinker"), IGNORED) == []


def test_an_image_for_a_model_that_reads_text_is_rejected(toys: Catalog) -> None:
    """The part of the message that the model cannot read is named by its place."""
    parts = [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": "https://a.org/b.png"}},
    ]
    result = found(toys, {"messages": [{"role": "user", "content": parts}]}, "toys/thinker")
    assert told(result, REJECTED) == [
        ("messages[0].content[1].type", "CAPABILITY_MISSING"),
        ("messages[0].content[1].type", "INPUT_MODALITY_UNSUPPORTED"),
    ]


def test_a_schema_for_a_model_without_structured_outputs_is_rejected(toys: Catalog) -> None:
    """A program that reads the answer by its schema would break."""
    body = chat(response_format={"type": "json_schema", "json_schema": {"name": "river", "schema": {}}})
    assert told(found(toys, body, "toys/thinker"), REJECTED) == [("response_format.type", "CAPABILITY_MISSING")]


@pytest.mark.parametrize(
    ("body", "model", "path", "code"),
    [
        (edit(n=3), "toys/painter", "n", "TOO_MANY_IMAGES"),
        (edit(size="512x512"), "toys/painter", "size", "SIZE_UNSUPPORTED"),
        (chat(max_tokens=501), "toys/thinker", "max_tokens", "OUTPUT_TOO_LONG"),
        (chat(max_tokens=998), "toys/thinker", "max_tokens + messages", "CONTEXT_TOO_SHORT"),
        ({"prompt": "a kite"}, "toys/painter", "prompt", "CAPABILITY_MISSING"),
        ({"prompt": "a kite"}, "toys/painter", "", "ENDPOINT_UNSUPPORTED"),
        ({"prompt": "a kite"}, "toys/painter", "", "INPUT_IMAGE_REQUIRED"),
        (chat(), "toys/embedder", "messages", "OUTPUT_MODALITY_UNSUPPORTED"),
    ],
)
def test_what_a_model_cannot_do_is_rejected(toys: Catalog, body: object, model: str, path: str, code: str) -> None:
    """Limits, calls it does not answer, inputs it cannot do without, and what is no answer at all."""
    assert (path, code) in told(found(toys, body, model), REJECTED)


def test_a_file_that_is_too_large_is_rejected(toys: Catalog) -> None:
    """The size of each file counts, and the one that is too large is named."""
    files = {"image[]": [Upload(10), Upload(1001)]}
    assert told(found(toys, {"prompt": "make it blue"}, files=files), REJECTED) == [
        ("image[1].bytes", "UPLOAD_TOO_LARGE")
    ]


def test_a_model_that_is_gone_answers_nothing(toys: Catalog) -> None:
    """The day of the call counts."""
    assert told(found(toys, chat(), "toys/thinker", at="2027-01-02"), REJECTED) == [("", "RETIRED")]
    assert told(found(toys, chat(), "toys/thinker"), REJECTED) == []


def test_what_nobody_knows_is_told_apart_from_what_is_known(toys: Catalog) -> None:
    """A capability that no source states, and a parameter that no row knows, are neither rejected nor ignored."""
    result = found(toys, chat(seed=3, mystery=True), "toys/thinker")
    assert ("seed", "CAPABILITY_UNKNOWN") in told(result, UNKNOWN)
    assert told(result, UNRECOGNIZED) == [("mystery", "")]
    assert told(result, REJECTED) == told(result, IGNORED) == []


def test_what_only_says_what_a_call_does_is_no_finding(toys: Catalog) -> None:
    """Where an answer is kept speaks against nobody."""
    assert not any(finding.path == "store" for finding in found(toys, chat(store=True), "toys/thinker").findings)


def test_the_gravest_comes_first(toys: Catalog) -> None:
    """Findings stand in the order rejected, ignored, unknown, unrecognized."""
    result = found(toys, edit(mask={"file_id": "f"}, response_format="url", seed=1, mystery=1))
    verdicts = [finding.verdict for finding in result.findings]
    assert verdicts == sorted(verdicts, key=VERDICTS.index)
    assert set(verdicts) == set(VERDICTS)


def test_the_model_is_the_one_the_request_names(toys: Catalog) -> None:
    """Without another the request's own model is asked; a name that is none is refused with near ones."""
    assert lint(edit(model="toys/painter"), at=DAY, catalog=toys).slug == "toys/painter"
    with pytest.raises(BadValue, match="the request names no model"):
        lint(edit(), at=DAY, catalog=toys)
    with pytest.raises(UnknownModel, match="did you mean toys/painter"):
        lint(edit(model="toys/paintr"), at=DAY, catalog=toys)
    with pytest.raises(UnknownSeller, match="toys/painter is not sold by 'azure'"):
        found(toys, edit(), seller="azure")


def test_a_card_that_nobody_sells_is_judged_as_it_is(toys: Catalog) -> None:
    """What is known of the model itself speaks, whoever would sell it."""
    result = found(toys, {"input": "red"}, "toys/embedder")
    assert (result.seller, result.needs.endpoint) == ("", "embeddings")
    assert told(result, REJECTED) == []


def test_a_line_of_a_batch_for_another_call_is_refused(toys: Catalog) -> None:
    """Nobody can tell which of two endpoints is meant."""
    line = {"url": "/v1/images/edits", "body": edit()}
    assert found(toys, line).needs.endpoint == "images/edits"
    with pytest.raises(BadValue, match="a line of a batch for images/edits, not for images/generations"):
        found(toys, line, endpoint="images/generations")


@pytest.fixture(name="run")
def _run(toys: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    writer.write(toys, tmp_path / "toys.db")
    monkeypatch.setenv("RATECARD_DB", str(tmp_path / "toys.db"))
    monkeypatch.chdir(tmp_path)

    def run(body: object, *arguments: str) -> tuple[int, str, str]:
        Path("body.json").write_text(json.dumps(body), encoding="utf-8")
        code = cli.run(["lint-request", "body.json", "--at", DAY, *arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return run


def test_the_command_says_what_would_become_of_a_request(run: Any) -> None:
    """Each finding has its place, what speaks against it, its code, what comes of it and who says so."""
    code, out, err = run(edit(model="toys/painter", mask={"file_id": "f"}, negative_prompt="red", mystery=1))
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        "toys/painter at openai, images/edits",
        "",
        "Rejected, or useless if ignored (1):",
        "  mask: mask is ignored [MASK_IGNORED]",
        "    Where a mask is passed over, the whole image is painted anew",
        "    https://example.org/masks on 2026-11-02",
        "",
        "Ignored, or rejected by strict sellers (1):",
        "  negative_prompt: negative prompt is not supported [CAPABILITY_MISSING]",
        "    Where it is passed over, what was to be avoided may appear",
        "    https://example.org/painter on 2026-11-01",
        "",
        "Unknown: no source says (1):",
        "  prompt: the limit of prompt is unknown [MAX_PROMPT_CHARACTERS_UNKNOWN]",
        "",
        "Unrecognized parameters (1):",
        "  mystery: nobody has said what it asks for",
    ]


def test_the_command_ends_with_0_where_nothing_is_rejected(run: Any) -> None:
    """What is ignored or unknown does not fail a check."""
    assert run(edit(negative_prompt="red"), "--model", "toys/painter")[0] == 0
    assert run({"input": "red"}, "--model", "toys/embedder")[0] == 0


def test_the_answer_as_json_has_every_finding(run: Any) -> None:
    """Machines read the same findings by verdict."""
    code, out, _ = run(edit(mask={"file_id": "f"}), "--model", "toys/painter", "--seller", "openai", "--json")
    answer = json.loads(out)
    assert code == 1
    assert list(answer) == ["model", "seller", "model_id", "endpoint", *VERDICTS]
    assert answer["rejected"] == [
        {
            "path": "mask",
            "sentence": "mask is ignored",
            "code": "MASK_IGNORED",
            "need": "mask",
            "required": "required or optional",
            "offered": "ignored",
            "why": "Where a mask is passed over, the whole image is painted anew",
            "source": {"url": "https://example.org/masks", "checked": "2026-11-02"},
        }
    ]
    code, out, _ = run(edit(mystery=1), "--model", "toys/painter", "--csv")
    assert out.splitlines()[0] == "model,seller,endpoint,verdict,path,code,sentence,why,source"
    assert out.splitlines()[-1].startswith("toys/painter,openai,images/edits,unrecognized,mystery,")


def test_files_are_sent_with_a_request(run: Any) -> None:
    """Their sizes are those on the disk."""
    Path("a.png").write_bytes(b"x" * 1001)
    body = {"prompt": "make it blue"}
    code, out, _ = run(body, "--model", "toys/painter", "--file", "image=a.png")
    assert code == 1
    assert "image[0].bytes: the limit of a file is 1000 bytes [UPLOAD_TOO_LARGE]" in out
    code, _, err = run(body, "--model", "toys/painter", "--file", "image=b.png")
    assert (code, "'image=b.png' is not FIELD=FILE with an existing file" in err) == (2, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "the request is not JSON"),
        ("[]", "the request is not a JSON object"),
        ('{"model": "toys/painter", "n": 1}', "the request has no messages, input"),
    ],
)
def test_what_is_no_request_is_refused(run: Any, text: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that holds no request is named for what it is."""
    run({})
    Path("body.json").write_text(text, encoding="utf-8")
    assert cli.run(["lint-request", "body.json"]) == 2
    assert message in capsys.readouterr().err
    assert cli.run(["lint-request", "nothing.json"]) == 2
    assert "FILE: nothing.json: No such file" in capsys.readouterr().err
