"""A preview of a project in a process of its own, as its author starts it, and its page in a browser."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, FrameLocator, Page, Request

from tests.project import START

_TREE = Path(__file__).parents[2]


@contextmanager
def served(path: Path, *options: str) -> Iterator[str]:
    """The address of a preview of this path, which is stopped afterwards as Ctrl-C does it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "flashgen", "preview", str(path), "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={
            **os.environ,
            "SOURCE_DATE_EPOCH": str(START),
            "PYTHONPATH": os.pathsep.join([str(_TREE), os.environ.get("PYTHONPATH", "")]),
        },
    )
    assert process.stdout is not None
    try:
        process.stdout.readline()
        address = process.stdout.readline().split(" ")[0]
        assert address.startswith("http://"), process.communicate()
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in errors, errors


@dataclass
class Opened:
    """The page of a preview. `asked` are the addresses that it asked for elsewhere, `errors` what it complained of."""

    page: Page
    address: str
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def card(self) -> FrameLocator:
        """What the open card shows."""
        return self.page.frame_locator("#card")

    def go_to(self, words: str, title: str = "") -> None:
        """Opens the first card whose note has these words; its front begins with them, or is `title`."""
        self.page.fill("#search", words)
        self.page.keyboard.press("Enter")
        # The list leads; the card itself follows once its sides have come from the server.
        self.page.wait_for_function(
            """words => {
              const row = document.querySelector("[aria-selected=true]");
              const isShown = document.documentElement.dataset.shown.includes(` ${row?.dataset.name} front `);
              return isShown && row.querySelector(".title").textContent.includes(words);
            }""",
            arg=title or words,
        )
        self.page.fill("#search", "")
        self.page.focus("#flip")

    def press(self, key: str) -> None:
        """Presses a key that shows another side or card, and waits until it is there."""
        before = self.page.get_attribute("html", "data-shown")
        self.page.keyboard.press(key)
        self.page.wait_for_function("before => document.documentElement.dataset.shown !== before", arg=before)

    def shown(self) -> str:
        """The text of the open card."""
        return self.card.locator("#qa").inner_text()

    def width_of_picture(self) -> int:
        """The width in pixels of the first picture of the open card once it is loaded, asked from outside its frame."""
        script = "document.getElementById('card').contentDocument.querySelector('img')"
        width: int = self.page.evaluate(f"{script}.decode().then(() => {script}.naturalWidth)")
        return width

    def wait_for(self, text: str) -> None:
        """Waits until the open card shows a text."""
        self.card.get_by_text(text).first.wait_for(timeout=10_000)

    def _asks(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "about:", "blob:")):
            self.asked.append(request.url)

    def _complains(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)


@contextmanager
def opened(
    browser: Browser, address: str, *, width: int = 1280, height: int = 800, dark: bool = False, touch: bool = False
) -> Iterator[Opened]:
    """The page at this address, once it shows a card."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        has_touch=touch,
        is_mobile=touch,
        permissions=["clipboard-read", "clipboard-write"] if address.startswith("http") else [],
    )
    page = context.new_page()
    view = Opened(page, address)
    page.on("requestfinished", view._asks)
    page.on("requestfailed", lambda request: None if request.failure == "csp" else view._asks(request))
    page.on("console", view._complains)
    page.on("pageerror", lambda error: view.errors.append(str(error)))
    page.goto(address)
    page.wait_for_selector("html[data-shown]")
    try:
        yield view
    finally:
        context.close()
