"""The ledger's file: what is read, what is written, and how branches merge."""

from __future__ import annotations

import io
import json
import random
from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from flashgen import ledger
from flashgen.ledger import memory, names
from flashgen.model import ClozeNumber, Ledger, Remembered, Row, in_order

HEADER = '{"flashgen ledger": 1, "namespace": "n"}\n'
ROW = Row("k3f9a1xw", "qa", "a.md", "a", "Qui ?", "q1", "Moi", "a1", stored="s1", modified=20, created=10)
OTHER = replace(ROW, id="abc", kind="cloze", clozes=(ClozeNumber(1, "mois", 1), ClozeNumber(2, "an", 0)), tags=("b2",))


def text_of(*rows: Row) -> str:
    return ledger.serialize(Ledger("n", rows))


def read(text: str) -> tuple[Ledger | None, list[str]]:
    found, faults = ledger.read(text, "cards/ledger.jsonl")
    return found, [f"{fault.span.line}:{fault.span.column} {fault.rule.name}" for fault in faults]


def test_the_file_has_a_header_and_sorted_rows() -> None:
    lines = text_of(ROW, replace(OTHER, removed=True, draft=True, guid="g")).split("\n")
    assert lines == [
        '{"flashgen ledger": 1, "namespace": "n"}',
        '{"id": "abc", "kind": "cloze", "file": "a.md", "deck": "a", "question": "Qui ?", "question_key": "q1", '
        '"answer": "Moi", "answer_key": "a1", "stored": "s1", "modified": 20, "created": 10, '
        '"clozes": [[1, "mois", 1], [2, "an", 0]], "tags": ["b2"], "removed": true, "draft": true, "guid": "g"}',
        '{"id": "k3f9a1xw", "kind": "qa", "file": "a.md", "deck": "a", "question": "Qui ?", "question_key": "q1", '
        '"answer": "Moi", "answer_key": "a1", "stored": "s1", "modified": 20, "created": 10}',
        "",
    ]


def test_what_is_written_is_read_again() -> None:
    assert read(text_of(OTHER, ROW)) == (Ledger("n", (OTHER, ROW)), [])


def test_no_text_is_no_ledger() -> None:
    assert read("") == (None, [])


def test_other_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    assert read("\ufeff" + text_of(ROW).replace("\n", "\r\n"))[0] == Ledger("n", (ROW,))


def test_a_line_separator_in_a_question_does_not_end_its_row() -> None:
    odd = replace(ROW, question="a\u2028b\x85c")
    assert read(text_of(odd))[0] == Ledger("n", (odd,))


def _with(**changed: object) -> str:
    entries = json.loads(text_of(ROW).split("\n")[1])
    entries.update(changed)
    return HEADER + json.dumps({key: value for key, value in entries.items() if value is not None}) + "\n"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (HEADER + "{nonsense}\n", "2:2"),
        (HEADER + "[]\n", "2:1"),
        (HEADER + "[" * 100_000 + "\n", "2:1"),
        (HEADER + '{"id": ' + "9" * 5000 + "}\n", "2:1"),
        (_with(id="A!"), "2:1"),
        (_with(kind="basic"), "2:1"),
        (_with(kind=None), "2:1"),
        (_with(modified="1"), "2:1"),
        (_with(modified=True), "2:1"),
        (_with(modified=-1), "2:1"),
        (_with(created=1.5), "2:1"),
        (_with(removed=1), "2:1"),
        (_with(tags="a"), "2:1"),
        (_with(tags=[1]), "2:1"),
        (_with(clozes=[[1, "a"]]), "2:1"),
        (_with(clozes=[[0, "a", 1]]), "2:1"),
        (_with(question="\ud800"), "2:1"),
        (_with(colour="red"), "2:1"),
        (text_of(ROW).split("\n")[1], "1:1"),
        ('{"flashgen ledger": 2, "namespace": "n"}\n', "1:1"),
        ('{"flashgen ledger": "1", "namespace": "n"}\n', "1:1"),
        ('{"flashgen ledger": 1}\n', "1:1"),
    ],
)
def test_what_cannot_be_read_is_a_fault_in_its_line(text: str, place: str) -> None:
    assert read(text) == (None, [f"{place} ledger-corrupt"])


def test_a_newer_format_asks_for_a_newer_flashgen() -> None:
    _, faults = ledger.read('{"flashgen ledger": 2, "namespace": "n"}\n', "ledger.jsonl")
    assert "update flashgen" in faults[0].help


def test_two_equal_headers_are_one_and_two_namespaces_a_fault() -> None:
    assert read(text_of(ROW) + text_of(OTHER)) == (Ledger("n", (OTHER, ROW)), [])
    assert read(HEADER + HEADER.replace('"n"', '"m"')) == (None, ["2:1 ledger-conflict"])


def test_conflict_markers_are_read_through_and_said_once() -> None:
    ours, base, theirs = (text_of(replace(ROW, modified=time)).split("\n")[1] for time in (30, 20, 40))
    text = f"{HEADER}<<<<<<< HEAD\n{ours}\n||||||| 1a2b3c\n{base}\n=======\n{theirs}\n>>>>>>> branch\n"
    assert read(text) == (Ledger("n", (replace(ROW, modified=40),)), ["2:1 ledger-merged"])


def test_the_later_row_wins_and_keeps_the_numbers_of_both() -> None:
    early = replace(OTHER, clozes=(ClozeNumber(1, "mois", 1), ClozeNumber(3, "jour", 2)))
    late = replace(OTHER, question="Quoi ?", modified=21)
    expected = (ClozeNumber(1, "mois", 1), ClozeNumber(2, "an", 0), ClozeNumber(3, "jour", 2))
    assert ledger.merge([late, early]) == (replace(late, clozes=expected),)


def test_what_the_other_branch_had_of_a_note_is_known_until_the_next_build() -> None:
    late = replace(ROW, modified=30)
    reworded, older = replace(ROW, question_key="q2", modified=25), replace(ROW, question_key="q2", modified=21)
    found, faults = read(text_of(older) + text_of(late) + text_of(reworded) + text_of(ROW))
    assert (found, faults) == (Ledger("n", (late,), (reworded,)), [])
    assert found is not None
    assert text_of(late) == ledger.serialize(found)


def test_a_ledger_that_a_merge_left_unsorted_is_current() -> None:
    after = Ledger("n", (OTHER, ROW))
    header, first, second = text_of(OTHER, ROW).splitlines()
    assert ledger.is_current(f"{header}\n{second}\n{header}\n{first}\n{second}\n", after)
    assert ledger.is_current(ledger.serialize(after), after)


@pytest.mark.parametrize(
    "text",
    [
        "",
        text_of(ROW),
        text_of(OTHER, replace(ROW, modified=21)),
        text_of(OTHER, ROW).replace('"n"', '"m"'),
        f"{text_of(OTHER)}<<<<<<< HEAD\n{text_of(ROW)}",
        text_of(OTHER, ROW) + "{nonsense}\n",
    ],
    ids=["none", "a row more", "a later row", "another namespace", "conflict markers", "unreadable"],
)
def test_a_ledger_that_a_build_would_change_is_not_current(text: str) -> None:
    assert not ledger.is_current(text, Ledger("n", (OTHER, ROW)))


def test_a_living_row_wins_over_a_removed_one_of_the_same_time() -> None:
    assert ledger.merge([replace(ROW, removed=True), ROW]) == (ROW,)


def test_two_texts_stored_in_one_second_are_both_outrun_by_the_next_build() -> None:
    assert ledger.merge([ROW, replace(ROW, stored="s2")])[0].stored == ""


def test_a_guid_from_elsewhere_survives_every_merge() -> None:
    assert ledger.merge([replace(ROW, guid="g"), replace(ROW, modified=99)])[0].guid == "g"


ids = st.sampled_from(["abc", "k3f9a1xw", "x-1"])
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.builds(ClozeNumber, st.integers(1, 4), st.sampled_from(["mois", "an", "été"]), st.integers(0, 3))
histories = st.lists(numbers, max_size=3, unique_by=lambda one: (one.number, one.text)).map(sorted).map(tuple)
rows = st.builds(
    Row,
    id=ids,
    kind=st.sampled_from(["qa", "cloze", "vocabulary:fr"]),
    file=texts,
    deck=texts,
    question=texts,
    question_key=st.sampled_from(["", "q1", "q2"]),
    answer=texts,
    stored=st.sampled_from(["", "s1", "s2"]),
    modified=st.integers(0, 3),
    created=st.integers(0, 3),
    clozes=histories,
    tags=st.lists(texts, max_size=2).map(tuple),
    removed=st.booleans(),
    draft=st.booleans(),
    guid=st.sampled_from(["", "g1", "g2"]),
)


@given(st.lists(rows, max_size=6), texts.filter(bool))
def test_any_ledger_is_read_as_it_was_written(some: list[Row], namespace: str) -> None:
    whole = Ledger(namespace, ledger.merge(some))
    assert ledger.read(ledger.serialize(whole), "ledger.jsonl") == (whole, ())


@given(st.lists(rows, max_size=8), st.lists(rows, max_size=4), st.lists(st.sampled_from(["kept", "edited", "gone"])))
def test_lines_that_are_taken_over_are_those_that_would_be_written(
    some: list[Row], added: list[Row], became: list[str]
) -> None:
    before = Ledger("n", ledger.merge(some))
    content = ledger.serialize(before).encode()
    now = list(ledger.merge(added))
    for row, what in zip_longest(before.rows, became[: len(before.rows)], fillvalue="kept"):
        if what != "gone" and isinstance(row, Row):
            now.append(replace(row, answer=f"{row.answer}?") if what == "edited" else row)
    file = io.BytesIO()
    after = Ledger("n", tuple(in_order(now)))
    ledger.write(after, file, before, content)
    assert file.getvalue() == ledger.serialize(after).encode()


@given(st.lists(rows, max_size=4), st.lists(rows, max_size=4), st.lists(rows, max_size=4))
def test_merging_does_not_depend_on_order_grouping_or_repetition(
    one: list[Row], two: list[Row], three: list[Row]
) -> None:
    whole = ledger.merge([*one, *two, *three])
    assert ledger.merge([*three, *two, *one]) == whole
    assert ledger.merge([*ledger.merge([*one, *two]), *three]) == whole
    assert ledger.merge([*one, *ledger.merge([*two, *three])]) == whole
    assert ledger.merge([*whole, *one, *whole]) == whole


@given(st.lists(rows, max_size=6), st.randoms())
def test_the_texts_that_lost_a_merge_do_not_depend_on_the_order_of_the_rows(
    some: list[Row], random: random.Random
) -> None:
    def of(lines: list[str]) -> Ledger | None:
        return read(HEADER + "".join(lines))[0]

    lines = [text_of(row).removeprefix(HEADER) for row in some]
    found = of(lines)
    random.shuffle(lines)
    assert of([*lines, *lines]) == found
    assert found is not None
    texts = [(row.id, row.kind, row.question_key, row.answer_key) for row in found.rows + found.rivals]
    assert len(set(texts)) == len(texts)
    assert set(texts) == {(row.id, row.kind, row.question_key, row.answer_key) for row in some}
    assert all(row.modified <= _of_name(found, row).modified for row in found.rivals)


def _of_name(found: Ledger, rival: Row) -> Row:
    return next(row for row in found.rows if (row.id, row.kind) == (rival.id, rival.kind))


def test_a_folder_takes_over_the_ledger_of_a_file_with_its_guids() -> None:
    single = Ledger("notes", (replace(ROW, file="notes.md"), replace(OTHER, guid="foreign")))
    taken = ledger.take_over(Ledger("folder"), single, under="sub")
    assert [row.guid for row in taken.rows] == ["foreign", names.guid("notes", "qa", ROW.id)]
    assert [row.file for row in taken.rows] == ["sub/a.md", "sub/notes.md"]
    assert ledger.take_over(taken, single, under="sub") == taken


def test_a_folder_keeps_its_own_row_of_that_name() -> None:
    folder = Ledger("folder", (ROW,))
    assert ledger.take_over(folder, Ledger("notes", (replace(ROW, question="Else"),))) == folder


def test_one_namespace_needs_no_guid_written_out() -> None:
    assert ledger.take_over(Ledger("n"), Ledger("n", (ROW,))) == Ledger("n", (ROW,))


def test_the_memory_is_read_as_it_was_written() -> None:
    remembered = memory.remember({("abc", "qa"): Remembered("abc", "qa", "old", 1)}, [ROW, replace(ROW, id="abc")])
    assert remembered["abc", "qa"] == Remembered("abc", "qa", "s1", 20)
    assert memory.read(memory.serialize(remembered).decode()) == remembered


@given(st.text())
def test_garbage_in_the_memory_is_passed_over(garbage: str) -> None:
    line = memory.serialize({("abc", "qa"): Remembered("abc", "qa", "d", 1)}).decode()
    assert memory.read(
        f"{garbage}\n[]\n" + '{"id": 1}\n{"id": "a", "kind": "b", "digest": "c", "modified": -1}\n' + line
    )["abc", "qa"] == Remembered("abc", "qa", "d", 1)
