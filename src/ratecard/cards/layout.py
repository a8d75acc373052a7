"""The layout of a catalog's authored files.

In the catalog's folder: `meters.yaml`, `facts.yaml`, `capabilities.yaml`, `endpoints.yaml`,
`parameters.yaml`, `use_cases.yaml`, `providers.yaml`, `collections.yaml`, `feeds.yaml`, `identity.yaml`,
one file per seller in `sellers/`, one per model in `models/`, whose path is the model's slug, and the
claims of feeds in `evidence/<feed>/`. `verifications.tsv` are the prices that somebody read at their sellers,
`benchmarks.tsv` published scores of models.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ratecard.core.problems import Problem

MODELS = "models"
EVIDENCE = "evidence"
DECISIONS = "decisions"
IDENTITY = "identity.yaml"
METERS = "meters.yaml"
FACTS = "facts.yaml"
VERIFICATIONS = "verifications.tsv"
BENCHMARKS = "benchmarks.tsv"
SELLERS = "sellers"
SUFFIX = ".yaml"

#: The files that hold many entries by id.
WORD_FILES = (
    "meters", "facts", "capabilities", "endpoints", "parameters", "use_cases", "providers", "collections", "feeds",
)  # fmt: skip


def listing(folder: Path) -> tuple[list[str], list[Problem]]:
    """The YAML files below a folder, sorted, and a problem for every other file."""
    files, strays = entries(folder)
    return [entry.path for entry in files], strays


def entries(folder: Path) -> tuple[list[os.DirEntry[str]], list[Problem]]:
    """Like `listing`, with directory entries, which give size and time without another system call."""
    files: list[os.DirEntry[str]] = []
    strays: list[Problem] = []
    for entry in _walk(folder):
        if not entry.is_file(follow_symlinks=False):
            strays.append(Problem(entry.path, 1, 1, "", "not a regular file", "put the file itself here"))
        elif entry.name.endswith(SUFFIX):
            files.append(entry)
        else:
            strays.append(Problem(entry.path, 1, 1, "", "not a .yaml file", "rename it or keep it elsewhere"))
    return sorted(files, key=lambda entry: entry.path), sorted(strays)


def _walk(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    if not os.path.isdir(folder):
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path)
            elif not entry.name.startswith("."):
                yield entry
