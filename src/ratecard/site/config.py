"""Where a site stands and what it may link to."""

from __future__ import annotations

from typing import NamedTuple


class SiteConfig(NamedTuple):
    """The settings of a site; whatever is empty is left out of the pages."""

    base_url: str = ""
    report_url: str = "https://github.com/ratecard/ratecard/issues/new"
    playground_url: str = ""
    ranking_url: str = ""
    gateway: str = "aigateway"
