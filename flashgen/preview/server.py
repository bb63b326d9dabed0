"""The routes of the preview: the page, the list of cards, a card, media, and the news; with what guards them.

Cards are somebody's HTML, and this is a server on somebody's machine. Hence: no answer but to a name of this machine
(a page elsewhere can have its own name lead here), no file but the media of the project, and headers by which a browser
runs nothing but the page's own script and asks no other machine for anything.
"""

from __future__ import annotations

import ipaddress
import json
import mimetypes
import os
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flashgen import bounds
from flashgen.preview import page
from flashgen.preview.state import Preview

_NOT_HERE: Final = "There is nothing here.\n"
_PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)
# A picture that is opened by itself is a page, and an SVG may hold scripts.
_FILE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_HEADERS: Final = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def application(preview: Preview, *, host: str) -> ASGIApp:
    """The server of a preview that listens on `host`."""

    async def index(request: Request) -> Response:
        return Response(page.html(preview.instance), media_type="text/html")

    async def style(request: Request) -> Response:
        return Response(page.style(), media_type="text/css")

    async def script(request: Request) -> Response:
        return Response(page.script(), media_type="text/javascript")

    async def cards(request: Request) -> Response:
        since = request.query_params.get("since", "0")
        return _json(preview.snapshot.told(int(since) if since.isascii() and since.isdigit() else 0))

    async def card(request: Request) -> Response:
        ordinal = request.query_params.get("ordinal", "")
        if not (ordinal.isascii() and ordinal.isdigit() and len(ordinal) < 6):
            return _nothing()
        found = preview.snapshot.card(request.query_params.get("key", ""), int(ordinal))
        return _json(found) if found is not None else _nothing()

    async def media(request: Request) -> Response:
        # The names are those in Anki, which lead nowhere: a name is looked up, and never a path.
        file = preview.snapshot.compiled.sources.media.get(request.path_params["name"])
        root = preview.snapshot.compiled.project.root
        if file is None or not _is_served(file.path, root):
            return _nothing()
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return FileResponse(file.path, media_type=kind, headers={"content-security-policy": _FILE_POLICY})

    async def news(request: Request) -> Response:
        return StreamingResponse(_news(preview), media_type="text/event-stream")

    routes: list[tuple[str, Callable[[Request], object]]] = [
        ("/", index),
        ("/page.css", style),
        ("/page.js", script),
        ("/cards", cards),
        ("/card", card),
        ("/media/{name}", media),
        ("/news", news),
    ]
    app = Starlette(routes=[Route(path, answer, methods=["GET"]) for path, answer in routes])
    return _Guard(app, host)


def is_own_name(name: str, host: str) -> bool:
    """Whether a Host header names this machine, as it is listened on at `host`.

    Whoever has a page on the web can have its name lead here, but neither a number nor `localhost`.
    """
    try:
        asked = urlsplit(f"//{name}").hostname or ""
    except ValueError:
        return False
    if asked in ("localhost", host.casefold()):
        return True
    try:
        address = ipaddress.ip_address(asked)
    except ValueError:
        return False
    return address.is_loopback or not is_loopback(host)


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine can reach what listens on `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


class _Guard:
    """Refuses other hosts, and puts on every answer what a browser must not do with it."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                policy = {"content-security-policy": _PAGE_POLICY, **_HEADERS}
                more = [(name.encode(), value.encode()) for name, value in policy.items() if name.encode() not in given]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        names = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(names) != 1 or not is_own_name(names[0], self._host):
            refused = PlainTextResponse("This preview is not for that host.\n", status_code=421)
            await refused(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)


async def _news(preview: Preview) -> AsyncIterator[str]:
    """Tells the version at once, so that whoever was away learns what it has missed, and then each new one."""
    version: int | None = preview.snapshot.version
    while version is not None:
        yield f"data: {json.dumps({'instance': preview.instance, 'version': version})}\n\n"
        version = await preview.wait(version)


def _is_served(path: Path, root: Path) -> bool:
    """Whether a file of the project is one still: no link leads out of it, nothing else stands in its place."""
    try:
        return not bounds.leads_out(path, root) and stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


def _json(told: object) -> Response:
    return Response(json.dumps(told, ensure_ascii=False, separators=(",", ":")), media_type="application/json")


def _nothing() -> Response:
    return PlainTextResponse(_NOT_HERE, status_code=404)
