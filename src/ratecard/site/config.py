"""The settings of a site: its address, its name, its words and colours, and what it links to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class UsageLogs(NamedTuple):
    """The logs that models are ranked by: their files, a hash of the contents, and whether volumes are shown."""

    paths: tuple[str, ...]
    digest: str
    volumes: bool = False


class SiteConfig(NamedTuple):
    """The settings of a site; whatever is empty is left out of the pages.

    `light` and `dark` are colours of the two themes, by the names they have in the style sheet. `usage` are the logs
    that models are ranked by.
    """

    base_url: str = ""
    report_url: str = "https://github.com/ratecard/ratecard/issues/new?template=wrong-price.yml"
    playground_url: str = ""
    ranking_url: str = ""
    gateway: str = "aigateway"
    name: str = "ratecard"
    heading: str = "What AI models cost, and who says so"
    lead: str = (
        "Every price here is a dated claim with a source. Where sources disagree, both stand on the page with what is "
        "held and why. A zero says why it is zero, and what nobody states is printed as unknown."
    )
    footer: str = "every price is a dated claim with its source"
    light: Mapping[str, str] = {}
    dark: Mapping[str, str] = {}
    usage: UsageLogs | None = None
