"""The usages that every library is asked to price, and what they cost by the makers' published prices.

Nothing is imported here, so that it can be read in any environment.
"""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """A usage as an invoice lists it, in disjoint tokens, with what its maker takes for a million of each.

    `prices` are in the order of the tokens; `total` was worked out by hand.
    """

    maker: str
    model: str
    input: int
    cache_read: int
    cache_write: int
    output: int
    prices: tuple[str, str, str, str]
    total: str

    def words(self) -> str:
        """The usage and its prices, in words."""
        kinds = ("input", "read from a cache", "written to a cache", "output")
        tokens = (self.input, self.cache_read, self.cache_write, self.output)
        parts = [
            f"{count:,} {kind} at {price}"
            for count, kind, price in zip(tokens, kinds, self.prices, strict=True)
            if count
        ]
        return f"Tokens and dollars a million: {', '.join(parts)}, which is {self.total} dollars."


CASES = {
    "gpt-4o, cached input": Case("openai", "gpt-4o", 1_000, 400, 0, 100, ("2.50", "1.25", "0", "10"), "0.004"),
    "gemini-2.5-pro, over 200,000 tokens": Case(
        "google", "gemini-2.5-pro", 249_600, 400, 0, 100, ("2.50", "0.25", "0", "15"), "0.6256"
    ),
    "claude-sonnet-4-5, cache write": Case(
        "anthropic", "claude-sonnet-4-5", 1_000, 400, 2_000, 100, ("3", "0.30", "3.75", "15"), "0.01212"
    ),
}
