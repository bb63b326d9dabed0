"""How labels are spelt, and the beginnings of notes."""

from __future__ import annotations

from typing import Final

from flashgen.notetypes.forms import BY_OPENER, LABELS
from flashgen.patterns import late

SPACES: Final = " \t\u00a0\u202f"
LABEL: Final = late(rf"({'|'.join(sorted(LABELS, key=len, reverse=True))})[ \u00a0\u202f]?:(?=[{SPACES}]|$)")
INITIALS: Final = frozenset(label[0] for label in LABELS)
NOTE_WITHIN: Final = late(rf"(?m)^(?:{'|'.join(BY_OPENER)})[ \u00a0\u202f]?:(?= |$)")
