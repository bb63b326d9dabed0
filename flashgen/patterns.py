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

    def __reduce__(self) -> tuple[object, ...]:
        # A copy, and what another process gets, is a pattern as any other.
        return re.compile, (self._text, self._flags)


def late(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The pattern of this text. It answers all that a pattern does, and is none where a type is asked for: `re.sub`
    and its like do not take it, and the `re` of a match is another object.
    """
    return cast("re.Pattern[AnyStr]", _Late(text, flags))


@contextmanager
def late_in(*modules: str) -> Iterator[None]:
    """Has the patterns that these modules make made late, where they are imported meanwhile; nobody else's.

    Within another one it ends that.
    """

    def compiled(pattern: Any, flags: int = 0) -> Any:
        asker = str(sys._getframe(1).f_globals.get("__name__", ""))
        is_text = isinstance(pattern, str | bytes)
        is_late = is_text and any(asker == one or asker.startswith(f"{one}.") for one in modules)
        return _Late(pattern, flags) if is_late else _compile(pattern, flags)

    vars(re)["compile"] = compiled
    try:
        yield
    finally:
        vars(re)["compile"] = _compile
