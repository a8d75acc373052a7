"""The usages that every library is asked to price, and what they cost by the makers' published prices.

Nothing is imported here, so that it can be read in any environment.
"""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """A usage as an invoice lists it, in disjoint tokens; `total` was worked out by hand from `prices`."""

    maker: str
    model: str
    input: int
    cache_read: int
    cache_write: int
    output: int
    total: str
    prices: str


CASES = {
    "gpt-4o, cached input": Case("openai", "gpt-4o", 1_000, 400, 0, 100, "0.004", "2.50, cached 1.25, output 10"),
    "gemini-2.5-pro, over 200,000 tokens": Case(
        "google", "gemini-2.5-pro", 249_600, 400, 0, 100, "0.6256", "above 200,000 tokens 2.50, cached 0.25, output 15"
    ),
    "claude-sonnet-4-5, cache write": Case(
        "anthropic", "claude-sonnet-4-5", 1_000, 400, 2_000, 100, "0.01212",
        "3, cached 0.30, written to the cache 3.75, output 15",
    ),
}  # fmt: skip
