"""The page of the preview: its HTML, style and script, from the files of this folder."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.resources import files
from typing import Final

_SCRIPTS: Final = ("comparing.js", "frame.js", "rows.js", "page.js")


def html(instance: str) -> str:
    """The page as the server gives it; `instance` is the name of the run that it belongs to."""
    head = '<link rel="stylesheet" href="page.css"><script src="page.js" defer></script>'
    return _file("page.html").replace("[[head]]", head).replace("[[instance]]", escape(instance)).replace("[[end]]", "")


def alone(policy: str, data: str) -> str:
    """The page as one file with its style, its script and `data` (JSON) in it, which opens without a server."""
    head = f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}"><style>{style()}</style>'
    # What looks like the end of a script would be one.
    safe = data.replace("<", "\\u003c")
    end = f'<script type="application/json" id="data">{safe}</script><script>{script()}</script>'
    return _file("page.html").replace("[[head]]", head).replace("[[instance]]", "").replace("[[end]]", end)


@cache
def style() -> str:
    """The style of the page, not of its cards."""
    return _file("page.css")


@cache
def script() -> str:
    """The script of the page: all its parts, in the order in which they need each other."""
    return "\n".join(_file(name) for name in _SCRIPTS)


def _file(name: str) -> str:
    return (files(__name__) / name).read_text(encoding="utf-8")
