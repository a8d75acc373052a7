"""The package as people install it."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import toys

CODE = """
from ratecard import cost, route
print(cost("openai/gpt-image-1", images=2, quality="high").total)
print(route(["edit", "mask"], images=10, max_cost="0.50", at="2026-11-21").choice.slug)
"""


@pytest.fixture(name="wheel", scope="module")
def _wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--disable-pip-version-check", "--wheel-dir", str(folder), str(toys.ROOT)], check=True)
    return next(folder.glob("ratecard-*.whl"))


def test_the_wheel_carries_the_catalog_and_the_templates(wheel: Path) -> None:
    """Nothing else is needed to price, route and build pages; nothing of the repository's tests comes along."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {
        "ratecard/catalog.db",
        "ratecard/routing/gateways.tsv",
        "ratecard/templates/model.html",
        "ratecard/py.typed",
    } <= set(names)
    assert not [name for name in names if name.startswith(("tests", "catalog/"))]


def test_an_installed_package_prices_routes_and_builds_without_set_up(
    wheel: Path, frozen_db: Path, tmp_path: Path
) -> None:
    """In a fresh environment, anywhere, `cost` and `route` work right after installation, and `site` of any catalog."""
    home = tmp_path / "env"
    venv.create(home)
    python = home / "bin" / "python"
    locked = toys.ROOT / "requirements" / "dev.txt"
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--no-compile", "--constraint", _without_hashes(locked, tmp_path), wheel], check=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"RATECARD_DB": ""}
    done = subprocess.run(
        [python, "-c", CODE], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["0.334", "openai/gpt-image-1-mini"]
    script = home / "bin" / "ratecard"
    where = subprocess.run([script, "where"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert where.stdout.strip().endswith("ratecard/catalog.db")
    site = [script, "site", "--db", frozen_db, "--out", "pages"]
    subprocess.run(site, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert (tmp_path / "pages/models/bfl/flux-2-pro/index.html").is_file()


def _without_hashes(locked: Path, folder: Path) -> Path:
    """The locked versions as constraints, which pip takes without hashes."""
    lines = (line.split(" \\")[0] for line in locked.read_text(encoding="utf-8").splitlines())
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(line for line in lines if "==" in line), encoding="utf-8")
    return constraints
