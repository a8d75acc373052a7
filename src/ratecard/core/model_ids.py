"""Model ids: the normal form in which two spellings of one id are equal, and what leads to a seller."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_SEPARATOR = re.compile(r"(?<=[a-z0-9])[-_ :@](?=[a-z0-9])|(?<=[a-z])\.(?=[a-z0-9])|(?<=[0-9])\.(?=[a-z])")
_JOINT = re.compile(r"(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])")
_PLUS = re.compile(r"(?<=[a-z0-9])\+")


#: What paths and ARNs put around the id that sellers use; a group is the seller's name.
_WRAPPINGS = re.compile(
    r"^(?:arn:aws[a-z-]*:(bedrock):[a-z0-9-]*:[0-9]*:(?:foundation-model|inference-profile)/"
    r"|(?:projects/[^/]+/locations/[^/]+/)?publishers/[^/]+/models/|(?:accounts/([^/]+)/)?models/|accounts/(fireworks)/(?=routers/))(?=.)"
)


@lru_cache(maxsize=65_536)
def normal(name: str) -> str:
    """The normal form of a model id: GPT-4o and gpt4o are `gpt-4-o`, Llama_3.3:70B is `llama-3.3-70-b`.

    Letters are lower case, words and numbers are separated by single dashes, and a dot between digits stays. Any
    other character stays too, so that a wildcard, a doubled separator or a letter that only looks Latin makes
    another name.
    """
    text = name.lower() if name.isascii() else name
    return _PLUS.sub("-plus", _JOINT.sub("-", _SEPARATOR.sub("-", text)))


def forms(id: str) -> Iterator[str]:
    """The normal forms under which an id is found: with the dots of its version, and with dashes for them."""
    dotted = normal(id)
    yield dotted
    if "." in dotted:
        yield dotted.replace(".", "-")


#: OpenAI's id of a customer's own weights: the fine-tuned base, the organization, a suffix and an id.
_TUNED = re.compile(r"^(ft:[^:]+):.+")


def unwrapped(name: str) -> tuple[str, str]:
    """A model id without the path or ARN around it, and the seller that these name, empty if they name none.

    Of a customer's own weights, `ft:gpt-4o-mini:org::id`, it is the fine-tuned base, `ft:gpt-4o-mini`.
    """
    name = _TUNED.sub(r"\1", name)
    found = _WRAPPINGS.match(name)
    return (name[found.end() :], found[1] or found[2] or found[3] or "") if found else (name, "")
