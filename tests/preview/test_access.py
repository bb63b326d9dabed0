"""Whoever uses a screen reader, a keyboard or large letters can use the page: axe finds nothing serious."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.preview.served import Opened, opened
from tests.screenshots.page import CHROMIUM

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


def _faults(view: Opened) -> list[str]:
    """What axe finds serious or worse on the page, with the element."""
    # Frames without scripts cannot be looked into.
    found = Axe().run(view.page, context={"exclude": [["iframe"]]}, options={"iframes": False}).response
    assert len(found["passes"]) > 15, "axe has looked at something"
    return [
        f"{one['id']}: {node['html']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light, on a desktop", "dark, on a phone"])
def test_axe_finds_nothing_serious(chromium: Browser, address: str, *, dark: bool) -> None:
    touch = dark
    with opened(chromium, address, width=390 if touch else 1280, dark=dark, touch=touch) as view:
        assert _faults(view) == []
        view.page.click("#menu" if touch else "#faulty")
        assert _faults(view) == []
        if touch:
            view.page.click("#close")
        view.page.keyboard.press("w")
        view.page.wait_for_selector(".tile iframe")
        assert _faults(view) == []
        view.page.keyboard.press("?")
        view.page.wait_for_selector("#keys[open]")
        assert _faults(view) == []
