"""A project, and another one that is the same but for its cache: whatever commands tell and write must be alike."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.project import Project

Said = tuple[int, str, str]


def without_cache(project: Project, place: Path) -> Project:
    """A copy of a project in which nothing is kept."""
    shutil.copytree(project.root, place, symlinks=True)
    for kept in (place / ".flashgen_cache").glob("*"):
        if _is_kept(kept):
            kept.unlink()
    copy = Project(place, config="")
    copy.day = project.day
    return copy


def assert_alike(one: Project, other: Project) -> None:
    """Whatever `check`, `status` and a build tell of both, and what they write, is the same."""
    for project in (one, other):
        project.day += 1
    for arguments in (
        ("check",),
        ("check", "--format", "json"),
        ("status",),
        ("status", "--format", "json"),
        ("build",),
        ("build", "--locked"),
        ("check",),
        ("status",),
    ):
        assert _said(one, *arguments) == _said(other, *arguments), arguments
        assert _written(one) == _written(other), arguments


def _said(project: Project, *arguments: str) -> Said:
    result = project.run(*arguments)
    root = str(project.root)
    return result.exit_code, result.stdout.replace(root, "ROOT"), result.stderr.replace(root, "ROOT")


def _written(project: Project) -> dict[str, bytes]:
    files = (path for path in project.root.rglob("*") if path.is_file() and not _is_kept(path))
    return {path.relative_to(project.root).as_posix(): path.read_bytes() for path in files}


def _is_kept(path: Path) -> bool:
    """Whether a file of the cache is there to save time alone, as what this machine has built is not."""
    return path.suffix == ".json" or path.name.endswith("packed")
