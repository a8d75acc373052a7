"""The coding agents whose transcripts are read, one row each, and their calls as the rows of a log."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ratecard.logs.transcripts import claude_code, cline, codex, gemini_cli, opencode
from ratecard.logs.transcripts.calls import Call, Session

#: How much of a file is looked at: a session may begin with a long line.
_HEAD = 1 << 20
#: The names of databases that are read in a folder.
DATABASE = re.compile(r"opencode(?:-[\w-]+)?\.db")
#: The names of files that are read beside a transcript.
BESIDE = frozenset({"api_conversation_history.json", "task_metadata.json", "history_item.json"})
#: What is said first of every bill of transcripts.
HEADING = "At API prices: transcripts do not tell what a subscription has paid for."


class Agent(NamedTuple):
    """A coding agent: its name, the sign of its files, and how their calls are read.

    A file is of the first agent whose sign is in its beginning.
    """

    name: str
    sign: re.Pattern[bytes]
    calls: Callable[[Iterable[Session]], Iterator[Call]]


def _sign(pattern: bytes) -> re.Pattern[bytes]:
    """A pattern of JSON, in which a blank stands for any blanks."""
    return re.compile(pattern.replace(b" ", rb"\s*"), re.DOTALL)


AGENTS = (
    Agent("Codex CLI", _sign(rb'\A \{[^\n]*"type" : "session_meta"'), codex.calls),
    Agent(
        "Claude Code",
        _sign(rb'\A \{.*(?:"sessionId" :.*"isSidechain" :|"isSidechain" :.*"sessionId" :|"leafUuid" :)'),
        claude_code.calls,
    ),
    Agent(
        "Gemini CLI",
        _sign(rb'\A \{(?=.*"sessionId" :)(?:.*"projectHash" :|[^\n]*"tokens" : \{[^}]*"thoughts" :)'),
        gemini_cli.calls,
    ),
    Agent(
        "opencode",
        _sign(rb'\A(?:SQLite\x20format\x203\x00| \{.*"sessionID" : "ses_)'),
        opencode.calls,
    ),
    Agent("Roo Code", _sign(rb'\A \[ \{.*"say" : "api_req_started".*\\"apiProtocol\\" :'), cline.calls),
    Agent(
        "Cline",
        _sign(rb'\A \[ \{.*"ts" : \d.*"say" : "|\A \{.*"sessionId" :.*"messages" : \[.*"metrics" :'),
        cline.calls,
    ),
)


def agent_of(path: str) -> Agent | None:
    """The agent that wrote a file; None if none of those that are known did."""
    with open(path, "rb") as file:
        head = file.read(_HEAD).removeprefix(b"\xef\xbb\xbf")
    return next((agent for agent in AGENTS if agent.sign.match(head)), None)


def unfold(sessions: Sequence[tuple[Agent, str, str]], lines: str) -> int:
    """Writes the calls in files of agents, of which each has a name and a path, as a log's JSON lines; counts them."""
    count = 0
    with open(lines, "w", encoding="utf-8") as plain:
        for agent in dict.fromkeys(agent for agent, _, _ in sessions):
            own = [Session(name, path, []) for other, name, path in sessions if other is agent]
            for call in _calls(agent, own):
                plain.write(f"{json.dumps(_row(agent, call))}\n")
                count += 1
    return count


def _calls(agent: Agent, sessions: Sequence[Session]) -> Iterator[Call]:
    """The calls in files of an agent, and what in these could not be read."""
    yield from agent.calls(sessions)
    yield from (Call(problem=place) for session in sessions for place in session.broken)


def _row(agent: Agent, call: Call) -> Mapping[str, Any]:
    """A call as a row of a log; what it does not tell is null."""
    told = {name: value or None for name, value in call._asdict().items() if not isinstance(value, Mapping)}
    return {"agent": agent.name, **told, **call.quantities, **call.facts}
