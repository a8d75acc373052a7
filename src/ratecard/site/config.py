"""Where a site stands, what it is called and what it may link to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ratecard.site.views.ranking import Ranking


class UsageLogs(NamedTuple):
    """The logs a ranking is made of: their files, a hash over what these hold, and whether volumes are shown."""

    paths: tuple[str, ...]
    digest: str
    volumes: bool = False


class SiteConfig(NamedTuple):
    """The settings of a site; whatever is empty is left out of the pages.

    `light` and `dark` are colours of the two themes, by the names they have in the style sheet. `usage` are the logs of
    whoever the site is for; the build makes a `ranking` of them.
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
    ranking: Ranking | None = None

    @property
    def base(self) -> str:
        """The address of the site's start, or nothing where it has none."""
        return f"{self.base_url.rstrip('/')}/" if self.base_url else ""
