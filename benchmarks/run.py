"""Ratios against peers and against the floor, measured side by side in one run."""

from __future__ import annotations

import compileall
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path

from ratecard import build as building

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".cache" / "benchmarks"
#: What is installed to compare with, by its name.
PEERS = {"genai-prices": "genai-prices[cli]==0.2.3"}
ROUNDS = 15
CARDS = 10_000


def main() -> None:
    """Prints every table."""
    processes()
    builds()


def processes() -> None:
    """Whole processes, one after the other in every round."""
    peers = {name: _environment(name, package) for name, package in PEERS.items()}
    own = Path(sys.executable).parent
    compileall.compile_dir(str(ROOT / "src"), quiet=1)
    commands: dict[str, Sequence[str]] = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "ratecard cost": [str(own / "ratecard"), "cost", "ideogram/ideogram-v2-edit", "images=100", "--json"],
        "first cost in Python": [
            sys.executable, "-c", "from ratecard import cost; cost('ideogram/ideogram-v2-edit', images=100)",
        ],
        "ratecard route": [str(own / "ratecard"), "route", "--need", "edit", "images=10", "--json"],
        "genai-prices calc": [
            str(peers["genai-prices"] / "genai-prices"), "calc", "-i", "1000", "-o", "100", "gpt-4o",
        ],
    }  # fmt: skip
    times = _interleaved({name: lambda command=command: _process(command) for name, command in commands.items()})
    floor, peer = times["python -c pass"], times["genai-prices calc"]
    print(f"\n{'whole process':28}{'ms':>8}{'x pass':>8}{'x faster than genai-prices':>30}")
    for name, seconds in times.items():
        print(f"{name:28}{seconds * 1000:8.1f}{seconds / floor:8.2f}{peer / seconds:30.2f}")


def builds() -> None:
    """A catalog of 10,000 cards: whole, unchanged, and with one card changed."""
    for module in ("checks", "partial", "reader", "writer"):
        import_module(f"ratecard.{module}")  # start-up is not what is measured here
    with tempfile.TemporaryDirectory() as folder:
        root, db, today = _multiplied(Path(folder)), Path(folder, "catalog.db"), date(2026, 11, 21)
        card = sorted((root / "models").rglob("*.yaml"))[CARDS // 2]
        text = card.read_text(encoding="utf-8")

        def touched() -> None:
            card.write_text(f"{text}# {time.monotonic_ns()}\n", encoding="utf-8")
            building.build(root, db, today)

        whole = _time(lambda: building.build(root, db, today, anew=True))
        rest = _interleaved(
            {"nothing changed": lambda: building.build(root, db, today), "one card changed": touched}, rounds=7
        )
    floor = _time(lambda: sum(range(10_000_000)))
    print(f"\n{'build of 10,000 cards':28}{'s':>8}{'x faster than whole':>30}")
    for name, seconds in {"whole": whole, **rest}.items():
        print(f"{name:28}{seconds:8.3f}{whole / seconds:30.1f}")
    print(f"{'(sum of ten million ints)':28}{floor:8.3f}")


def _interleaved(jobs: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median time of each job, all of them once in every round."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            times[name].append(_time(job))
    return {name: statistics.median(values) for name, values in times.items()}


def _time(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def _process(command: Sequence[str]) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["RATECARD_DB"] = str(ROOT / "catalog.db")
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


def _environment(name: str, package: str) -> Path:
    """The folder of commands of an environment that has a package, made once."""
    home = CACHE / name
    if not (home / ".ready").exists():
        venv.create(home, with_pip=True, clear=True)
        python = home / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-qqq", package], check=True)
        subprocess.run([python, "-m", "compileall", "-q", str(home / "lib")], check=False)
        (home / ".ready").touch()
    return home / "bin"


def _multiplied(folder: Path) -> Path:
    """The repository's catalog with its cards copied under further names until there are enough."""
    root = folder / "catalog"
    shutil.copytree(ROOT / "catalog", root)
    cards = sorted((root / "models").rglob("*.yaml"))
    for number in range(CARDS - len(cards)):
        card = cards[number % len(cards)]
        lines = card.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(("aliases:", "replaced_by:"))]
        card.with_name(f"{card.stem}-copy-{number // len(cards)}.yaml").write_text("".join(kept), encoding="utf-8")
    return root


if __name__ == "__main__":
    main()
