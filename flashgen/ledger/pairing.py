"""The five steps that pair cards with rows: faces of cards and rows → which is which, and what is left in doubt.

Steps 4 and 5 are taken twice: among the files where an edited card is likely to stand, then, for what is still free,
anywhere, where less is sure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import zip_longest
from operator import attrgetter
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flashgen.ledger.evidence import NEAR, SAME_FRAME_MOVED, Evidence
from flashgen.ledger.likeness import alike, alike_pairs
from flashgen.ledger.matching import Doubt, Key, Match, grouped
from flashgen.ledger.slots import Order, alone
from flashgen.ledger.verdicts import Place, Verdict
from flashgen.model import Row, name_of

_MARGIN: Final = 10
_MARGIN_SAME_ANSWER: Final = 2.5
_UNLIKE_ANSWER: Final = 50
_EDITED_ANSWER: Final = 75
_RIVAL: Final = 45

_frame: Final[Key] = attrgetter("kind", "frame")
_marks: Final[Key] = attrgetter("marks")
_question: Final[Key] = attrgetter("kind", "question_key")
_source: Final[Key] = attrgetter("source")
_answer: Final[Key] = attrgetter("kind", "answer_key")
_whole: Final[Key] = attrgetter("kind", "question_key", "answer_key")

_FEW: Final = 10_000
_NEAREST: Final = 5


class _Candidate(Struct, frozen=True):
    """A card that may be a row's, and how alike they are: what is told of it, and as wholes, to compare by.

    `has_answer` says that the answer is the same. One that is a rival only is settled later, if at all.
    """

    verdict: Verdict
    likeness: float
    whole: float
    card: int
    row: int
    has_answer: bool = False
    is_rival_only: bool = False

    def asked(self) -> _Candidate:
        """The same, but not to be settled without its author."""
        return self if self.verdict is Verdict.OTHER else replace(self, verdict=Verdict.ASK)


class _Scope(Struct, frozen=True):
    """From which files a file's cards may have come: itself and its `donors`, or where it `is_beyond`, all others.

    `alone` are the pairs of a card and a row that stand alone between the same neighbours.
    """

    donors: Mapping[str, frozenset[str]]
    alone: frozenset[tuple[int, int]] = frozenset()
    is_beyond: bool = False

    def holds(self, card: Row, row: Row) -> bool:
        is_near = row.file == card.file or row.file in self.donors.get(card.file, ())
        return is_near is not self.is_beyond

    def place(self, card: int, row: int) -> Place:
        """Where a card stands that the scope holds."""
        if self.is_beyond:
            return Place.ELSEWHERE
        return Place.SLOT if (card, row) in self.alone else Place.NEAR


def match(
    cards: Sequence[Row], rows: Sequence[Row], ids: Mapping[int, str], known: Mapping[int, Row] | None = None
) -> Match:
    """Pair faces of cards with rows; `ids` are those written in cards, by the card's place.

    `known` are cards, by their places, whose row is known to be what the first two steps would give them.

    Each step is finished for all cards before the next; what it leaves in doubt is asked only where no later step
    settles it.
    """
    found = _by_id(cards, rows, ids, known or {})
    _exact(found)
    if found.is_done:
        return found
    scope = _scope(found)
    evidence = Evidence(cards, rows)
    _same_question(found, scope, evidence)
    if found.is_done:
        return found
    scope = replace(scope, alone=alone(found))
    retyped = _in_another_kind(found)
    doubts: list[Doubt] = []
    for reach in (scope, replace(scope, is_beyond=True)):
        candidates = (
            *_same_frame(found, reach),
            *_same_answer(found, reach, evidence),
            *_both_edited(found, reach, evidence),
        )
        doubts += _settle(found, [one.asked() if one.row in retyped else one for one in candidates])
    for doubt in doubts:
        if found.is_free(doubt.card, doubt.row):
            found.doubt(doubt)
    return found


def _by_id(cards: Sequence[Row], rows: Sequence[Row], ids: Mapping[int, str], known: Mapping[int, Row]) -> Match:
    places = {name_of(row): place for place, row in enumerate(rows)} if ids else {}
    rows_of_ids = {card: places.get((text, cards[card].kind)) for card, text in ids.items()}
    # What stands is the row itself.
    same = {id(row): place for place, row in enumerate(rows)} if known else {}
    standing = {card: same[id(row)] for card, row in known.items()}
    found = Match(cards, rows, frozenset(card for card, row in rows_of_ids.items() if row is None), standing)
    for card, row in rows_of_ids.items():
        if row is not None and found.is_free_row(row):
            found.pair(card, row)
    return found


def _exact(found: Match) -> None:
    order = Order(found.rows)
    for cards, rows in found.groups(_whole):
        if len(rows) > 1:
            rows = order.sorted(rows)
        # Of equal cards those whose Markdown is the same belong together.
        of_source = grouped(found.rows, rows, _source)
        for source, places in grouped(found.cards, cards, _source).items():
            _zip(found, places, of_source.get(source, ()))
        _zip(found, cards, rows)


def _zip(found: Match, cards: Sequence[int], rows: Sequence[int]) -> None:
    left = [card for card in cards if found.is_free_card(card)]
    for card, row in zip(left, [row for row in rows if found.is_free_row(row)], strict=False):
        found.pair(card, row)


def _scope(found: Match) -> _Scope:
    given: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for card, row in found.row_of.items():
        # What stands is the row itself.
        if found.cards[card] is not found.rows[row] and found.cards[card].file != found.rows[row].file:
            given[found.cards[card].file][found.rows[row].file] += 1
    donors = {file: frozenset({min(counts, key=lambda name: (-counts[name], name))}) for file, counts in given.items()}
    files = {face.file for face in found.cards}
    known = {row.file for row in found.rows if not row.removed}
    # A renamed file whose every card was edited has no exact pair to tell its old name.
    donors.update(dict.fromkeys(files - known - donors.keys(), frozenset(known - files)))
    return _Scope(donors)


def _same_question(found: Match, scope: _Scope, evidence: Evidence) -> None:
    asked = {found.cards[card].question_key for card in found.free_cards(claimed=True)}
    homographs = Counter(_question(row) for row in found.rows if row.question_key in asked and not row.removed)
    living = {(found.rows[row].kind, found.rows[row].question_key) for row in found.free_rows(removed=False)}
    claims = grouped(
        found.cards,
        (
            card
            for card in found.free_cards(claimed=False)
            if (found.cards[card].kind, found.cards[card].question_key) not in living
        ),
        _answer,
    )
    for cards, rows in found.groups(_question):
        several = homographs[_question(found.cards[cards[0]])] > 1
        if several or len(cards) > 1 or len(rows) > 1:
            _homographs(found, cards, rows)
            continue
        card, row = cards[0], rows[0]
        likeness = alike(found.rows[row].answer, found.cards[card].answer)
        if evidence.is_homograph(found.rows[row], found.cards[card]) and card not in found.claimed:
            found.doubt(Doubt(card, row, likeness))
            continue
        rival = None
        if likeness < _EDITED_ANSWER and not found.rows[row].removed:
            rival = _rival(found, row, claims.get(_answer(found.rows[row]), ()), scope, evidence)
        if rival is None:
            found.pair(card, row)
        elif card not in found.claimed:
            found.doubt(Doubt(card, row, likeness, rival))


def _rival(found: Match, row: int, claims: Sequence[int], scope: _Scope, evidence: Evidence) -> int | None:
    """A card that took the row's answer along to a reworded question, while another card took its old question."""
    if not found.rows[row].answer_key:
        return None
    for card in claims:
        if found.is_free_card(card) and scope.holds(found.cards[card], found.rows[row]):
            verdict, likeness = evidence.judge(found.rows[row], found.cards[card], Place.NEAR)
            if verdict is not Verdict.OTHER and likeness >= _RIVAL:
                return card
    return None


def _homographs(found: Match, cards: Sequence[int], rows: Sequence[int]) -> None:
    """Pair by answer where the question says too little; what is left unlike is no edit, but a guess."""
    ranked = _ranked(found, cards, rows, lambda face: face.answer, least=_UNLIKE_ANSWER)
    for _, card, row in ranked:
        if found.is_free(card, row):
            found.pair(card, row)
    left = [card for card in cards if found.is_free_card(card) and card not in found.claimed]
    rest = [row for row in rows if found.is_free_row(row) and not found.rows[row].removed]
    rest.sort(key=lambda row: (found.rows[row].created, found.rows[row].id))
    for place, (card, row) in enumerate(zip(left, rest, strict=False), start=1):
        if found.is_free(card, row):
            rival = left[place] if place < len(left) and len(left) > len(rest) else None
            likeness = alike(found.rows[row].answer, found.cards[card].answer)
            found.doubt(Doubt(card, row, likeness, rival))


def _in_another_kind(found: Match) -> frozenset[int]:
    """The free rows whose very question stands in a new card of another kind: that may be what became of them."""
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for place, face in enumerate(found.cards):
        if place not in found.row_of:
            kinds[face.question_key].add(face.kind)
    rows = found.free_rows(removed=False)
    return frozenset(row for row in rows if kinds[found.rows[row].question_key] - {found.rows[row].kind})


def _same_frame(found: Match, scope: _Scope) -> Iterator[_Candidate]:
    """Step 4 for a cloze: all but one deletion is what it was, so that its card still asks the same."""
    standing: Counter[Hashable] = Counter(map(_frame, found.cards))
    standing.update(_frame(row) for row in found.rows if not row.removed)
    rows = grouped(found.rows, found.free_rows(removed=False), _frame)
    for name, group in grouped(found.cards, found.free_cards(claimed=False), _frame).items():
        others = rows.get(name, []) if found.cards[group[0]].frame else []
        few = len(group) * len(others) <= _FEW
        for likeness, card, row in _ranked(found, group, others, lambda face: face.answer, least=0 if few else NEAR):
            face = found.cards[card]
            if not scope.holds(face, found.rows[row]):
                continue
            edited, of = _deletions_edited(found.rows[row], face)
            whole = (alike(found.rows[row].question, face.question) + likeness) / 2
            sure = not scope.is_beyond or of > 1 or likeness >= SAME_FRAME_MOVED
            if edited == 1 and sure and standing[name] == 2:
                yield _Candidate(Verdict.SAME, likeness, whole, card, row)
            elif edited < of or of == 1:
                yield _Candidate(Verdict.ASK, likeness, whole, card, row)


def _deletions_edited(row: Row, face: Row) -> tuple[int, int]:
    """How many deletions have another text, and how many there are."""
    before = [entry.text for entry in sorted(row.clozes, key=lambda entry: entry.place) if entry.place]
    now = [entry.text for entry in face.clozes]
    return sum(one != other for one, other in zip_longest(before, now)), max(len(before), len(now))


def _same_answer(found: Match, scope: _Scope, evidence: Evidence) -> Iterator[_Candidate]:
    rows = grouped(found.rows, (row for row in found.free_rows(removed=False) if found.rows[row].answer_key), _answer)
    cards = grouped(found.cards, found.free_cards(claimed=False), _answer)
    for name, group in cards.items():
        others = rows.get(name, [])
        few = len(group) * len(others) <= _FEW
        ranked = _ranked(found, group, others, lambda face: face.question, least=0 if few else NEAR)
        for card, row in _with_same_marks(found, group, others, ranked):
            holds = scope.holds(found.cards[card], found.rows[row])
            # What stands elsewhere is settled later, but makes it doubtful here that another is the successor.
            if holds or not scope.is_beyond:
                place = scope.place(card, row) if holds else Place.ELSEWHERE
                verdict, likeness = evidence.judge(found.rows[row], found.cards[card], place)
                whole = (likeness + 100) / 2
                yield _Candidate(verdict, likeness, whole, card, row, has_answer=True, is_rival_only=not holds)


def _both_edited(found: Match, scope: _Scope, evidence: Evidence) -> Iterator[_Candidate]:
    for cards, rows in _both_edited_groups(found, scope):
        few = len(cards) * len(rows) <= _FEW
        ranked = _ranked(found, cards, rows, lambda face: face.question, least=0 if few else NEAR)
        for card, row in _with_same_marks(found, cards, rows, ranked):
            if found.cards[card].answer_key == found.rows[row].answer_key != "":
                continue
            if scope.holds(found.cards[card], found.rows[row]):
                verdict, whole = evidence.judge(found.rows[row], found.cards[card], scope.place(card, row))
                yield _Candidate(verdict, whole, whole, card, row)


def _both_edited_groups(found: Match, scope: _Scope) -> Iterator[tuple[list[int], list[int]]]:
    free_cards, free_rows = found.free_cards(claimed=False), found.free_rows(removed=False)
    if scope.is_beyond:
        of_kind = grouped(found.rows, free_rows, lambda face: face.kind)
        for kind, cards in grouped(found.cards, free_cards, lambda face: face.kind).items():
            yield cards, of_kind.get(kind, [])
        return
    by_file = grouped(found.rows, free_rows, lambda face: (face.kind, face.file))
    for cards in grouped(found.cards, free_cards, lambda face: (face.kind, face.file)).values():
        face = found.cards[cards[0]]
        files = sorted({face.file, *scope.donors.get(face.file, ())})
        yield cards, [row for file in files for row in by_file.get((face.kind, file), ())]


def _settle(found: Match, candidates: Sequence[_Candidate]) -> list[Doubt]:
    """Pair each with the best it can have, where no other is as good by a margin; what remains is in doubt.

    Of those that share the answer, a rival that itself has a better partner is none.
    """
    near = [candidate for candidate in candidates if candidate.verdict is not Verdict.OTHER]
    near.sort(key=lambda one: (-one.verdict.value, -one.whole, one.card, one.row))
    of_card: defaultdict[int, list[_Candidate]] = defaultdict(list)
    of_row: defaultdict[int, list[_Candidate]] = defaultdict(list)
    for one in near:
        of_card[one.card].append(one)
        of_row[one.row].append(one)

    def is_rival(other: _Candidate, one: _Candidate) -> bool:
        share = one.has_answer and other.has_answer
        if (other.card, other.row) == (one.card, one.row) or _has_other_marks(found, other, one):
            return False
        if other.whole <= one.whole - (_MARGIN_SAME_ANSWER if share else _MARGIN):
            return False
        if not one.has_answer:
            return True
        partners = of_row[other.row] if other.card == one.card else of_card[other.card]
        sure = other.verdict is Verdict.SAME or other.is_rival_only
        return sure and all(each.whole <= other.whole for each in partners)

    doubts: list[Doubt] = []
    for one in near:
        if one.is_rival_only or not found.is_free(one.card, one.row):
            continue
        others = (*of_card[one.card], *of_row[one.row])
        if one.verdict is Verdict.SAME and not any(is_rival(other, one) for other in others):
            found.pair(one.card, one.row)
        else:
            rivals = (
                other.card for other in of_row[one.row] if found.is_free_card(other.card) and is_rival(other, one)
            )
            doubts.append(Doubt(one.card, one.row, one.likeness, next(rivals, None)))
    return sorted(doubts, key=_best_first)


def _has_other_marks(found: Match, other: _Candidate, one: _Candidate) -> bool:
    """Whether a rival has other numbers than its row, where `one` has the same: these tell many alike apart."""
    same, its = found.cards[one.card].marks, found.cards[other.card].marks
    return same == found.rows[one.row].marks != "" and its != found.rows[other.row].marks


def _best_first(doubt: Doubt) -> tuple[float, int, int]:
    return -doubt.likeness, doubt.card, doubt.row


def _ranked(
    found: Match, cards: Sequence[int], rows: Sequence[int], text: Callable[[Row], str], least: float
) -> list[tuple[float, int, int]]:
    """Likeness, card and row of pairs at least so alike, best first; of each card the nearest few."""
    of_card: defaultdict[int, list[tuple[float, int, int]]] = defaultdict(list)
    ones, others = [text(found.cards[card]) for card in cards], [text(found.rows[row]) for row in rows]
    pairs = alike_pairs(ones, others, least, _NEAREST)
    for one, other, likeness in pairs:
        of_card[one].append((likeness, -cards[one], -rows[other]))
    nearest = (pair for group in of_card.values() for pair in nlargest(_NEAREST, group))
    return sorted(((likeness, -card, -row) for likeness, card, row in nearest), key=lambda one: (-one[0], *one[1:]))


def _with_same_marks(
    found: Match, cards: Sequence[int], rows: Sequence[int], ranked: Sequence[tuple[float, int, int]]
) -> Iterator[tuple[int, int]]:
    """Ranked pairs of a card and a row, and those of which only the two have the same numbers and code words."""
    pairs = dict.fromkeys((card, row) for _, card, row in ranked)
    rows_of = grouped(found.rows, rows, _marks)
    for name, places in grouped(found.cards, cards, _marks).items():
        others = rows_of.get(name, ())
        if name and len(places) == len(others) == 1:
            pairs[places[0], others[0]] = None
    return iter(pairs)
