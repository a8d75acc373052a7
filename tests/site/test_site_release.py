"""A site is put in place in one step, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from site_reading import DAY

from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue
from ratecard.site import publish, rendering
from ratecard.site.build import build
from ratecard.site.publish import File

SITE: tuple[File, ...] = (("index.html", b"new"), ("llms.txt", b"new"), ("style.css", b"new"), ("a/b.html", b"new"))


def _publish(files: Iterable[File], out: Path) -> None:
    with publish.drafted(out) as draft:
        for name, content in files:
            draft.put(name, content)


@pytest.fixture(name="out")
def _out(tmp_path: Path) -> Path:
    out = tmp_path / "site"
    _publish(((name, b"old") for name, _ in SITE), out)
    (out / "README.md").write_text("kept")
    return out


def test_a_new_site_takes_the_place_of_the_old(out: Path) -> None:
    """Every file of the old site but README.md gives way."""
    (out / "gone.html").write_text("old")

    _publish(SITE, out)

    assert _contents(out) == {"README.md": b"kept", **dict(SITE)}


def test_a_failure_leaves_the_old_site(out: Path) -> None:
    """Whatever goes wrong while pages are made, the old ones stand and nothing lies about."""
    before = _contents(out)

    with pytest.raises(RuntimeError):
        _publish(_failing(), out)

    assert _contents(out) == before
    assert [entry.name for entry in out.parent.iterdir()] == ["site"]


def test_a_page_that_cannot_be_rendered_leaves_the_old_site(
    out: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that fails half-way changes nothing."""
    before = _contents(out)
    made = iter(range(40))

    def fail(*given: object) -> bytes:
        return b"page" if next(made, None) is not None else 1 / 0  # type: ignore[return-value]

    monkeypatch.setattr(rendering, "render", fail)
    with pytest.raises(ZeroDivisionError):
        build(catalog, out, day=DAY)

    assert _contents(out) == before


def test_two_renames_do_where_one_exchange_cannot(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without an exchanging rename gets the same result."""
    monkeypatch.setattr(publish, "_exchange", lambda fresh, out: False)

    _publish(SITE, out)

    assert _contents(out) == {"README.md": b"kept", **dict(SITE)}
    assert [entry.name for entry in out.parent.iterdir()] == ["site"]


def test_a_directory_of_other_files_is_refused(tmp_path: Path) -> None:
    """A directory that is not a site is never replaced."""
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(BadValue, match="not a site"):
        _publish(SITE, tmp_path)

    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_a_reader_never_finds_a_gap(out: Path) -> None:
    """While one site takes the place of another, every page can be read at every moment."""
    if not publish._exchange(out, out.parent / "site"):
        pytest.skip("this system cannot exchange two directories in one step")
    missing: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            missing.extend(name for name, _ in SITE if not (out / name).is_file())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(50):
        _publish(SITE, out)
    done.set()
    reader.join()

    assert missing == []


@pytest.mark.parametrize("name", ["../outside.html", "a/../../outside.html", "/tmp/outside.html"])
def test_nothing_is_written_outside(name: str, out: Path) -> None:
    """A name that leads out of the site is refused."""
    with pytest.raises(BadValue, match="outside the site"):
        _publish([(name, b"")], out)


def _failing() -> Iterator[File]:
    yield "index.html", b"half"
    raise RuntimeError


def _contents(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
