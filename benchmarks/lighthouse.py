"""Lighthouse's verdict on pages of the built site, as a phone on a slow line would have them.

`python benchmarks/lighthouse.py` shows it for `site/`; `--write` puts it into docs/site.md. It needs npm and Chromium;
Lighthouse is installed under `.cache/` once.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from measure import ROOT
from run import machine

from ratecard.site import serve

VERSION = "12.8.2"
HOME = ROOT / ".cache" / "benchmarks" / "lighthouse"
DOCUMENT = ROOT / "docs" / "site.md"
#: The pages by what they are called in the table.
PAGES = {
    "start": "",
    "model": "models/ideogram/ideogram-v2-edit/",
    "model with many sellers": "models/openai/gpt-4o/",
    "list of models": "models/",
    "calculator": "cost/",
    "compare": "compare/?m=openai/gpt-4o,openai/gpt-4o-mini",
}
SCORES = ("performance", "accessibility", "best-practices", "seo")
TIMES = ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
CHROMIUM = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"

_PART = re.compile(r"(<!-- made by benchmarks/lighthouse.py -->\n).*?(<!-- end -->)", re.DOTALL)


def main(arguments: list[str]) -> None:
    """Shows the table, and writes it into the document where asked to."""
    with served(ROOT / "site") as home:
        rows = [row(name, judged(home + path)) for name, path in PAGES.items()]
    table = "\n".join([heading(), *rows])
    print(table)
    if "--write" in arguments:
        said = f"Lighthouse {VERSION}, mobile, on {machine()}.\n\n{table}\n"
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(_PART.sub(lambda found: found[1] + said + found[2], text), encoding="utf-8")


def heading() -> str:
    """The head of the table."""
    names = ("page", *(score.replace("-", " ") for score in SCORES), "largest paint", "blocked", "shifted")
    return f"| {' | '.join(names)} |\n|---|{'--:|' * (len(names) - 1)}"


def row(name: str, verdict: Mapping[str, Any]) -> str:
    """A page's scores out of a hundred, and its times."""
    scores = [f"{verdict['categories'][score]['score'] * 100:.0f}" for score in SCORES]
    times = [verdict["audits"][time]["displayValue"].replace("\xa0", " ") for time in TIMES]
    return f"| {' | '.join([name, *scores, *times])} |"


def judged(address: str) -> Mapping[str, Any]:
    """What Lighthouse reports of one address."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        raise SystemExit("install chromium (Debian: apt-get install chromium)")
    command = [lighthouse(), address, "--quiet", "--output=json", f"--chrome-flags={CHROMIUM}"]
    environment = {**os.environ, "CHROME_PATH": chromium}
    said = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
    return json.loads(said.stdout)  # type: ignore[no-any-return]  # Lighthouse's report is an object


def lighthouse() -> Path:
    """The command, installed where it is missing."""
    command = HOME / "node_modules" / ".bin" / "lighthouse"
    if not command.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        options = ("--prefix", HOME, "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
        subprocess.run(["npm", "install", *options, f"lighthouse@{VERSION}"], check=True)
    return command


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the pages while the block runs."""
    with serve.server(folder, 0) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            yield f"http://{serve.ADDRESS}:{running.server_port}/"
        finally:
            running.shutdown()
            thread.join()


if __name__ == "__main__":
    main(sys.argv[1:])
