"""Type checkers pass what the documents show, and refuse misspelt keywords."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import toys

PAGES = ("README.md", "docs/python.md")
RIGHT = """\
from decimal import Decimal

from ratecard import Cost, Words, cost, forecast, route

found: Cost = cost("gpt-4o", input_tokens=1000, output_tokens="2k", cache_read_tokens=Decimal(3), service_tier="batch")
words: dict[str, int] = {"input_tokens": 1000}
cost("gpt-4o", usage=words)
known: Words = {"input_tokens": 1000, "cache_ttl": "5m"}
cost("gpt-4o", **known)
route("vision", sellers="openai", only="openai/gpt-4o", by="cost", input_tokens=1000)
slug: str = route(["vision"], sellers=["openai"], input_tokens=1000).best.slug
least: Decimal = forecast({"model": "gpt-4o"}, input_tokens=10).minimum.total
"""
WRONG = """\
from ratecard import cost, forecast, route

cost("gpt-4o", input_tokns=1000)
forecast({"model": "gpt-4o"}, input_tokns=1000)
route("vision", input_tokns=1000)
route("vision", input_tokens=1000).choice.slug
"""


@pytest.fixture(name="code", scope="module")
def _code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of each page, what is right, and what is wrong, as modules."""
    folder = tmp_path_factory.mktemp("typing")
    for page in PAGES:
        text = (toys.ROOT / page).read_text(encoding="utf-8")
        blocks = "".join(re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
        lines = [line[4:] for line in blocks.splitlines() if line.startswith((">>> ", "... "))]
        (folder / f"{Path(page).stem.lower()}_page.py").write_text("\n".join([*lines, ""]), encoding="utf-8")
    (folder / "right.py").write_text(RIGHT, encoding="utf-8")
    (folder / "wrong.py").write_text(WRONG, encoding="utf-8")
    return folder


def mypy(folder: Path, *files: str) -> str:
    """What mypy says of files in strict mode, with ratecard as it is installed."""
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, "--config-file", os.devnull, *files]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_mypy_passes_what_the_documents_show(code: Path) -> None:
    """In strict mode."""
    files = sorted(file.name for file in code.glob("*.py") if file.name != "wrong.py")
    assert mypy(code, *files) == f"Success: no issues found in {len(files)} source files\n"


def test_mypy_refuses_a_misspelt_keyword(code: Path) -> None:
    """And an attribute of a choice that may not be there."""
    said = mypy(code, "wrong.py")
    for line, call in enumerate(("cost", "forecast", "route"), 3):
        assert f'wrong.py:{line}: error: Unexpected keyword argument "input_tokns" for "{call}"' in said
    assert 'wrong.py:6: error: Item "None" of "Choice | None" has no attribute "slug"' in said


@pytest.mark.skipif(shutil.which("node") is None, reason="pyright runs on Node")
def test_pyright_says_the_same(code: Path) -> None:
    """Its own copy, without fetching a newer one."""
    (code / "pyrightconfig.json").write_text(json.dumps({"extraPaths": [str(toys.ROOT / "src")]}), encoding="utf-8")
    given = {**os.environ, "PYRIGHT_PYTHON_GLOBAL_NODE": "1", "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "--project", str(code)],
        cwd=code, env=given, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = [
        (Path(problem["file"]).name, problem["range"]["start"]["line"] + 1)
        for problem in json.loads(done.stdout)["generalDiagnostics"]
        if problem["severity"] == "error"
    ]
    assert found == [("wrong.py", 3), ("wrong.py", 4), ("wrong.py", 5), ("wrong.py", 6)]
