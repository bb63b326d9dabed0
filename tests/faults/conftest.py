"""What the tests of faults share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.two_builds import TwoBuilds, first_build, rebuilt


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where the system has one: what is brought to a disk some hundred times takes its time."""
    memory = "/dev/shm"
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as name:
        yield Path(name)


@pytest.fixture(params=[rebuilt, first_build], ids=["rebuilt", "first build"])
def builds(request: pytest.FixtureRequest, folder: Path) -> TwoBuilds:
    """A project before and after a build: one that changes everything, and the first one."""
    found: TwoBuilds = request.param(folder)
    return found
