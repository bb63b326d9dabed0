"""A page in a real browser that shows cards as Anki's reviewer does, and tells what they did to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, Route

from flashgen.notetypes import for_kind
from tests.screenshots.page import browser

_ORIGIN = "http://127.0.0.1:40000/"
_SCRIPT = Path(__file__).with_name("reviewer.js")
_PAGE = f"""<!doctype html><html><head><meta charset="utf-8"><base href="{_ORIGIN}"><style>{for_kind("qa").css}</style>
</head><body class="card"><div id="qa"></div></body></html>"""


@dataclass
class Reviewer:
    """An open page. `asked` are the addresses that it asked for beyond the media at hand, and dialogs and the like."""

    page: Page
    media: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def study(self, sides: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Shows each side once: the numbers of those that did something to the page, with what it was.

        What happens later, such as the fault of a picture, is told with the number -1.
        """
        told: list[list[str]] = self.page.evaluate(
            "([sides, media]) => window.study(sides, media)", [list(sides), list(self.media)]
        )
        for number, one in enumerate(told):
            yield from ((number, what) for what in one)
        self.page.wait_for_load_state("load")
        self.page.wait_for_timeout(150)
        late: list[str] = self.page.evaluate("window.later()")
        yield from ((-1, what) for what in late)

    def _answer(self, route: Route) -> None:
        url = route.request.url
        name = url.removeprefix(_ORIGIN)
        if url == _ORIGIN:
            # The page itself must not be what a card brings.
            route.fulfill(content_type="text/html", body=_PAGE)
        elif name in self.media:
            kind = {"svg": "image/svg+xml", "mp3": "audio/mpeg"}.get(name.rpartition(".")[2], "image/png")
            route.fulfill(content_type=kind, body=self.media[name])
        else:
            self.asked.append(url)
            # Whatever is loaded as a script or a page shall be seen to run.
            html = "<script>parent.alert(1)</script>"
            is_page = route.request.resource_type == "document"
            route.fulfill(
                content_type="text/html" if is_page else "text/javascript", body=html if is_page else "alert(1)"
            )


@contextmanager
def reviewer(media: Mapping[str, bytes] | None = None) -> Iterator[Reviewer]:
    """A browser with the page of a reviewer; `media` are the files of Anki's media folder."""
    with browser() as chromium:
        page = chromium.new_page()
        opened = Reviewer(page, dict(media or {}))
        page.route("**/*", opened._answer)
        page.on("dialog", lambda dialog: (opened.asked.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("popup", lambda popup: opened.asked.append(f"window {popup.url}"))
        page.goto(_ORIGIN)
        page.on("framenavigated", lambda frame: opened.asked.append(f"navigation {frame.url}"))
        page.add_script_tag(path=_SCRIPT)
        yield opened


def media_of(folder: Path) -> dict[str, bytes]:
    """The files of a media folder by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def differing(found: Iterable[tuple[int, str]], names: Sequence[str]) -> list[str]:
    """What sides did, with their names."""
    return [f"{what} by {' '.join(names[number].split()) if number >= 0 else 'some card'}" for number, what in found]
