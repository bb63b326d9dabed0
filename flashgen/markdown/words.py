"""What plain text is made of: words, breaks between lines, `*emphasis*` and `**strong emphasis**` in plain places."""

from __future__ import annotations

from typing import Final

from flashgen.patterns import late

# All that a rule of text begins at, but for `!`, which is nothing without a bracket.
_ACTIVE: Final = r"\n$\\{}`~_*\[<&"
MEANS_SOMETHING: Final = late(f"[{_ACTIVE}]")
"""Finds what a rule of text could begin at; a text without any is plain."""
# A letter or a digit inside, a space or one of these signs outside: there is nothing to think of.
_INNER: Final = rf"[^\W_](?:[^{_ACTIVE}]*[^\W_])?"
_BEFORE: Final = r"(?<![^ \n(’«\u00a0\u202f])"
_AFTER: Final = r"(?=[ \n).,;:?…»\u00a0\u202f]|\Z)"
PIECE: Final = (
    rf"([^{_ACTIVE}]+)|(?<![ \t])(\n)(?![ \t])|{_BEFORE}\*\*({_INNER})\*\*{_AFTER}|{_BEFORE}\*({_INNER})\*{_AFTER}"
)
"""A pattern of what plain text is made of; its groups are words, a break between lines, strong emphasis, emphasis."""
