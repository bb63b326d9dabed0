"""What the author has in mind, as text: cards and files → Markdown, and back.

Each card carries a comment, `<!-- m17 -->`, which flashgen drops, and each deletion of a cloze a hint, `d3`, which says
nothing about its number: they tell the model after any merge which card and which deletion a text is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

QA, CLOZE, WORD = "qa", "cloze", "vocabulary:fr"


def _without_names(pattern: str) -> str:
    return re.sub(r"\?P<\w+>", "?:", pattern)


_LABELS = {QA: ("Q", "A"), CLOZE: ("C", ""), WORD: ("Word", "Meaning")}
_KINDS = {"Q": QA, "C": CLOZE, "Word": WORD}

_FRONT = re.compile(
    r"---\nlang: fr\n(?:deck: (?P<deck>.+)\n)?(?:tags: \[(?P<tags>.*)\]\n)?---\n\n(?:# (?P<head>.+)\n\n)?"
)
_CARD = re.compile(
    r"(?P<label>Q|C|Word): (?P<question>.+)\n"
    r"(?:(?:A|Meaning): (?P<answer>.+)\n)?"
    r"(?:<!-- \{(?P<comment>.*)\} -->\n)?"
    r"<!-- m(?P<uid>\d+) -->\n\n"
)
_TABLE = "---\n\n| Word | Meaning | Id | Tags |\n| --- | --- | --- | --- |\n"
_ROW = re.compile(
    r"\| (?P<question>[^|\n]+) \| (?P<answer>[^|\n]+) <!-- m(?P<uid>\d+) --> \| (?P<id>\S*) \| (?P<tags>[^|\n]*) \|\n"
)
_ANY = re.compile(f"{_without_names(_CARD.pattern)}|{_without_names(_ROW.pattern)}")
_DELETION = re.compile(r"\{\{([^{}:]+)::d(\d+)\}\}")


@dataclass(frozen=True, slots=True)
class Written:
    """A card as its author knows it: `uid` stays whatever becomes of the text. `pin` is an id written into it."""

    uid: int
    kind: str
    question: str
    answer: str = ""
    tags: tuple[str, ...] = ()
    deck: str = ""
    reverse: bool = False
    draft: bool = False
    pin: str = ""

    @property
    def deletions(self) -> dict[int, str]:
        """The texts of a cloze's deletions by their own uids, in order."""
        return {int(match[2]): match[1] for match in _DELETION.finditer(self.question)}

    @property
    def opened(self) -> str:
        """The question without braces and hints."""
        return _DELETION.sub(r"\1", self.question)

    @property
    def text(self) -> tuple[str, str, str]:
        """What the card says, with all that only looks different folded: kind, question, answer."""
        answer = " | ".join(sorted(map(folded, self.deletions.values()))) if self.kind == CLOZE else folded(self.answer)
        return self.kind, folded(self.opened), answer


@dataclass(frozen=True, slots=True)
class File:
    """A source: its front matter, its heading and its cards, the words of them in tables where it `has_tables`."""

    cards: tuple[Written, ...] = ()
    deck: str = ""
    tags: tuple[str, ...] = ()
    heading: str = ""
    has_tables: bool = False


@dataclass(slots=True)
class Folder:
    """All sources by their names."""

    files: dict[str, File] = field(default_factory=dict)

    def cards(self) -> Iterator[tuple[str, Written]]:
        """Every card with the name of its file."""
        return ((name, card) for name, file in self.files.items() for card in file.cards)

    def find(self, uid: int) -> tuple[str, Written]:
        """A card by its uid, with the name of its file."""
        return next((name, card) for name, card in self.cards() if card.uid == uid)


def folded(text: str) -> str:
    """A text without what typography alone changes."""
    text = text.replace("*", "").replace("’", "'").replace("–", "-").replace("\u202f", " ").replace("\u00a0", " ")
    return re.sub(r"\s+([?!:;])", r"\1", re.sub(r"\s+", " ", text)).strip()


def to_markdown(file: File) -> str:
    """The text of a file."""
    front = "---\nlang: fr\n"
    front += f"deck: {file.deck}\n" if file.deck else ""
    front += f"tags: [{', '.join(file.tags)}]\n" if file.tags else ""
    head = f"# {file.heading}\n\n" if file.heading else ""
    groups = groupby(file.cards, lambda card: file.has_tables and _fits_a_row(card))
    blocks = (_table(cards) if in_table else "".join(map(_block, cards)) for in_table, cards in groups)
    return f"{front}---\n\n{head}{''.join(blocks)}"


def to_file(text: str) -> File | None:
    """The file that a text is of, None where the text is nothing that `to_markdown` writes."""
    front = _FRONT.match(text)
    if front is None:
        return None
    cards = tuple(_card(found[0]) for found in _ANY.finditer(text, front.end()))
    file = File(cards, front["deck"] or "", _words(front["tags"]), front["head"] or "", _TABLE in text)
    return file if to_markdown(file) == text else None


def lines_of(text: str) -> dict[int, int]:
    """The uids of a file's cards by the lines in which they begin."""
    return {text.count("\n", 0, found.start()) + 1: _card(found[0]).uid for found in _ANY.finditer(text)}


def without_repeated(files: Sequence[tuple[str, File]]) -> dict[str, File]:
    """The files with each card once: the first that stands is kept, as whoever cleans up after a merge would."""
    seen: set[int] = set()
    found: dict[str, File] = {}
    for name, file in files:
        kept = tuple(card for card in file.cards if card.uid not in seen and not seen.add(card.uid))  # type: ignore[func-returns-value]
        found[name] = replace(file, cards=kept)
    return found


def _block(card: Written) -> str:
    label, second = _LABELS[card.kind]
    lines = [f"{label}: {card.question}"]
    if second:
        lines.append(f"{second}: {card.answer}")
    comment = [f"id: {card.pin}"] * bool(card.pin)
    comment += [f"tags: [{', '.join(card.tags)}]"] * bool(card.tags)
    comment += [f"deck: {card.deck}"] * bool(card.deck)
    comment += ["reverse: true"] * card.reverse + ["draft: true"] * card.draft
    if comment:
        lines.append(f"<!-- {{{', '.join(comment)}}} -->")
    lines.append(f"<!-- m{card.uid} -->\n")
    return "\n".join(lines) + "\n"


def _fits_a_row(card: Written) -> bool:
    return card.kind == WORD and not (card.deck or card.draft)


def _table(cards: Iterable[Written]) -> str:
    rows = (
        f"| {card.question} | {card.answer} <!-- m{card.uid} --> | {card.pin} | {', '.join(card.tags)} |\n"
        for card in cards
    )
    return f"{_TABLE}{''.join(rows)}\n"


def _card(block: str) -> Written:
    row = _ROW.fullmatch(block)
    if row is not None:
        return Written(int(row["uid"]), WORD, row["question"], row["answer"], _words(row["tags"]), pin=row["id"])
    match = _CARD.fullmatch(block)
    assert match is not None
    comment = match["comment"] or ""
    values = dict(re.findall(r"(\w+): (\[.*?\]|[^,]+)", comment))
    return Written(
        int(match["uid"]),
        _KINDS[match["label"]],
        match["question"],
        match["answer"] or "",
        _words(values.get("tags", "").strip("[]")),
        values.get("deck", ""),
        "reverse" in values,
        "draft" in values,
        values.get("id", ""),
    )


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(", ")) if text else ()
