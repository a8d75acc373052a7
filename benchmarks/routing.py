"""Routing by cost: LiteLLM's router and this one among the same deployments, and the first route of a process."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import measure
import peers
from one_cost import Contestant, run
from routers import MARKET, MARKET_NAMES, NEEDS, REQUEST, Deployment, thinned, titled
from table import Table

from ratecard import api
from ratecard.routing.gateways import best, chain_as, sellers_for

SIZES = (10, 100, 977)
OWN = "ratecard, the choice"
NAMES = (OWN, "ratecard, all candidates in order", "LiteLLM, its selection by cost", "LiteLLM, its router")
FIRST = "First route of a process"
FIRSTS = ("python -c pass", "ratecard route", "LiteLLM's router")
ROWS = {**{titled(size): NAMES for size in SIZES}, MARKET: MARKET_NAMES, FIRST: FIRSTS}
HEAD = ("", "ms a call", f"times {OWN}", "picks", "which costs", "times the least")

ROUNDS = 7
USED = ", ".join(f"{meter}={count}" for meter, count in REQUEST.items())
_ROUTE = f"from ratecard import route; route({NEEDS}, {USED}).choice"


def tables() -> Iterator[Table]:
    """A table for each number of deployments, then whole processes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "pool.json")
        python = peers.commands("litellm") / "python"
        pool = _pool(file, python)
        yield from _choices(pool, file, python)
        yield _first(file, python)


def _pool(file: Path, python: Path) -> list[Deployment]:
    """Deployments that both have a price of, in order of what the request costs, written into a file."""
    catalog = api.open_catalog(measure.ROOT / "catalog.db")
    sellers = sellers_for("litellm", catalog)
    found = api.route(NEEDS, sellers=sellers, catalog=catalog, **REQUEST)
    emitted = chain_as("litellm", offers := best(found), catalog)
    assert isinstance(emitted.config, dict)
    names = {entry["model_name"]: entry["litellm_params"]["model"] for entry in emitted.config["model_list"]}
    pool = [
        Deployment(names[f"{one.seller}/{one.model_id}"], one.slug, one.seller, one.model_id, str(one.cost.total))
        for one in offers
        if one.cost.total
    ]
    _write(file, pool)
    priced = json.loads(_output([python, Path(__file__).with_name("routers.py"), "known", file]))
    both = [deployment for deployment, known in zip(pool, priced, strict=True) if known]
    chosen = thinned(both, max(SIZES))
    _write(file, chosen)
    return chosen


def _write(file: Path, pool: Sequence[Deployment]) -> None:
    file.write_text(json.dumps(pool), encoding="utf-8")


def _output(command: Sequence[str | Path]) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=measure.environment())
    return done.stdout


def _choices(pool: Sequence[Deployment], file: Path, python: Path) -> Iterator[Table]:
    told = [str(file), *map(str, SIZES)]
    routers = [
        Contestant(sys.executable, "ratecard", *told, script="routers.py"),
        Contestant(python, "litellm", *told, script="routers.py"),
    ]
    by_name = {name: one for one in routers for _, name in one.answers}
    for size in SIZES:
        title = titled(size)
        runs = {name: run(by_name[name], title, name) for name in NAMES}
        seconds = measure.interleaved(runs, ROUNDS)
        costs = {f"{one.seller}/{one.model_id}": one.total for one in thinned(pool, size)}
        rows = [_row(name, seconds[name], seconds[OWN], by_name[name].answers[title, name], costs) for name in NAMES]
        yield Table(title, _note(size), HEAD, rows)
    yield _market(routers[0])
    for one in routers:
        one.leave()


def _market(own: Contestant) -> Table:
    seconds = measure.interleaved({name: run(own, MARKET, name) for name in MARKET_NAMES}, ROUNDS)
    rows = [
        (name, f"{took * 1e6:.0f}", f"{took / seconds[OWN]:.2f}", own.answers[MARKET, name])
        for name, took in seconds.items()
    ]
    note = (
        "Offers that call tools, free ones too; warm, each call with other counts of tokens. Every one that does is"
        " priced and ordered only where all candidates are asked for."
    )
    return Table(MARKET, note, ("", "us a call", f"times {OWN}", "says"), rows)


def _row(name: str, took: float, own: float, picked: str, costs: Mapping[str, str]) -> tuple[str, ...]:
    least = min(map(Decimal, costs.values()))
    over = Decimal(costs[picked]) / least
    return (name, f"{took * 1e3:.3f}", f"{took / own:.2f}", picked, costs[picked], f"{over:.2f}")


def _note(size: int) -> str:
    return (
        f"{REQUEST['input_tokens']:,} input and {REQUEST['output_tokens']} output tokens; {size:,} offers that call"
        " tools, that both have a price of and that are not free; warm, in processes that are asked in turn. LiteLLM"
        " ranks by the sum of the input and the output price, and its router also heeds failures and rate limits;"
        " ratecard ranks by what the request costs, and looks at what each offer can do."
    )


def _first(file: Path, python: Path) -> Table:
    script = str(Path(__file__).with_name("routers.py"))
    commands: dict[str, Sequence[str]] = {
        FIRSTS[0]: [sys.executable, "-c", "pass"],
        FIRSTS[1]: [sys.executable, "-c", _ROUTE],
        FIRSTS[2]: [str(python), script, "litellm-once", str(file), str(max(SIZES))],
    }
    jobs = {name: lambda command=command: measure.process(command) for name, command in commands.items()}
    seconds = measure.interleaved(jobs, ROUNDS)
    floor = seconds[FIRSTS[0]]
    rows = [
        (name, f"{took * 1e3:.0f}", f"{(took - floor) * 1e3:.0f}", f"{took / floor:.1f}")
        for name, took in seconds.items()
    ]
    note = (
        f"From start to end: ratecard routes over every offer of the shipped catalog, LiteLLM makes a router of"
        f" {max(SIZES)} deployments and asks it."
    )
    return Table(FIRST, note, ("", "ms", "ms more than pass", "times pass"), rows)
