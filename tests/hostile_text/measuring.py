"""A case in a process of its own: how much time of a processor and how much memory an answer takes."""

from __future__ import annotations

import gc
import json
import os
import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.hostile_text.catalogue import Case, Files

NAMESPACE: Final = b'namespace = "hostile-a2b3c"\n'


@dataclass(frozen=True)
class Answer:
    """What an answer took: seconds of a processor, megabytes at most; `failed` where there was none, and why."""

    seconds: float
    megabytes: float
    failed: str = ""


def answer(case: Case, size: int, *, limit: int = 60) -> Answer:
    """Compiles the files of a case of about `size` bytes and writes the report, in at most `limit` seconds."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), case.files(size))
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
            os.write(writing, json.dumps(_answered(Path(folder))).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            said = pipe.read()
        _, status, usage = os.wait4(child, 0)
        if not said:
            return Answer(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, f"ended by {status}")
        seconds, failed = json.loads(said)
        return Answer(seconds, usage.ru_maxrss / 1024, failed)


def write(folder: Path, files: Files) -> None:
    """Writes the files of a project, with a config where they have none."""
    for name, content in {"flashgen.toml": NAMESPACE, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _answered(folder: Path) -> tuple[float, str]:
    from flashgen import pipeline, report

    gc.disable()  # as the program does
    begun = time.process_time()
    try:
        compiled = pipeline.compile(folder, clock=1_800_000_000)
        for _ in report.faults(compiled.diagnostics, folder, "text"):
            pass
        if not compiled.has_errors:
            _ = compiled.ledger_after
    except Exception as fault:
        return time.process_time() - begun, f"{type(fault).__name__}: {fault}"[:300]
    return time.process_time() - begun, ""
