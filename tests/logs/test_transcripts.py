"""Transcripts of coding agents: recognised by the shape of their files, each call once, as another tool counts them."""

from __future__ import annotations

import gzip
import json
import platform
import random
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sessions
from billed import Bills

from ratecard.api import open_catalog
from ratecard.logs.transcripts import agents
from ratecard.market import build as building
from ratecard.responses.charge import charge
from ratecard.responses.report import report
from toys import ROOT, folder

CCUSAGE = ROOT / "tests" / "node" / "node_modules" / "@ccusage" / "ccusage-linux-x64" / "bin" / "ccusage"
#: What each agent is called here, the word of ccusage for it, and where that looks for its files.
AGENTS: Mapping[str, tuple[Callable[[Path], Path], str, str]] = {
    "Claude Code": (sessions.claude_code, "claude", "CLAUDE_CONFIG_DIR"),
    "Codex CLI": (sessions.codex, "codex", "CODEX_HOME"),
    "Gemini CLI": (sessions.gemini_cli, "gemini", "GEMINI_DATA_DIR"),
    "opencode": (sessions.opencode, "opencode", "OPENCODE_DATA_DIR"),
}
#: Tokens by day and model, then by kind.
Tokens = Mapping[tuple[str, str], Mapping[str, int]]


@pytest.fixture(name="frozen", scope="module")
def _frozen(tmp_path_factory: pytest.TempPathFactory, today: date) -> str:
    """A database of the catalog with frozen prices."""
    path = tmp_path_factory.mktemp("frozen") / "catalog.db"
    assert not building.build(ROOT / "docs" / "catalog", path, today).problems
    return str(path)


def rows_of(path: Path, tmp_path: Path, bill: Bills, frozen: str) -> list[dict[str, Any]]:
    """Every call that a bill reads, priced or not."""
    out = tmp_path / "rows.jsonl"
    found = bill(str(path), "--db", frozen, "--out", str(out), "--json")
    assert found.code in (0, 5), found.err
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def counted(home: Path, word: str, variable: str, tmp_path: Path) -> Any:
    """What ccusage says of the files in a folder, offline."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        pytest.skip("ccusage's own program is locked for Linux on x86-64 alone")
    assert CCUSAGE.is_file(), "the tests need the packages of tests/node: run `make setup`"
    program = tmp_path / "ccusage"
    program.write_bytes(CCUSAGE.read_bytes())
    program.chmod(0o755)
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    command = (program, word, "daily", "--json", "--offline", "--timezone", "UTC")
    said = subprocess.run(command, env={"HOME": str(nowhere), variable: str(home)}, capture_output=True, check=True)
    return json.loads(said.stdout)["daily"]


@pytest.mark.parametrize("agent", AGENTS)
def test_tokens_are_those_that_ccusage_counts(agent: str, tmp_path: Path, bill: Bills, frozen: str) -> None:
    """By day and model, to the token, on the newest files of an agent and those before."""
    write, word, variable = AGENTS[agent]
    home = tmp_path / "home"
    place = write(home)
    theirs: dict[tuple[str, str], dict[str, int]] = {}
    totals = {}
    for day in counted(place if word == "gemini" else home, word, variable, tmp_path):
        models = day.get("models") or {one["modelName"]: one for one in day["modelBreakdowns"]}
        for model, used in models.items():
            kinds = {
                "input_tokens": "inputTokens",
                "cache_read_tokens": "cacheReadTokens",
                "cache_write_tokens": "cacheCreationTokens",
            }
            theirs[day["date"], model] = {ours: used[kind] for ours, kind in kinds.items()}
        totals[day["date"]] = day["totalTokens"]

    ours: dict[tuple[str, str], Counter[str]] = {}
    days: Counter[str] = Counter()
    for row in rows_of(place, tmp_path, bill, frozen):
        used = {
            meter: int(row.get(meter) or 0)
            for meter in ("input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens")
        }
        days[row["at"][:10]] += sum(used.values())
        del used["output_tokens"]  # which ccusage tells without what was thought, but for its total
        ours.setdefault((row["at"][:10], row["model"]), Counter()).update(used)

    assert {key: dict(used) for key, used in ours.items()} == theirs
    assert days == totals
    assert len(theirs) > 1


def groups(found: Any) -> dict[tuple[str, ...], Decimal]:
    """The cost of each group."""
    names = [name for name in found.json["groups"][0] if name in ("agent", "day", "project", "name", "session")]
    return {tuple(group[name] for name in names): Decimal(group["cost"]) for group in found.json["groups"]}


def test_claude_code_is_billed_by_day_and_project_with_its_lifetimes_apart(
    tmp_path: Path, bill: Bills, frozen: str
) -> None:
    """At $3, $15, $0.30, $3.75 and $6 a million for Sonnet 4.5, and a third of it for Haiku 4.5."""
    found = bill(str(sessions.claude_code(tmp_path)), "--by", "day,project,name", "--json", "--db", frozen)
    assert found.code == 0, found.err
    assert found.json["recognised"] == "Claude Code"
    shop, site = "/srv/me/shop", "/srv/me/site"
    assert groups(found) == {
        ("2026-10-01", shop, sessions.SONNET): Decimal("0.006162"),  # 4 + 1000 written + 2000 read + 120 out
        ("2026-10-01", shop, sessions.HAIKU): Decimal("0.006556"),  # 6 + 3000 for an hour at $2 + 3000 + 50
        # 7 + 500 written for five minutes + 700 for an hour + 100 read + 60; 8 + 30; 9 + 10; 9 + 11
        ("2026-10-02", shop, sessions.SONNET): Decimal("0.007869"),
        ("2026-10-02", shop, sessions.HAIKU): Decimal("0.0004625"),
        ("2026-10-03", shop, sessions.SONNET): Decimal("0.0010845"),
        ("2026-07-01", site, sessions.SONNET): Decimal("0.002634"),
        ("2026-07-01", site, sessions.HAIKU): Decimal("0.000489"),
    }
    assert any("sessions-index.json" in note for note in found.json["notes"])


def test_codex_gives_each_turn_once_in_the_folder_it_was_in(tmp_path: Path, bill: Bills, frozen: str) -> None:
    """Without what was told again, what a fork repeats, and a copy in the archive; at $1.25, $10 and $0.125."""
    home = sessions.codex(tmp_path)
    rollout = next(home.rglob("*-aaa.jsonl"))
    archive = home / "archived_sessions" / rollout.name
    archive.parent.mkdir()
    archive.write_bytes(rollout.read_bytes())
    found = bill(str(home), "--by", "session,name", "--json", "--db", frozen)
    by = {(group["session"], group["name"]): group for group in found.json["groups"]}
    assert {key: (group["rows"] + group["unpriced"]) for key, group in by.items()} == {
        ("aaa", sessions.GPT): 2,
        ("aaa", "gpt-5-codex"): 2,
        ("bbb", sessions.GPT): 1,
        ("ccc", sessions.GPT): 1,
    }
    assert by["aaa", sessions.GPT]["cost"] == "0.005175"
    assert by["bbb", sessions.GPT]["cost"] == "0.0011625"  # 600, 100 read and 40 out


def test_codex_counts_what_summed_up_a_session_for_itself(tmp_path: Path, bill: Bills, frozen: str) -> None:
    """Since it is written down by response: where no count of the session follows, and else not again."""
    turn = sessions.event("2026-11-01T10:00:01.000Z", "turn_context", {"cwd": "/x", "model": sessions.GPT})

    def record(at: str, response: str, usage: sessions.Record, total: sessions.Record) -> sessions.Record:
        told = {"response_id": response, "usage": usage, "turn_token_usage": total, "thread_token_usage": total}
        return sessions.event(at, "token_usage_record", {"thread_id": "t", "turn_id": "u", **told})

    one, two = sessions.tokens(1000, 0, 100), sessions.tokens(500, 0, 10)
    path = sessions.put(tmp_path / "rollout.jsonl", [
        sessions.event("2026-11-01T10:00:00.000Z", "session_meta", {"id": "x", "cwd": "/x", "model_provider": "openai"}),
        turn,
        record("2026-11-01T10:00:02.000Z", "resp_1", one, one),
        sessions.count("2026-11-01T10:00:03.000Z", one, one),
        record("2026-11-01T10:00:04.000Z", "resp_2", two, sessions.tokens(1500, 0, 110)),
        sessions.event("2026-11-01T10:00:05.000Z", "compacted", {"message": "", "compaction_response_id": "resp_2"}),
    ])  # fmt: skip
    found = bill(str(path), "--json", "--db", frozen)
    assert (found.code, Decimal(found.total)) == (0, Decimal("0.002975"))  # 1500 and 110, at $1.25 and $10


def test_codex_at_another_provider_is_not_priced_as_openai(tmp_path: Path, bill: Bills, frozen: str) -> None:
    """A provider of one's own is no seller that is known, and its calls have no price until one is named."""
    home = sessions.codex(tmp_path)
    path = next(home.rglob("*-aaa.jsonl"))
    path.write_text(path.read_text("utf-8").replace('"model_provider":"openai"', '"model_provider":"mine"'), "utf-8")
    found = bill(str(path), "--json", "--db", frozen)
    assert found.code == 5
    assert {part["status"] for part in found.json["unpriced"]} == {"unknown-seller", "unknown-model"}
    assert bill(str(path), "--json", "--db", frozen, "--seller", "openai").json["totals"][0]["rows"] == 2


def test_gemini_cli_names_its_project(tmp_path: Path, bill: Bills, frozen: str) -> None:
    """By the root that its folder is of; at $0.30, $2.50 and $0.03, thoughts as output and tools as input."""
    found = bill(str(sessions.gemini_cli(tmp_path)), "--by", "day,project", "--json", "--db", frozen)
    assert groups(found) == {
        ("2026-09-01", "/srv/me/shop"): Decimal("0.001575"),
        ("2026-10-01", "/srv/me/shop"): Decimal("0.000843"),
        ("2026-10-02", "/srv/me/shop"): Decimal("0.00037"),
    }


def test_opencode_is_read_from_its_database_and_its_files(tmp_path: Path, bill: Bills, frozen: str) -> None:
    """With reasoning as output, and a message that stands in both once."""
    found = bill(str(sessions.opencode(tmp_path / "opencode")), "--by", "day,project,name", "--json", "--db", frozen)
    assert found.code == 0, found.err
    assert groups(found) == {
        ("2026-10-01", "/srv/me/shop", sessions.SONNET): Decimal("0.000915"),  # 100, 25 out, 300 read, 40 written
        ("2026-10-01", "/srv/me/shop", sessions.GPT): Decimal("0.00055"),
        ("2026-10-02", "/srv/me/shop", sessions.SONNET): Decimal("0.0017775"),
        ("2026-10-02", "/srv/me/site", sessions.GPT): Decimal("0.001071"),
    }


def test_cline_is_read_with_the_model_and_folder_of_each_task(tmp_path: Path, bill: Bills, frozen: str) -> None:
    """Cached tokens are apart but for OpenAI's prompt tokens; the model is beside the request, or in the metadata."""
    found = bill(str(sessions.cline(tmp_path)), "--by", "agent,project,session,name", "--json", "--db", frozen)
    assert found.code == 0, found.err
    assert groups(found) == {
        ("Cline", "/srv/me/shop", "1", sessions.SONNET): Decimal("0.00084"),  # 100, 40 written, 300 read, 20
        ("Cline", "/srv/me/shop", "1", sessions.GPT): Decimal("0.00165"),  # 600, 400 read, 50; and 200, 10
        ("Cline", "", "2", sessions.HAIKU): Decimal("0.000022"),  # 7 and 3
        ("Cline", "", "2", sessions.SONNET): Decimal("0.000084"),  # 8 and 4
        ("Cline", "/srv/me/site", "s", sessions.SONNET): Decimal("0.002625"),  # 400, 500 read, 100 written, 60
    }


def test_roo_code_counts_the_whole_prompt_since_a_version(tmp_path: Path, bill: Bills, frozen: str) -> None:
    """And before it what was not cached, for Anthropic's models."""
    found = bill(str(sessions.roo_code(tmp_path)), "--by", "agent,project,session,name", "--json", "--db", frozen)
    assert found.code == 0, found.err
    assert groups(found) == {
        ("Roo Code", "/srv/me/shop", "new", sessions.SONNET): Decimal("0.00084"),  # 100, 40 written, 300 read, 20
        ("Roo Code", "/srv/me/shop", "old", sessions.SONNET): Decimal("0.00324"),  # 900, and the same
    }


def test_a_bill_of_transcripts_begins_with_whose_prices_it_has(tmp_path: Path, bill: Bills, frozen: str) -> None:
    """Several agents are billed together; nobody takes the total for what a subscription cost."""
    sessions.claude_code(tmp_path / "claude")
    sessions.gemini_cli(tmp_path / "gemini")
    first = "At API prices: transcripts do not tell what a subscription has paid for."
    found = bill(str(tmp_path), "--by", "agent", "--db", frozen)
    assert found.code == 0, found.err
    assert found.out.splitlines()[0] == first
    assert [line.split("  ")[0] for line in found.out.splitlines()[4:6]] == ["Claude Code", "Gemini CLI"]
    told = bill(str(tmp_path), "--db", frozen, "--json").json
    assert (told["notes"][0], told["recognised"]) == (first, "Claude Code and Gemini CLI")


def test_transcripts_are_read_by_pattern_packed_and_from_home(
    tmp_path: Path, bill: Bills, frozen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pattern that the shell did not open, a folder below ~, and files packed with gzip."""
    monkeypatch.setenv("HOME", str(tmp_path))
    projects = sessions.claude_code(tmp_path / ".claude")
    whole = bill("~/.claude/projects", "--json", "--db", frozen).total
    assert bill("~/.claude/projects/**/*.jsonl", "--json", "--db", frozen).total == whole
    for path in projects.rglob("*.jsonl"):
        path.with_suffix(".jsonl.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    assert bill(str(projects), "--json", "--db", frozen).total == whole


def test_a_line_or_a_count_that_cannot_be_read_is_no_price(tmp_path: Path, bill: Bills, frozen: str) -> None:
    """It is counted and said, and the rest is billed; a last line that is still being written is not there yet."""
    lines = [
        json.dumps(sessions.message("msg_1", "req_1", "2026-10-01T10:00:00.000Z", (1000, 0, 0, 0, 0))),
        '{"type":"assistant","message":{"usage":{',
        json.dumps(sessions.message("msg_2", "req_2", "2026-10-01T10:00:00.000Z", (1, 0, 0, 0, 1),
                                    usage={"ponder_tokens": 5})),
        '{"type":"assistant","message":{"usage":{"input_to',
    ]  # fmt: skip
    path = tmp_path / "session.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    chats = sessions.gemini_cli(tmp_path / "g")
    newest = next(chats.rglob("*.jsonl"))
    newest.write_text(newest.read_text("utf-8").replace('"tool":0', '"tool":0,"spoken_tokens":3'), encoding="utf-8")
    found = bill(str(path), str(newest), "--by", "agent", "--json", "--db", frozen)
    assert found.code == 5
    assert groups(found) == {("Claude Code",): Decimal("0.003"), ("Gemini CLI",): Decimal("0.000843")}
    assert sorted(part["reason"].removeprefix(f"{path}:") for part in found.json["unpriced"]) == [
        "2: a line that is no JSON",
        "tokens.spoken_tokens=3 belongs to no known quantity",
        "usage.ponder_tokens=5 belongs to no known quantity",
    ]


#: A model of Anthropic whose prompts cost more from a length, with writes of two lifetimes.
LONG = """\
name: Long
provider: anthropic
modality: text
sources: [{url: https://example.org/long, checked: 2026-11-01}]
offers:
  - seller: anthropic
    model_id: claude-long
    tariffs:
      - sources: [{url: https://example.org/prices, checked: 2026-11-01}]
        defaults: {cache_ttl: 5m}
        rates:
          - {meter: input_tokens, price: 3, per: 1_000_000}
          - {meter: input_tokens, price: 6, per: 1_000_000, above: 200_000}
          - {meter: cache_read_tokens, price: 0.3, per: 1_000_000}
          - {meter: cache_read_tokens, price: 0.6, per: 1_000_000, above: 200_000}
          - {meter: cache_write_tokens, price: 3.75, per: 1_000_000, when: {cache_ttl: 5m}}
          - {meter: cache_write_tokens, price: 7.5, per: 1_000_000, above: 200_000, when: {cache_ttl: 5m}}
          - {meter: cache_write_tokens, price: 6, per: 1_000_000, when: {cache_ttl: 1h}}
          - {meter: cache_write_tokens, price: 12, per: 1_000_000, above: 200_000, when: {cache_ttl: 1h}}
          - {meter: output_tokens, price: 15, per: 1_000_000}
          - {meter: output_tokens, price: 22.5, per: 1_000_000, above: 200_000}
"""


def test_a_call_costs_what_its_response_does(tmp_path: Path, bill: Bills, today: date) -> None:
    """A long prompt is one of the whole call, also where its parts are priced under different lifetimes."""
    db = tmp_path / "long.db"
    assert not building.build(folder(tmp_path, ("anthropic/claude-long", LONG)), db, today).problems
    lines = [
        sessions.message(f"msg_{place}", f"req_{place}", "2026-11-02T10:00:00.000Z", counts, model="claude-long")
        for place, counts in enumerate([(1000, 120_000, 100_000, 500, 100), (1000, 90_000, 100_000, 500, 100)])
    ]
    found = bill(str(sessions.put(tmp_path / "s.jsonl", lines)), "--json", "--db", str(db))
    assert found.code == 0, found.err
    # twice the price of the first prompt, which is of 221,500 tokens, and not of the second, of 191,500
    assert Decimal(found.total) == Decimal("2.10855") + Decimal("0.94215")
    catalog = open_catalog(str(db))
    alone = [charge(catalog, report(line["message"])).cost.total for line in lines]
    assert alone == [Decimal("2.10855"), Decimal("0.94215")]


def test_what_an_advisor_was_asked_is_billed_as_its_own_model(tmp_path: Path, bill: Bills, frozen: str) -> None:
    """A message names the model that was asked in its course."""
    advice = {"type": "advisor_message", "model": sessions.HAIKU, "input_tokens": 1000, "output_tokens": 10,
              "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}  # fmt: skip
    path = sessions.put(tmp_path / "s.jsonl", [
        sessions.message("msg_1", "req_1", "2026-10-01T10:00:00.000Z", (1000, 0, 0, 0, 0), usage={"iterations": [advice]}),
    ])  # fmt: skip
    found = bill(str(path), "--by", "name", "--json", "--db", frozen)
    assert groups(found) == {(sessions.SONNET,): Decimal("0.003"), (sessions.HAIKU,): Decimal("0.00105")}


def test_a_log_and_a_transcript_are_billed_apart(tmp_path: Path, bill: Bills, frozen: str) -> None:
    """A file that is named with transcripts and is none is an error, not a stray."""
    sessions.claude_code(tmp_path)
    log = tmp_path / "calls.csv"
    log.write_text("model,input_tokens\ngpt-4o,10\n", encoding="utf-8")
    found = bill(str(tmp_path / "projects"), str(log), "--db", frozen)
    assert found.code == 1
    assert f"{log} is no transcript of a coding agent" in found.err


def test_transcripts_without_counts_say_so(tmp_path: Path, bill: Bills, frozen: str) -> None:
    """Sessions of Codex CLI from before it told what was used."""
    path = sessions.put(tmp_path / "rollout.jsonl", [
        sessions.event("2025-08-01T10:00:00.000Z", "session_meta", {"id": "x", "cwd": "/x"}),
        sessions.count("2025-08-01T10:00:01.000Z", None, None),
    ])  # fmt: skip
    found = bill(str(path), "--db", frozen)
    assert found.code == 1
    assert "no transcript in it tells what a call used" in found.err


#: How each agent's counts begin in its files, and what is put there.
COUNTS: Mapping[str, tuple[Callable[[Path], Path], tuple[tuple[str, str], ...]]] = {
    "Claude Code": (sessions.claude_code, (('"usage":{', '"usage":{"new_tokens":7,'),)),
    "Codex CLI": (sessions.codex, (('_token_usage":{', '_token_usage":{"new_tokens":7,'),)),
    "Gemini CLI": (sessions.gemini_cli, (('"tokens":{', '"tokens":{"new":7,'), ('"tokens": {', '"tokens": {"new":7,'))),
    "Cline": (sessions.cline, (('{\\"request\\"', '{\\"newTokens\\": 7, \\"request\\"'),)),
    "Roo Code": (sessions.roo_code, (('{\\"request\\"', '{\\"newTokens\\": 7, \\"request\\"'),)),
}


def files_of(home: Path) -> Iterator[Path]:
    """The text files of agents below a folder."""
    return (path for path in home.rglob("*") if path.suffix in (".json", ".jsonl"))


def unfolded(home: Path, tmp_path: Path) -> list[dict[str, Any]]:
    """The calls in all transcripts below a folder."""
    found = [(agent, str(path), str(path)) for path in files_of(home) if (agent := agents.agent_of(str(path)))]
    lines = tmp_path / "lines"
    assert agents.unfold(found, str(lines)) == len(lines.read_text("utf-8").splitlines())
    return [json.loads(line) for line in lines.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("agent", COUNTS)
def test_a_count_of_an_unknown_name_is_never_left_out(agent: str, tmp_path: Path) -> None:
    """A number that is usage is read, or its call has no price and says which it is."""
    write, replaced = COUNTS[agent]
    home = tmp_path / "home"
    write(home)
    sound = unfolded(home, tmp_path)
    for path in files_of(home):
        text = path.read_text("utf-8")
        for old, new in replaced:
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    refused = {call_of(row): row["problem"] for row in unfolded(home, tmp_path) if row["problem"]}
    # the counts of one session are metrics, and what stands in two totals is not what a turn between them used
    elsewhere = {call_of(row) for row in sound if row["session"] == "s" or row["at"] == "2026-10-01T10:02:05.000Z"}
    assert {call_of(row) for row in sound} - refused.keys() == elsewhere
    assert all("=7 belongs to no known quantity" in problem for problem in refused.values())
    assert not any(row["problem"] for row in sound)


def call_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What tells the call of a row from others."""
    return (row["session"], row["at"], row["model"])


JUNK = (None, "x", "", [], {}, -1, 1.5, True, [1], {"a": 1}, 10**30)


def spoilt(value: Any, chance: random.Random) -> Any:
    """A value of JSON in which something else may stand anywhere, also within a text that is JSON."""
    if chance.random() < 0.04:
        return chance.choice(JUNK)
    if isinstance(value, dict):
        return {key: spoilt(inner, chance) for key, inner in value.items()}
    if isinstance(value, list):
        return [spoilt(inner, chance) for inner in value]
    if isinstance(value, str) and value.startswith('{"'):
        return json.dumps(spoilt(json.loads(value), chance))
    return value


@pytest.mark.parametrize("write", [sessions.claude_code, sessions.codex, sessions.gemini_cli, sessions.opencode,
                                   sessions.cline, sessions.roo_code])  # fmt: skip
def test_files_may_hold_anything(write: Callable[[Path], Path], tmp_path: Path) -> None:
    """Whatever stands in a transcript, a call is read, or says why it has no price."""
    home = tmp_path / "home"
    write(home)
    texts = {path: path.read_text("utf-8") for path in files_of(home)}
    for seed in range(25):
        chance = random.Random(seed)
        for path, text in texts.items():
            documents = text.splitlines() if path.suffix == ".jsonl" else [text]
            path.write_text("".join(f"{json.dumps(spoilt(json.loads(one), chance))}\n" for one in documents), "utf-8")
        for row in unfolded(home, tmp_path):
            counts = [row[name] for name in row if name.endswith("_tokens")]
            assert row["problem"] or (counts and all(isinstance(count, int) and count > 0 for count in counts))
