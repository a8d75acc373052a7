"""The chats of Gemini CLI: `~/.gemini/tmp/PROJECT/chats/session-….jsonl`, and before it `….json`.

A message stands in the newer files once for each of its states, and a chat that was taken up again in both.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from ratecard.logs.transcripts.calls import (
    GEMINI,
    Call,
    Record,
    Session,
    counted,
    document,
    entries,
    lines,
    moment,
    text,
)

FLAVOR = "gemini"
#: The file that names the root of a project in Gemini CLI's own folder for it (packages/core, projectRegistry.ts).
_ROOT = ".project_root"


def calls(sessions: Iterable[Session]) -> Iterator[Call]:
    """Every answer in some chats, once; what was rewound was used all the same."""
    found: dict[tuple[str, ...], Call] = {}
    for session in sessions:
        chat, model = os.path.basename(session.name).partition(".")[0], ""
        for number, record in enumerate(_records(session)):
            chat = text(record.get("sessionId")) or chat
            model = text(record.get("model")) or model
            counts = record.get("tokens")
            if not isinstance(counts, Mapping) or record.get("type", "gemini") != "gemini":
                continue
            quantities, problem = counted({"tokens": counts}, GEMINI)
            message = text(record.get("id"))
            key = (chat, message) if message else (session.name, str(number))
            if quantities or problem:
                found[key] = Call(
                    project=_project(session.name),
                    session=chat,
                    model=model,
                    at=moment(record.get("timestamp")),
                    quantities=quantities,
                    flavor=FLAVOR,
                    problem=problem,
                )
    yield from found.values()


def _records(session: Session) -> Iterator[Record]:
    """What a chat holds: the lines of a newer file, or an older file's head and messages."""
    if not session.name.endswith(".json"):
        yield from lines(session, b"{")
        return
    chat = document(session.path, session)
    if isinstance(chat, Mapping):
        yield {name: value for name, value in chat.items() if name != "messages"}
        yield from entries(chat.get("messages"))


def _project(name: str) -> str:
    """The root of the project that a chat's folder belongs to, or that folder's name."""
    folder = os.path.dirname(os.path.abspath(name))
    while os.path.basename(folder) not in ("chats", ""):
        folder = os.path.dirname(folder)
    folder = os.path.dirname(folder)
    try:
        with open(os.path.join(folder, _ROOT), encoding="utf-8") as file:
            return file.read().strip()
    except (OSError, UnicodeDecodeError):
        return os.path.basename(folder)
