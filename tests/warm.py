"""A Python that has imported large packages: each program runs in a copy of that process, as `python` would run it."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

#: Imports what is named, then runs the program of each line that it reads in a process of its own.
_SERVER = """
import builtins, importlib, json, os, runpy, sys, types, warnings
for name in sys.argv[1:]:
    importlib.import_module(name)
for line in sys.stdin:
    job = json.loads(line)
    if not os.fork():
        break
    print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
else:
    sys.exit()
for number, (name, flags) in enumerate(zip(job["streams"], (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY))):
    os.dup2(os.open(name, flags), number)
sys.stdin = open(0, encoding="utf-8", closefd=False)
os.chdir(job["folder"])
os.environ.clear()
os.environ.update(job["environment"])
for name in job["ignored"]:
    warnings.simplefilter("ignore", getattr(builtins, name))
file, *sys.argv[1:] = job["command"]
sys.argv[0] = file
if file == "-c":
    code = sys.argv.pop(1)
    sys.modules["__main__"] = types.ModuleType("__main__")
    exec(compile(code, "<string>", "exec"), vars(sys.modules["__main__"]))
else:
    sys.path[0] = os.path.dirname(os.path.abspath(file))
    runpy.run_path(file, run_name="__main__")
"""
_STREAMS = ("stdin", "stdout", "stderr")


class Warm(NamedTuple):
    """A running Python, and a folder for what its programs read and write."""

    process: subprocess.Popen[str]
    spool: Path

    def run(
        self,
        *command: str,
        folder: Path,
        environment: Mapping[str, str],
        stdin: str = "",
        ignored: tuple[str, ...] = (),
    ) -> subprocess.CompletedProcess[str]:
        """What becomes of `-c CODE` or `FILE ARGUMENT…` in a folder; warnings are errors, but those `ignored`."""
        streams = [self.spool / name for name in _STREAMS]
        for stream, text in zip(streams, (stdin, "", ""), strict=True):
            stream.write_text(text, encoding="utf-8")
        job = {
            "command": command, "folder": str(folder), "environment": dict(environment), "ignored": ignored,
            "streams": list(map(str, streams)),
        }  # fmt: skip
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        code = int(self.process.stdout.readline())
        _, out, err = (stream.read_text(encoding="utf-8") for stream in streams)
        return subprocess.CompletedProcess(command, code, out, err)


@contextmanager
def warm(python: str, *packages: str, **environment: str) -> Iterator[Warm]:
    """A Python with some packages, whose import gives no warning either."""
    command = [python, "-W", "error", "-c", _SERVER, *packages]
    with (
        tempfile.TemporaryDirectory() as spool,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process,
    ):
        yield Warm(process, Path(spool))
