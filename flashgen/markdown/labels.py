"""Labels: `Q:`, `A:`, `Meaning:` at the left margin open a field and end whatever block stands above."""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, fence, paragraph

from flashgen.markdown import math
from flashgen.markdown.spelling import INITIALS, LABEL, SPACES
from flashgen.notetypes.forms import BY_OPENER, EVERYWHERE, Form

_FORM: Final = "form"


def install(parser: MarkdownIt) -> None:
    """Adds the rule before all others, as one that ends paragraphs, references, quotes, tables and lists."""
    parser.block.ruler.before("table", "label", _label, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def open_form(state: StateBlock) -> Form | None:
    """The form of the note in which the parser stands."""
    form = state.env.get(_FORM)
    return form if isinstance(form, Form) else None


def close_form(state: StateBlock) -> None:
    """No note is open from here on: a heading or a thematic break stands here."""
    state.env.pop(_FORM, None)


def label_at(state: StateBlock, line: int) -> re.Match[str] | None:
    """The label at the left margin of `line`, if one stands there that the open note knows."""
    begin = state.bMarks[line] + state.tShift[line]
    # The first letter alone turns most lines away.
    if state.src[begin : begin + 1] not in INITIALS or (begin and state.src[begin - 1] != "\n"):
        return None
    match = LABEL.match(state.src, begin, state.eMarks[line])
    if match is None or match[1] in EVERYWHERE:
        return match
    form = open_form(state)
    return match if form is not None and match[1] in form.labels else None


def _label(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    match = label_at(state, start)
    if match is None:
        return False
    if silent:
        return True
    if state.level:
        return False
    name = match[1]
    if name in BY_OPENER:
        state.env[_FORM] = BY_OPENER[name]
    token = state.push("label", "", 0)
    token.content = name
    token.map = [start, start + 1]

    text = match.end()
    while text < state.eMarks[start] and state.src[text] in SPACES:
        text += 1
    if text == state.eMarks[start]:
        state.line = start + 1
    else:
        _content_beside(state, start, end, text)
    return True


def _content_beside(state: StateBlock, start: int, end: int, text: int) -> None:
    """Parses what stands on the label's own line from offset `text`: a fence, display math, else a paragraph."""
    marks = state.bMarks[start], state.tShift[start], state.sCount[start]
    state.bMarks[start], state.tShift[start], state.sCount[start] = text, 0, 0
    count = len(state.tokens)
    if fence(state, start, end, False):
        opening = next(token for token in state.tokens[count:] if token.type == "fence")
        opening.content = _hung(opening.content, state, state.line - 1)
    elif not math.display_block(state, start, end, False):
        paragraph(state, start, end, False)
    state.bMarks[start], state.tShift[start], state.sCount[start] = marks


def _hung(code: str, state: StateBlock, closing: int) -> str:
    """Code that hangs under its label, moved left by as much as the closing fence is indented."""
    indent = state.sCount[closing]
    if not indent:
        return code
    return re.sub(rf"(?m)^[ \t]{{0,{indent}}}", "", code)
