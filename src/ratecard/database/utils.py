"""Loads sqlite-utils, which few commands need."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


def library() -> ModuleType:
    """sqlite-utils without pandas and NumPy, whose rows it could write: they take four times as long to load as it."""
    others: dict[str, Any] = {name: None for name in ("numpy", "pandas") if name not in sys.modules}
    sys.modules.update(others)  # as if they were not installed
    try:
        import sqlite_utils  # here because it takes longer to load than most commands to answer
    finally:
        for name in others:
            del sys.modules[name]
    return sqlite_utils
