"""Media that is not written as a Markdown image: `![[file.png|300]]`, and Anki's own `[sound:file.mp3]`.

Both become `image` tokens with the path as written in their meta (`path`), as do the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from flashgen.patterns import late

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token


_EMBED: Final = late(r"!\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]*))?\]\]")
_SOUND: Final = late(r"\[sound:([^\[\]\n]+)\]")
_SIZE: Final = late(r"\s*(\d{1,4})(?:x(\d{1,4}))?\s*$")


def install(parser: MarkdownIt) -> None:
    """Adds the inline rule before links and images."""
    parser.inline.ruler.before("link", "embed", _embed)


def path_of(token: Token) -> str:
    """The path of an image token as its author wrote it; the parser percent-encodes those of Markdown."""
    path = token.meta.get("path")
    if isinstance(path, str):
        return path
    source = str(token.attrs.get("src", ""))
    return source if "//" in source else unquote(source)


def _embed(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "![":
        return False
    embed = _EMBED.match(state.src, state.pos, state.posMax)
    match = embed or _SOUND.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("image", "img", 0)
        token.attrs = {"src": match[1].strip(), "alt": ""}
        token.children = []
        token.meta.update(pos=state.pos, path=match[1].strip())
        if embed and embed[2]:
            size = _SIZE.match(embed[2])
            if size is None:
                token.content = embed[2].strip()
                token.meta["alt"] = token.content
            else:
                token.meta["size"] = (size[1], size[2])
    state.pos = match.end()
    return True
