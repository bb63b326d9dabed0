"""genanki without what it imports for nothing.

All that it needs of the package `cached_property` is in the standard library by now; the package itself brings asyncio
and ssl along, which take as long to import as a small deck takes to build.
"""

from __future__ import annotations

import functools
import sys
from types import ModuleType
from typing import Final

_NAME: Final = "cached_property"
_stands_in = _NAME not in sys.modules
if _stands_in:
    sys.modules[_NAME] = ModuleType(_NAME)
    setattr(sys.modules[_NAME], _NAME, functools.cached_property)

import genanki  # noqa: E402 behind what it imports

if _stands_in:
    del sys.modules[_NAME]

__all__ = ["genanki"]
