"""HTML in, the text that Anki makes of it out."""

from __future__ import annotations

import re
from html.entities import name2codepoint
from typing import Final

from flashgen.patterns import late

_OPENING: Final = late(r"<(?:(!--)|(style)|(script))?", re.IGNORECASE)
# What ends each of them; where it is missing, they are tags as all others.
_ENDS: Final = (
    late(r"-->"),
    late(r"</style>", re.IGNORECASE),
    late(r"</script>", re.IGNORECASE),
)
_BLOCKS: Final = late(
    r"</?(?:address|article|aside|blockquote|br|canvas|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header"
    r"|hr|li|main|nav|noscript|ol|output|p|pre|section|table|tfoot|ul|video)>",
    re.IGNORECASE,
)
_PLAYED: Final = late(r"\[sound:[^\]]+(?:\]|\Z)|\[anki:tts .*?\].*?\[/anki:tts\]", re.DOTALL)
_LINE_BREAKS: Final = late(r"(?:\n|<br\s?/?>|</?div>)+", re.IGNORECASE)
_ENTITY: Final = late(r"&([^;&]*)(;?)")


def without_tags(html: str) -> str:
    """The text of HTML, as the filter `text` gives it."""
    return letters(tags_off(html))


def tags_off(html: str) -> str:
    """HTML without its tags, comments, styles and scripts; what stands for a letter stays as it is."""
    if "<" not in html:
        return html
    parts, end = list[str](), 0
    # What is not found from some place on is not found after it either, and not to be looked for again.
    missing = set[int]()
    while match := _OPENING.search(html, end):
        stop = _end(html, match, missing)
        if stop is None:
            break
        parts.append(html[end : match.start()])
        end = stop
    return "".join((*parts, html[end:]))


def _end(html: str, match: re.Match[str], missing: set[int]) -> int | None:
    """Where ends what begins with this match; None where nothing after it is a tag."""
    close = html.find(">", match.start())
    if close < 0:
        return None
    for which, end in enumerate(_ENDS):
        if match[which + 1] is not None and which not in missing:
            # A comment may end within its own sign, `<!-->`; the content of the others begins after their tag.
            found = end.search(html, match.end() if which == 0 else close + 1)
            if found is not None:
                return found.end()
            missing.add(which)
    return close + 1


def spoken(html: str) -> str:
    """The text that a voice reads out."""
    return without_tags(_BLOCKS.sub(" ", html))


def typed(html: str) -> str:
    """The text that a learner has to type where the answer is this HTML."""
    return without_tags(_LINE_BREAKS.sub(" ", _PLAYED.sub(_unplayed, html))).strip()


def _unplayed(match: re.Match[str]) -> str:
    # What never ends is text.
    return "" if match[0].endswith("]") else match[0]


def letters(text: str) -> str:
    """The text with all that stands for a letter replaced by it; where one thing does not, nothing is replaced."""
    if "&" not in text:
        return text
    parts, end = [], 0
    for match in _ENTITY.finditer(text):
        letter = _letter(match[1]) if match[2] else None
        if letter is None:
            return text
        parts += [text[end : match.start()], letter]
        end = match.end()
    return "".join((*parts, text[end:])).replace("\xa0", " ")


def _letter(name: str) -> str | None:
    if not name.startswith("#"):
        return chr(name2codepoint[name]) if name in name2codepoint else None
    hexadecimal = name[1:2] in ("x", "X")
    digits = name[2:] if hexadecimal else name[1:]
    try:
        number = int(digits, 16 if hexadecimal else 10)
        return chr(number) if not 0xD800 <= number < 0xE000 else None
    except (ValueError, OverflowError):
        return None
