"""What a card is recognized by: folded text of its tokens, the same before and after a change that only looks new.

Folded are white space, kinds of apostrophes, quotation marks, dashes and spaces, the space before `: ; ! ?`, and
emphasis. Kept are letter case, code, math, raw HTML and the paths of media. Two keys are equal only where a reader
would say that it is the same text; golden tests hold this module, because the ledger stores digests of what it gives.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from flashgen import choices, rawhtml, stacking
from flashgen.markdown import clozes, embeds
from flashgen.model import Deletion, Document, Field, Keys
from flashgen.notetypes.forms import Form
from flashgen.patterns import late

if TYPE_CHECKING:
    from markdown_it.token import Token

_FOLD: Final = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ′‛", "'"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("‹›", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
        "…": "...",
    }
)
_GUILLEMETS: Final = late(r"«\s*|\s*»")
_SPACE: Final = late(r"\s+")
_BEFORE_MARK: Final = late(r"\s+(?=[:;!?])")
_TO_FOLD: Final = ("  ", " :", " ;", " !", " ?")
_SOURCE_DIGEST: Final = 16
# A gender or a category alone says little of which card it is.
_TELLING: Final = 30

Piece = tuple[str, bool]
"""A part of a key: its text, and whether it is kept as it is."""


def folded(text: str) -> str:
    """A text as a key: what typography alone changes is gone."""
    # All white space but the space itself is not printable.
    if text.isascii() and text.isprintable() and not any(map(text.__contains__, _TO_FOLD)):
        return text
    # Runs of white space go first: the other two patterns would search each of them again and again.
    text = _SPACE.sub(" ", stacking.composed(text).translate(_FOLD))
    return _SPACE.sub(" ", _BEFORE_MARK.sub("", _GUILLEMETS.sub('"', text)))


def keys_of(form: Form, fields: dict[str, Field], document: Document, first: int, last: int) -> Keys:
    """The keys of a card whose Markdown stands in the lines `[first, last)`, counted from 0."""
    question = text_of(fields[form.question].tokens) if form.question in fields else ""
    deletions: tuple[Deletion, ...] = ()
    if form.clozes:
        deletions = tuple(deletions_of(fields[form.clozes].tokens)) if form.clozes in fields else ()
        answer = " | ".join(deletion.text for deletion in deletions)
    else:
        answer = next((text_of(fields[name].tokens) for name in form.answers if name in fields), "")
        if form.question in fields:
            tokens = fields[form.question].tokens
            ticked = [text_of(tokens[c.start : c.end]) for c in choices.choices(tokens) if c.right]
            answer = " | ".join([*ticked, answer] if answer else ticked)
    asked = {form.question, form.clozes, *(name for name in form.answers if name in fields)}
    others = {name: text_of(fields[name].tokens) for name in fields.keys() - asked}
    return of_texts(question, answer, deletions, others, "\n".join(document.source.lines[first:last]))


def of_texts(
    question: str, answer: str, deletions: tuple[Deletion, ...], others: Mapping[str, str], source: str
) -> Keys:
    """The keys of a card with this question and answer; `others` are the keys of its other fields by their names.

    `source` is the Markdown of the card.
    """
    told = " ".join(f"{name}: {others[name]}" for name in sorted(others))
    return Keys(question, answer, deletions, digest(source.strip()), _others(told))


def digests(keys: Keys) -> tuple[str, str]:
    """What stands for the keys of question and answer where they are compared; empty for an empty one."""
    question, answer = keys.question, keys.answer
    return (digest(question) if question else ""), (digest(answer) if answer else "")


def digest(text: str) -> str:
    """What stands for a text in the ledger and in what is kept: 16 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:_SOURCE_DIGEST]


def _others(text: str) -> str:
    return digest(text) if len(text) >= _TELLING else ""


def text_of(tokens: Sequence[Token]) -> str:
    """The key of block or inline tokens, deletions opened and their hints left out."""
    return joined(_pieces(tokens, []))


def deletions_of(tokens: Sequence[Token]) -> list[Deletion]:
    """The deletions in the order in which they begin, those in math and code included; nested ones keep their text."""
    found: list[Deletion] = []
    for token in tokens:
        if token.type == "inline":
            children = token.children or []
            for index, child in enumerate(children):
                if child.type == "cloze_open":
                    inner = children[index + 1 : _closing(children, index)]
                    found.append(Deletion(text_of(inner), child.meta["numbers"]))
                elif child.type in _VERBATIM:
                    found += _verbatim_deletions(child)
        elif token.type in _VERBATIM:
            found += _verbatim_deletions(token)
    return found


def _closing(children: Sequence[Token], opening: int) -> int:
    level = children[opening].level
    return next(
        index
        for index in range(opening + 1, len(children))
        if children[index].type == "cloze_close" and children[index].level == level
    )


def _verbatim_deletions(token: Token) -> list[Deletion]:
    numbers: list[tuple[int, ...]] = []
    texts: list[str] = []
    hinted: list[bool] = []
    opened: list[int] = []
    for piece in clozes.in_verbatim(token.content, braces=token.type.startswith("math")):
        if isinstance(piece, clozes.Open):
            if piece.closed:
                opened.append(len(texts))
                numbers.append(piece.numbers)
                texts.append("")
                hinted.append(False)
        elif isinstance(piece, clozes.Hint):
            # That of a cloze which is never closed belongs to none.
            if opened:
                hinted[opened[-1]] = True
        elif isinstance(piece, clozes.Close):
            opened.pop()
        else:
            for index in opened:
                texts[index] += "" if hinted[index] else piece
    return [Deletion(text.strip(), number) for text, number in zip(texts, numbers, strict=True)]


_VERBATIM: Final = frozenset({"code_inline", "fence", "math_inline", "math_block"})
_TEXT: Final = frozenset({"text", "cloze_unclosed", "cloze_stray", "cloze_empty"})
_BREAKS: Final = frozenset({"softbreak", "hardbreak", "td_close", "th_close"})

_SAYING: Final = frozenset(
    {
        *_TEXT,
        *_BREAKS,
        *_VERBATIM,
        *("cloze_hint_open", "cloze_hint_close", "inline", "image", "link_open", "html_inline", "html_block"),
    }
)


def _pieces(tokens: Sequence[Token], pieces: list[Piece]) -> list[Piece]:
    """Adds what the tokens say to `pieces`; runs for every token of a project, so it is one loop."""
    hints = 0
    for token in tokens:
        kind = token.type
        if kind not in _SAYING:
            continue
        if kind == "cloze_hint_open":
            hints += 1
        elif kind == "cloze_hint_close":
            hints -= 1
        elif hints:
            continue
        elif kind in _TEXT:
            pieces.append((token.content, False))
        elif kind == "inline":
            _pieces(token.children or (), pieces)
            pieces.append((" ", False))
        elif kind in _BREAKS:
            pieces.append((" ", False))
        elif kind in _VERBATIM:
            pieces.append((_opened(token), True))
            if token.block:
                pieces.append((" ", False))
        elif kind == "image":
            pieces.append((f"![{folded(token.content)}]({embeds.path_of(token)})", True))
        elif kind == "link_open":
            pieces.append((f"<{token.attrs.get('href', '')}>", True))
        elif kind in ("html_inline", "html_block") and (html := rawhtml.without_comments(token.content).strip()):
            pieces.append((html, True))
    return pieces


def _opened(token: Token) -> str:
    mark = {"code_inline": "`", "fence": "```"}.get(token.type, "$")
    hinted, text = False, ""
    for piece in clozes.in_verbatim(token.content, braces=mark == "$"):
        if isinstance(piece, str):
            text += "" if hinted else piece
        else:
            hinted = isinstance(piece, clozes.Hint)
    return f"{mark}{text.strip()}{mark}"


def joined(pieces: Iterable[Piece]) -> str:
    """The key of these pieces. Neighbouring texts are folded as one, so that emphasis in between leaves no trace."""
    parts, run = list[str](), list[str]()
    for text, kept in pieces:
        if kept:
            parts += [folded("".join(run)), text]
            run.clear()
        else:
            run.append(text)
    parts.append(folded("".join(run)))
    return "".join(parts).strip()
