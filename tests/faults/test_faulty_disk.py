"""Disks that are full or fail: a build has happened or has changed nothing, and says which file is at fault."""

from __future__ import annotations

import errno
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import pytest

from flashgen.package import database
from flashgen.pipeline import writing
from tests.faults.two_builds import TwoBuilds, leftovers, rebuilt, stopped_at_every_step
from tests.project import START, Project

_FAULT: Final = re.compile(r"^\S.*:\d+:\d+: error\[[a-z0-9-]+\] .+\n  help: .+$", re.MULTILINE)
_KILOBYTES: Final = (52, 70, 80, 400)
# Runs a command on a tmpfs of $2 kilobytes over $1, which its processes alone see. It begins with what is in $3, and
# what it holds in the end is copied to $4.
_ON_A_SMALL_DISK: Final = """
disk=$1 before=$3 seen=$4
mount -t tmpfs -o "size=$2k" none "$disk" || exit 99
rm -f "$before/.flashgen_cache/"*.json "$before/.flashgen_cache/packed"
cp -a "$before/." "$disk" && shift 4 || exit 99
"$@"
status=$?
cp -a "$disk/." "$seen"
exit $status
"""


def test_a_fault_at_any_step_is_told_and_the_build_has_happened_or_not(folder: Path) -> None:
    builds = rebuilt(folder)
    *stopped, done = stopped_at_every_step(builds, folder / "copies", "EIO")
    assert (done / "status").read_text() == "0"
    assert len(stopped) > 50
    for copy in stopped:
        root, stderr, status = copy / "project", (copy / "stderr").read_text(), (copy / "status").read_text()
        memory, *states = builds.states(root)
        assert set(states) in ({"old"}, {"new"}), (copy.name, states)
        assert memory == states[0] or "built.jsonl cannot be written" in stderr, copy.name
        if status == "0":
            assert states[0] == "new", copy.name
        else:
            assert status == "1", copy.name
            assert _FAULT.search(stderr), stderr
            # Behind its commit a build counts, and what is left of it is cleared away by the next.
            assert states[0] == "old" or "the next build finishes what this one has begun" in stderr, stderr
    for copy in stopped[::8]:
        project = Project(copy / "project", config="")
        project.day = 1
        project.build()
        assert builds.states(project.root)[1:] == ["new"] * 4
        assert leftovers(project.root) == []


@pytest.mark.skipif(
    shutil.which("unshare") is None or os.geteuid() != 0, reason="only root can mount a disk that is too small"
)
def test_on_a_full_disk_nothing_changes(folder: Path) -> None:
    builds = rebuilt(folder)
    succeeded = [_is_built_on(kilobytes, builds, folder) for kilobytes in _KILOBYTES]
    # Some are too small for the first new file, some for the last, and one is large enough.
    assert succeeded == [False] * (len(_KILOBYTES) - 1) + [True]


def test_the_file_that_keeps_git_out_of_the_cache_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    program = (
        "import pathlib, resource; from flashgen.cache import store\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); store.prepare(pathlib.Path('cache'))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False
    )
    assert "File too large" in said.stderr
    assert list((tmp_path / "cache").iterdir()) == []


def _is_built_on(kilobytes: int, builds: TwoBuilds, folder: Path) -> bool:
    """Whether the project can be built on a disk of this size; what is left of it is looked at in either case."""
    disk, seen = folder / f"disk-{kilobytes}", folder / f"seen-{kilobytes}"
    disk.mkdir()
    seen.mkdir()
    build = [sys.executable, "-m", "flashgen", "build", str(disk)]
    said = subprocess.run(
        ["unshare", "--mount", "sh", "-c", _ON_A_SMALL_DISK, "sh", disk, str(kilobytes), builds.before, seen, *build],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(START + 2 * 86_400)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if said.returncode != 0:
        assert "No space left on device; nothing was changed" in said.stderr
        assert _FAULT.search(said.stderr), said.stderr
    assert builds.states(seen) == ["old" if said.returncode else "new"] * 5
    assert leftovers(seen) == []
    return said.returncode == 0


class _Full(io.BytesIO):
    """A file on a full disk, which tells when what is left of it is to be written."""

    def __init__(self, _: int) -> None:
        super().__init__()

    def seek(self, place: int, whence: int = 0) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("place", ["there is place", "there is none", "it is full in the end"])
def test_a_ledger_that_goes_over_the_disk_is_the_same(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(tmp_path / "project")
    project.write({"cards/a.md": "Q: a?\nA: b\n\nQ: b?\nA: c\n"})
    project.build()
    written = {path: path.read_bytes() for path in (project.root / "cards").iterdir()}
    shutil.rmtree(project.root / ".flashgen_cache")
    for path in (project.root / "cards/ledger.jsonl", project.root / "decks/a.apkg"):
        path.unlink()
    monkeypatch.setattr(writing, "_MUCH_TEXT", 1)
    if place == "there is none":
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    elif place == "it is full in the end":
        monkeypatch.setattr(tempfile, "SpooledTemporaryFile", _Full)
    project.day = 0
    project.build()
    assert {path: path.read_bytes() for path in (project.root / "cards").iterdir()} == written


class _Torn(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_database_that_cannot_be_read_again_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path / "project")
    project.write({"cards/a.md": "Q: a?\nA: b\n"})
    monkeypatch.setattr(database, "database", lambda *_, **__: _Torn(b"x"))
    said = project.run("build")
    assert said.exit_code == 1
    assert f"{tempfile.gettempdir()}:1:1: error[unwritable-output] this file cannot be written" in said.stderr
    assert "Input/output error; nothing was changed" in said.stderr
    assert leftovers(project.root) == []
    assert not (project.root / "decks").exists()
