"""The files that run the project: issue forms and workflows."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import yaml

import toys
from ratecard.site.config import SiteConfig

GITHUB = toys.ROOT / ".github"


def test_the_report_link_opens_a_form_that_has_its_fields() -> None:
    """The link of each model's page names the form's file and fills its field `model`."""
    (template,) = parse_qs(urlsplit(SiteConfig().report_url).query)["template"]
    form = yaml.safe_load((GITHUB / "ISSUE_TEMPLATE" / template).read_text(encoding="utf-8"))
    assert form["title"] == "Wrong price: "
    assert {field["id"] for field in form["body"]} == {"model", "seller", "price", "page", "day"}


def test_actions_are_pinned_by_commit() -> None:
    """A tag can be moved to other code; a commit cannot."""
    used = [
        action
        for file in (GITHUB / "workflows").glob("*.yml")
        for action in re.findall(r"uses: (\S+.*)", file.read_text(encoding="utf-8"))
    ]
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", action)] == []
