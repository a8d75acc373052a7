"""However many processes make a site, it is the same site; and what goes wrong in one of them is told by this one."""

from __future__ import annotations

import functools
import inspect
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from site_reading import DAY, ROOT
from test_site_bytes import digest

from ratecard.core import errors
from ratecard.core.catalog import Catalog
from ratecard.core.errors import RatecardError
from ratecard.site import rendering, workers
from ratecard.site.build import build

#: A process without threads, which therefore may be copied: its code makes a site by so many processes.
BUILD = """
import datetime, pathlib, sys
from ratecard.database import store
from ratecard.core.errors import RatecardError
from ratecard.site.build import build
{first}
try:
    build(
        store.read(pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2]), day=datetime.date(2026, 11, 21),
        processes={processes},
    )
except RatecardError as error:
    sys.exit(f"{{type(error).__name__}}: {{error}} ({{error.exit_code}})")
"""
#: What makes the page of one model fail, whichever process makes it.
FAILING = """
from ratecard.core.errors import UnknownSeller
from ratecard.site.views import model
real = model.model_page
def fail(edition, card):
    if card.slug == "bria/fibo-edit/edit":
        {failure}
    return real(edition, card)
model.model_page = fail
"""


@pytest.mark.parametrize(("processes", "seed"), [(1, "1"), (2, "2"), (3, "1")])
def test_any_number_of_processes_makes_the_same_bytes(
    processes: int, seed: str, few_db: Path, few_site: Path, tmp_path: Path
) -> None:
    """One, two or three processes under two hash seeds leave the same site."""
    done = _run(BUILD.format(first="", processes=processes), few_db, tmp_path / "site", seed)

    assert done.returncode == 0, done.stderr
    assert digest(tmp_path / "site") == digest(few_site)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_failure_in_a_process_is_the_failure_of_the_build(processes: int, few_db: Path, tmp_path: Path) -> None:
    """An error of ratecard's comes out as itself, with its own words; the old site stands and nothing lies about."""
    (tmp_path / "site").mkdir()
    failing = FAILING.format(failure='raise UnknownSeller("a/b", "nobody", ["somebody"])')

    done = _run(BUILD.format(first=failing, processes=processes), few_db, tmp_path / "site")

    assert done.stderr == "UnknownSeller: a/b is not sold by 'nobody'; it is sold by somebody (2)\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["site"]
    assert not list((tmp_path / "site").iterdir())


def test_a_process_that_is_killed_is_told_as_what_it_is(few_db: Path, tmp_path: Path) -> None:
    """Where the system ends a process, for want of memory say, the build says so and leaves no half a site."""
    failing = FAILING.format(failure="import os, signal; os.kill(os.getpid(), signal.SIGKILL)")

    done = _run(BUILD.format(first=failing, processes=2), few_db, tmp_path / "site")

    assert done.returncode == 1
    assert done.stderr.startswith("BadValue: a process that made pages was ended from outside")
    assert not list(tmp_path.iterdir())


def test_an_interrupted_build_leaves_the_old_site(few_db: Path, tmp_path: Path) -> None:
    """Ctrl-C reaches every process; no draft and no process stays behind."""
    # A test that runs in the background would hand on that Ctrl-C is ignored.
    heeding = "import os, signal, time\nsignal.signal(signal.SIGINT, signal.default_int_handler)"
    working = (
        "mark = os.environ['STARTED']; open(mark, 'w').close(); "
        "[time.sleep(0.01) for _ in iter(lambda: os.path.exists(mark + '.end'), True)]"
    )
    started = heeding + FAILING.format(failure=working)
    mark = tmp_path / "started"
    running = subprocess.Popen(
        [sys.executable, "-c", BUILD.format(first=started, processes=2), str(few_db), str(tmp_path / "site")],
        env=_given("1") | {"STARTED": str(mark)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    while not mark.exists() and running.poll() is None:
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGINT)
    mark.with_suffix(".end").touch()  # a process ends the pages it has begun
    _, said = running.communicate()

    assert running.returncode == -signal.SIGINT, said
    assert said.count(b"KeyboardInterrupt") == 1
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["started", "started.end"]
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)


@pytest.mark.parametrize("processes", [1, 2])
def test_results_keep_their_order(processes: int) -> None:
    """What shares come to is told in the order of the shares, not in that of their ends."""
    shares = [functools.partial(pow, number, 2) for number in range(20)]
    assert workers.done(shares, processes) == [number**2 for number in range(20)]


def test_a_failing_page_leaves_the_old_site_by_any_number_of_processes(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody foresaw comes out as it is."""
    monkeypatch.setattr(rendering, "render", lambda *given: 1 / 0)
    for processes in (1, 2):
        with pytest.raises(ZeroDivisionError):
            build(catalog, tmp_path / "site", day=DAY, processes=processes)
        assert not list(tmp_path.iterdir())


def test_every_error_survives_the_way_between_processes() -> None:
    """Each error of ratecard's is the same after it was sent: its class, its words and what it knows."""
    known = {
        "name": "x", "slug": "a/b", "seller": "s", "sellers": ("t",), "kind": "meter", "word": "w", "missing": ("m",),
        "problems": ("one", "two"), "suggestions": ("y",),
    }  # fmt: skip
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, RatecardError):
            wanted = [name for name in inspect.signature(kind.__init__).parameters if name in known]
            error = kind(*(known[name] for name in wanted)) if wanted else kind("words")
            again = pickle.loads(pickle.dumps(error))
            assert (type(again), str(again), vars(again)) == (kind, str(error), vars(error))


def _run(code: str, few_db: Path, out: Path, seed: str = "1") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, str(few_db), str(out)]
    return subprocess.run(command, env=_given(seed), capture_output=True, text=True, check=False)


def _given(seed: str) -> dict[str, str]:
    return {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src")}
