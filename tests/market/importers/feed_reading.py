"""What the tests of importers share: the values of a document, and claims as their tables write them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from ratecard.market.importers.feed import FeedEntry

#: Prices of one of a meter: (meter, conditions, above, dollars for one).
Found = tuple[str, dict[str, str], int, str]


def scalars(value: Any, path: str = "") -> Iterator[tuple[str, object]]:
    """Every value that holds no others, by its path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from scalars(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from scalars(inner, f"{path}[{place}]")
    else:
        yield path, value


def assert_means(found: FeedEntry, expected: Sequence[Found]) -> None:
    """Asserts that an entry comes to these claims, in this order, and that nothing of it is set aside."""
    claims = [(claim.meter, dict(claim.when), claim.above, claim.price / claim.per) for claim in found.claims]
    assert claims == [(meter, when, above, Decimal(price)) for meter, when, above, price in expected]
    assert found.quarantined == ()


def assert_set_aside(found: FeedEntry, key: str, why: str) -> None:
    """Asserts that what stands at a key is in quarantine for a reason, and no claim."""
    refused = {item.key: item.why for item in found.quarantined}
    assert why in refused[key]
    assert key not in {claim.key for claim in found.claims}
