"""What happens to a card into which a mistake is typed."""

from __future__ import annotations

import copy
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import laws
import toys
from ratecard.cards import checks, yaml_tree
from ratecard.market.build import build

#: Cards and a seller in which most kinds of entries stand.
FILES = (
    "models/openai/gpt-image-2.yaml",
    "models/deepseek/deepseek-v4-flash.yaml",
    "models/leonardo/phoenix-1.0.yaml",
    "sellers/aigateway.yaml",
)

#: What may stand where something else should: wrong types, empty, huge, negative, no text, no number, no day.
WRONG = (
    None, "", [], {}, [None], [{}], [["x"]], {"x": None}, {"x": "y"}, "x", "a/b", "image", "true", "yes", "-1", "0", "nan",
    "1e400", "9" * 40, "0.0000000000001", "1" * 5000, "\u0660", "\U0001f600", "e\u202e", "\x00", "2026-02-30", "9999-12-31",
    "0001-01-01", "16:30-24:00", "mon-fri 99:00-00:00", "https://x",
)  # fmt: skip

Tree = Any
Steps = tuple[Any, ...]


def paths(tree: Tree, start: Steps = ()) -> list[Steps]:
    """The paths of everything below a tree."""
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [found for key, child in entries for found in ((*start, key), *paths(child, (*start, key)))]


def mutated(tree: Tree, path: Steps, how: object) -> Tree:
    """A tree in which the entry at a path is deleted, misspelt, written twice or replaced."""
    changed = copy.deepcopy(tree)
    held = changed
    for key in path[:-1]:
        held = held[key]
    last = path[-1]
    if how == ("delete",):
        del held[last]
    elif how == ("misspell",) and isinstance(held, dict):
        held[f"{last[:-1]}\u00e9"] = held.pop(last)
    elif how == ("misspell",):
        held.append(held[last])
    else:
        held[last] = how
    return changed


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog's folder of its own, with cards and claims."""
    path = tmp_path_factory.mktemp("mutations") / "catalog"
    return Path(shutil.copytree(toys.ROOT / "docs" / "catalog", path))


TREES = {
    name: yaml_tree.contents(yaml_tree.parse((toys.ROOT / "docs/catalog" / name).read_bytes())[0]) for name in FILES
}


@laws.one_in(2)
@given(data=st.data())
def test_no_mistake_ends_in_a_traceback(root: Path, today: date, data: st.DataObject) -> None:
    """Whatever is typed into a file, it is reported or built; what validation passes is built, and nothing else."""
    name = data.draw(st.sampled_from(FILES))
    path = data.draw(st.sampled_from(paths(TREES[name])))
    how = data.draw(st.sampled_from([("delete",), ("misspell",), *WRONG]))
    file = root / name
    good = file.read_text(encoding="utf-8")
    head = good.partition("\n")[0]
    try:
        file.write_text(f"{head}\n{json.dumps(mutated(TREES[name], path, how))}\n", encoding="utf-8")
        found = checks.validate(root, today)
        assert all(str(problem) for problem in found)
        built = build(root, root.with_name("catalog.db"), today)
        assert list(built.problems) == found
    finally:
        file.write_text(good, encoding="utf-8")
