"""How many examples the property tests look at: `CASES=1000 make test` looks at ten times the usual number."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

#: The usual run is the same every time; one that asks for its own number looks at new examples.
CASES = int(os.environ.get("CASES", "100"))

settings.register_profile(
    "ratecard",
    max_examples=CASES,
    derandomize="CASES" not in os.environ,
    deadline=None,  # how long an example takes depends on the machine, and so does how fast one is made
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ratecard")


def one_in(share: int) -> settings:
    """Fewer examples, for a law whose examples are costly: each asks a browser, or builds a database."""
    return settings(max_examples=max(1, CASES // share))
