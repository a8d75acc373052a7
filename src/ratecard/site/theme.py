"""The style sheet with a site's own colours behind those of the template."""

from __future__ import annotations

from collections.abc import Mapping

from ratecard.site.config import SiteConfig


def style(sheet: str, config: SiteConfig) -> str:
    """The style sheet; colours of the settings go before its own."""
    blocks = [sheet]
    if config.light:
        blocks.append(_root(config.light))
    if config.dark:
        blocks.append(f"@media (prefers-color-scheme: dark) {{\n{_root(config.dark)}}}\n")
    return "".join(blocks)


def _root(colours: Mapping[str, str]) -> str:
    lines = "".join(f"  --{name}: {colour};\n" for name, colour in sorted(colours.items()))
    return f":root {{\n{lines}}}\n"
