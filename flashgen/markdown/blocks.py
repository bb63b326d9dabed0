"""CommonMark's own rules where flashgen needs more: what ends a note, what is never closed, where tokens stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_block import StateBlock, heading, hr, html_block, reference
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, autolink, backtick, html_inline, image, link
from markdown_it.token import Token

from flashgen.markdown.labels import close_form, label_at
from flashgen.markdown.nesting import DEEPEST, is_too_deep, note_too_deep
from flashgen.markdown.spelling import NOTE_WITHIN
from flashgen.notetypes.forms import LABELS
from flashgen.patterns import late

_BlockRule = Callable[[StateBlock, int, int, bool], bool]
_InlineRule = Callable[[StateInline, bool], bool]

# What CommonMark closes by itself at the end of the file, taking all cards in between with it.
_CLOSERS: Final = (
    (
        late(r"<(script|pre|style|textarea)(?=\s|>|$)", re.IGNORECASE),
        late(r"</(script|pre|style|textarea)>", re.IGNORECASE),
    ),
    (late(r"<!--"), late(r"-->")),
    (late(r"<\?"), late(r"\?>")),
    (late(r"<!\[CDATA\["), late(r"\]\]>")),
    (late(r"<![A-Za-z]"), late(r">")),
)
_NESTED: Final = (image, link)
_LABELS: Final = "|".join(sorted(LABELS))
_BRACKETED: Final = r"\[((?:[^\[\]\\\n]|\\.)++)"
_BRACKETS: Final = rf"{_BRACKETED}\]"
_DEFINITION: Final = late(rf"{_BRACKETS}:")
# Brackets that never close are taken as well, with all that are escaped in them: none of those closes either.
_MENTION: Final = late(rf"(^[ \t>]*)?{_BRACKETED}(\]:?)?", re.MULTILINE)
_MENTIONS: Final = "mentions"


def install(parser: MarkdownIt) -> None:
    """Replaces rules by ones that do the same and note what flashgen must know."""
    ruler = parser.block.ruler
    front_matter = next(rule for rule in ruler.__rules__ if rule.name == "front_matter")
    front_matter.fn = _at_the_very_beginning(front_matter.fn)
    ruler.before("table", "too_deep", _too_deep)
    ruler.at("hr", _ends_note(hr), {"alt": ["paragraph", "reference", "blockquote", "list"]})
    ruler.at("heading", _ends_note(heading), {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.at("reference", _reference)
    ruler.at("html_block", _html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    for name, rule, sign in (
        ("image", image, "!"),
        ("html_inline", html_inline, "<"),
        ("link", link, "["),
        ("autolink", autolink, "<"),
        ("backticks", backtick, "`"),
    ):
        parser.inline.ruler.at(name, _positioned(rule, sign))
    parser.core.ruler.after("block", "unclosed", _note_unclosed)
    parser.core.ruler.after("inline", "too_deep", note_too_deep)


def _at_the_very_beginning(rule: _BlockRule) -> _BlockRule:
    """Front matter where the file begins: the plugin looks for it in a list or a quote of the first line as well."""

    def run(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.bMarks[start] + state.tShift[start] == 0 and rule(state, start, end, silent)

    return run


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Takes what stands too deep as one block `too_deep`: the parser itself would drop it without a word."""
    if silent or state.level < DEEPEST:
        return False
    token = state.push("too_deep", "", 0)
    token.map = [start, end]
    token.content = state.getLines(start, end, state.blkIndent, False)
    state.line = end
    return True


def _ends_note(rule: _BlockRule) -> _BlockRule:
    def run(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        done = rule(state, start, end, silent)
        if done and not silent and state.level == 0:
            close_form(state)
        return done

    return run


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The definition of a link, where the file has such a link; `[1]: so it is said` stays the text that it is."""
    match = _DEFINITION.match(state.src, state.bMarks[start] + state.tShift[start], state.eMarks[start])
    if match is None:
        return False
    mentions = state.env.get(_MENTIONS)
    if not isinstance(mentions, frozenset):
        mentions = frozenset(
            normalizeReference(found[2])
            for found in _MENTION.finditer(state.src)
            if found[3] == "]" or (found[3] == "]:" and found[1] is None)
        )
        state.env[_MENTIONS] = mentions
    return normalizeReference(match[1]) in mentions and reference(state, start, end, silent)


def _html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if silent or state.level or not state.src.startswith("<", state.bMarks[start] + state.tShift[start]):
        return html_block(state, start, end, silent)
    text = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if any(opener.match(text) for opener, _ in _CLOSERS):
        return html_block(state, start, end, silent)
    # A block of tags runs to the next blank line; a label ends it as it ends a paragraph.
    limit = start + 1
    while limit < end and not state.isEmpty(limit) and label_at(state, limit) is None:
        limit += 1
    return html_block(state, start, limit, silent)


def _positioned(rule: _InlineRule, sign: str) -> _InlineRule:
    """The rule, which begins with `sign` alone, with its place in the meta of the first token that it makes."""
    is_nested = rule in _NESTED

    def run(state: StateInline, silent: bool) -> bool:
        # The rules are asked for each sign of a text.
        if state.src[state.pos] != sign:
            return False
        if is_nested and is_too_deep(state):
            # A label that holds this one has no end then, as where the parser itself gives up.
            state.pos = state.posMax if silent else state.pos
            return silent
        if silent:
            return rule(state, True)
        start, count = state.pos, len(state.tokens)
        if not rule(state, False):
            return False
        for token in state.tokens[count:]:
            if token.type != "text":
                token.meta.setdefault("pos", start)
                break
        return True

    return run


def _note_unclosed(state: StateCore) -> None:
    """Marks with `unclosed` in their meta the blocks that nothing in the source closes."""
    lines = state.src.split("\n")
    fences: list[Token] = []
    for token in state.tokens:
        if token.map is None:
            continue
        if token.type == "fence":
            last = lines[token.map[1] - 1].strip(" \t>")
            fences.append(token)
            if token.map[1] - token.map[0] < 2 or not _closes_fence(last, token.markup):
                _first_unclosed(fences).meta["unclosed"] = token.markup
            elif _takes_in_a_fence(token):
                # What closes it was meant to close the fence of a later card.
                token.meta["unclosed"] = token.markup
        elif token.type == "math_block":
            if "\n" in token.content and _takes_in_a_note(token):
                token.meta["unclosed"] = token.markup
        elif token.type == "html_block":
            text = token.content.lstrip()
            for opener, closer in _CLOSERS:
                if match := opener.match(text):
                    # A card that is commented out is a comment that holds a note.
                    swallows = match[0] != "<!--" and _takes_in_a_note(token)
                    if swallows or not closer.search(text, match.end()):
                        token.meta["unclosed"] = match[0]
                    break
            else:
                if token.content.rfind("<!--") > token.content.rfind("-->"):
                    token.meta["unclosed"] = "<!--"
            if _takes_in_a_comment(token.content):
                token.meta["unclosed"] = "<!--"


def _first_unclosed(fences: list[Token]) -> Token:
    """The fence that was left open, where the last of these is: from there on each mark opens what it should close.

    What stands between the code of two cards then stands in a fence, and holds the beginning of a note.
    """
    first = fences[-1]
    for fence in reversed(fences[:-1]):
        if fence.markup != first.markup or NOTE_WITHIN.search(fence.content) is None:
            break
        first = fence
    return first


def _takes_in_a_fence(token: Token) -> bool:
    """Whether a fence holds the beginning of a note and, below it, the opening of a fence like itself."""
    note = NOTE_WITHIN.search(token.content)
    if note is None:
        return False
    mark = re.escape(token.markup)
    # An opening has a language, and no other of its marks; or it stands behind a label.
    label = rf"(?:{_LABELS}):"
    with_language = rf"^[ \t]*(?:(?:{label}|[-*+>]|\d+\.)[ \t]*)?{mark}[ \t]*\w[^`\n]*$"
    behind_label = rf"^{label}[ \t]*{mark}[ \t]*$"
    return re.search(f"(?m){with_language}|{behind_label}", token.content[note.end() :]) is not None


def _takes_in_a_comment(html: str) -> bool:
    """Whether a comment holds the beginning of a note and, below it, that of a comment, whose end closed it."""
    end = 0
    while (start := html.find("<!--", end)) >= 0:
        end = html.find("-->", start + 4)
        within = html[start + 4 : end if end >= 0 else len(html)]
        if (note := NOTE_WITHIN.search(within)) and "<!--" in within[note.end() :]:
            return True
        if end < 0:
            return False
    return False


def _takes_in_a_note(token: Token) -> bool:
    """Whether a formula, or a block such as `<pre>`, holds the beginning of a note, which some later card closed."""
    return NOTE_WITHIN.search(token.content) is not None


def _closes_fence(line: str, markup: str) -> bool:
    return len(line) >= len(markup) and not line.strip(markup[0])
