"""The messages of opencode: `~/.local/share/opencode/opencode.db`, before `storage/message/SESSION/MESSAGE.json`.

The database has messages of the first kind in its table `message`, and of the second, which name their model within,
in `session_message` (packages/core/src/session/sql.ts).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ratecard.database import foreign
from ratecard.logs.transcripts.calls import OPENCODE, Call, Record, Session, counted, document, moment, part, text

#: The tables of messages, of which a database has one or both; the second has the kind of a message in a column.
_TABLES = {
    "message": "SELECT m.id, m.session_id, m.data, m.time_created, s.directory, NULL FROM message m "
    "LEFT JOIN session s ON s.id = m.session_id",
    "session_message": "SELECT m.id, m.session_id, m.data, m.time_created, s.directory, m.type FROM session_message m "
    "LEFT JOIN session s ON s.id = m.session_id",
}
#: The first bytes of a database.
SQLITE = b"SQLite format 3\x00"


def calls(sessions: Iterable[Session]) -> Iterator[Call]:
    """Every answer in some databases and files, once."""
    seen: set[str] = set()
    for session in sessions:
        for message in _messages(session):
            id = text(message.get("id"))
            counts = message.get("tokens")
            if id in seen or not isinstance(counts, Mapping):
                continue
            seen.update([id] if id else [])
            quantities, problem = counted({"tokens": counts}, OPENCODE)
            if quantities or problem:
                yield Call(
                    project=text(part(message, "path", "cwd")) or text(message.get("directory")),
                    session=text(message.get("sessionID")),
                    model=text(message.get("modelID")) or text(part(message, "model", "id")),
                    seller=text(message.get("providerID")) or text(part(message, "model", "providerID")),
                    at=moment(part(message, "time", "created")),
                    quantities=quantities,
                    problem=problem,
                )


def _messages(session: Session) -> Iterator[Record]:
    with open(session.path, "rb") as file:
        is_database = file.read(len(SQLITE)) == SQLITE
    if is_database:
        yield from _stored(session)
    else:
        message = document(session.path, session)
        if part(message, "role") == "assistant":
            yield message


def _stored(session: Session) -> Iterator[Record]:
    """The messages in a database, which may be in use."""
    try:
        yield from (_message(*row) for row in foreign.rows(session.path, _TABLES))
    except ValueError as error:
        session.broken.append(f"{session.name}: {error}")


def _message(id: str, session: str, data: str, created: int, directory: str | None, kind: str | None) -> Record:
    message: dict[str, Any] = json.loads(data)
    time = {"created": created, **(message.get("time") or {})}
    return {**message, "id": id, "sessionID": session, "directory": directory, "type": kind, "time": time}
