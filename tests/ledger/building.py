"""Builds without files: plain texts → cards → a ledger, as often as a test needs it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from msgspec.structs import replace

from flashgen import identity, ledger
from flashgen.model import (
    Card,
    Claim,
    Deletion,
    Identified,
    Keys,
    Ledger,
    Pairing,
    Remembered,
    Rendered,
    Span,
    cloze_placeholder,
)

NAMESPACE = "history-k2m4p"


def fold(text: str) -> str:
    """A key as the compiler makes it, as far as typography goes."""
    text = unicodedata.normalize("NFC", text)
    text = text.translate({0x2019: "'", 0x00AB: '"', 0x00BB: '"', 0x2013: "-", 0x2212: "-", 0xA0: " ", 0x202F: " "})
    text = re.sub(r"(?<!\w)\*+|\*+(?!\w)", "", text)
    return re.sub(r" (?=[:;!?])|(?<=\") | (?=\")", "", " ".join(text.split()))


def card(
    question: str,
    answer: str = "",
    *,
    kind: str = "qa",
    file: str = "cards/a.md",
    id: str = "",
    deck: str = "",
    draft: bool = False,
    tags: tuple[str, ...] = (),
) -> Card:
    """A card of one line. A cloze has its deletions in braces, `{text}`, or `{2:text}` with a number."""
    deletions: tuple[Deletion, ...] = ()
    if kind == "cloze":
        found = [re.fullmatch(r"(?:(\d+):)?(.*)", inner) for inner in re.findall(r"\{([^}]*)\}", question)]
        deletions = tuple(Deletion(fold(one[2]), (int(one[1]),) if one[1] else ()) for one in found if one is not None)
        key = fold(re.sub(r"\{(?:\d+:)?([^}]*)\}", r"\1", question))
        answer = "\n".join(deletion.text for deletion in deletions)
    else:
        key = fold(question)
    span = Span(file, 1)
    return Card(
        kind=kind,
        span=span,
        fields={},
        deck=deck or file.removeprefix("cards/").removesuffix(".md"),
        tags=tags,
        keys=Keys(key, fold(answer), deletions, f"{question}|{answer}"),
        order=0,
        id=Claim(id, span) if id else None,
        draft=draft,
        source=f"{question}|{answer}",
    )


def word(text: str, meaning: str, *, file: str = "cards/a.md") -> Card:
    """A vocabulary card."""
    return card(text, meaning, kind="vocabulary:fr", file=file)


def cloze(text: str, *, file: str = "cards/a.md", id: str = "", draft: bool = False) -> Card:
    """A cloze, with its deletions in braces."""
    return card(text, kind="cloze", file=file, id=id, draft=draft)


def in_order(cards: Sequence[Card]) -> tuple[Card, ...]:
    """The cards as a project has them: counted, each on a line of its own."""
    lines: dict[str, int] = {}
    placed: list[Card] = []
    for order, one in enumerate(cards):
        lines[one.span.file] = lines.get(one.span.file, 0) + 1
        span = replace(one.span, line=lines[one.span.file])
        claim = Claim(one.id.text, span) if one.id is not None else None
        placed.append(replace(one, order=order, span=span, id=claim))
    return tuple(placed)


def pair(cards: Sequence[Card], rows: Ledger | None = None) -> tuple[tuple[Pairing, ...], list[str]]:
    """The pairings of cards, and the names of the faults found."""
    pairings, faults = ledger.pair(in_order(cards), rows if rows is not None else Ledger(NAMESPACE))
    return pairings, [fault.rule.name for fault in faults]


def html_of(one: Card) -> Rendered:
    """The HTML of a card, near enough."""
    question, answer = one.source.split("|", 1)
    base = one.kind.partition(":")[0]
    if base == "cloze":
        count = iter(range(100))
        text = re.sub(
            r"\{(?:(\d+):)?([^}]*)\}",
            lambda found: f"{{{{c{_number(found[1], next(count))}::{found[2]}}}}}",
            question,
        )
        return Rendered({"Text": text})
    if base == "vocabulary":
        return Rendered({"Word": question, "Meaning": answer, "AskRecognition": "1"})
    return Rendered({"Question": question, "Answer": answer})


def _number(written: str | None, place: int) -> str:
    return written or cloze_placeholder(place)


def build(
    cards: Sequence[Card],
    before: Ledger | None = None,
    *,
    clock: int = 1000,
    complete: bool = True,
    memory: dict[tuple[str, str], Remembered] | None = None,
    refresh: bool = False,
) -> Identified:
    """A build of the whole project; its ledger goes through its file."""
    cards = in_order(cards)
    rows = before if before is not None else Ledger(NAMESPACE)
    pairings, _ = ledger.pair(cards, rows)
    built = identity.identify(
        pairings,
        [None if one.draft else html_of(one) for one in cards],
        rows,
        clock=clock,
        complete=complete,
        memory=memory,
        refresh=refresh,
    )
    again, faults = ledger.read(ledger.serialize(built.ledger), "cards/ledger.jsonl")
    assert again == built.ledger
    assert faults == ()
    return built
