"""Puts the built catalog and the page templates into the wheel."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogHook(BuildHookInterface[Any]):
    """Builds catalog.db from the authored files, so that an installed package needs no set-up."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the catalog and the templates; an editable install reads them where they are."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        from ratecard.market.build import build

        self.folder = tempfile.TemporaryDirectory()
        db = Path(self.folder.name, "catalog.db")
        built = build(root / "catalog", db, datetime.now(UTC).date())
        if built.problems:
            raise SystemExit("\n".join(str(problem) for problem in built.problems))
        build_data["force_include"][str(db)] = "ratecard/catalog.db"
        build_data["force_include"][str(root / "templates")] = "ratecard/templates"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Removes what was made for the wheel."""
        if version != "editable":
            self.folder.cleanup()
