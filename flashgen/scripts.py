"""Scripts, as ranges of characters for patterns."""

from __future__ import annotations

from typing import Final

UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Those that write no spaces between words."""
