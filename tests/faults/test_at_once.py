"""Several processes on one project at once: one waits and says so, and none spoils what another does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flashgen import pipeline
from tests.faults.two_builds import leftovers
from tests.project import START, Project

_CARDS: Final = "Q: What is light?\nA: A wave\n"
_HOLD: Final = """
import sys
from pathlib import Path
from flashgen import pipeline
with pipeline.alone(Path(sys.argv[1]), print):
    print("held", flush=True)
    sys.stdin.read()
"""

_BUILD_AGAIN: Final = """
import sys
from pathlib import Path
from tests.project import Project
project = Project(Path(sys.argv[1]), config="")
project.day = 1
for _ in range(20):
    project.build("--refresh")
"""


@contextmanager
def _held(root: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the project for itself."""
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        yield holder
    finally:
        holder.kill()
        holder.communicate(timeout=60)


def _start(root: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "flashgen", "build", str(root)],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(START)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _project(root: Path) -> Project:
    project = Project(root)
    project.write({"cards/a.md": _CARDS})
    return project


def test_a_build_waits_for_another_says_so_and_goes_on_when_that_one_is_killed(tmp_path: Path) -> None:
    root = _project(tmp_path).root
    with _held(root) as holder:
        waiting = _start(root)
        assert waiting.stderr is not None
        assert waiting.stderr.readline() == "another flashgen writes this project; waiting until it is done\n"
        time.sleep(0.2)
        assert waiting.poll() is None
        assert not (root / "cards/ledger.jsonl").exists()
        holder.kill()
        stdout, stderr = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, stderr
    assert "1 added" in stdout


def test_check_and_status_wait_for_nobody(tmp_path: Path) -> None:
    project = _project(tmp_path)
    with _held(project.root):
        assert project.run("check").exit_code == 0
        assert project.status() == {"added": 1}


def test_whoever_reads_while_builds_write_sees_one_of_them_whole(tmp_path: Path) -> None:
    project = _project(tmp_path)
    project.build()
    builder = subprocess.Popen([sys.executable, "-c", _BUILD_AGAIN, str(project.root)])
    seen = set()
    while builder.poll() is None:
        compiled = pipeline.compile(project.root, clock=START)
        assert not compiled.has_errors, compiled.diagnostics
        (row,) = compiled.ledger_before.rows
        seen.add(row.modified)
    assert builder.wait() == 0
    assert len(seen) > 2


def test_projects_do_not_wait_for_one_another(tmp_path: Path) -> None:
    with _held(_project(tmp_path / "one").root):
        _project(tmp_path / "two").build()


def test_builds_that_start_together_all_succeed_and_only_one_adds(tmp_path: Path) -> None:
    root = _project(tmp_path).root
    builds = [_start(root) for _ in range(4)]
    said = [build.communicate(timeout=100) for build in builds]
    assert [build.returncode for build in builds] == [0] * len(builds), said
    assert sorted("1 added" in stdout for stdout, _ in said) == [False, False, False, True]
    assert leftovers(root) == []
    assert (root / "cards/ledger.jsonl").read_text().count("\n") == 2


def test_a_ledger_that_another_program_changes_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    project = _project(tmp_path)
    project.build()
    project.edit("cards/a.md", "A wave", "A wave and a particle")
    compiled = pipeline.compile(project.root, clock=START + 1_000_000)
    packages = [(project.root / "decks/a.apkg", deck) for deck in pipeline.decks(compiled)]
    # As git does when a branch is checked out.
    theirs = project.read("cards/ledger.jsonl").replace("What is light?", "What is sound?")
    project.write({"cards/ledger.jsonl": theirs})
    before = (project.root / "decks/a.apkg").read_bytes()
    built = pipeline.build(compiled, packages)
    (fault,) = built.faults
    assert fault.rule.name == "unwritable-output"
    assert fault.span.file == "cards/ledger.jsonl"
    assert "another program changed it while the build ran; nothing was changed" in fault.message
    assert project.read("cards/ledger.jsonl") == theirs
    assert (project.root / "decks/a.apkg").read_bytes() == before
    assert leftovers(project.root) == []
