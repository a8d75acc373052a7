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
    """A kind of file of a coding agent: the agent's name, how such a file begins and what else is in it, and its calls.

    A file is of the first kind that fits its beginning.
    """

    name: str
    start: re.Pattern[bytes]
    signs: tuple[re.Pattern[bytes], ...]
    calls: Callable[[Iterable[Session]], Iterator[Call]]


def _agent(name: str, calls: Callable[[Iterable[Session]], Iterator[Call]], *patterns: bytes) -> Agent:
    """A kind of file by the patterns of its start and its signs, in which a blank stands for any blanks."""
    start, *signs = (re.compile(pattern.replace(b" ", rb"\s*")) for pattern in patterns)
    return Agent(name, start, tuple(signs), calls)


AGENTS = (
    _agent("Codex CLI", codex.calls, rb'\{[^\n]*"type" : "session_meta"'),
    _agent("Claude Code", claude_code.calls, rb"\{", rb'"(?:sessionId|leafUuid)" :', rb'"(?:isSidechain|leafUuid)" :'),
    _agent(
        "Gemini CLI", gemini_cli.calls, rb"\{", rb'"sessionId" :', rb'"projectHash" :|"tokens" : \{[^}]*"thoughts" :'
    ),
    _agent("opencode", opencode.calls, rb"SQLite\x20format\x203\x00"),
    _agent("opencode", opencode.calls, rb"\{", rb'"sessionID" : "ses_'),
    _agent("Roo Code", cline.calls, rb"\[ \{", rb'"say" : "api_req_started"', rb'\\"apiProtocol\\" :'),
    _agent("Cline", cline.calls, rb"\[ \{", rb'"ts" : \d', rb'"say" : "'),
    _agent(
        "Cline", cline.calls, rb"\{", rb'"sessionId" :', rb'"messages" : \[', rb'"metrics" : \{[^}]*"inputTokens" :'
    ),
)


def agent_of(path: str) -> Agent | None:
    """The agent that wrote a file; None if none of those that are known did."""
    with open(path, "rb") as file:
        head = file.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    fitting = (agent for agent in AGENTS if agent.start.match(head) and all(sign.search(head) for sign in agent.signs))
    return next(fitting, None)


def unfold(sessions: Sequence[tuple[Agent, str, str]], lines: str) -> int:
    """Writes the calls in files of agents, of which each has a name and a path, as a log's JSON lines; counts them."""
    count = 0
    with open(lines, "w", encoding="utf-8") as plain:
        for agent in {agent.name: agent for agent, _, _ in sessions}.values():
            own = [Session(name, path, []) for other, name, path in sessions if other.name == agent.name]
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
