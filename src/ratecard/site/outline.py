"""The outline of a long page: links to its sections, which stand beside it where there is room."""

from __future__ import annotations

import re

#: Where a template wants the outline.
MARK = "<!--outline-->\n"
#: A page of fewer sections has none.
LEAST = 4

_SECTION = re.compile(r'<h2 id="([^"]+)">(.+?)</h2>')
_TAG = re.compile(r"<[^>]+>")


def outlined(page: str) -> str:
    """A page with its outline where its template wants one."""
    return page.replace(MARK, _outline(page), 1) if MARK in page else page


def _outline(page: str) -> str:
    sections = _SECTION.findall(page)
    if len(sections) < LEAST:
        return ""
    entries = "".join(f'<a href="#{id}">{_TAG.sub("", title)}</a>\n' for id, title in sections)
    return f'<nav class="outline" aria-label="On this page">\n{entries}</nav>\n'
