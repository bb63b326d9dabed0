"""Several processes give what one gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flashgen.parallel import in_chunks
from tests.benchmarks import corpus

# Prints all that a compilation gives; the argument says from how much work on processes are used.
_COMPILE = """
import sys
from pathlib import Path
from flashgen import parallel, pipeline
parallel.in_chunks.__kwdefaults__["worth"] = pipeline.gathering._MUCH_CODE = int(sys.argv[2])
compiled = pipeline.compile(Path(sys.argv[1]), clock=1_800_000_000)
print(compiled.identified.notes, compiled.diagnostics, sorted(compiled.media), compiled.ledger_after)
"""


@pytest.mark.parametrize("worth", [0, 10**9])
def test_chunks_hold_all_things_in_order(worth: int) -> None:
    parts = in_chunks(list, range(100), lambda number: number, worth=worth)
    assert [number for part in parts for number in part] == list(range(100))
    assert (len(parts) > 1) is (worth == 0)


def test_nothing_is_one_chunk() -> None:
    assert in_chunks(list, [], lambda thing: 1, worth=0) == [[]]


def _in_one_and_in_several(root: Path) -> tuple[str, ...]:
    """All that a compilation of this project gives, with and without further processes."""
    return tuple(
        subprocess.run(
            [sys.executable, "-c", _COMPILE, str(root), worth], capture_output=True, check=True, text=True
        ).stdout
        for worth in ("1000000000", "0")
    )


def test_a_project_compiles_alike_in_one_process_and_in_several(tmp_path: Path) -> None:
    corpus.write(tmp_path / "cards", "flashgen", 300, per_file=20)
    (tmp_path / "cards" / "picture.svg").write_text("<svg/>")
    (tmp_path / "cards" / "faults.md").write_text("Q: No answer\n\nQ: ![a](picture.svg)\nA: ![](missing.png)\n")
    one, several = _in_one_and_in_several(tmp_path)
    assert "missing-media" in one
    assert several == one


def test_the_code_of_one_large_file_is_coloured_alike_in_several(tmp_path: Path) -> None:
    corpus.write(tmp_path / "cards", "flashgen", 300, per_file=0)
    one, several = _in_one_and_in_several(tmp_path)
    assert '<span class="k">' in one
    assert several == one


_KILLED = """
import os, signal
from pathlib import Path
from flashgen.parallel import in_chunks

def answer(things):
    if os.getpid() != PARENT:
        os.kill(os.getpid(), signal.SIGKILL)
    return list(things)

PARENT = os.getpid()
print(sum(in_chunks(answer, range(10), lambda thing: 1, worth=0), []))
"""


def test_a_worker_that_is_killed_costs_time_and_nothing_else() -> None:
    done = subprocess.run([sys.executable, "-c", _KILLED], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"{list(range(10))}\n"


@pytest.mark.skipif(sys.platform != "linux", reason="needs a fork")
@pytest.mark.parametrize(
    "before",
    ["import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)", "import os; del os.memfd_create", "pass"],
    ids=["children that the system clears away", "no files in memory", "as ever"],
)
def test_forks_give_what_one_process_gives(before: str) -> None:
    code = f"""
{before}
from flashgen.parallel import in_chunks
print(sum(in_chunks(list, range(1000), lambda thing: 1, worth=0), []) == list(range(1000)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "True\n"
