"""The cards of a project in a browser, as Anki shows them, and live: whatever is saved is there at once.

It is a program around the pipeline, as building is: `state` compiles and tells what is new, `server` answers, `page`
is what the browser runs, and `templates` (of flashgen itself) makes of fields what Anki makes of them.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final

import uvicorn
from msgspec import Struct

from flashgen.preview import static
from flashgen.preview.server import application, is_loopback
from flashgen.preview.state import Preview
from flashgen.preview.static import takes

_PORT: Final = 8742

__all__ = ["Preview", "Written", "address", "is_loopback", "listen", "serve", "takes", "write"]


class Written(Struct, frozen=True):
    """The page that was written; or where `fault` kept something from being read or written, that file."""

    file: Path
    fault: OSError | None = None


def listen(host: str, port: int | None) -> socket.socket:
    """A socket on this port of the host; without one on the usual port, or where that is taken on any.

    Raises OSError where it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for wanted in (_PORT, 0) if port is None else (port,):
        try:
            return socket.create_server((host, wanted), family=family)
        except OSError:
            if port is not None or not wanted:
                raise
    raise AssertionError("a port was had, or the fault was raised")


def address(listening: socket.socket, host: str) -> str:
    """The address of the page, as a browser on this machine has it."""
    name = "localhost" if host in ("0.0.0.0", "::", "") else f"[{host}]" if ":" in host else host
    return f"http://{name}:{listening.getsockname()[1]}/"


def serve(preview: Preview, listening: socket.socket, host: str, ready: Callable[[], None]) -> None:
    """Serves the preview until it is stopped, and calls `ready` once it can be asked.

    Raises UnwatchableError where the system does not tell of changes.
    """
    asyncio.run(_serve(preview, listening, host, ready))


async def _serve(preview: Preview, listening: socket.socket, host: str, ready: Callable[[], None]) -> None:
    config = uvicorn.Config(
        application(preview, host=host),
        log_level="error",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    server = _Server(config, preview)
    watch = asyncio.create_task(asyncio.to_thread(preview.watch, asyncio.get_running_loop()))
    # Without its watch a preview would show what is old.
    watch.add_done_callback(lambda _: setattr(server, "should_exit", True))
    ready()
    try:
        await server.serve([listening])
    finally:
        preview.close()
        await watch


class _Server(uvicorn.Server):
    """A server whose open streams of news end when it is to end."""

    def __init__(self, config: uvicorn.Config, preview: Preview) -> None:
        super().__init__(config)
        self._preview = preview
        self._loop = asyncio.get_running_loop()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self._loop.call_soon_threadsafe(self._preview.close)


def write(preview: Preview, folder: Path) -> Written:
    """Writes the page and the media into a folder that `takes` it."""
    path = folder / static.NAME
    try:
        for name, content in static.files(preview.snapshot):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as fault:
        return Written(Path(fault.filename or path), fault)
    return Written(folder / static.NAME)
