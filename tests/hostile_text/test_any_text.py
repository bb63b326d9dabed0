"""Any text at all compiles in bounded time, and no text of a note is lost unless a diagnostic says so."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flashgen import pipeline
from flashgen.notetypes.forms import BY_OPENER
from flashgen.pipeline import Compiled

# In each fragment `§` stands for a word that is like no other in the text.
_LABELS = (
    "Q: §",
    "Q : §",
    "Q:",
    "A: §",
    "A:",
    "A: § **§** `§`",
    "A: ```python\n§\n```",
    "A: $$\n§\n$$",
    "A: - §",
    "C: {{§}} §",
    "C: {{c1::§::§}} $x_{{c2::§}}$",
    "C: §",
    "E: §",
    "H: §",
    "Word: §",
    "Meaning: §",
    "Example: a **§**",
    "IPA: [§]",
)
_WHOLE = (
    "§",
    "  §",
    "\t§ §",
    "§\\",
    "*§* ~~§~~ [§](https://example.org)",
    "- §\n- §",
    "- [x] §\n- [ ] §",
    "1. §\n   - §\n\n     §",
    "> §\n> > §\n§",
    "> - §\n>   §",
    "| § | § |\n|---|---|\n| § | § |\n| § |",
    "| § | § |\n|---|---|\n| § | § | § |",
    "| Q | A |\n|---|---|\n| § | § |",
    "| Word | Meaning | Tags |\n|---|---|---|\n| § | § | a |",
    "```\n§\n\nQ: §\nA: §\n```",
    "~~~ yaml\n---\n§\n~~~",
    "$$\n§\n$$",
    "$$§$$ and $§$",
    "<div>§</div>",
    "<div>\n§\n</div>",
    "<p>\n§ <§> §",
    "<b>§</b> <§> § <em>§",
    "<table><tr><td>§</td></tr></table>",
    "<ul><li>§</ul>",
    "§ <details> <summary>§</summary>",
    "§ <!-- a remark -->",
    "<!-- a remark -->\n§",
    "<!-- tags: [a] -->",
    "<!-- {reverse: true} --> §",
    "[§]: https://example.org/§ '§'",
    "[§]: §",
    "[^1]: §",
    "![§](no.png) §",
    "§ ![[no.png|§]]",
    "[sound:no.mp3] §",
    "{{§}} {{c1::§}}",
    "{{§ }}",
    "\\{\\{§}}",
    "&lt;§&gt; &nbsp; &§;",
    "https://example.org/§",
    "<https://example.org/§>",
    "a < § > b & c",
    "C\\: §",
    "**Q:** §",
    "Note : §",
    "#§",
    "§ | §",
    ": §",
    "e\u0301 § \U0001f30a §",
)
_ENDS = ("# §", "## § `§`", "---", "***", "- - -")
_CUT = (
    "```§",
    "````",
    "~~~",
    "$$ §",
    "$",
    "`",
    "<!-- §",
    "-->",
    "<!-- tags: [§",
    "<script>§",
    "<style>",
    "<pre>",
    "</div>",
    "<div",
    "<b §",
    "<![CDATA[ §",
    "<?§",
    "{{",
    "{{c1::§",
    "}}",
    "::",
    "**§",
    "[§](",
    "![§",
    "![[§",
    "[§",
    "|",
    "|---|",
    "- ",
    "> ",
    "\\",
    "\u2028",
    "\ufeff",
    "\x0b",
    "\r",
    "\u202e§",
    "---\ndeck: §\n---",
    "---",
    "tags: [§]",
    "Q：§",
    "\u0410: §",
)
_TEXTS = st.lists(
    st.tuples(
        st.one_of(*(st.sampled_from(one) for one in (_LABELS, _WHOLE, _ENDS, _CUT)), st.text(max_size=20)),
        st.sampled_from(["\n", "\n\n", " ", "\n  ", "\n> ", "\n- ", "", "\r\n"]),
    ),
    max_size=25,
)
_BLOCKS = st.lists(
    st.tuples(st.one_of(*(st.sampled_from(one) for one in (_LABELS, _WHOLE, _ENDS))), st.sampled_from(["\n", "\n\n"])),
    max_size=15,
)
_LABEL = re.compile(r"(Q|A|C|E|H|Word|Meaning|Example|IPA) ?:(?: |$)")
_FENCE = re.compile(r"(?:^|: )(?:```|~~~)")
_END = re.compile(r"#+ |---$|\*\*\*$|- - -$")
_SECONDS = 10


def _written(pieces: Sequence[tuple[str, str]]) -> str:
    numbers = count(100)
    text = "".join(piece for pair in pieces for piece in pair)
    return re.sub("§", lambda _: f"w{next(numbers)}w", text)


def _compiled(folder: Path, text: str) -> Compiled:
    (folder / "flashgen.toml").write_text('namespace = "hostile-a2b3c"\nlang = "fr"\n')
    (folder / "cards").mkdir(exist_ok=True)
    (folder / "cards" / "x.md").write_bytes(text.encode("utf-8", "surrogatepass"))
    return pipeline.compile(folder, clock=1)


@settings(max_examples=150, deadline=None)
@given(pieces=_TEXTS)
def test_any_text_is_answered_in_bounded_time(
    pieces: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    begun = time.process_time()
    _compiled(tmp_path_factory.mktemp("hostile"), _written(pieces))
    assert time.process_time() - begun < _SECONDS


@settings(max_examples=200, deadline=None)
@given(pieces=_BLOCKS)
def test_no_text_of_a_note_is_lost_unless_it_is_said(
    pieces: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = "Q: first\nA: first\n\n" + _written(pieces)
    compiled = _compiled(tmp_path_factory.mktemp("hostile"), text)
    said = {fault.span.line for fault in compiled.diagnostics if fault.span.file.endswith("x.md")}
    shown = " ".join(field for note in compiled.identified.notes for field in note.fields)
    assert not _lost(text, said, shown), text


def _lost(text: str, said: set[int], shown: str) -> list[str]:
    """The words of notes that no note shows, and of which no diagnostic speaks, in their line or at their label."""
    lost, form, label, in_note, fenced = [], BY_OPENER["Q"], 0, True, False
    for number, line in enumerate(text.split("\n"), start=1):
        match = None if fenced else _LABEL.match(line)
        if match and match[1] in BY_OPENER:
            form, in_note = BY_OPENER[match[1]], True
        elif _END.match(line) and not fenced:
            in_note = False
        if match and match[1] in {"A", *form.labels}:
            label = number
        fenced ^= _FENCE.search(line) is not None
        if in_note and not {number, label} & said:
            lost += [word for word in re.findall(r"w\d+w", line) if word not in shown]
    return lost
