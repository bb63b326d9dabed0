"""A build that is stopped at its n-th step on the disk, for every n: `python -m tests.faults.steps`.

A step is a file or folder of the project opened, renamed, removed, made or brought to the disk. At the chosen one the
process is killed (`kill`) or interrupted as by Ctrl-C (`interrupt`), or the step fails (`EIO`, `ENOSPC` …); what only
reads is a step for `EIO` alone. The program copies a project once for each step and stops the build of the copy there.
Each build is a fork of one process that has everything imported.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.project import Project

_STEPS: Final = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.chmod"})
_MOST: Final = 500


def main(project: Path, copies: Path, how: str, day: str, *arguments: str) -> None:
    """Leaves the copies as they were after the fault, each with its `stderr` and `status`; the last met none."""
    # What is imported and worked out at the first build would be so at every step.
    shutil.copytree(project, copies / "first", symlinks=True)
    Project(copies / "first", config="").build(*arguments)
    shutil.rmtree(copies / "first")
    for step in range(_MOST):
        copy = copies / f"{step:03}"
        shutil.copytree(project, copy / "project", symlinks=True)
        child = os.fork()
        if child == 0:
            _build(copy, step, how, int(day), arguments)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        (copy / "status").write_text(str(code))
        if not (copy / "met").exists():
            return
    raise SystemExit(f"more than {_MOST} steps")


def _build(copy: Path, step: int, how: str, day: int, arguments: tuple[str, ...]) -> None:
    project = Project(copy / "project", config="")
    project.day = day
    _stop(str(project.root), step, how, copy / "met")
    # A clock that moves on would make packages that differ.
    result = project.run("build", *arguments)
    (copy / "stderr").write_text(result.stderr)
    os._exit(result.exit_code)


def _stop(root: str, step: int, how: str, met: Path) -> None:
    left = step

    def meet(path: object) -> None:
        nonlocal left
        if not isinstance(path, str | os.PathLike) or not os.fspath(path).startswith(root):
            return
        left -= 1
        if left == -1:
            os.mkdir(met)
            if how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(60)
            if how == "interrupt":
                raise KeyboardInterrupt
            number = getattr(errno, how)
            raise OSError(number, os.strerror(number), path)

    def hook(event: str, values: tuple[object, ...]) -> None:
        if event in _STEPS and not (event == "open" and how != "EIO" and _only_reads(values[2])):
            meet(values[0])

    sys.addaudithook(hook)
    os.fsync = _met_first(os.fsync, lambda descriptor: meet(os.readlink(f"/proc/self/fd/{descriptor}")))


def _only_reads(flags: object) -> bool:
    return isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR) == 0


def _met_first(function: Callable[[int], None], meet: Callable[[int], None]) -> Callable[[int], None]:
    def step(descriptor: int) -> None:
        meet(descriptor)
        function(descriptor)

    return step


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
