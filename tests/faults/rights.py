"""flashgen as somebody who may read and not write; the tests' own user may be root, whom no rights bind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.project import START

# Root without these is bound by rights as everybody is.
_LESS: Final = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner", "--")


def bound(
    *arguments: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The program, in a process that is bound by the rights of files."""
    return subprocess.run(
        [*(_LESS if os.geteuid() == 0 else ()), sys.executable, "-m", "flashgen", *arguments],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(START), **(environment or {})},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def make_read_only(root: Path) -> None:
    """Takes the right to write from a folder and all that it holds."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)


def make_writable(root: Path) -> None:
    """Gives the owner the right to write again, so that the folder can be removed."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o200)
