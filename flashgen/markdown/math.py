"""Math by pandoc's rule: `$…$` within a line of text, `$$…$$` displayed, both untouched by Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flashgen.patterns import late

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline


_BRACES: Final = late(r"\\.|[{}]", re.DOTALL)
_ENVIRONMENT: Final = late(r"\\(begin|end)\{([^{}]*)\}")
_LEFT: Final = late(r"\\left(?![a-zA-Z])")
_RIGHT: Final = late(r"\\right(?![a-zA-Z])")
# What MathJax gives to the page rather than to the formula: links, styles, ids, further parts of itself. `\U` of its
# version 4 writes a backslash, and `\verb` with one as its mark shifts what is a macro. Of two backslashes before a
# name either may be the one that begins it, by what stands before them.
_REACHES_OUT: Final = late(
    r"\\(?:(?:href|class|style|cssId|data|require|mmlToken|fcolorbox)(?![a-zA-Z])|U(?=\s*\{)|verb(?=\*?\s*\\))"
)
# A box or a character with a style of its own; these may have a colour, a border, a font, in so many words.
_STYLED: Final = late(
    r"\\(?:bbox(?![a-zA-Z])(?!\s*(?:\[[\w\s.,%+-]*(?:border:[\w\s.]*)?\]\s*)?\{)"
    r"|unicode(?![a-zA-Z])(?!\s*(?:\[[\w\s.,]*\]\s*){0,2}\{))"
)
_LET: Final = late(r"\\let(?![a-zA-Z])")
_STYLABLE: Final = late(r"\\(?:bbox|unicode)(?![a-zA-Z])")


def install(parser: MarkdownIt) -> None:
    """Adds the block and the inline rule."""
    parser.block.ruler.before("fence", "math", display_block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.inline.ruler.before("escape", "math", _math)


def display_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A formula from `$$` at the beginning of a line to `$$` at the end of one.

    A formula that closes in the middle of its first line is inline text; one that never closes runs to the end of
    what holds it and is marked `unclosed`.
    """
    begin, stop = state.bMarks[start] + state.tShift[start], state.eMarks[start]
    if not state.src.startswith("$$", begin, stop):
        return False
    first = state.src[begin + 2 : stop]
    closing = _find(first, "$$", 0)
    if closing >= 0 and (first[closing + 2 :].strip() or not first[:closing].strip()):
        return False
    if silent:
        return True
    line, lines, closed = start, [first[:closing] if closing >= 0 else first], closing >= 0
    while not closed and line + 1 < end:
        if state.sCount[line + 1] < state.blkIndent and not state.isEmpty(line + 1):
            break
        line += 1
        text = state.getLines(line, line + 1, state.blkIndent, False)
        bare = text.rstrip()
        closed = bare.endswith("$$") and not bare.endswith("\\$$")
        lines.append(bare[:-2] if closed else text)
    token = state.push("math_block", "", 0)
    token.block = True
    token.content = "\n".join(lines).strip()
    token.markup = "$$"
    token.map = [start, line + 1]
    if not closed:
        token.meta["unclosed"] = "$$"
    state.line = line + 1
    return True


def _math(state: StateInline, silent: bool) -> bool:
    source, begin, stop = state.src, state.pos, state.posMax
    if source[begin] != "$":
        return False
    mark = "$$" if source.startswith("$$", begin, stop) else "$"
    start = begin + len(mark)
    close = _find(source, mark, start, stop)
    if close < 0:
        return False
    text = source[start:close]
    if not text.strip() or text.count("`") % 2:
        return False
    if mark == "$" and (text[0].isspace() or text[-1].isspace() or source[close + 1 : close + 2].isdigit()):
        return False
    if not silent:
        token = state.push("math_inline", "", 0)
        token.content = text.strip()
        token.markup = mark
        token.meta["pos"] = begin
    state.pos = close + len(mark)
    return True


def _find(text: str, mark: str, start: int, stop: int | None = None) -> int:
    """Offset of the next `mark` that no backslash escapes, or -1."""
    stop = len(text) if stop is None else stop
    while (at := text.find(mark, start, stop)) >= 0:
        slashes = at - len(text[:at].rstrip("\\")) if text[at - 1 : at] == "\\" else 0
        if slashes % 2 == 0:
            return at
        start = at + 1
    return -1


def fault(tex: str) -> str | None:
    """What MathJax would stumble over in a formula, None where it is balanced."""
    depth = 0
    for match in _BRACES.finditer(tex):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth < 0:
            return 'this formula has a "}" too many'
    if depth:
        return 'this formula has a "{" that is never closed'
    opened = _ENVIRONMENT.findall(tex)
    stack: list[str] = []
    for what, name in opened:
        if what == "begin":
            stack.append(name)
        elif not stack or stack.pop() != name:
            return f'this formula has an "\\end{{{name}}}" without its beginning'
    if stack:
        return f'this formula has a "\\begin{{{stack[-1]}}}" that is never ended'
    if len(_LEFT.findall(tex)) != len(_RIGHT.findall(tex)):
        return 'this formula has a "\\left" without "\\right", or the reverse'
    return None


def reaches_out(tex: str) -> str | None:
    """The first macro of a formula by which MathJax would set a link, a style or an id in the page, None for none."""
    if match := _REACHES_OUT.search(tex) or _STYLED.search(tex):
        found = match[0]
    elif (let := _LET.search(tex)) and (stylable := _STYLABLE.search(tex, let.end())):
        found = tex[let.start() : stylable.end()]
    else:
        return None
    return found.partition("{")[0][:12]


def is_balanced(tex: str) -> bool:
    """Whether every brace has its partner: MathJax reads on, over text, from a formula that leaves one open."""
    depth = 0
    for match in _BRACES.finditer(tex):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth < 0:
            return False
    return depth == 0


def ends_in_backslash(tex: str) -> bool:
    """Whether the last backslash would take in what follows the text."""
    return (len(tex) - len(tex.rstrip("\\"))) % 2 == 1
