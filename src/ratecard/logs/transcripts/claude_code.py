"""The transcripts of Claude Code: `~/.claude/projects/PROJECT/SESSION.jsonl`, and those of its subagents.

A message of the API stands on a line for each of its parts, with the usage so far, and again in every session that was
resumed or forked from its own. The usage is Anthropic's own, read as any response of its API.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ratecard.core.errors import BadValue
from ratecard.logs.transcripts.calls import Call, Record, Session, entries, lines, part, text
from ratecard.responses import report as reports

FLAVOR = "anthropic-messages"
#: The model of what the program itself says.
_OWN = "<synthetic>"
#: What another model said in the course of a message, with its name.
_ADVISED = "advisor_message"
#: The fields of a message that its usage is read with.
_FIELDS = ("id", "type", "model", "usage")
#: The counts of a message that tell which of its lines is the last.
_COUNTS = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
#: The meters of a prompt.
_PROMPT = ("input_tokens", "cache_read_tokens", "cache_write_tokens")


class Message(NamedTuple):
    """A line of a transcript that holds a message of the API."""

    session: str
    project: str
    at: str
    request: str
    aside: bool
    body: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The message's own id."""
        return text(self.body.get("id"))

    @property
    def counted(self) -> int:
        """All that it counts."""
        found = (self.body["usage"].get(name) for name in _COUNTS)
        return sum(count for count in found if isinstance(count, int))


def calls(sessions: Iterable[Session]) -> Iterator[Call]:
    """Every message of some transcripts, once."""
    kept: list[Message] = []
    known: dict[tuple[str, ...], int] = {}
    sidelong: dict[tuple[str, ...], int] = {}
    for session in sessions:
        for message in _messages(session):
            place = known.get(_key(message))
            if place is None and message.id:  # what a question aside replays of its session has another request
                place = (known if message.aside else sidelong).get((message.id, message.session))
            if place is None:
                place = len(kept)
                kept.append(message)
            elif _better(message, kept[place]):
                kept[place] = message
            if message.id:
                known.setdefault(_key(message), place)
                known.setdefault((message.id, message.session), place)
                if message.aside:
                    sidelong.setdefault((message.id, message.session), place)
    for message in kept:
        yield from _calls(message)


def _key(message: Message) -> tuple[str, ...]:
    """What tells a call from another: its message and request, or else its session, for ids that are no one's own."""
    if message.request:
        return (message.id, "", message.request)
    return (message.id, message.session, "" if message.id.startswith("msg_") else message.at)


def _better(message: Message, other: Message) -> bool:
    """Whether a line tells more of a call than another: the session's own one, or the later one of a stream."""
    return other.aside if message.aside != other.aside else message.counted > other.counted


def _messages(session: Session) -> Iterator[Message]:
    stem, project = os.path.basename(session.name).partition(".")[0], os.path.basename(os.path.dirname(session.name))
    for line in lines(session, b'"usage"'):
        project = text(line.get("cwd")) or project
        # older versions wrote what a subagent said into the session that asked it
        entry = part(line, "data", "message") if line.get("type") == "progress" else line
        body = part(entry, "message")
        if not isinstance(part(body, "usage"), Mapping) or body.get("model") == _OWN:
            continue
        yield Message(
            session=text(line.get("sessionId")) or stem,
            project=project,
            at=text(entry.get("timestamp")),
            request=text(entry.get("requestId")),
            aside=line.get("isSidechain") is True,
            body={name: body[name] for name in _FIELDS if name in body},
        )


def _calls(message: Message) -> Iterator[Call]:
    """A message as the parts of its usage, and what another model was asked in its course."""
    usage = message.body["usage"]
    asked = [
        entry for entry in entries(usage.get("iterations")) if entry.get("type") == _ADVISED and entry.get("model")
    ]
    own = usage
    if asked:
        own = {**usage, "iterations": [entry for entry in usage["iterations"] if entry not in asked]}
    yield from _told(message, {**message.body, "usage": own})
    for entry in asked:
        counts = {name: count for name, count in entry.items() if name not in ("type", "model")}
        yield from _told(message, {"model": entry["model"], "usage": counts})


def _told(message: Message, body: Record) -> Iterator[Call]:
    call = Call(message.project, message.session, text(body.get("model")), at=message.at, flavor=FLAVOR)
    try:
        found = reports.report(body, FLAVOR)
    except BadValue as error:
        yield call._replace(problem=str(error))
        return
    unread = [f"{path}={value}" for path, value in found.unmapped if value != "0"]
    if unread:
        yield call._replace(problem=f"{' and '.join(unread)} belongs to no known quantity")
        return
    amounts = [{meter: int(count) for meter, count in used.quantities.items() if count} for used in found.parts]
    prompt = sum(counts.get(meter, 0) for counts in amounts for meter in _PROMPT)
    for used, counts in zip(found.parts, amounts, strict=True):
        if counts:
            yield call._replace(
                seller=found.seller,
                quantities=counts,
                facts=used.facts,
                prompt=prompt if len(found.parts) > 1 else None,
            )
