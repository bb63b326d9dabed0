"""PyYAML without what it makes for nothing.

Its reader in Python has a pattern of all letters that YAML allows, which takes as long to make as all else of PyYAML
takes to be imported, and which nobody asks where libyaml reads. The patterns of its modules are made here when they are
first asked for.
"""

from __future__ import annotations

import re
import sys
from typing import Any

_compile = re.compile


class _Late:
    """A pattern that is made when it is first asked for something."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        return getattr(_compile(self._pattern, self._flags), name)


def _late(pattern: Any, flags: int = 0) -> Any:
    of_yaml = str(sys._getframe(1).f_globals.get("__name__", "")).startswith("yaml.")
    return _Late(pattern, flags) if of_yaml else _compile(pattern, flags)


vars(re)["compile"] = _late
try:
    import yaml
finally:
    vars(re)["compile"] = _compile

__all__ = ["yaml"]
