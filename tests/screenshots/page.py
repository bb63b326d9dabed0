"""A card of the real Anki as a page: the HTML of its side within what Anki's reviewer puts around it."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anki.collection  # noqa: F401 - its other modules cannot be imported before it
from anki.cards import Card
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".mp3": "audio/mpeg"}


def page_of(card: Card, *, answer: bool, night: bool) -> str:
    """A page with one side of a card, its pictures inside it, sounds as buttons and a field for what is typed."""
    output = card.render_output(reload=True)
    html = output.answer_text if answer else output.question_text
    html = re.sub(r"\[anki:play:[qa]:\d+\]", '<a class="replay-button soundLink" href="#">▶</a>', html)
    html = re.sub(r"\[\[type:[^\]]+\]\]", '<center><input type="text" id="typeans"></center>', html)
    html = re.sub(r'src="([^":]+)"', lambda match: f'src="{_inlined(card, match[1])}"', html)
    night_class = " nightMode night_mode" if night else ""
    return (
        f'<!doctype html><html class="{night_class}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><style>{output.css}</style></head>'
        f'<body class="card card{card.ord + 1}{night_class}"><div id="qa">{html}</div></body></html>'
    )


def _inlined(card: Card, name: str) -> str:
    path = Path(card.col.media.dir()) / name
    data = base64.b64encode(path.read_bytes()).decode()
    return f"data:{_TYPES.get(path.suffix, 'application/octet-stream')};base64,{data}"


@contextmanager
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a window and without a word to any network."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
                *("--disable-background-networking", "--disable-component-update"),
            ],
        )
        try:
            yield chromium
        finally:
            chromium.close()
