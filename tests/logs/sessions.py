"""Files of coding agents as they lie on disk, written for tests: the newest form of each agent and the one before."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

SONNET, HAIKU, GPT, FLASH = (
    "claude-sonnet-4-5",
    "claude-haiku-4-5",
    "gpt-5-2025-08-07",
    "gemini-2.5-flash",
)
Record = Mapping[str, Any]


def put(path: Path, records: Iterable[Record] | object, *, lines: bool = True) -> Path:
    """A file of JSON lines, or of one document, written as the agents do: without blanks, or indented."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = (
        (json.dumps(record, separators=(",", ":")) + "\n" for record in records)
        if lines
        else [json.dumps(records, indent=2)]
    )  # type: ignore[attr-defined]  # lines are many
    path.write_text("".join(plain), encoding="utf-8")
    return path


def message(id: str, request: str | None, at: str, counts: Sequence[int], **more: Any) -> Record:
    """A line of Claude Code with a message: its input, cache writes of five minutes and one hour, cache reads, output."""
    new, short, long, read, out = counts
    usage = {"input_tokens": new, "cache_creation_input_tokens": short + long, "cache_read_input_tokens": read,
             "cache_creation": {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long},
             "output_tokens": out, "service_tier": "standard", "inference_geo": "not_available",
             "server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 0}, "iterations": [], "speed": "standard",
             **more.pop("usage", {})}  # fmt: skip
    body = {"model": more.pop("model", SONNET), "id": id, "type": "message", "role": "assistant", "content": [],
            "stop_reason": None, "stop_sequence": None, "usage": usage}  # fmt: skip
    line = {"parentUuid": None, "isSidechain": False, "userType": "external", "cwd": "/srv/me/shop", "sessionId": "one",
            "version": "2.1.3", "gitBranch": "main", "message": body, "requestId": request, "type": "assistant",
            "uuid": f"{id}{at}", "timestamp": at, **more}  # fmt: skip
    return {key: value for key, value in line.items() if key != "requestId" or request}


def claude_code(home: Path) -> Path:
    """The projects of Claude Code, with what makes a call stand on several lines."""
    projects = home / "projects"
    asked = {"parentUuid": None, "isSidechain": False, "cwd": "/srv/me/shop", "sessionId": "one", "version": "2.1.3",
             "type": "user", "message": {"role": "user", "content": "how many \"usage\" are there?"}, "uuid": "u",
             "timestamp": "2026-10-01T09:59:00.000Z"}  # fmt: skip
    first = [
        {"type": "summary", "summary": "a shop", "leafUuid": "x"},
        {"type": "file-history-snapshot", "messageId": "m", "snapshot": {}, "isSnapshotUpdate": False},
        asked,
        message("msg_1", "req_1", "2026-10-01T10:00:00.000Z", (4, 1000, 0, 2000, 1)),  # a stream, as it grows
        message("msg_1", "req_1", "2026-10-01T10:00:01.000Z", (4, 1000, 0, 2000, 1)),
        message("msg_1", "req_1", "2026-10-01T10:00:02.000Z", (4, 1000, 0, 2000, 120)),
        message("msg_2", "req_2", "2026-10-01T23:59:59.900Z", (6, 0, 3000, 3000, 50), model=HAIKU),
        message("msg_3", "req_3", "2026-10-02T00:00:01.000Z", (7, 500, 700, 100, 60)),  # both lifetimes in one call
        message("msg_4", None, "2026-10-02T01:00:00.000Z", (8, 0, 0, 0, 30)),  # without a request, twice
        message("msg_4", None, "2026-10-02T01:00:00.000Z", (8, 0, 0, 0, 30)),
        message("local", None, "2026-10-02T02:00:00.000Z", (9, 0, 0, 0, 10)),  # an id that is no message's own
        message("local", None, "2026-10-02T02:00:05.000Z", (9, 0, 0, 0, 11)),
        message("none", None, "2026-10-02T03:00:00.000Z", (0, 0, 0, 0, 0), model="<synthetic>", isApiErrorMessage=True),
    ]  # fmt: skip
    put(projects / "-srv-me-shop" / "one.jsonl", first)
    # the session resumed: its history again under another id, and then a message more
    again = [{**line, "sessionId": "two"} for line in first[3:7]]
    put(projects / "-srv-me-shop" / "two.jsonl",
        [*again, message("msg_5", "req_5", "2026-10-03T10:00:00.000Z", (11, 0, 0, 5, 70), sessionId="two")])  # fmt: skip
    # a question aside, which replays its parent under another request, and a subagent of its own
    put(projects / "-srv-me-shop" / "one" / "subagents" / "agent-a1.jsonl", [
        message("msg_3", "req_9", "2026-10-02T00:00:02.000Z", (7, 500, 700, 100, 60), isSidechain=True),
        message("msg_6", "req_6", "2026-10-02T05:00:00.000Z", (12, 40, 0, 5, 80), isSidechain=True, model=HAIKU),
    ])  # fmt: skip
    # the form before: counts of the cache alone, and a subagent's words within the session that asked it
    before = message("msg_7", "req_7", "2026-07-01T10:00:00.000Z", (13, 0, 0, 0, 90), sessionId="old", cwd="/srv/me/site",
                     costUSD=0.5, version="1.0.40")  # fmt: skip
    old = {**before, "message": {**before["message"], "usage": {
        "input_tokens": 13, "cache_creation_input_tokens": 300, "cache_read_input_tokens": 400, "output_tokens": 90,
        "service_tier": "standard"}}}  # fmt: skip
    said = message("msg_8", "req_8", "2026-07-01T11:00:00.000Z", (14, 0, 0, 0, 95), sessionId="old", model=HAIKU)
    progress = {"parentUuid": None, "isSidechain": False, "cwd": "/srv/me/site", "sessionId": "old", "version": "2.0.5",
                "type": "progress", "data": {"type": "agent_progress", "message": {
                    "type": "assistant", "timestamp": said["timestamp"], "message": said["message"],
                    "requestId": "req_8", "uuid": "p"}}, "uuid": "q", "timestamp": "2026-07-01T11:00:01.000Z"}  # fmt: skip
    put(projects / "-srv-me-site" / "old.jsonl", [old, progress])
    put(projects / "-srv-me-site" / "sessions-index.json", {"version": 1, "entries": []}, lines=False)
    return projects


def tokens(new: int, cached: int, out: int, reasoned: int = 0, written: int | None = None) -> Record:
    """Codex CLI's counts of some calls: all of the input, what of it was cached and written to the cache, and the output."""
    more = {} if written is None else {"cache_write_input_tokens": written}
    return {"input_tokens": new, "cached_input_tokens": cached, **more, "output_tokens": out,
            "reasoning_output_tokens": reasoned, "total_tokens": new + out}  # fmt: skip


def event(at: str, kind: str, payload: object) -> Record:
    """A line of Codex CLI."""
    return {"timestamp": at, "type": kind, "payload": payload}


def count(at: str, total: Record | None, last: Record | None) -> Record:
    """A line of Codex CLI that tells what was used in all, and last."""
    info = {"total_token_usage": total, "last_token_usage": last, "model_context_window": 272000}
    told = {key: value for key, value in info.items() if value is not None}
    return event(at, "event_msg", {"type": "token_count", "info": told if total or last else None, "rate_limits": None})


def codex(home: Path) -> Path:
    """The sessions of Codex CLI: turns told twice, without their last count, forked, and kept in an archive too."""
    folder = home / "sessions" / "2026" / "10" / "01"
    meta = {"id": "aaa", "timestamp": "2026-10-01T10:00:00.000Z", "cwd": "/srv/me/shop", "originator": "codex_cli_rs",
            "cli_version": "0.140.0", "source": "cli", "model_provider": "openai", "base_instructions": {"text": "x"}}  # fmt: skip
    turn = {"cwd": "/srv/me/shop", "model": GPT, "effort": "medium"}
    parent = [
        event("2026-10-01T10:00:00.000Z", "session_meta", meta),
        event("2026-10-01T10:00:01.000Z", "turn_context", turn),
        event("2026-10-01T10:00:02.000Z", "response_item", {"type": "message", "content": "\"token_count\""}),
        count("2026-10-01T10:00:03.000Z", None, None),
        count("2026-10-01T10:00:04.000Z", tokens(1000, 400, 100, 20), tokens(1000, 400, 100, 20)),
        count("2026-10-01T10:00:04.500Z", tokens(1000, 400, 100, 20), tokens(1000, 400, 100, 20)),  # told again
        count("2026-10-01T10:01:00.000Z", tokens(3000, 1400, 300, 60), tokens(2000, 1000, 200, 40)),
        event("2026-10-01T10:02:00.000Z", "turn_context", {**turn, "model": "gpt-5-codex"}),
        count("2026-10-01T10:02:05.000Z", tokens(3500, 1400, 350, 60), None),  # only in all
        count("2026-10-02T10:02:05.000Z", tokens(4500, 1900, 450, 60, 50), tokens(1000, 500, 100, 0, 50)),
    ]  # fmt: skip
    put(folder / "rollout-2026-10-01T10-00-00-aaa.jsonl", parent)
    # a fork: its parent's turns again, at the moment of the fork, and then its own
    forked = {**meta, "id": "bbb", "forked_from_id": "aaa", "timestamp": "2026-10-01T12:00:00.000Z"}
    put(folder / "rollout-2026-10-01T12-00-00-bbb.jsonl", [
        event("2026-10-01T12:00:00.000Z", "session_meta", forked),
        event("2026-10-01T12:00:00.001Z", "session_meta", meta),
        *[{**line, "timestamp": f"2026-10-01T12:00:00.0{place}0Z"} for place, line in enumerate(parent[1:9])],
        event("2026-10-01T12:00:20.000Z", "turn_context", turn),
        count("2026-10-01T12:00:30.000Z", tokens(4200, 1500, 390, 60), tokens(700, 100, 40)),
    ])  # fmt: skip
    # a subagent whose parent is gone
    spawned = {**meta, "id": "ccc", "source": {"subagent": {"thread_spawn": {"parent_thread_id": "gone", "depth": 1}}}}
    put(folder / "rollout-2026-10-01T13-00-00-ccc.jsonl", [
        event("2026-10-01T13:00:00.000Z", "session_meta", spawned),
        event("2026-10-01T13:00:00.001Z", "turn_context", turn),
        count("2026-10-01T13:00:00.010Z", tokens(500, 0, 50), tokens(500, 0, 50)),
        count("2026-10-01T13:00:00.020Z", tokens(900, 100, 80), tokens(400, 100, 30)),
        count("2026-10-01T13:00:15.000Z", tokens(1200, 200, 110), tokens(300, 100, 30)),
    ])  # fmt: skip
    return home


def gemini_cli(home: Path) -> Path:
    """The chats of Gemini CLI: one of the newer form, in which a message stands twice, and one of the older."""
    chats = home / "tmp" / "shop" / "chats"

    def answer(id: str, at: str, counts: Sequence[int]) -> Record:
        new, out, cached, thought, tool = counts
        return {"id": id, "timestamp": at, "type": "gemini", "content": "", "model": FLASH, "tokens": {
            "input": new, "output": out, "cached": cached, "thoughts": thought, "tool": tool,
            "total": new + out + thought + tool}}  # fmt: skip

    asked = {"id": "q", "timestamp": "2026-10-01T10:00:00.000Z", "type": "user", "content": "hi"}
    one, two = (
        answer("g1", "2026-10-01T10:00:05.000Z", (2000, 100, 500, 50, 10)),
        answer("g2", "2026-10-02T09:00:00.000Z", (900, 40, 0, 0, 0)),
    )
    put(chats / "session-2026-10-01T10-00-new.jsonl", [
        {"sessionId": "new", "projectHash": "h", "startTime": "2026-10-01T10:00:00.000Z", "lastUpdated": "2026-10-01T10:00:00.000Z", "kind": "main"},
        asked, one, {**one, "toolCalls": []}, {"$set": {"lastUpdated": "2026-10-01T10:00:06.000Z"}}, two,
        {"$rewindTo": "g2"},
    ])  # fmt: skip
    put(chats / "session-2026-09-01T10-00-old.json", {
        "sessionId": "old", "projectHash": "h", "startTime": "2026-09-01T10:00:00.000Z",
        "lastUpdated": "2026-09-01T10:00:10.000Z",
        "messages": [asked, answer("g3", "2026-09-01T10:00:05.000Z", (3000, 200, 0, 70, 0)), {**asked, "type": "info"}],
    }, lines=False)  # fmt: skip
    (home / "tmp" / "shop" / ".project_root").write_text("/srv/me/shop\n", encoding="utf-8")
    put(
        home / "tmp" / "shop" / "logs.json",
        [{"sessionId": "new", "messageId": 0, "type": "user", "message": "hi"}],
        lines=False,
    )
    return home / "tmp"


def opencode_message(id: str, created: int, counts: Sequence[int], **more: Any) -> Record:
    """A message of opencode: its input, output, reasoning, cache reads and writes."""
    new, out, reasoned, read, written = counts
    return {"id": id, "sessionID": "ses_1", "role": "assistant", "time": {"created": created, "completed": created + 9},
            "parentID": "msg_0", "modelID": SONNET, "providerID": "anthropic", "mode": "build",
            "path": {"cwd": "/srv/me/shop", "root": "/"}, "cost": 0,
            "tokens": {"input": new, "output": out, "reasoning": reasoned, "cache": {"read": read, "write": written}},
            **more}  # fmt: skip


#: The first day of October 2026, in milliseconds.
OCTOBER = 1_790_848_800_000


def opencode(home: Path) -> Path:
    """Opencode's database with both kinds of messages, and its older files, of which one is in the database too."""
    home.mkdir(parents=True, exist_ok=True)
    both = opencode_message("msg_1", OCTOBER, (100, 20, 5, 300, 40))
    file = opencode_message("msg_2", OCTOBER + 1000, (200, 30, 0, 0, 0), modelID=GPT, providerID="openai")
    put(home / "storage" / "message" / "ses_1" / "msg_1.json", both, lines=False)
    put(home / "storage" / "message" / "ses_1" / "msg_2.json", file, lines=False)
    put(
        home / "storage" / "message" / "ses_1" / "msg_0.json",
        {"id": "msg_0", "sessionID": "ses_1", "role": "user"},
        lines=False,
    )
    put(home / "storage" / "part" / "msg_1" / "prt_1.json", {"id": "prt_1", "sessionID": "ses_1", "messageID": "msg_1",
        "type": "step-finish", "tokens": both["tokens"], "cost": 0}, lines=False)  # fmt: skip
    put(home / "storage" / "session" / "p" / "ses_1.json", {"id": "ses_1", "directory": "/srv/me/shop"}, lines=False)
    with closing(sqlite3.connect(home / "opencode.db")) as database, database:
        database.executescript(
            "CREATE TABLE session (id TEXT PRIMARY KEY, directory TEXT NOT NULL, version TEXT NOT NULL);"
            "CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT NOT NULL, time_created INTEGER NOT NULL,"
            " time_updated INTEGER NOT NULL, data TEXT NOT NULL);"
            "CREATE TABLE session_message (id TEXT PRIMARY KEY, session_id TEXT NOT NULL, type TEXT NOT NULL,"
            " seq INTEGER NOT NULL, time_created INTEGER NOT NULL, time_updated INTEGER NOT NULL, data TEXT NOT NULL);"
            "INSERT INTO session VALUES ('ses_1', '/srv/me/shop', '1.2.0'), ('ses_2', '/srv/me/site', '2.0.0');"
        )
        kept = [both, opencode_message("msg_3", OCTOBER + 90_000_000, (300, 40, 6, 0, 50))]
        for row in kept:
            data = {key: value for key, value in row.items() if key not in ("id", "sessionID")}
            database.execute("INSERT INTO message VALUES (?, 'ses_1', ?, 0, ?)",
                             (row["id"], row["time"]["created"], json.dumps(data)))  # fmt: skip
        newer = {"agent": "build", "model": {"id": GPT, "providerID": "openai"}, "content": [], "cost": 0.1,
                 "tokens": {"input": 400, "output": 50, "reasoning": 7, "cache": {"read": 8, "write": 0}},
                 "time": {"created": OCTOBER + 91_000_000}}  # fmt: skip
        database.execute("INSERT INTO session_message VALUES ('msg_4', 'ses_2', 'assistant', 1, ?, 0, ?)",
                         (OCTOBER + 91_000_000, json.dumps(newer)))  # fmt: skip
        database.execute("INSERT INTO session_message VALUES ('msg_5', 'ses_2', 'user', 2, 0, 0, '{\"text\":\"hi\"}')")
    return home


def request(at: int, counts: Sequence[int], *, protocol: str = "", model: tuple[str, str] = ("", "")) -> Record:
    """A request of Cline or Roo Code: its tokens in, cache writes and reads, and tokens out."""
    new, written, read, out = counts
    told = {"request": "<task>x</task>", **({"apiProtocol": protocol} if protocol else {}), "tokensIn": new,
            "tokensOut": out, "cacheWrites": written, "cacheReads": read, "cost": 0.1}  # fmt: skip
    using = {"modelInfo": {"modelId": model[0], "providerId": model[1], "mode": "act"}} if model[0] else {}
    return {"ts": at, "type": "say", "say": "api_req_started", "text": json.dumps(told), **using}


def cline(home: Path) -> Path:
    """A task of Cline, one of before it named the model with each request, and a session of its newest form."""
    said = {"ts": OCTOBER, "type": "say", "say": "text", "text": "do it"}
    waiting = {"ts": OCTOBER + 9000, "type": "say", "say": "api_req_started", "text": json.dumps({"request": "…"})}
    put(home / "tasks" / "1" / "ui_messages.json", [
        said,
        request(OCTOBER + 1000, (100, 40, 300, 20), model=(SONNET, "anthropic")),
        request(OCTOBER + 2000, (1000, 0, 400, 50), model=(GPT, "openai")),  # whose tokens in are the whole prompt
        waiting,
        {**request(OCTOBER + 3000, (200, 0, 0, 10), model=(GPT, "openai-native")), "say": "subagent_usage"},
    ], lines=False)  # fmt: skip
    put(home / "tasks" / "1" / "api_conversation_history.json", [
        {"role": "user", "content": [{"type": "text", "text": "# Current Working Directory (/srv/me/shop) Files\nx"}]},
    ], lines=False)  # fmt: skip
    put(
        home / "tasks" / "2" / "ui_messages.json",
        [said, request(OCTOBER + 1000, (7, 0, 0, 3)), request(OCTOBER + 9000, (8, 0, 0, 4))],
        lines=False,
    )
    put(home / "tasks" / "2" / "task_metadata.json", {"files_in_context": [], "model_usage": [
        {"ts": OCTOBER, "model_id": HAIKU, "model_provider_id": "anthropic", "mode": "act"},
        {"ts": OCTOBER + 9500, "model_id": SONNET, "model_provider_id": "anthropic", "mode": "act"},
    ]}, lines=False)  # fmt: skip
    answer = {"id": "m", "role": "assistant", "content": "x", "ts": OCTOBER + 5000, "modelInfo": {"id": SONNET, "provider": "anthropic"},
              "metrics": {"inputTokens": 1000, "outputTokens": 60, "cacheReadTokens": 500, "cacheWriteTokens": 100, "cost": 0.2}}  # fmt: skip
    put(home / "sessions" / "s" / "s.messages.json", {"version": 1, "agent": "lead", "sessionId": "s", "messages": [
        {"id": "q", "role": "user", "content": "x", "ts": OCTOBER}, answer]}, lines=False)  # fmt: skip
    put(home / "sessions" / "s" / "s.json", {"cwd": "/srv/me/site", "model": SONNET}, lines=False)
    return home


#: A day before Roo Code kept the whole prompt of Anthropic's models, in milliseconds.
BEFORE = 1_760_486_400_000


def roo_code(home: Path) -> Path:
    """Tasks of Roo Code: its tokens in are the whole prompt, and before 3.29.5 were not for Anthropic's models."""
    for task, at, counts in (("new", OCTOBER, (440, 40, 300, 20)), ("old", BEFORE, (900, 40, 300, 20))):
        folder = home / "rooveterinaryinc.roo-cline" / "tasks" / task
        put(folder / "ui_messages.json", [
            {"ts": at, "type": "say", "say": "text", "text": "do it"},
            request(at + 1000, counts, protocol="anthropic"),
        ], lines=False)  # fmt: skip
        put(folder / "api_conversation_history.json", [
            {"role": "user", "ts": at + 1000, "content": [{"type": "text", "text": f"# Current Mode\n<model>{SONNET}</model>"}]},
        ], lines=False)  # fmt: skip
        put(folder / "history_item.json", {"id": task, "workspace": "/srv/me/shop"}, lines=False)
    return home
