"""The sessions of Codex CLI: `~/.codex/sessions/YYYY/MM/DD/rollout-….jsonl`.

A session names its model on other lines than what was used, tells the same count again, and repeats the counts of the
session that it was forked from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ratecard.logs.transcripts.calls import CODEX, Call, Record, Session, counted, lines, number, part, text

FLAVOR = "openai-responses"
#: The lines that are read.
_SIGNS = (b'"token_count"', b'"turn_context"', b'"session_meta"', b'"thread_settings_applied"', b'"compacted"',
          b'"token_usage_record"')  # fmt: skip
#: The provider that is meant where none is named.
_HOME = "openai"
#: The words for the service tier of every account.
_PLAIN = ("", "default", "standard", "auto")
#: The seconds within which a fork writes down one by one what its parent had used; a turn of its own takes longer.
_BURST = 1.0


class Turn(NamedTuple):
    """A count of a session, with what was said before it."""

    at: str
    usage: Mapping[str, Any]
    model: str
    project: str
    tier: str
    response: str = ""

    @property
    def counts(self) -> tuple[str, ...]:
        """What it counts, to be compared."""
        return tuple(str(self.usage[name]) for name in sorted(self.usage))


class Rollout(NamedTuple):
    """A session: its id, that of the one it was forked from, when and with which provider it began, and its turns."""

    id: str
    parent: str
    began: str
    provider: str
    turns: tuple[Turn, ...]


def calls(sessions: Iterable[Session]) -> Iterator[Call]:
    """Every turn of some sessions, once."""
    rollouts = [_rollout(session) for session in sessions]
    by_id: dict[str, Rollout] = {}
    for rollout in rollouts:
        by_id.setdefault(rollout.id, rollout)
    seen: set[tuple[object, ...]] = set()
    for rollout in rollouts:
        for turn in _own(rollout, by_id.get(rollout.parent)):
            key = (turn.response,) if turn.response else (turn.at, turn.model, turn.counts)
            if key in seen:  # a copy of the session, such as one in an archive
                continue
            seen.add(key)
            quantities, problem = counted(turn.usage, CODEX)
            if quantities or problem:
                yield Call(
                    project=turn.project,
                    session=rollout.id,
                    model=turn.model,
                    seller="" if rollout.provider == _HOME else rollout.provider,
                    at=turn.at,
                    quantities=quantities,
                    facts={"service_tier": turn.tier} if turn.tier else {},
                    flavor=FLAVOR,
                    problem=problem,
                )


def _own(rollout: Rollout, parent: Rollout | None) -> Sequence[Turn]:
    """A session's own turns, without those that it repeats of its parent."""
    turns = [turn for turn in rollout.turns if not turn.response]
    if not rollout.parent or parent is rollout:
        return rollout.turns
    told = [turn for turn in parent.turns if not turn.response] if parent else []
    end = next((place for place, turn in enumerate(told) if _later(turn.at, rollout.began)), len(told))
    same = 0
    while same < min(end, len(turns)) and turns[same].counts == told[same].counts:
        same += 1
    if not same and len(turns) > 1 and _soon(turns[0].at, turns[1].at):
        same = 1
        while same < len(turns) and _soon(turns[same - 1].at, turns[same].at):
            same += 1
    repeated = {id(turn) for turn in turns[:same]}
    return [turn for turn in rollout.turns if id(turn) not in repeated]


def _time(at: str) -> datetime | None:
    try:
        return datetime.fromisoformat(at)
    except ValueError:
        return None


def _later(at: str, other: str) -> bool:
    one, two = _time(at), _time(other)
    return bool(one and two and one > two)


def _soon(at: str, after: str) -> bool:
    one, two = _time(at), _time(after)
    return bool(one and two and 0 <= (two - one).total_seconds() <= _BURST)


def _rollout(session: Session) -> Rollout:
    """A session as it was written down."""
    reader = _Reader()
    turns = tuple(turn for line in lines(session, *_SIGNS) for turn in reader.read(line))
    return Rollout(reader.id or session.name, reader.parent, reader.began, reader.provider, turns)


class _Reader:
    """What the lines of a session have said so far."""

    def __init__(self) -> None:
        self.id = self.parent = self.began = self.model = self.project = self.tier = ""
        self.provider = _HOME
        self.total: Record | None = None
        #: Usage by response, of which a count may follow or not.
        self.pending: dict[str, Turn] = {}
        self.totals: dict[str, object] = {}
        self.latest = ""
        self.compacted: set[str] = set()

    def read(self, line: Record) -> Iterator[Turn]:
        """The turns that a line completes."""
        told = line.get("payload")
        at = text(line.get("timestamp"))
        if not isinstance(told, Mapping):
            return
        match line.get("type"), told.get("type"):
            case "session_meta", _:
                self._begin(told, at)
            case "turn_context", _:
                self.model = text(told.get("model")) or self.model
                self.project = text(told.get("cwd")) or self.project
            case "event_msg", "thread_settings_applied":
                tier = part(told, "thread_settings", "service_tier")
                if isinstance(tier, str):
                    self.tier = "" if tier in _PLAIN else tier
            case "event_msg", "token_count":
                yield from self._counted(told.get("info"), at)
            case "token_usage_record", _:
                yield from self._recorded(told, at)
            case "compacted", _:
                response = text(told.get("compaction_response_id"))
                self.compacted.add(response)
                if response in self.pending:
                    yield self.pending.pop(response)

    def _begin(self, told: Record, at: str) -> None:
        if self.id:  # a fork repeats its parent's beginning
            return
        self.id, self.began = text(told.get("id")), at
        self.parent = text(told.get("forked_from_id")) or text(
            part(told, "source", "subagent", "thread_spawn", "parent_thread_id")
        )
        self.provider = text(told.get("model_provider")) or _HOME
        self.project = text(told.get("cwd"))

    def _counted(self, info: object, at: str) -> Iterator[Turn]:
        """The usage since the last count: as it says, or as the totals differ."""
        total, last = part(info, "total_token_usage"), part(info, "last_token_usage")
        if isinstance(total, Mapping):
            if total == self.total:
                return
            if not isinstance(last, Mapping):
                before = self.total or {}
                last = {name: max(0, number(count) - number(before.get(name))) for name, count in total.items()}
            self.total = total
        if not isinstance(last, Mapping):
            return
        pending = self.pending.get(self.latest)
        if pending and (pending.usage == last or self.totals.get(self.latest) == total):
            del self.pending[self.latest]
        yield self._turn(last, at)

    def _recorded(self, told: Record, at: str) -> Iterator[Turn]:
        """The usage of one response, which is a turn of its own only where it summed up the session for itself."""
        usage, self.latest = told.get("usage"), text(told.get("response_id"))
        if not isinstance(usage, Mapping) or not self.latest:
            return
        turn = self._turn(usage, at)._replace(response=self.latest)
        if self.latest in self.compacted:
            yield turn
        else:
            self.pending[self.latest] = turn
            self.totals[self.latest] = told.get("thread_token_usage")

    def _turn(self, usage: Record, at: str) -> Turn:
        return Turn(at, usage, self.model, self.project, self.tier)
