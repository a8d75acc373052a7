"""The tasks of Cline and Roo Code: `tasks/TASK/ui_messages.json` in the editor's `globalStorage` or in `~/.cline/data`.

A task's messages name its requests' counts, and files beside them the model and the folder. Since 4.1 Cline writes
`sessions/SESSION/SESSION.messages.json`, whose messages name all of it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ratecard.logs.transcripts.calls import (
    CLINE,
    CLINE_METRICS,
    WHOLE,
    Call,
    Form,
    Record,
    Session,
    counted,
    document,
    entries,
    moment,
    number,
    part,
    text,
)

#: What a task says where it tells counts: of a request, of requests that were taken back, of its subagents.
_REQUESTS = ("api_req_started", "deleted_api_reqs", "subagent_usage")
#: The providers for which Cline keeps OpenAI's prompt tokens, which contain what is cached (src/core/api/providers).
_PROMPTS = frozenset({"openai", "litellm", "doubao", "fireworks", "hicap", "lmstudio", "qwen", "xai", "zai"})
#: What providers are called here that are the sellers of the models; a server of one's own is none.
_SELLERS = {"openai-native": "openai", "gemini": "google", "vertex": "vertex-ai", "openai": "", "litellm": ""}
#: The day on which Roo Code began to keep the whole prompt of Anthropic's models too (3.29.5), in milliseconds.
_WHOLE_SINCE = 1_761_955_200_000
#: How an agent tells a model of its folder and of its own name (src/core/environment/getEnvironmentDetails.ts).
_FOLDER = re.compile(r"# Current (?:Working|Workspace) Directory \(([^)\n]+)\) Files")
_MODEL = re.compile(r"<model>([^<]+)</model>")


class Using(NamedTuple):
    """The model that a task used from a moment, in milliseconds, and its provider."""

    since: float
    model: str
    provider: str


def calls(sessions: Iterable[Session]) -> Iterator[Call]:
    """Every request of some tasks, once."""
    seen: set[tuple[str, ...]] = set()
    for session in sessions:
        found = document(session.path, session)
        told = _of_session(session, found) if isinstance(found, Mapping) else _of_task(session, entries(found))
        for key, call in told:
            if (call.session, key) not in seen and (call.quantities or call.problem):
                seen.add((call.session, key))
                yield call


def _of_session(session: Session, found: Record) -> Iterator[tuple[str, Call]]:
    """The answers in a session of Cline 4.1 and later."""
    id = text(found.get("sessionId"))
    folder = os.path.dirname(session.name)
    manifest = document(os.path.join(folder, f"{os.path.basename(folder)}.json"), session)
    for message in entries(found.get("messages")):
        counts = part(message, "metrics")
        if part(message, "role") == "assistant" and isinstance(counts, Mapping):
            yield (
                f"{session.name}{message.get('id')}",
                _call(
                    project=text(part(manifest, "cwd")),
                    session=id,
                    model=text(part(message, "modelInfo", "id")),
                    provider=text(part(message, "modelInfo", "provider")),
                    at=part(message, "ts"),
                    counts=counts,
                    form=CLINE_METRICS,
                ),
            )


def _of_task(session: Session, messages: Sequence[Record]) -> Iterator[tuple[str, Call]]:
    """The requests of a task."""
    folder = os.path.dirname(session.name)
    history = entries(document(os.path.join(folder, "api_conversation_history.json"), session))
    used = sorted(_models(session, folder, history))
    requests = [said for said in messages if text(said.get("say")) in _REQUESTS and not said.get("partial")]
    project = _project(session, folder, requests, history)
    for place, message in enumerate(requests):
        counts = _object(message.get("text"))
        begun = number(message.get("ts"))
        until = number(requests[place + 1].get("ts")) if place + 1 < len(requests) else float("inf")
        using = next((one for one in reversed(used) if one.since < until), used[0] if used else Using(0, "", ""))
        provider = text(part(message, "modelInfo", "providerId")) or using.provider
        yield (
            f"{begun}",
            _call(
                project=project,
                session=os.path.basename(os.path.abspath(folder)),
                model=text(part(message, "modelInfo", "modelId")) or using.model,
                provider=provider,
                at=begun,
                counts={name: count for name, count in counts.items() if name not in ("request", "retryStatus")},
                form=_form(counts, provider, begun),
            ),
        )


def _form(counts: Record, provider: str, begun: float) -> Form:
    """Whether the tokens in are the whole prompt, which depends on who wrote them and when."""
    cached = number(counts.get("cacheReads")) + number(counts.get("cacheWrites"))
    if number(counts.get("tokensIn")) < cached:
        return CLINE
    if "apiProtocol" in counts:
        return CLINE if counts["apiProtocol"] == "anthropic" and begun < _WHOLE_SINCE else WHOLE
    return WHOLE if provider in _PROMPTS else CLINE


def _models(session: Session, folder: str, history: Sequence[Record]) -> Iterator[Using]:
    """The models of a task: as Cline notes each change, and as Roo Code tells the model its name."""
    metadata = document(os.path.join(folder, "task_metadata.json"), session)
    for entry in entries(part(metadata, "model_usage")):
        yield Using(number(entry.get("ts")), text(entry.get("model_id")), text(entry.get("model_provider_id")))
    for message in history:
        if part(message, "role") == "user" and (found := _MODEL.findall(json.dumps(message.get("content")))):
            yield Using(number(message.get("ts")), found[-1], "")


def _project(session: Session, folder: str, requests: Sequence[Record], history: Sequence[Record]) -> str:
    """The folder that a task worked in."""
    item = document(os.path.join(folder, "history_item.json"), session)
    told = (text(_object(message.get("text")).get("request")) for message in requests)
    spoken = (json.dumps(message.get("content"), ensure_ascii=False) for message in history if part(message, "content"))
    found = (_FOLDER.search(said) for source in (told, spoken) for said in source)
    return text(part(item, "workspace")) or next((match[1] for match in found if match), "")


def _object(said: object) -> Record:
    """The object in a text; empty if there is none."""
    try:
        found = json.loads(text(said))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _call(*, project: str, session: str, model: str, provider: str, at: object, counts: Record, form: Form) -> Call:
    quantities, problem = counted(counts, form)
    seller = _SELLERS.get(provider, provider)
    return Call(project, session, model, seller, moment(at), quantities, problem=problem)
