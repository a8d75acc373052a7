"""The calls that a transcript tells, and what an agent's counts of one mean."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ratecard.core.usage import MAX_QUANTITY
from ratecard.logs.layouts import ColumnSum
from ratecard.responses.flavors.words import COUNTED

Record = Mapping[str, Any]


class Session(NamedTuple):
    """A file of an agent: its name for people, the path of its plain text, and where it could not be read, if so."""

    name: str
    path: str
    broken: list[str]


class Call(NamedTuple):
    """One call of a model, or the part of one that was used under the same facts.

    `at` is the time in ISO 8601, `quantities` are disjoint and by meter, `flavor` is whose counts they are. `prompt`
    is that of the whole call where this is a part, and `problem` says why the call has no price.
    """

    project: str = ""
    session: str = ""
    model: str = ""
    seller: str = ""
    at: str = ""
    quantities: Mapping[str, int] = {}
    facts: Mapping[str, str] = {}
    flavor: str = ""
    prompt: int | None = None
    problem: str = ""


class Form(NamedTuple):
    """What an agent's counts of one call mean: disjoint amounts, and counts that only repeat others."""

    amounts: tuple[ColumnSum, ...]
    within: tuple[str, ...] = ()


#: Codex CLI's TokenUsage (codex-rs/protocol/src/protocol.rs): what the cache gave and took is part of the input, and
#: reasoning part of the output.
CODEX = Form(
    (
        ColumnSum("input_tokens", ("input_tokens",), ("cached_input_tokens", "cache_write_input_tokens")),
        ColumnSum("cache_read_tokens", ("cached_input_tokens",)),
        ColumnSum("cache_write_tokens", ("cache_write_input_tokens",)),
        ColumnSum("output_tokens", ("output_tokens",)),
    ),
    within=("reasoning_output_tokens", "total_tokens"),
)
#: Gemini CLI's TokensSummary (packages/core/src/services/chatRecordingTypes.ts): what is cached is part of the input,
#: thoughts and the prompts of tools are apart.
GEMINI = Form(
    (
        ColumnSum("input_tokens", ("tokens.input", "tokens.tool"), ("tokens.cached",)),
        ColumnSum("cache_read_tokens", ("tokens.cached",)),
        ColumnSum("output_tokens", ("tokens.output", "tokens.thoughts")),
    ),
    within=("tokens.total",),
)
#: opencode's tokens (packages/opencode/src/session/session.ts, getUsage): all parts are apart.
OPENCODE = Form(
    (
        ColumnSum("input_tokens", ("tokens.input",)),
        ColumnSum("cache_read_tokens", ("tokens.cache.read",)),
        ColumnSum("cache_write_tokens", ("tokens.cache.write",)),
        ColumnSum("output_tokens", ("tokens.output", "tokens.reasoning")),
    ),
    within=("tokens.total",),
)
#: Cline's ClineApiReqInfo (src/shared/ExtensionMessage.ts): all parts are apart.
CLINE = Form(
    (
        ColumnSum("input_tokens", ("tokensIn",)),
        ColumnSum("cache_read_tokens", ("cacheReads",)),
        ColumnSum("cache_write_tokens", ("cacheWrites",)),
        ColumnSum("output_tokens", ("tokensOut",)),
    )
)
#: The same where the tokens in are the whole prompt: Roo Code since 3.29.5 (src/shared/cost.ts), and some of Cline's
#: providers.
WHOLE = Form((ColumnSum("input_tokens", ("tokensIn",), ("cacheReads", "cacheWrites")), *CLINE.amounts[1:]))
#: The metrics of Cline's own sessions since 4.1 (sdk/packages/shared/src/llms/messages.ts): the input is the prompt.
CLINE_METRICS = Form(
    (
        ColumnSum("input_tokens", ("inputTokens",), ("cacheReadTokens", "cacheWriteTokens")),
        ColumnSum("cache_read_tokens", ("cacheReadTokens",)),
        ColumnSum("cache_write_tokens", ("cacheWriteTokens",)),
        ColumnSum("output_tokens", ("outputTokens",)),
    ),
)


def counted(counts: Record, form: Form) -> tuple[dict[str, int], str]:
    """The quantities in some counts, without zeros, and what is wrong with them, if anything."""
    told = dict(_leaves(counts))
    known = {name for amount in form.amounts for name in (*amount.plus, *amount.minus)} | {*form.within}
    for name, value in told.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if name not in known and is_number and value and any(word in name.lower() for word in COUNTED):
            return {}, f"{name}={value} belongs to no known quantity"
        if name in known and not (is_number and 0 <= value <= MAX_QUANTITY and value == int(value)):
            return {}, f"{name}={value!r} is no number of tokens"
    found = {}
    for amount in form.amounts:
        left = sum(told.get(name, 0) for name in amount.plus) - sum(told.get(name, 0) for name in amount.minus)
        if left < 0:
            return {}, f"{' and '.join(amount.minus)} exceed {' and '.join(amount.plus)}"
        if left:
            found[amount.meter] = int(left)
    return found, ""


def _leaves(counts: Record, within: str = "") -> Iterator[tuple[str, Any]]:
    """Everything in some counts that is no object and not null, by its path."""
    for key, value in counts.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{within}{key}.")
        elif value is not None:
            yield f"{within}{key}", value


def lines(session: Session, *signs: bytes) -> Iterator[Record]:
    """The objects on those lines of a file that have one of some signs; the last may still be being written."""
    with open(session.path, "rb") as file:
        for number, line in enumerate(file, 1):
            if not any(sign in line for sign in signs):
                continue
            try:
                found = json.loads(line.decode("utf-8-sig", errors="replace"))
            except (ValueError, RecursionError):
                if line.endswith(b"\n"):
                    session.broken.append(f"{session.name}:{number}: a line that is no JSON")
                continue
            if isinstance(found, dict):
                yield found


def document(path: str, session: Session) -> Any:
    """The JSON document of a session in a file; None if there is none or it cannot be read."""
    if not os.path.isfile(path):
        return None
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            return json.load(file)
    except (ValueError, RecursionError):
        session.broken.append(f"{path}: a document that is no JSON")
        return None


def part(record: object, *keys: str) -> Any:
    """What lies under some keys of a record, one within another; None if nothing does."""
    for key in keys:
        record = record.get(key) if isinstance(record, Mapping) else None
    return record


def entries(value: object) -> list[Record]:
    """The objects in a list; none where there is no list."""
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def number(value: object) -> float:
    """A number, or zero for what is none."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0


def text(value: object) -> str:
    """A text, or nothing for what is none."""
    return value if isinstance(value, str) else ""


def moment(value: object) -> str:
    """A time in ISO 8601, from a text or milliseconds since 1970."""
    if 0 < number(value) < 1e14:
        return datetime.fromtimestamp(number(value) / 1000, UTC).isoformat(timespec="milliseconds")
    return text(value)
