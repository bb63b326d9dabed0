"""Raw HTML that an author wrote: what of it may stand on a card, and the cleaning itself.

A card is a web page that runs on its reader's machine, and decks are shared: what is not on the lists of `allowed` is
taken off by nh3. Tokens are read here first, so that each thing taken off is reported with its place, and so that
`<ESC>` or `List<int>`, which are no HTML at all, are kept as text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flashgen.markdown import links
from flashgen.patterns import late
from flashgen.rawhtml.allowed import ATTRIBUTES, DROPPED_WHOLE, GLOBAL, STYLE_PROPERTIES, TAGS, WITH_CONTENT
from flashgen.rawhtml.comments import comments, is_comment, without_comments
from flashgen.rawhtml.found import NOTHING, Fault, Reading, Reference
from flashgen.rawhtml.text import ASLEEP, BACKSLASH, asleep_for_mathjax

__all__ = [
    "ASLEEP",
    "BACKSLASH",
    "DEEPEST",
    "TAGS",
    "WITH_CONTENT",
    "Fault",
    "Reading",
    "Reference",
    "asleep_for_mathjax",
    "clean",
    "comments",
    "is_comment",
    "is_too_deep",
    "read",
    "tags",
    "without_comments",
]

DEEPEST: Final = 200
"""How many tags may stand in one another, those that Markdown writes included."""
_ANY_TAG: Final = late(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
# Tags that hold nothing, and such as the next of their kind ends.
_END_BY_THEMSELVES: Final = frozenset(
    """area base br caption col colgroup dd dt embed hr img input li link meta option p param rb rp rt rtc source tbody
    td tfoot th thead tr track wbr""".split()
)
_PRE_BREAK: Final = late(r'<pre(?: [^\s=>]+="[^"]*")*>\n')


def read(html: str, rename: Callable[[str], str] | None = None, *, keep_all: bool = False) -> Reading:
    """Reads one token. `rename` gives the name in Anki of a path as written; without it paths stay.

    With `keep_all` every tag of HTML stays as it was written, and so does the text between them.
    """
    if is_comment(html):
        return NOTHING
    from flashgen.rawhtml import reader

    return reader.read(html, rename, keep_all=keep_all)


def tags(html: str) -> list[str]:
    """The tags that begin in some HTML, in their order."""
    from flashgen.rawhtml import reader

    return reader.tags(html)


def is_too_deep(html: str) -> bool:
    """Whether more than `DEEPEST` tags stand open in one another; the cleaner looks at all of them for each tag."""
    depth = 0
    for tag in _ANY_TAG.finditer(html):
        if tag[2].lower() not in _END_BY_THEMSELVES:
            depth = max(depth - 1, 0) if tag[1] else depth + 1
            if depth > DEEPEST:
                return True
    return False


def clean(html: str) -> str:
    """The HTML of a field without all that the lists of `allowed` do not allow; one that is not too deep."""
    import nh3  # only for cards with raw HTML

    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(DROPPED_WHOLE),
        attributes={**{tag: set(names) for tag, names in ATTRIBUTES.items()}, "*": set(GLOBAL)},
        url_schemes=set(links.SCHEMES),
        filter_style_properties=set(STYLE_PROPERTIES),
        link_rel=None,
        strip_comments=True,
    )
    # A line break that begins a <pre> counts for nothing each time that HTML is read, and Anki reads it once more.
    return _PRE_BREAK.sub(r"\g<0>\n", cleaned)
