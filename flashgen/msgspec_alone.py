"""msgspec without what it imports for nothing.

It takes `typing_extensions`, which brings what reads source code along, for what `typing` has since Python 3.11; where
that is not installed it does without, and so it does here. To import the two takes longer than all else of msgspec.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Final, cast

from flashgen.patterns import late_in

_NAME: Final = "typing_extensions"
_is_hidden = _NAME not in sys.modules
if _is_hidden:
    # What is None there counts as not installed.
    cast("dict[str, ModuleType | None]", sys.modules)[_NAME] = None

try:
    # With both come modules of which nothing is asked.
    with late_in("platform", "textwrap"):
        import msgspec
finally:
    if _is_hidden:
        del sys.modules[_NAME]

__all__ = ["msgspec"]
