"""Regular expressions that are made when they are first asked for.

To make one takes longer than to use it on a hundred cards, and no run of the program asks all of them: made when their
modules are imported, they were a sixth of the time in which a hundred cards are built.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, AnyStr, cast

_compile = re.compile


class _Late:
    """A pattern that is made when it is first asked for something, and from then on as quick as one that was made."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        pattern = _compile(self._text, self._flags)
        for method in ("match", "fullmatch", "search", "sub", "split", "findall", "finditer"):
            self.__dict__[method] = getattr(pattern, method)
        return getattr(pattern, name)


def late(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The pattern of this text: all that a pattern can be asked, though it is none for `re.sub` and its like."""
    return cast("re.Pattern[AnyStr]", _Late(text, flags))


@contextmanager
def late_in(*modules: str) -> Iterator[None]:
    """Has the patterns that these modules make made late, where they are imported meanwhile; nobody else's."""

    def compiled(text: Any, flags: int = 0) -> Any:
        asker = str(sys._getframe(1).f_globals.get("__name__", ""))
        is_late = isinstance(text, str | bytes) and any(asker == one or asker.startswith(f"{one}.") for one in modules)
        return _Late(text, flags) if is_late else _compile(text, flags)

    vars(re)["compile"] = compiled
    try:
        yield
    finally:
        vars(re)["compile"] = _compile
