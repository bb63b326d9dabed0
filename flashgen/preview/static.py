"""The preview as files that open without a server: a page with all cards in it, and their media beside it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from flashgen import reading
from flashgen.media import LARGEST
from flashgen.preview import page
from flashgen.preview.state import Snapshot

NAME: Final = "index.html"
MARK: Final = '<meta name="generator" content="flashgen preview">'
"""What stands in every page that was written, and lets a later one take its place."""


def files(snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    """The files by their path from the folder they go to. Raises OSError where one of the media cannot be read."""
    told = snapshot.told()
    told["cards"] = {
        key: {ordinal: snapshot.card(key, ordinal) for ordinal in entry.note.cards}
        for key, entry in snapshot.entries.items()
    }
    data = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    digest = base64.b64encode(hashlib.sha256(page.script().encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src 'self' file: data:; "
        "media-src 'self' file:; form-action 'none'"
    )
    yield NAME, page.alone(policy, data).encode()
    names = {name for entry in snapshot.entries.values() for name in entry.note.media}
    for name in sorted(names & snapshot.compiled.sources.media.keys()):
        yield f"media/{name}", reading.content(snapshot.compiled.sources.media[name].path, LARGEST)


def takes(folder: Path) -> bool:
    """Whether a folder may be written to: it is new, empty, or holds a page of before."""
    if not folder.exists():
        return True
    if not folder.is_dir():
        return False
    try:
        return not any(folder.iterdir()) or MARK.encode() in reading.content(folder / NAME)
    except OSError:
        return False
