"""Addresses of links: those that a card may have.

A card has no address of its own, so that one without a scheme would lead into Anki itself; and every other scheme than
those of the web, of mail and of telephones starts some program of the reader's machine.
"""

from __future__ import annotations

import re
from typing import Final

from flashgen.patterns import late

SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
# `http:x`, without strokes, is read from the page that has it.
_ABSOLUTE: Final = late(r"https?://[^/\\?#]|(?:mailto|tel):", re.IGNORECASE)


def is_allowed(address: str) -> bool:
    """Whether a link may lead to `address`: into the web, to a mailbox or telephone, or within the card itself."""
    return address.startswith("#") or _ABSOLUTE.match(address) is not None
