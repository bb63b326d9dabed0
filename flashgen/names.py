"""The names that Anki takes as they are: decks, tags, languages, and the files of packages."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

from flashgen.patterns import late

_LONGEST_DECK: Final = 1000
_DEEPEST_DECK: Final = 50
_LONGEST_TAG: Final = 200
_LONGEST_LANGUAGE: Final = 35  # as RFC 5646 advises
_TAG_CUTS: Final = late(r"[\s\u200b\u3000]")
_RESERVED_TAGS: Final = frozenset({"leech", "marked"})
_LANGUAGE: Final = late(
    r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?((?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*)", re.IGNORECASE
)
# Anki takes these file names for a backup of the whole collection and offers to replace the user's with it.
_BACKUP: Final = late(r"(?:collection|backup.*)\.(?:apkg|zip)", re.IGNORECASE)
# Windows takes files of these names for devices, whatever their extension.
_DEVICES: Final = frozenset("con prn aux nul".split() + [f"{port}{n}" for port in ("com", "lpt") for n in range(10)])


def deck_fault(name: str) -> str | None:
    """What is wrong with a deck's name, None where Anki keeps it as it is."""
    if not name.strip():
        return "a deck must have a name"
    parts = name.split("::")
    if len(name) > _LONGEST_DECK or len(parts) > _DEEPEST_DECK:
        return f"a deck's name has at most {_LONGEST_DECK} characters and {_DEEPEST_DECK} levels"
    if any(not part.strip() for part in parts):
        return f'a part of the deck name "{name}" is empty'
    if any(part != part.strip() for part in parts):
        return f'a part of the deck name "{name}" begins or ends with a space'
    if any(unicodedata.category(character) == "Cc" for character in name):
        return "a control character cannot stand in a deck's name"
    if any(":" in (part[0], part[-1]) for part in parts):
        return f'the colons in the deck name "{name}" are ambiguous'
    if parts[0].casefold() == "default":
        return 'Anki keeps the deck "Default" for itself'
    return None


def tag_fault(tag: str) -> str | None:
    """What is wrong with a tag, None where Anki keeps it as it is."""
    if not tag:
        return "a tag is empty"
    if len(tag) > _LONGEST_TAG:
        return f"a tag has at most {_LONGEST_TAG} characters"
    if _TAG_CUTS.search(tag):
        return f'the tag "{tag}" has a space, which Anki would split'
    if any(unicodedata.category(character) in ("Cc", "Cf") for character in tag):
        return f'the tag "{tag}" has an invisible character'
    if any(not part for part in tag.split("::")):
        return f'a part of the tag "{tag}" is empty'
    if tag.casefold() in _RESERVED_TAGS:
        return f'Anki keeps the tag "{tag}" for itself and takes it off on import'
    return None


def language(text: str) -> str | None:
    """A BCP 47 tag in its canonical case (`pt-BR`, `zh-Hant`), None for what is none."""
    match = _LANGUAGE.fullmatch(text)
    if match is None or len(text) > _LONGEST_LANGUAGE:
        return None
    base, script, region, variants = match.groups()
    parts = [base.lower(), script.title() if script else "", region.upper() if region else ""]
    return "-".join(part for part in parts if part) + variants.lower()


def package_file(deck: str) -> str:
    """The file name of the package of a top-level deck: `Axe Moscou–Pyongyang` gives `axe-moscou-pyongyang.apkg`.

    A name that Anki would take for a backup, or Windows for a device, gets `deck-` in front; one without a letter or
    digit, a hash.
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", deck) if not unicodedata.combining(c))
    stem = re.sub(r"[\W_]+", "-", bare.casefold()).strip("-")
    stem = stem.encode()[:100].decode(errors="ignore") or "deck-" + hashlib.sha256(deck.encode()).hexdigest()[:8]
    return f"deck-{stem}.apkg" if is_backup(f"{stem}.apkg") or stem in _DEVICES else f"{stem}.apkg"


def is_backup(file: str) -> bool:
    """Whether Anki would take a file of this name for a backup of the whole collection."""
    return _BACKUP.fullmatch(file) is not None
