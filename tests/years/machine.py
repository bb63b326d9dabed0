"""The steps of the years in any order, as Hypothesis draws them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from itertools import count
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.years import edits
from tests.years.building import DAY, LEDGER, YEAR, Desk
from tests.years.promises import standing, united
from tests.years.repository import Repository, resolved
from tests.years.studying import Learner, empty_anki
from tests.years.tally import Tally
from tests.years.writing import CLOZE, QA, WORD, File, Folder, Written, without_repeated

TALLY = Tally()
_FILES = ("a.md", "b.md", "notes.md", "10-x.md")
_DECKS = ("", "World", "World::North", "Science")
_TAGS = ((), ("hard",), ("b2", "exam"))
_MOST_CARDS = 8

anyone = st.integers(0, 2 * _MOST_CARDS - 1)
some = st.integers(0, 7)
Small = tuple[int, int, int]
several = st.lists(st.tuples(some, anyone, st.integers(0, edits.EDITS - 1)), max_size=3)


Step = Callable[..., None]


def step(**drawn: st.SearchStrategy[object]) -> Callable[[Step], Step]:
    """A rule that is counted."""

    def counted(method: Step) -> Step:
        @wraps(method)
        def run(self: Years, **values: object) -> None:
            TALLY.count(f"step: {method.__name__}")
            method(self, **values)

        return rule(**drawn)(run)  # type: ignore[no-any-return]

    return counted


def edit(**drawn: st.SearchStrategy[object]) -> Callable[[Step], Step]:
    """A step of the author's, after which the project may be built, and the package imported."""

    def followed(method: Step) -> Step:
        @wraps(method)
        def run(self: Years, then: str, **values: object) -> None:
            method(self, **values)
            if then:
                self._build()
            if then == "import":
                self._import_latest()

        return step(then=st.sampled_from(("", "", "build", "import")), **drawn)(run)

    return followed


class Years(RuleBasedStateMachine):
    """An author and a learner over years: of the one's edits and the other's imports no review may be lost."""

    def __init__(self) -> None:
        super().__init__()
        self._place = Path(tempfile.mkdtemp(prefix="flashgen-years-"))
        self.desk = Desk(self._place / "project", TALLY)
        self.learner = Learner(empty_anki(self._place / "anki"), TALLY)
        self.repository = Repository(self.desk.root)
        self.commits: list[str] = []
        self.trash: list[Written] = []
        self._uids = count(1)
        self._deletions = count(1, 10)
        self._is_stale = False
        self._touched = 0
        TALLY.count("sequence")

    def teardown(self) -> None:
        self.learner.anki.close()
        shutil.rmtree(self._place)

    @initialize(
        facts=st.lists(st.integers(0, edits.FACTS - 1), min_size=3, max_size=5, unique=True), union=st.booleans()
    )
    def begin(self, facts: list[int], union: bool) -> None:
        """A first deck, built, imported and studied."""
        if union:
            (self.desk.root / ".gitattributes").write_text("*ledger.jsonl merge=union text eol=lf\n")
        cards = [edits.fact(number, next(self._uids), next(self._deletions)) for number in facts]
        self.desk.folder = Folder({"a.md": File(tuple(cards[:3])), "b.md": File(tuple(cards[3:]), deck="World")})
        self.desk.save()
        self.repository.commit()
        self._build()
        self._import_latest()
        for which in range(len(cards)):
            self.learner.review(which)

    # Edits of text

    @edit(who=anyone, how=st.integers(0, edits.EDITS - 1))
    def edit_question(self, who: int, how: int) -> None:
        card = self._card(who)
        self._change(edits.question_edited(card, how))

    @edit(who=anyone, how=st.integers(0, edits.EDITS - 1))
    def edit_answer(self, who: int, how: int) -> None:
        self._change(edits.answer_edited(self._card(who), how))

    @edit(who=anyone, how=st.integers(0, edits.EDITS - 1))
    def edit_both(self, who: int, how: int) -> None:
        self._change(edits.question_edited(edits.answer_edited(self._card(who), how % 5), how))

    @edit(who=anyone, which=st.integers(0, 2))
    def edit_tags(self, who: int, which: int) -> None:
        self._change(replace(self._card(who), tags=_TAGS[which]))

    @edit(who=anyone)
    def reverse(self, who: int) -> None:
        card = self._card(who)
        if card.kind == QA:
            self._change(replace(card, reverse=not card.reverse))

    @edit(who=anyone)
    def draft(self, who: int) -> None:
        card = self._card(who)
        if card.draft or sum(not other.draft for other in self._cards()) > 1:
            self._change(replace(card, draft=not card.draft))

    @edit(who=anyone, kind=st.sampled_from((QA, CLOZE, WORD)))
    def change_kind(self, who: int, kind: str) -> None:
        card = self._card(who)
        if card.kind != kind:
            self._change(edits.retyped(card, kind, next(self._deletions)))

    @edit(who=anyone, which=some)
    def insert_deletion(self, who: int, which: int) -> None:
        if clozes := self._of_kind(CLOZE):
            card = edits.deletion_added(clozes[who % len(clozes)], which, next(self._deletions))
            if card is not None:
                self._change(card)

    @edit(who=anyone, which=some)
    def delete_deletion(self, who: int, which: int) -> None:
        clozes = [card for card in self._of_kind(CLOZE) if len(card.deletions) > 1]
        if clozes:
            self._change(edits.deletion_removed(clozes[who % len(clozes)], which))

    @edit(who=anyone, how=st.integers(0, edits.EDITS - 1))
    def reword_deletion(self, who: int, how: int) -> None:
        if clozes := self._of_kind(CLOZE):
            self._change(edits.deletion_reworded(clozes[who % len(clozes)], how))

    @edit(number=st.sampled_from((1, 2)))
    def change_picture(self, number: int) -> None:
        self.desk.draw_picture(number, next(self._uids) % 256)

    # Cards that come and go

    @edit(number=st.integers(0, edits.FACTS - 1), file=some, place=anyone)
    def write_new(self, number: int, file: int, place: int) -> None:
        card = edits.fact(number, next(self._uids), next(self._deletions))
        if self._fits(card):
            self._insert(card, file, place)

    @edit(who=anyone, how=st.integers(0, edits.COPIES - 1), file=some, place=anyone)
    def copy(self, who: int, how: int, file: int, place: int) -> None:
        card = edits.copied(self._card(who), how, next(self._uids), next(self._deletions))
        if self._fits(card):
            self._insert(card, file, place)

    @edit(who=anyone)
    def delete(self, who: int) -> None:
        card = self._card(who)
        if any(not other.draft for other in self._cards() if other.uid != card.uid):
            self.desk.change(card.uid, None)
            self.trash.append(card)

    @edit(which=some, file=some, place=anyone)
    def restore(self, which: int, file: int, place: int) -> None:
        """A card that was deleted is pasted back, as it was."""
        if self.trash:
            card = self.trash[-1 - which % len(self.trash)]
            if card.uid not in {other.uid for other in self._cards()} and self._fits(card):
                self.trash.remove(card)
                self._insert(card, file, place)

    # Places

    @edit(who=anyone, file=some, place=anyone)
    def move(self, who: int, file: int, place: int) -> None:
        card = self._card(who)
        self.desk.change(card.uid, None)
        self._insert(card, file, place)

    @edit(file=some, turned=st.integers(1, 5))
    def reorder(self, file: int, turned: int) -> None:
        name = self._file(file)
        cards = self.desk.folder.files[name].cards
        self._edit_file(name, cards=cards[-(turned % (len(cards) or 1)) :] + cards[: -(turned % (len(cards) or 1))])

    @edit(file=some, name=st.sampled_from(_FILES))
    def rename_file(self, file: int, name: str) -> None:
        if name not in self.desk.folder.files:
            self.desk.folder.files[name] = self.desk.folder.files.pop(self._file(file))
            self.desk.save()

    @edit(file=some, at=st.integers(0, 4), name=st.sampled_from(_FILES))
    def split_file(self, file: int, at: int, name: str) -> None:
        if name not in self.desk.folder.files:
            whole = self.desk.folder.files[self._file(file)]
            self._edit_file(self._file(file), cards=whole.cards[:at])
            self.desk.folder.files[name] = replace(whole, cards=whole.cards[at:])
            self.desk.save()

    @edit(file=some)
    def merge_files(self, file: int) -> None:
        names = sorted(self.desk.folder.files)
        if len(names) > 1:
            gone = self.desk.folder.files.pop(names[file % len(names)])
            name = names[(file + 1) % len(names)]
            self._edit_file(name, cards=self.desk.folder.files[name].cards + gone.cards)

    @edit(
        file=some, deck=st.sampled_from(_DECKS), tags=st.sampled_from(_TAGS), heading=st.sampled_from(("", "Part one"))
    )
    def edit_front_matter(self, file: int, deck: str, tags: tuple[str, ...], heading: str) -> None:
        self._edit_file(self._file(file), deck=deck, tags=tags, heading=heading)

    @edit(file=some)
    def make_tables(self, file: int) -> None:
        """The words of a file become rows of tables, or notes of their own again."""
        name = self._file(file)
        self._edit_file(name, has_tables=not self.desk.folder.files[name].has_tables)

    @edit(who=anyone, deck=st.sampled_from(_DECKS))
    def change_deck_of_card(self, who: int, deck: str) -> None:
        self._change(replace(self._card(who), deck=deck))

    # Builds and imports

    @step(later=st.sampled_from((0, 1, DAY)))
    def build(self, later: int) -> None:
        self._build(later=later)

    @step()
    def build_and_import(self) -> None:
        self._build()
        self._import_latest()

    @step(file=some)
    def build_a_file(self, file: int) -> None:
        name = self._file(file)
        if any(not card.draft for card in self.desk.folder.files[name].cards):
            self._build(f"cards/{name}")

    @step()
    def build_refreshed(self) -> None:
        self._build(refresh=True)
        self._import_latest()

    @step(at=st.integers(1, 5))
    def build_killed(self, at: int) -> None:
        self._recover()
        self.desk.build(killed_at=at)
        self._learn_less()

    @step(which=some)
    def import_any(self, which: int) -> None:
        """An older package after a newer one, or the newest once more."""
        if self.desk.packages:
            package = self.desk.packages[-1 - which % len(self.desk.packages)]
            self.learner.take(package, is_latest=False)

    # The learner

    @step(which=anyone)
    def review(self, which: int) -> None:
        self.learner.review(which)

    @step(which=anyone)
    def edit_in_anki(self, which: int) -> None:
        self.desk.clock += 1800
        self.learner.edit(which, self.desk.clock)

    @step(which=anyone)
    def file_elsewhere_in_anki(self, which: int) -> None:
        self.learner.file_elsewhere(which)

    @step(which=anyone)
    def delete_in_anki(self, which: int) -> None:
        self.learner.delete(which)

    @precondition(lambda self: self.desk.last is not None and not self._is_stale)
    @step()
    def follow_the_report(self) -> None:
        assert self.desk.last is not None
        self._is_stale = True
        self.learner.follow(self.desk.last)

    # What gets lost

    @step(what=st.sampled_from(("ledger", "memory", "machine", "clock")))
    def accident(self, what: str) -> None:
        """Ledger or memory are lost, work goes on at another machine, the clock is set back or mended."""
        if what == "ledger":
            self.desk.lose_ledger()
            self._learn_less()
        elif what == "memory":
            self.desk.lose_memory()
        elif what == "machine":
            self.desk.change_machine()
        else:
            self.desk.behind = YEAR - self.desk.behind
        TALLY.count(f"accident: {what}")

    # Git

    @step()
    def commit(self) -> None:
        self.commits.append(self.repository.commit())

    @precondition(lambda self: not self.repository.has_other)
    @step()
    def branch(self) -> None:
        self.commits.append(self.repository.commit())
        self.repository.fork()

    @precondition(lambda self: self.repository.has_other)
    @step()
    def switch(self) -> None:
        self.commits.append(self.repository.commit())
        self.repository.switch()
        self._reload()

    @precondition(lambda self: self.repository.has_other)
    @step(takes_theirs=st.integers(0, 255))
    def merge(self, takes_theirs: int) -> None:
        self.commits.append(self.repository.commit())
        our_files = dict(self.desk.folder.files)
        our_text = self.desk.read_ledger()
        self.repository.switch()
        their_text = self.desk.read_ledger()
        self.repository.switch()
        for name in self.repository.merge():
            path = self.desk.root / name
            if name.endswith(".md") and path.exists():
                path.write_text(resolved(path.read_text(encoding="utf-8"), takes_theirs), encoding="utf-8")
        is_sound = self.desk.load()
        if is_sound:
            files = list(self.desk.folder.files.items())
            self.desk.folder = Folder(without_repeated(files if takes_theirs % 2 else files[::-1]))
        if not (is_sound and self._is_sound()):
            # What no author would leave so: one side is taken whole.
            self.desk.folder = Folder(our_files)
            TALLY.count("merge given up")
        self.desk.save()
        text = self.desk.read_ledger()
        ours, theirs = (standing(self.desk.ledgers[one], one, text) for one in (our_text, their_text))
        self.desk.take_ledger(self.desk.ledgers[text] if text in self.desk.ledgers else united(ours, theirs))
        self.commits.append(self.repository.commit())
        self._learn_less()
        TALLY.count("merge")

    @precondition(lambda self: not self.repository.has_other)
    @step(
        theirs=several, mine=several, takes_theirs=st.integers(0, 255), imported=st.booleans(), elsewhere=st.booleans()
    )
    def two_branches(
        self, theirs: list[Small], mine: list[Small], takes_theirs: int, imported: bool, elsewhere: bool
    ) -> None:
        """Two authors, or two machines of one, go on from one state; then their work is merged."""
        self.branch()
        for steps, later in ((theirs, DAY), (mine, 0 if elsewhere else DAY)):
            self.switch()
            if elsewhere:
                self.desk.change_machine()
            for what, who, how in steps:
                self._small_edit(what, who, how)
            # Two machines may build in the same second.
            self._build(later=later)
            if imported:
                self._import_latest()
        self.merge(takes_theirs=takes_theirs)

    @precondition(lambda self: self.commits)
    @step(which=some)
    def check_out_old_tree(self, which: int) -> None:
        old = self.commits[-1 - which % len(self.commits)]
        self.commits.append(self.repository.commit())
        self.repository.checkout_tree(old)
        self._reload()

    @precondition(lambda self: self.commits)
    @step(which=some)
    def check_out_old_ledger(self, which: int) -> None:
        old = self.commits[-1 - which % len(self.commits)]
        if self.repository.checkout_file(old, LEDGER):
            self.desk.take_ledger(self.desk.ledgers[self.desk.read_ledger()])
            self._learn_less()

    # Helpers

    def _small_edit(self, what: int, who: int, how: int) -> None:
        card = self._card(who)
        if what == 0:
            self._change(edits.question_edited(card, how))
        elif what == 1:
            self._change(edits.answer_edited(card, how))
        elif what == 2:
            self._change(edits.question_edited(edits.answer_edited(card, how % 5), how))
        elif what == 3 and sum(not other.draft for other in self._cards()) > 2:
            self.desk.change(card.uid, None)
            self.trash.append(card)
        elif what == 4:
            self.desk.change(card.uid, None)
            self._insert(card, how, who)
        elif what == 5:
            copy = edits.copied(card, how % edits.COPIES, next(self._uids), next(self._deletions))
            if self._fits(copy):
                self._insert(copy, how, who)
        elif what == 6 and card.kind == CLOZE:
            more = edits.deletion_added(card, how, next(self._deletions))
            self._change(card if more is None else more)
        elif what == 7:
            new = edits.fact(who + how, next(self._uids), next(self._deletions))
            if self._fits(new):
                self._insert(new, how, who)

    def _build(self, part: str = "", *, later: int = DAY, refresh: bool = False) -> None:
        self._recover()
        build = self.desk.build(part, later=later, refresh=refresh)
        if build is not None:
            self._is_stale = False
            self.learner.hear(build)

    def _recover(self) -> None:
        before = self.desk.ledger
        self.desk.recover()
        if self.desk.ledger is not before:
            self._learn_less()

    def _import_latest(self) -> None:
        if self.desk.last is not None and not self._is_stale:
            for package in self.desk.last.packages:
                self.learner.take(package, is_latest=True)

    def _learn_less(self) -> None:
        self._is_stale = True
        self.learner.learn_less({guid: (one.deck, one.removed) for guid, one in self.desk.ledger.items()})

    def _reload(self) -> None:
        assert self.desk.load(), "the model cannot read what it wrote"
        self.desk.take_ledger(self.desk.ledgers[self.desk.read_ledger()])
        self._learn_less()

    def _is_sound(self) -> bool:
        cards = self._cards()
        return (
            any(not card.draft for card in cards)
            and all(card.kind != CLOZE or card.deletions for card in cards)
            and all(len(set(card.deletions.values())) == len(card.deletions) for card in cards)
        )

    def _cards(self) -> list[Written]:
        return [card for _, card in self.desk.folder.cards()]

    def _card(self, who: int) -> Written:
        """A card: half of the times that of the step before, since most harm is done to a card by several steps."""
        cards = self._cards()
        same = [card for card in cards if card.uid == self._touched]
        card = same[0] if same and who % 2 else cards[who // 2 % len(cards)]
        self._touched = card.uid
        return card

    def _of_kind(self, kind: str) -> list[Written]:
        return [card for card in self._cards() if card.kind == kind]

    def _file(self, which: int) -> str:
        names = sorted(self.desk.folder.files)
        return names[which % len(names)]

    def _fits(self, card: Written) -> bool:
        cards = self._cards()
        return len(cards) < _MOST_CARDS and card.text not in {other.text for other in cards}

    def _insert(self, card: Written, file: int, place: int) -> None:
        name = self._file(file)
        cards = list(self.desk.folder.files[name].cards)
        cards.insert(place % (len(cards) + 1), card)
        self._edit_file(name, cards=tuple(cards))

    def _edit_file(self, name: str, **values: object) -> None:
        self.desk.folder.files[name] = replace(self.desk.folder.files[name], **values)  # type: ignore[arg-type]
        self.desk.save()

    def _change(self, card: Written) -> None:
        texts = {other.text for other in self._cards() if other.uid != card.uid}
        if card.text not in texts and len(set(card.deletions.values())) == len(card.deletions):
            self.desk.change(card.uid, card)
