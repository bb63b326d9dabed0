"""What front matter, card comments and the project's config say, as settings; each fault with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec.structs import replace

from flashgen import diagnostics, mapping, names, positions
from flashgen.diagnostics import Diagnostic, Rule
from flashgen.mapping import Entry, Place
from flashgen.model import Claim, Settings, Source, Span
from flashgen.notetypes.forms import VOCABULARY
from flashgen.patterns import late
from flashgen.suggestions import did_you_mean, nearest

FRONT_MATTER_KEYS: Final = ("deck", "tags", "lang", "source", "reverse", "typed", "ask", "draft", "no-advice")
COMMENT_KEYS: Final = ("id", "reverse", "typed", "ask", "tags", "deck", "source", "draft", "no-advice")
ALL_ADVICE: Final = "all"
"""What `no-advice` says in the place of all names."""
_TWO_TAGS: Final = "write several tags as [one, two], and - or _ within one"
UNKNOWN_LANGUAGE: Final = "und"
# What front matter says stands on each card of its file, so that without limits a small file makes a large deck.
LONGEST: Final = 1000
MOST: Final = 100
_CONTROL: Final = late(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# What sets nothing; made into patterns where such a comment may stand.
_WITH_EQUALS: Final = rf"[\s{{\"'-]*+(?P<key>{'|'.join(COMMENT_KEYS)})[\"']?\s*+:?=\s*+(?P<value>[^\n]*)"
_IN_LIST: Final = rf"\s*-+\s+(?P<key>{'|'.join(COMMENT_KEYS)})\s*+:\s(?P<value>[^\n]*)"
TRUE: Final = frozenset({"true", "yes", "on", "1"})
FALSE: Final = frozenset({"false", "no", "off", "0"})


def from_front_matter(text: str, source: Source) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """The settings in the YAML between the dashes of `source`."""
    rule = diagnostics.MALFORMED_FRONT_MATTER
    entries, fault = mapping.read(text, lambda line, column: positions.at(source, line + 1, column), rule)
    if fault is not None:
        return Settings(), (fault,)
    return interpret(entries or (), FRONT_MATTER_KEYS, "front matter", rule)


def from_comment(text: str, place: Place) -> tuple[Settings | None, tuple[Diagnostic, ...]]:
    """The settings in the text of an HTML comment, None where it is an ordinary comment.

    `place` gives the place of a line and column of `text`, counted from 0.
    """
    rule = diagnostics.MALFORMED_COMMENT
    if "=" in text and (match := re.match(_WITH_EQUALS, text, re.IGNORECASE)):
        return Settings(), (_no_setting(match, place, "a key and its value are parted by a colon"),)
    entries, fault = mapping.read(text, place, rule)
    if fault is not None and not text.lstrip().startswith("{"):
        for other, moved in (_aligned(text), ("{" + text + "}", 1)):
            found, other_fault = mapping.read(other, partial(_moved_back, place, moved), rule)
            if other_fault is None:
                entries, fault = found, None
                break
    if fault is not None:
        head = text.lstrip().lstrip("{").lstrip().partition(":")[0].strip()
        if head in COMMENT_KEYS and ":" in text:
            return Settings(), (fault,)
        if match := re.match(_IN_LIST, text, re.IGNORECASE):
            return Settings(), (_no_setting(match, place, "a list sets nothing"),)
        return None, ()
    if not entries:
        return None, ()
    keys = [entry.key for entry in entries]
    nearly = len(keys) == 1 and (keys[0] in FRONT_MATTER_KEYS or nearest(keys[0], COMMENT_KEYS) is not None)
    if not nearly and not any(key in COMMENT_KEYS for key in keys):
        return None, ()
    return interpret(entries, COMMENT_KEYS, "card comment", rule)


def _no_setting(match: re.Match[str], place: Place, why: str) -> Diagnostic:
    """The fault of a comment that begins with one of our keys, and sets nothing as it is written."""
    key, begin = match["key"].lower(), match.start("key")
    value = match["value"].strip().rstrip("}-").rstrip()
    before = match.string[:begin]
    return diagnostics.MALFORMED_COMMENT.at(
        place(before.count("\n"), begin - before.rfind("\n") - 1), why, f'write "{key}: {value}"'
    )


def _aligned(text: str) -> tuple[str, int]:
    """The text of a comment with its first line, which stands behind `<!--`, indented as the others; and how far."""
    first, *others = text.split("\n")
    indents = [len(line) - len(line.lstrip()) for line in others if line.strip()]
    if not indents or not first.strip():
        return text, 0
    aligned = " " * min(indents) + first.lstrip()
    return "\n".join((aligned, *others)), len(aligned) - len(first)


def _moved_back(place: Place, moved: int, line: int, column: int) -> Span:
    return place(line, column if line else max(column - moved, 0))


def from_columns(cells: Mapping[str, Claim]) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """The settings in the `Id`, `Tags` and `Ask` cells of a table's row; lists are parted by commas or spaces."""
    entries = []
    for key, cell in cells.items():
        if not cell.text:
            continue
        words = [cell.text] if key == "id" else cell.text.replace(",", " ").split()
        values = tuple(Claim(word, cell.span) for word in words)
        entries.append(Entry(key, cell.span, values, is_list=key != "id", is_text=key == "id"))
    return interpret(entries, COMMENT_KEYS, "table", diagnostics.MALFORMED_COMMENT)


def interpret(
    entries: Iterable[Entry], keys: Sequence[str], where: str, malformed: Rule
) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """Settings from entries, of which only `keys` are known in this place (`where`, for messages)."""
    settings, faults, seen = Settings(), list[Diagnostic](), set[str]()
    for entry in entries:
        if entry.key not in keys:
            faults.append(_unknown(entry, keys, where))
        elif entry.key in seen:
            faults.append(malformed.at(entry.span, f'the key "{entry.key}" stands here twice', "keep one of them"))
        else:
            seen.add(entry.key)
            value, fault = _READERS[entry.key](entry) if not (control := _controls(entry)) else ({}, control)
            faults += fault
            if not fault or entry.key == "lang":
                settings = replace(settings, **value)
    return settings, tuple(faults)


def merged(outer: Settings, inner: Settings) -> Settings:
    """`inner` over `outer`: tags and what is not to be advised add up, `ask` may add, all else replaces."""
    ask, ask_adds = inner.ask, inner.ask_adds
    if ask is None:
        ask, ask_adds = outer.ask, outer.ask_adds
    elif ask_adds and outer.ask is not None:
        known = {claim.text for claim in outer.ask}
        ask, ask_adds = outer.ask + tuple(claim for claim in ask if claim.text not in known), outer.ask_adds
    return Settings(
        deck=inner.deck or outer.deck,
        tags=outer.tags + inner.tags,
        lang=inner.lang or outer.lang,
        source=inner.source or outer.source,
        reverse=outer.reverse if inner.reverse is None else inner.reverse,
        typed=outer.typed if inner.typed is None else inner.typed,
        ask=ask,
        ask_adds=ask_adds,
        draft=outer.draft if inner.draft is None else inner.draft,
        no_advice=outer.no_advice + inner.no_advice,
        id=inner.id or outer.id,
    )


def _controls(entry: Entry) -> list[Diagnostic]:
    """Control characters that an escape of YAML or TOML brings in; none stands in the source itself."""
    return [
        diagnostics.CONTROL_CHARACTER.at(
            claim.span,
            f'the text of "{entry.key}" holds the control character U+{ord(match[0]):04X}',
            "take the escape out",
        )
        for claim in entry.values
        if (match := _CONTROL.search(claim.text))
    ]


def _unknown(entry: Entry, keys: Sequence[str], where: str) -> Diagnostic:
    if where == "card comment" and entry.key in FRONT_MATTER_KEYS:
        help = f'"{entry.key}" stands in the front matter of a file'
    elif entry.key in COMMENT_KEYS and where == "front matter":
        help = f'"{entry.key}" stands in the comment of a card'
    else:
        help = did_you_mean(entry.key, keys)
    return diagnostics.UNKNOWN_KEY.at(entry.span, f'"{entry.key}" is no key of the {where}', help)


_Read = tuple[dict[str, object], list[Diagnostic]]


def _wrong(entry: Entry, what: str, help: str) -> list[Diagnostic]:
    span = entry.values[0].span if entry.values else entry.span
    return [diagnostics.WRONG_TYPE.at(span, f'"{entry.key}" must be {what}', help)]


def _text(entry: Entry) -> _Read:
    if not entry.is_text or not entry.values[0].text.strip():
        return {}, _wrong(entry, "a text", f'write {entry.key}: "…"')
    if len(entry.values[0].text) > LONGEST:
        return {}, _wrong(entry, f"a text of at most {LONGEST} characters", "shorten it: it stands on each card")
    return {entry.key: entry.values[0]}, []


def _deck(entry: Entry) -> _Read:
    value, faults = _text(entry)
    if not faults and (fault := names.deck_fault(entry.values[0].text)):
        help = 'write another name, its levels parted by "::" alone, as in "French::Verbs"'
        faults = [diagnostics.BAD_DECK_NAME.at(entry.values[0].span, fault, help)]
    return value, faults


def _tags(entry: Entry) -> _Read:
    if not entry.is_text and not entry.is_list:
        return {}, _wrong(entry, "a list of tags", "write tags: [one, two]")
    claims = entry.values if entry.is_list or entry.values[0].text else ()
    claims = tuple({claim.text: claim for claim in claims}.values())
    if len(claims) > MOST:
        return {}, _wrong(entry, f"a list of at most {MOST} tags", "take some of them out")
    faults = [
        diagnostics.BAD_TAG.at(claim.span, fault, "choose another tag" if len(claim.text.split()) == 1 else _TWO_TAGS)
        for claim in claims
        if (fault := names.tag_fault(claim.text))
    ]
    return {"tags": claims}, faults


def _lang(entry: Entry) -> _Read:
    canonical = names.language(entry.values[0].text) if entry.is_text else None
    if canonical is None:
        # The words are read all the same, for their other faults.
        unknown = Claim(UNKNOWN_LANGUAGE, entry.span)
        return {"lang": unknown}, _wrong(entry, "a language tag", 'write it as in "fr", "pt-BR" or "zh-Hant"')
    return {"lang": Claim(canonical, entry.values[0].span)}, []


def _flag(entry: Entry) -> _Read:
    text = entry.values[0].text.casefold() if entry.is_text else ""
    if text not in TRUE | FALSE:
        return {}, _wrong(entry, "true or false", f"write {entry.key}: true")
    return {entry.key: text in TRUE}, []


def _typed(entry: Entry) -> _Read:
    if not entry.is_text or not entry.values[0].text.strip():
        return {}, _wrong(entry, "true, false or the text to type", "write typed: true")
    text = entry.values[0].text.strip()
    if "\n" in text:
        return {}, _wrong(entry, "one line", "give the text to be typed on one line")
    if len(text) > LONGEST:
        return {}, _wrong(entry, f"a text of at most {LONGEST} characters", "let less be typed")
    is_flag = not entry.is_quoted and text.casefold() in TRUE | FALSE
    return {"typed": text.casefold() in TRUE if is_flag else text}, []


def _ask(entry: Entry) -> _Read:
    if not entry.is_text and not entry.is_list:
        return {}, _wrong(entry, "a list of cards", "write ask: [recognition, production]")
    claims = list(entry.values)
    if entry.is_text:
        claims = [Claim(word, entry.values[0].span) for word in entry.values[0].text.replace(",", " ").split()]
    if len(claims) > MOST:
        return {}, _wrong(entry, f"a list of at most {MOST} cards", f"there are {', '.join(VOCABULARY.asks)}")
    adds = bool(claims) and claims[0].text.startswith("+")
    wanted = [Claim(claim.text.lstrip("+").casefold(), claim.span) for claim in claims]
    known = tuple(VOCABULARY.asks)
    faults = [
        diagnostics.WRONG_TYPE.at(
            claim.span, f'there is no card "{claim.text}" to ask for', did_you_mean(claim.text, known)
        )
        for claim in wanted
        if claim.text not in known
    ]
    return {"ask": tuple(wanted), "ask_adds": adds}, faults


def _no_advice(entry: Entry) -> _Read:
    if not entry.is_text and not entry.is_list:
        return {}, _wrong(entry, "a list of rules", "write no-advice: [yes-no, long-answer]")
    claims = entry.values
    if entry.is_text:
        claims = tuple(Claim(word, entry.values[0].span) for word in entry.values[0].text.replace(",", " ").split())
    if len(claims) > MOST:
        return {}, _wrong(entry, f"a list of at most {MOST} rules", f'write no-advice: "{ALL_ADVICE}"')
    known = (*diagnostics.ADVICE, ALL_ADVICE)
    faults = [
        diagnostics.WRONG_TYPE.at(claim.span, f'there is no advice "{claim.text}"', did_you_mean(claim.text, known))
        for claim in claims
        if claim.text not in known
    ]
    return {"no_advice": claims}, faults


_READERS: Final[Mapping[str, Callable[[Entry], _Read]]] = {
    "deck": _deck,
    "tags": _tags,
    "lang": _lang,
    "source": _text,
    "reverse": _flag,
    "draft": _flag,
    "typed": _typed,
    "ask": _ask,
    "no-advice": _no_advice,
    "id": _text,
}
