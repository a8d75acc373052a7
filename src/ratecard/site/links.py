"""Addresses of pages inside the site, and checks of addresses outside it."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlencode, urlsplit

#: Blanks, quotes, backslashes, control and direction characters have no place in an address.
_UNSAFE = re.compile(r"[\s\"'<>\\^`{|}\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_HOST = re.compile(r"[a-z0-9.-]+")
MAX_TITLE = 58

#: The page that works costs out.
COST = "cost/"
#: The page that ranks models by the owner's usage.
RANKING = "ranking/"


@lru_cache(maxsize=1 << 14)
def safe_url(url: str) -> str:
    """The address if it is plain http or https, else nothing: such text is shown, never linked."""
    if _UNSAFE.search(url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    plain = parts.scheme in ("http", "https") and _HOST.fullmatch(host) and not parts.username
    return url if plain else ""


@lru_cache(maxsize=1 << 14)
def title(url: str) -> str:
    """An address as a reader needs it: host and path, the middle left out where it is long."""
    if not safe_url(url):
        return url
    parts = urlsplit(url)
    whole = f"{parts.hostname}{parts.path}".rstrip("/")
    last = parts.path.rstrip("/").rsplit("/", 1)[-1]
    return whole if len(whole) <= MAX_TITLE else f"{parts.hostname}/…/{last}"


def with_query(url: str, **fields: str) -> str:
    """An address with a query behind it, or nothing where it may not be linked."""
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}{urlencode(fields)}" if safe_url(url) else ""


def anchor(words: str) -> str:
    """Words as part of an address: FLUX.2 [pro] becomes flux-2-pro."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "other"


def model(slug: str) -> str:
    """The page of a model."""
    return f"models/{slug}/"


def twin(slug: str) -> str:
    """The Markdown twin of a model's page."""
    return f"models/{slug}.md"


def record(slug: str) -> str:
    """The JSON twin of a model's page."""
    return f"models/{slug}.json"


def badge(slug: str) -> str:
    """The price badge of a model."""
    return f"badge/{slug}.svg"


def prices(slug: str) -> str:
    """The price lists of a model, for the scripts of pages."""
    return f"models/{slug}/prices.json"


def price_lists(slug: str) -> str:
    """Every price of a model, where its own page has no room for all."""
    return f"models/{slug}/prices/"


def trial(slug: str) -> str:
    """The data of a model's request builder."""
    return f"models/{slug}/try.json"


def compared(slug: str) -> str:
    """The comparison data of a model."""
    return f"models/{slug}/compare.json"


def comparing(*slugs: str) -> str:
    """The page that compares models, with some to begin with."""
    return f"compare/?{urlencode({'m': ','.join(slugs)}, safe='/,')}"


def provider(id: str) -> str:
    """The page of a provider."""
    return f"providers/{id}/"


def seller(id: str) -> str:
    """The page of a seller."""
    return f"sellers/{id}/"


def collection(id: str) -> str:
    """The page of a collection."""
    return f"collections/{id}/"


def family(name: str) -> str:
    """The page that compares a family."""
    return f"compare/{anchor(name)}/"


def root(path: str) -> str:
    """The way from a page back to the start of the site."""
    return "../" * path.count("/") or "./"
