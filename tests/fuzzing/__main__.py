"""`python -m tests.fuzzing TARGET --seconds N`: lets atheris look for inputs that break a promise.

Needs the extra `fuzz`. Inputs that found something are written to `--found`, one a kind of fault; the run goes on.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import atheris

with atheris.instrument_imports(include=["flashgen", "markdown_it", "mdit_py_plugins", "html", "tomllib"]):
    from tests.fuzzing.targets import TARGETS
from tests.hostile_text.catalogue import FRAGMENTS, LINES, special

_HERE: Final = Path(__file__).parents[1]
_LARGEST_SEED: Final = 400


def _seeds() -> Iterator[bytes]:
    """The sources and the examples of this repository, whole and by their paragraphs, and small hostile ones."""
    places = ("notation/*.md", "rules/*.md", "../cards/*.md", "../cards/ledger.jsonl", "hostile_text/found/*")
    for path in sorted(path for place in places for path in _HERE.glob(place)):
        text = path.read_bytes()
        yield from (part for part in (text, *text.split(b"\n## "), *text.split(b"\n\n")) if len(part) < _LARGEST_SEED)
        yield from (match[1] for match in re.finditer(rb"(?ms)^`{3,}\w[^\n]*\n(.*?)^`{3,}", text))
    for case in special():
        yield from (content for content in case.files(150).values() if len(content) < _LARGEST_SEED)
    yield from (line.encode() + b"\n" for line in (*FRAGMENTS.values(), *LINES.values()))


def _corpus(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for seed in _seeds():
        (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)


def _dictionary(path: Path) -> None:
    words = {word.encode() for word in (*FRAGMENTS.values(), *LINES.values())}
    path.write_text(
        "".join(
            '"' + "".join(f"\\x{byte:02X}" for byte in word) + '"\n' for word in sorted(words) if 0 < len(word) < 100
        )
    )


class _Watch:
    """Runs a target, keeps the first inputs of each kind of fault, and counts."""

    def __init__(self, target: Callable[[bytes], None], found: Path) -> None:
        self._target = target
        self._found = found
        self.kinds: Counter[str] = Counter()
        self.runs = 0
        self._begun = time.monotonic()

    def __call__(self, data: bytes) -> None:
        self.runs += 1
        try:
            self._target(data)
        except Exception as fault:
            kind = self._kind(fault)
            self.kinds[kind] += 1
            if self.kinds[kind] == 1:
                name = self._found / hashlib.sha256(kind.encode()).hexdigest()[:12]
                name.write_bytes(data)
                name.with_suffix(".txt").write_text(f"{kind}\n\n{traceback.format_exc()}")
                print(f"FOUND {kind}: {str(fault)[:300]} -> {name}", flush=True)

    def _kind(self, fault: Exception) -> str:
        frames = [
            frame
            for frame in traceback.extract_tb(fault.__traceback__)
            if "flashgen" in frame.filename or "tests" in frame.filename
        ]
        what = re.split(r"[:'\d]", str(fault))[0][:60] if isinstance(fault, AssertionError) else ""
        return f"{type(fault).__name__} in {frames[-1].name if frames else '?'} {what}".strip()

    def said(self) -> str:
        kinds = "; ".join(f"{kind} ({times})" for kind, times in self.kinds.most_common())
        seconds = time.monotonic() - self._begun
        return f"{self.runs} executions in {seconds:.0f} s: {kinds or 'nothing found'}"


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--found", type=Path, default=Path("build/fuzzing"), help="the folder for what was found")
    chosen = parser.parse_args()
    folder = chosen.found / chosen.target
    _corpus(folder / "corpus")
    _dictionary(folder / "words.dict")
    watch = _Watch(TARGETS[chosen.target], folder)
    atheris.Setup(
        [
            sys.argv[0],
            str(folder / "corpus"),
            f"-dict={folder / 'words.dict'}",
            f"-max_total_time={chosen.seconds}",
            f"-artifact_prefix={folder}/",
            "-timeout=20",
            "-rss_limit_mb=1500",
            "-max_len=1000",
            "-print_final_stats=1",
        ],
        watch,
    )
    try:
        atheris.Fuzz()
    finally:
        print(watch.said(), flush=True)


if __name__ == "__main__":
    _main()
