"""A build that is killed: its files are the old ones or the new ones, together."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from flashgen import journal, pipeline
from tests.faults.two_builds import TwoBuilds, committed, content, leftovers, rebuilt, stopped_at_every_step
from tests.project import START, Project

_RANDOM_KILLS: Final = int(os.environ.get("FLASHGEN_KILLS", "3"))
_DAY: Final = 86_400


def _recovered(root: Path) -> list[str]:
    """Recover what a build has left, and do nothing else; what was told."""
    told: list[str] = []
    with pipeline.alone(root, told.append):
        return told


def _assert_all_or_nothing(builds: TwoBuilds, root: Path, *, thoroughly: bool = True) -> None:
    """What is seen without recovery, by a command that only reads, after recovery, and after the next build."""
    raw = builds.states(root)
    # Whoever looks before the next build finds a ledger that is not behind the packages, and whole files only.
    assert raw == sorted(raw), raw
    assert set(raw) <= {"old", "new"}, raw
    has_happened = journal.beside(root / "cards/ledger.jsonl").exists() or raw[-1] == "new"
    project = Project(root, config="")
    project.day = 2
    if thoroughly:
        before = {path: content(path) for path in root.rglob("*") if path.is_file()}
        seen = project.status()
        assert (seen == {}) == has_happened, seen
        assert {path: content(path) for path in root.rglob("*") if path.is_file()} == before, "status has written"
    assert "dropped" not in " ".join(_recovered(root))
    assert builds.states(root) == ["new" if has_happened else "old"] * len(raw)
    # The new memory is written before it can be announced, and the cache when all is done; the next build writes both
    # again in the same place.
    assert len(leftovers(root)) <= 1
    assert {path.parent.name for path in root.rglob(".flashgen-*")} <= {".flashgen_cache"}
    if thoroughly:
        project.day = 1
        project.build()
        assert builds.states(root) == ["new"] * len(raw)
        assert leftovers(root) == []


def test_killed_at_any_step_a_build_has_happened_or_not(builds: TwoBuilds, folder: Path) -> None:
    copies = stopped_at_every_step(builds, folder / "copies", "kill")
    *killed, done = copies
    assert (done / "status").read_text() == "0"
    assert len(killed) > 20
    assert {(copy / "status").read_text() for copy in killed} == {str(-signal.SIGKILL)}
    states = {tuple(builds.states(copy / "project")) for copy in killed}
    # The kills do meet the moments between one file and the next.
    assert len(states) == len(builds.written) + 1
    looked_at = set()
    for copy in killed:
        root = copy / "project"
        looks = (*builds.states(root), *sorted(Path(name).suffix for name in leftovers(root)))
        _assert_all_or_nothing(builds, root, thoroughly=looks not in looked_at)
        looked_at.add(looks)


def test_interrupted_at_any_step_a_build_ends_in_order(folder: Path) -> None:
    builds = rebuilt(folder)
    *interrupted, _ = stopped_at_every_step(builds, folder / "copies", "interrupt")
    states = set()
    for copy in interrupted:
        root = copy / "project"
        assert (copy / "status").read_text() == "130"
        found = builds.states(root)
        assert set(found) in ({"old"}, {"new"}), found
        states |= set(found)
        assert not journal.beside(root / "cards/ledger.jsonl").exists()
        assert len(leftovers(root)) <= 1
    assert states == {"old", "new"}


def test_a_recovery_that_is_killed_is_recovered_from(folder: Path) -> None:
    builds = rebuilt(folder)
    root, _ = committed(builds, placed=1)
    *killed, _ = stopped_at_every_step(replace(builds, before=root), folder / "copies", "kill")
    for copy in killed:
        recovered = copy / "project"
        assert "dropped" not in " ".join(_recovered(recovered))
        assert builds.states(recovered) == ["new"] * 5
        assert {path.parent.name for path in recovered.rglob(".flashgen-*")} <= {".flashgen_cache"}


def test_killed_at_a_random_moment_a_build_has_happened_or_not(folder: Path) -> None:
    builds = rebuilt(folder)
    moments = random.Random(7)
    # From the start of Python on to the end of the build, and some over.
    started = time.monotonic()
    shutil.copytree(builds.before, folder / "measure")
    _start(folder / "measure").wait(timeout=60)
    takes = time.monotonic() - started
    for number in range(_RANDOM_KILLS):
        root = folder / f"killed-{number}"
        shutil.copytree(builds.before, root)
        process = _start(root)
        # The last third is where files are written.
        time.sleep(takes * moments.uniform(0.5, 1.1))
        process.kill()
        process.wait(timeout=60)
        _assert_all_or_nothing(builds, root)


def _start(root: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "flashgen", "build", str(root)],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(START + 2 * _DAY)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
