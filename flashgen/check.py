"""Rules about whole cards and about all of them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Final, TypeAlias

from flashgen import choices, diagnostics, keys, names, positions, rawhtml
from flashgen.diagnostics import Diagnostic
from flashgen.markdown import clozes
from flashgen.model import Card, Document, Field, Rendered, Source, Span, Standing
from flashgen.notetypes.clozes import DEEPEST_NESTING, HIGHEST_NUMBER
from flashgen.notetypes.forms import Form, form_of
from flashgen.notetypes.templates import is_filled

if TYPE_CHECKING:
    from markdown_it.token import Token

_VERBATIM: Final = frozenset({"fence", "math_block", "code_inline", "math_inline"})


def card(written: Card) -> Iterator[Diagnostic]:
    """What is wrong with a card as written; a draft may be unfinished."""
    if written.draft or written.document is None:
        return
    form = form_of(written.kind)
    yield from _filled(written, form)
    for name, field in written.fields.items():
        if name == form.clozes:
            yield from _clozes(written, written.document, field)
        else:
            yield from _no_clozes(written.document, field)


def rendered(written: Card, html: Rendered) -> Iterator[Diagnostic]:
    """Fields that hold something for their author and nothing for Anki, such as a line break."""
    for name, field in written.fields.items():
        if not is_filled(html.fields.get(name, "")) and not _is_blank(field.tokens):
            yield diagnostics.EMPTY_FIELD.at(
                field.span, "this field shows nothing in Anki", "write something to be seen, or take the field out"
            )


_Told: TypeAlias = tuple[int, str, str, Span, str, str]
"""What of a card is compared with others: its order, its kind, its deck, where it stands, and its question and answer,
as their keys or as the digests of all keys. A project has as many as cards, and classes take their time."""


_told: Final[Callable[[Standing], _Told]] = attrgetter("order", "row.kind", "row.deck", "span", "question", "answer")
# Their places in what is told.
_KIND: Final = 1
_QUESTION: Final = 4


def together(cards: Sequence[Card], standing: Sequence[Standing] = ()) -> Iterator[Diagnostic]:
    """Cards that are the same, and decks that Anki or the file system would take for one, in the order of all cards."""
    if standing:
        living = [(one.order, one.kind, one.deck, one.span, *keys.digests(one.keys)) for one in cards if not one.draft]
        living += map(_told, [one for one in standing if one.note is not None])
        living.sort(key=itemgetter(0))
    else:
        living = [
            (one.order, one.kind, one.deck, one.span, one.keys.question, one.keys.answer)
            for one in cards
            if not one.draft
        ]
    yield from _duplicates(living)
    yield from _decks(living)


def _filled(written: Card, form: Form) -> Iterator[Diagnostic]:
    question = written.fields.get(form.question)
    if question is None or _is_blank(question.tokens):
        span = question.span if question else written.span
        yield diagnostics.MISSING_QUESTION.at(span, "this note has no question", f'write it behind "{form.opener}:"')
    answered = [name for name in form.answers if name in written.fields and not _is_blank(written.fields[name].tokens)]
    asked = question.tokens if question is not None and not form.per_language else ()
    ticked = any(choice.right for choice in choices.choices(asked))
    if question is not None and written.document is not None:
        yield from _boxes(written.document.source, question.tokens)
    if form.answers and not answered and not ticked:
        labels = [label for label, name in form.labels.items() if name == form.answers[0]]
        what = "this word has no meaning" if form.per_language else "this question has no answer"
        help = f'begin a line with "{labels[0]}:"' + (", or fill that column" if form.per_language else "")
        if question is not None and any("task" in token.meta for token in question.tokens):
            help = f'tick a box with "- [x]" and give every item of the list a box, or {help}'
        yield diagnostics.MISSING_ANSWER.at(written.span, what, help)
    for name in form.media:
        if name in written.fields and not _shows_media(written.fields[name].tokens):
            yield diagnostics.MISSING_MEDIA.at(
                written.fields[name].span,
                f'"{name}" holds no media file',
                "write the path of one file, from the folder of this Markdown file",
            )
    for name, field in written.fields.items():
        if name not in (form.question, *(form.answers if not answered else ())) and _is_blank(field.tokens):
            yield diagnostics.EMPTY_FIELD.at(field.span, "this field is empty", "fill it, or take its label out")


def _shows_media(tokens: Sequence[Token]) -> bool:
    children = (child for token in tokens for child in (token, *(token.children or ())))
    return _is_blank(tokens) or any(
        child.type == "image"
        or (child.type in ("html_inline", "html_block") and rawhtml.read(child.content).references)
        for child in children
    )


def _boxes(source: Source, tokens: Sequence[Token]) -> Iterator[Diagnostic]:
    """Items of a multiple choice that are none: with `[]`, `[ x ]`, or without any box."""
    for start, end in choices.lists(tokens):
        for token in tokens[start:end]:
            if token.type == "list_item_open" and token.level == 1 and "task" not in token.meta:
                yield diagnostics.MISSING_BOX.at(
                    positions.of_block(source, token),
                    "this item of a multiple choice has no box",
                    'begin it with "- [ ] " where it is wrong, with "- [x] " where it is right',
                )


def _is_blank(tokens: Sequence[Token]) -> bool:
    for token in tokens:
        if token.type == "inline":
            if any(not _shows_nothing(child) for child in token.children or ()):
                return False
        elif token.type in ("fence", "math_block"):
            if token.content.strip():
                return False
        elif token.type == "html_block" and rawhtml.without_comments(token.content).strip():
            return False
    return True


def _shows_nothing(token: Token) -> bool:
    if token.type == "html_inline":
        return token.content.startswith("<!--")
    if token.type.startswith("cloze_"):
        return False
    return token.type in ("softbreak", "hardbreak") or (token.type != "image" and not token.content.strip())


def _clozes(written: Card, document: Document, field: Field) -> Iterator[Diagnostic]:
    source, found = document.source, list[Diagnostic]()
    strays = [
        index
        for index, token in enumerate(field.tokens)
        if any(child.type == "cloze_stray" for child in token.children or ())
    ]
    for index, token in enumerate(field.tokens):
        if token.type in _VERBATIM:
            found += _verbatim(token, partial(positions.in_block, source, token))
        elif token.type == "html_block" and "{{" in rawhtml.without_comments(token.content):
            found.append(
                diagnostics.CLOZE_OUTSIDE.at(
                    positions.in_block(source, token, token.content.find("{{")),
                    "a cloze within a block of HTML is not hidden",
                    "leave blank lines around the tags, so that the text between them is Markdown",
                )
            )
        elif token.type == "inline":
            found += _inline_clozes(source, token, across=any(stray > index for stray in strays))
    if any(not deletion.text for deletion in written.keys.deletions) and not any(
        fault.rule is diagnostics.EMPTY_CLOZE for fault in found
    ):
        found.append(_empty(field.span))
    if len(written.keys.deletions) > HIGHEST_NUMBER:
        found.append(
            diagnostics.BAD_CLOZE_NUMBER.at(
                written.span, f"Anki makes no more than {HIGHEST_NUMBER} cards of a note", "make several notes of it"
            )
        )
    if not written.keys.deletions and not found and not _is_blank(field.tokens):
        found.append(
            diagnostics.NO_CLOZE.at(
                written.span,
                "this note hides nothing",
                "put what is to be recalled in braces: {{text}}, in code and formulas {{c1::text}}",
            )
        )
    yield from found


def _inline_clozes(source: Source, token: Token, *, across: bool) -> Iterator[Diagnostic]:
    """The faults of the clozes in one paragraph; `across` says that braces close in a later one."""
    children, depth, hints = token.children or (), 0, 0
    for number, child in enumerate(children):
        place = child.meta.get("pos", 0)
        if child.type == "cloze_unclosed":
            yield _unclosed(positions.in_block(source, token, place), child.content, across=across)
        elif child.type == "cloze_empty":
            yield _empty(positions.in_block(source, token, place))
        elif child.type in ("cloze_hint_open", "cloze_hint_close"):
            hints += child.nesting
        elif child.type == "cloze_close":
            depth -= 1
        elif child.type == "cloze_open":
            depth += 1
            span = positions.in_block(source, token, place)
            yield from _numbers(child.meta["numbers"], span)
            following = number + 1
            while _shows_nothing(children[following]):
                following += 1
            if children[following].type in ("cloze_close", "cloze_hint_open"):
                yield _empty(span)
            if hints:
                yield diagnostics.CLOZE_OUTSIDE.at(
                    span, "Anki does not hide a cloze within a hint", "take the braces out of the hint"
                )
            if depth == DEEPEST_NESTING + 1:
                yield diagnostics.BAD_CLOZE_NUMBER.at(
                    span, f"Anki makes no card for a cloze inside {DEEPEST_NESTING} others", "take the outer ones apart"
                )
            if not child.meta["numbers"] and clozes.ALMOST_NATIVE.match(token.content, place):
                yield diagnostics.BAD_CLOZE_NUMBER.at(
                    span, "this cloze has a number but not the two colons after it", "write {{c1::text}}"
                )
        elif child.type in _VERBATIM:
            inner = token.content.find(child.content, place)
            yield from _verbatim(child, partial(_within, source, token, max(inner, place)))


def _within(source: Source, token: Token, start: int, offset: int) -> Span:
    return positions.in_block(source, token, start + offset)


def _empty(span: Span) -> Diagnostic:
    return diagnostics.EMPTY_CLOZE.at(span, "this cloze hides nothing", "write the hidden text in the braces")


def _verbatim(token: Token, place: Callable[[int], Span]) -> Iterator[Diagnostic]:
    for piece in clozes.in_verbatim(token.content, braces=token.type.startswith("math")):
        if isinstance(piece, clozes.Open):
            if not piece.closed:
                head = "{{c" + ",".join(map(str, piece.numbers)) + "::"
                yield _unclosed(place(piece.offset), head, across=False)
            yield from _numbers(piece.numbers, place(piece.offset))


def _unclosed(span: Span, text: str, *, across: bool) -> Diagnostic:
    if across:
        return diagnostics.CLOZE_ACROSS_BLOCKS.at(
            span, "this cloze begins in one block and ends in another", "give each paragraph or item a cloze of its own"
        )
    return diagnostics.UNCLOSED_CLOZE.at(
        span, f'this "{text}" is never closed', 'end the cloze with "}}"; braces that are text are written \\{\\{'
    )


def _numbers(numbers: Sequence[int], span: Span) -> Iterator[Diagnostic]:
    for number in numbers:
        if not 1 <= number <= HIGHEST_NUMBER:
            yield diagnostics.BAD_CLOZE_NUMBER.at(
                span, f"Anki makes no card for the cloze number {number}", f"use a number from 1 to {HIGHEST_NUMBER}"
            )


def _no_clozes(document: Document, field: Field) -> Iterator[Diagnostic]:
    for token in field.tokens:
        for child in (token.children or ()) if token.type == "inline" and "{{" in token.content else ():
            if child.type == "cloze_open" or (child.type == "cloze_unclosed" and child.content != "{{"):
                yield diagnostics.CLOZE_OUTSIDE.at(
                    positions.in_block(document.source, token, child.meta["pos"]),
                    "Anki hides a cloze in no other field than the text of a cloze note",
                    'begin the note with "C:"; braces that are text are written \\{\\{, or stand in code',
                )


def _duplicates(cards: Iterable[_Told]) -> Iterator[Diagnostic]:
    cards = [one for one in cards if one[_QUESTION]]
    if len({(one[_KIND], one[_QUESTION]) for one in cards}) == len(cards):
        return  # where no question is asked twice, no card is there twice
    questions: dict[tuple[str, str], Span] = {}
    whole: dict[tuple[str, str, str], Span] = {}
    for _, kind, _, span, question, answer in cards:
        if (first := whole.setdefault((kind, question, answer), span)) is not span:
            yield diagnostics.DUPLICATE_CARD.at(span, f"this card is the same as {_place(first)}", "delete one of them")
        elif form_of(kind).per_language:
            continue
        elif (first := questions.setdefault((kind, question), span)) is not span:
            yield diagnostics.DUPLICATE_QUESTION.at(
                span,
                f"this question is asked with another answer in {_place(first)}",
                "ask it so that only one answer is right",
            )


def _decks(cards: Iterable[_Told]) -> Iterator[Diagnostic]:
    spelt: dict[str, tuple[str, Span]] = {}
    files: dict[str, tuple[str, Span]] = {}
    looked_at: set[str] = set()
    for _, _, deck, span, _, _ in cards:
        if deck in looked_at:
            continue
        looked_at.add(deck)
        parts = deck.split("::")
        for depth in range(1, len(parts) + 1):
            name = "::".join(parts[:depth])
            first, where = spelt.setdefault(name.casefold(), (name, span))
            if first != name:
                yield diagnostics.BAD_DECK_NAME.at(
                    span,
                    f'the deck "{name}" is written "{first}" in {_place(where)}; Anki takes them for one',
                    "write them alike",
                )
                break
        top, where = files.setdefault(names.package_file(parts[0]), (parts[0], span))
        if top.casefold() != parts[0].casefold():
            yield diagnostics.BAD_DECK_NAME.at(
                span,
                f'the packages of the decks "{parts[0]}" and "{top}" ({_place(where)}) would have one file name',
                "name the decks more differently",
            )


def _place(span: Span) -> str:
    return f"{span.file}:{span.line}"
