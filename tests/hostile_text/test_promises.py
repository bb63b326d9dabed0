"""What must hold whatever is written, of texts that the fuzzer found and of such as nobody has seen yet."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzzing import promises
from tests.fuzzing.targets import TARGETS
from tests.hostile_text.catalogue import FRAGMENTS, LINES

_FOUND: Final = sorted((Path(__file__).parent / "found").iterdir())
_TARGETS: Final = {".md": "notation", ".jsonl": "ledger", ".toml": "toml", ".html": "html"}
_PIECES: Final = st.one_of(
    st.sampled_from(sorted(FRAGMENTS.values())),
    st.sampled_from([f"{line}\n" for line in LINES.values()]),
    st.sampled_from(["\n", "\n\n", " ", "a", "e\u0301", "&#769;", "\u212b", "\r\n", "::", '"', ": ", "[", "{"]),
    st.text(max_size=8),
)
_TEXTS: Final = st.lists(_PIECES, max_size=20).map("".join)


@pytest.mark.parametrize("path", _FOUND, ids=lambda path: path.stem)
def test_what_once_broke_a_promise_breaks_none(path: Path) -> None:
    TARGETS[_TARGETS[path.suffix]](path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=25, deadline=None)
@given(text=_TEXTS)
def test_no_text_breaks_a_promise(target: str, text: str) -> None:
    TARGETS[target](text.encode("utf-8", "surrogatepass"))


@settings(max_examples=200, deadline=None)
@given(text=_TEXTS)
def test_html_is_cleaned_once(text: str) -> None:
    promises.html_is_cleaned_once(text.encode("utf-8", "ignore").decode())


@settings(max_examples=100, deadline=None)
@given(
    text=st.lists(
        st.sampled_from(
            ["{", "}", '"id": "abcd"', ",", ":", "[", "]", "1", "\n", '{"flashgen ledger": 1, "namespace": "a"}\n']
        ),
        max_size=20,
    ).map("".join)
)
def test_a_ledger_is_read_as_it_was_written(text: str) -> None:
    promises.ledger_is_read_once(text)
