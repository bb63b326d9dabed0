"""A browser for all tests of a module, and a project whose cards have everything that a page must show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.preview.served import Opened, opened, served
from tests.project import Project
from tests.screenshots.page import browser

# The machine may have other work.
expect.set_options(timeout=20_000)

SOUND = (Path(__file__).parents[1] / "projects/everything/cards/media/shell.mp3").read_bytes()
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'

CARDS = """
---
deck: Town
tags: [town]
lang: fr
---
# Streets

Q: What is the **capital** of France?
A: Paris, on the Seine.
H: It is on a river.

C: {{Rome}} lies in {{Italy::a country}}.

Q: What is the symbol of sodium?
A: Na
<!-- {reverse: true, typed: true, tags: [chemistry]} -->

Q: What is the energy of a mass at rest?
A: $E = mc^2$

![A picture](picture.svg)

Word: un obus
Meaning: shell
Audio: ![](shell.mp3)
<!-- ask: [recognition, listening] -->

Word: une pomme
Meaning: apple
<!-- ask: [listening] -->

Q: Which [page](https://example.org/x) is this?
A: It has ![a remote picture](https://example.org/p.png).

Q: What is missing here?

![](picture.svg)

A: A text.
""".lstrip()


def town(root: Path) -> Project:
    """A project of one file, with a picture and a sound."""
    project = Project(root)
    project.write({"cards/town.md": CARDS, "cards/picture.svg": PICTURE, "cards/shell.mp3": SOUND})
    return project


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The preview of a town that was built once."""
    project = town(tmp_path_factory.mktemp("town"))
    project.build()
    with served(project.root) as where:
        yield where


@pytest.fixture
def view(chromium: Browser, address: str) -> Iterator[Opened]:
    """Its page on a desktop by day; in the end it must neither have complained nor asked anybody else."""
    with opened(chromium, address) as page:
        yield page
        assert page.asked == []
        assert [error for error in page.errors if "example.org" not in error] == []
