"""HTML that Anki stored in, the keys that its Markdown had out.

What the sources render to today tells the keys of all that was not edited since, to the letter. Of anything else the
HTML is read back: prose, code and formulas as they were written, and only the paths of pictures and markup within raw
HTML not quite, so that what was edited since is found by likeness all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from flashgen import keys, rawhtml
from flashgen.model import Card, Deletion, Keys, Rendered, StoredNote
from flashgen.notetypes.forms import Form, form_of
from flashgen.patterns import late

_CLOZE: Final = late(r"\{\{c(\d[\d,]*)::|::|\}\}")
_HEAD: Final = late("\\{\\{c(?:\x01\\d+\x01|\\d[\\d,]*)::")
_TAG: Final = late(r"<(/?)([A-Za-z][A-Za-z0-9]*)([^<>]*)>")
_ATTRIBUTE: Final = late(r'([a-z]+)="([^"]*)"')
_ITEM: Final = late(r"<(/?)li(?: class=\"choice (right|wrong)\")?[^<>]*>")
_SOUND: Final = late(r"\[sound:([^\[\]]{1,255})\]")
_HASH: Final = late(r"-[0-9a-f]{8}(?=\.[A-Za-z0-9]+$)")
_MATH: Final = late(r"\\([()\[\]])")
_OPENED, _CLOSED = "\x02", "\x03"
_MARKS: Final = late(f"([{_OPENED}{_CLOSED}])")
_DIGITS: Final = 4
# Deletions within deletions; each holds the text of all in it.
_DEEPEST: Final = 20

# What Markdown writes leaves no trace in a key, but for the space that parts blocks, lines and cells.
_INLINE: Final = frozenset({"em", "strong", "s", "span"})
_BLOCKS: Final = frozenset(
    "p ul ol li table thead tbody tr th td blockquote br hr h1 h2 h3 h4 h5 h6 div audio video source".split()
)


@dataclass(slots=True)
class Renderings:
    """What the sources render to, as a dictionary back: HTML of a question or an answer → its key."""

    questions: dict[tuple[str, str], str] = field(default_factory=dict)
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    deletions: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, cards: Iterable[Card], rendered: Iterable[Rendered | None]) -> Renderings:
        """The dictionary of these cards; `rendered` has their HTML, None for drafts."""
        known = cls()
        for card, html in zip(cards, rendered, strict=True):
            if html is None:
                continue
            form = form_of(card.kind)
            question = html.fields.get(form.question, "")
            if form.clozes:
                question = _HEAD.sub("{{c::", question)
                known.deletions.setdefault(question, tuple(deletion.text for deletion in card.keys.deletions))
            known.questions.setdefault((form.kind, question), card.keys.question)
            known.answers.setdefault((form.kind, _answer(form, html.fields)), card.keys.answer)
        return known


def keys_of(note: StoredNote, known: Renderings) -> Keys:
    """The keys of the card that a note was made from. Its deletions have their numbers as written by hand."""
    form = form_of(note.kind)
    html = note.fields.get(form.question, "")
    if form.clozes:
        return _keys_of_cloze(html, form, known)
    question = known.questions.get((form.kind, html))
    answer = known.answers.get((form.kind, _answer(form, note.fields)))
    return Keys(
        question=plain(html) if question is None else question,
        answer=_answer_read_back(_answer(form, note.fields)) if answer is None else answer,
        deletions=(),
        source="",
    )


def plain(html: str) -> str:
    """The key of some HTML, deletions opened and their hints left out."""
    text, _ = _read_back(html)
    return text


def _answer(form: Form, fields: Mapping[str, str]) -> str:
    return next((fields[name] for name in form.answers if fields.get(name)), "")


def _answer_read_back(html: str) -> str:
    """The key of an answer, where the ticked choices stand one by one and the others not at all."""
    ticked: list[str] = []
    rest: list[str] = []
    depth = begin = end = 0
    right = False
    for match in _ITEM.finditer(html):
        if not depth and match[2] is None:
            continue
        if not depth:
            rest.append(html[end : match.start()])
            begin, right = match.end(), match[2] == "right"
        depth += -1 if match[1] else 1
        if not depth:
            end = match.end()
            if right:
                ticked.append(plain(html[begin : match.start()]))
    rest.append(html[begin if depth else end :])
    return " | ".join(filter(None, (*ticked, plain("".join(rest)))))


def _keys_of_cloze(html: str, form: Form, known: Renderings) -> Keys:
    text, found = _read_back(html)
    same = _HEAD.sub("{{c::", html)
    texts = known.deletions.get(same)
    if texts is not None and len(texts) == len(found):
        text = known.questions[form.kind, same]
        found = [Deletion(each, deletion.numbers) for each, deletion in zip(texts, found, strict=True)]
    return Keys(text, " | ".join(deletion.text for deletion in found), tuple(found), "")


def _read_back(html: str) -> tuple[str, list[Deletion]]:
    html, numbers = _with_marks(html)
    pieces = list(_pieces(rawhtml.without_comments(html)))
    texts: list[list[keys.Piece]] = [[] for _ in numbers]
    whole: list[keys.Piece] = []
    opened: list[int] = []
    count = 0
    for text, kept in pieces:
        for part in _MARKS.split(text):
            if part == _OPENED:
                opened.append(count)
                count += 1
            elif part == _CLOSED:
                opened.pop()
            elif part:
                whole.append((part, kept))
                for place in opened:
                    texts[place].append((part, kept))
    deletions = [Deletion(keys.joined(text), each) for text, each in zip(texts, numbers, strict=True)]
    return keys.joined(whole), deletions


def _with_marks(html: str) -> tuple[str, list[tuple[int, ...]]]:
    """The HTML with a mark where each deletion begins and ends, its hint gone, and the numbers of each."""
    parts: list[str] = []
    found: list[tuple[int, ...]] = []
    # How many deletions are open, and how many within the hint of the last, itself counted.
    depth = hint = 0
    end = 0
    html = _MARKS.sub("", html)
    for match in _CLOZE.finditer(html):
        if not hint:
            parts.append(html[end : match.start()])
        end = match.end()
        if hint:
            hint += bool(match[1]) - (match[0] == "}}")
            if hint:
                continue
        numbers = tuple(int(each) for each in (match[1] or "").split(",") if each and len(each) < _DIGITS)
        if any(numbers) and depth < _DEEPEST:
            found.append(tuple(number for number in numbers if number))
            depth += 1
            parts.append(_OPENED)
        elif match[0] == "}}" and depth:
            depth -= 1
            parts.append(_CLOSED)
        elif match[0] == "::" and depth:
            hint = 1
        else:
            parts.append(match[0])
    if not hint:
        parts.append(html[end:])
    return "".join((*parts, _CLOSED * depth)), found


def _pieces(html: str) -> Iterator[keys.Piece]:
    code, mark, end = "", "", 0
    for match in _TAG.finditer(html):
        text = html[end : match.start()]
        end = match.end()
        if mark:
            code += text
        else:
            yield from _with_math(text)
        closing, tag, rest = match[1], match[2].lower(), match[3]
        if tag in ("code", "pre"):
            # A fence is code within a `pre`.
            if not closing:
                mark = mark or {"code": "`", "pre": "```"}[tag]
            elif mark == {"code": "`", "pre": "```"}[tag]:
                yield f"{mark}{unescape(code).strip()}{mark}", True
                if tag == "pre":
                    yield " ", False
                code, mark = "", ""
        elif mark or tag in _INLINE:
            continue
        elif tag in _BLOCKS:
            yield " ", False
        elif tag in ("img", "a"):
            yield _written(tag, rest) if not closing else "", True
        else:
            yield match[0], True
    yield from _with_math(code + html[end:])


def _written(tag: str, attributes: str) -> str:
    """A picture or the beginning of a link as keys have them, but for the folder of the picture."""
    values = {name: unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}
    if tag == "a":
        return f"<{values.get('href', '')}>"
    path = _HASH.sub("", values.get("src", ""))
    return f"![{keys.folded(values.get('alt', ''))}]({path})"


def _with_math(html: str) -> Iterator[keys.Piece]:
    formula, end = None, 0
    html = _SOUND.sub(lambda match: f"![]({_HASH.sub('', match[1])})", html)
    for match in _MATH.finditer(html):
        text = unescape(html[end : match.start()])
        end = match.end()
        if formula is None and match[1] in "([":
            yield text, False
            formula = ""
        elif formula is not None and match[1] in ")]":
            yield f"${(formula + text).strip()}$", True
            formula = None
        elif formula is None:
            yield text + match[0], False
        else:
            formula += text + match[0]
    yield (formula or "") + unescape(html[end:]), False
