"""Which cards a note has: flashgen's answer is Anki's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flashgen.model import Deck, Note, NoteType
from flashgen.notetypes import cards_of, clozes, for_kind
from flashgen.notetypes.templates import Replacement, Section, TemplateError, Text, is_filled, parse, shows_something
from tests.packaging import package
from tests.real_anki import Anki, fresh_anki

NOW = 1_790_000_000
KINDS = ("qa", "cloze", "vocabulary:fr", "vocabulary:eo")

# Texts at the border between filled and empty, and deletions at the border between live and dead.
EMPTY = ("", " ", "\n\t", "<br>", "<br/>", "<BR />", "<div></div>", "<div><br></div>", "</div>")
FILLED = (
    "x",
    "1",
    "0",
    "\u00a0",
    "&nbsp;",
    "<p></p>",
    "<br  >",
    "<br class=a>",
    "<div dir=ltr>",
    "<!-- -->",
    "[sound:a.mp3]",
)
FRAGMENTS = (
    *("{{c1::", "{{c2::", "{{c3::h", "{{c0::", "{{c1,4::", "{{c,::", "{{c5,,6::", "{{c007::", "{{C1::", "{{c 1::"),
    *("{{c499::", "{{c500::", "{{c501::", "{{c65535::", "{{c65536::", "{{c99999999999999999999::", "{{{c8::", "{{c9:"),
    *("}}", "}", "}}}", "::", "a", "<b>", " ", r"\(", "{{", "{{Field}}", "image-occlusion:"),
)
CLOZED = st.lists(st.sampled_from(FRAGMENTS), max_size=24).map("".join)
TEXT = st.one_of(st.sampled_from((*EMPTY, *FILLED)), CLOZED)


@pytest.fixture(scope="module")
def anki() -> Iterator[Anki]:
    with fresh_anki() as anki:
        first = (note(kind, {for_kind(kind).fields[0].name: "{{c1::x}}"}, number) for number, kind in enumerate(KINDS))
        anki.import_package(package(Deck("All", tuple(first)), (), now=NOW))
        yield anki


def note(kind: str, fields: Mapping[str, str], number: int = 0) -> Note:
    notetype = for_kind(kind)
    return Note(
        guid=f"{number:016x}",
        id=f"note-{number}",
        kind=kind,
        notetype=notetype,
        text="\x1f".join(fields.get(field.name, "") for field in notetype.fields),
        tags=(),
        deck="All",
        cards=cards_of(notetype, fields),
        modified=NOW,
        created=NOW,
        order=number,
    )


def fillings(notetype: NoteType) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({}, optional={field.name: TEXT for field in notetype.fields})


def cards_that_anki_makes(anki: Anki, notetype: NoteType, fields: Mapping[str, str]) -> tuple[int, ...]:
    added = anki.col.new_note(anki.notetype(notetype.name))
    for name, text in fields.items():
        added[name] = text
    anki.col.add_note(added, anki.deck_id("All"))
    ordinals = anki.ordinals(added)
    anki.col.remove_notes([added.id])
    # Of several numbers above the highest Anki makes as many cards with one ordinal.
    return tuple(sorted(set(ordinals)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_note_has_the_cards_that_anki_makes_of_it(anki: Anki, kind: str) -> None:
    notetype = for_kind(kind)

    @settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(fillings(notetype))
    def agrees(fields: dict[str, str]) -> None:
        # Anki gives a note without any card the first one.
        assert (cards_of(notetype, fields) or (0,)) == cards_that_anki_makes(anki, notetype, fields)

    agrees()


@settings(max_examples=400, deadline=None)
@given(text=CLOZED)
def test_deletions_count_where_anki_counts_them(anki: Anki, text: str) -> None:
    assert (clozes.ordinals(clozes.numbers(text)) or (0,)) == cards_that_anki_makes(
        anki, for_kind("cloze"), {"Text": text}
    )


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_anki_finds_nothing_to_add_or_to_take_away_after_an_import(data: st.DataObject) -> None:
    notes = []
    for number in range(25):
        kind = data.draw(st.sampled_from(KINDS))
        notetype = for_kind(kind)
        fields = data.draw(fillings(notetype))
        if notetype.cloze:
            # A deletion outside Text, or beyond the last number, has a card that shows nothing.
            fields = {"Text": data.draw(CLOZED.filter(lambda text: max(clozes.numbers(text), default=0) <= 500))}
        candidate = note(kind, {**fields, "Id": f"id-{number}"}, number)
        if candidate.cards:
            notes.append(candidate)
    with fresh_anki() as anki:
        anki.import_package(package(Deck("All", tuple(notes)), (), now=NOW))
        assert {n["Id"]: anki.ordinals(n) for n in anki.notes()} == {
            n.fields[field_index(n, "Id")]: n.cards for n in notes
        }
        assert anki.empty_cards() == []
        assert anki.check_database() == []


def field_index(note: Note, name: str) -> int:
    return [field.name for field in note.notetype.fields].index(name)


@pytest.mark.parametrize("text", EMPTY)
def test_white_space_and_line_breaks_fill_no_field(text: str) -> None:
    assert not is_filled(text)


@pytest.mark.parametrize("text", FILLED)
def test_everything_else_fills_a_field(text: str) -> None:
    assert is_filled(text)


def test_a_field_of_many_line_breaks_is_told_from_a_filled_one_in_linear_time() -> None:
    assert is_filled("<br>" * 100_000 + "x")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("{{c1::a}} {{c3::b::hint}}", {1, 3}),
        ("{{c1::a {{c2::b}} c}}", {1, 2}),
        ("{{c1,2::a}}", {1, 2}),
        ("{{c0::a}}", set()),
        ("{{c1::a {{c2::b}}", set()),
        ("{{c65535::a}} {{c65536::b}}", {65535}),
        ("{{c1::" * 11 + "x" + "}}" * 11, {1}),
        ("no deletion", set()),
    ],
)
def test_the_numbers_of_deletions(text: str, numbers: set[int]) -> None:
    assert clozes.numbers(text) == numbers


def test_all_numbers_above_the_highest_share_its_card() -> None:
    assert clozes.ordinals({1, 500, 501, 65535}) == (0, 499)


def test_fields_may_be_given_in_order_or_by_name() -> None:
    notetype = for_kind("qa")
    in_order = ("q", "a", "", "", "", "", "", "1", "id", "", "")
    assert (
        cards_of(notetype, in_order) == cards_of(notetype, {"Question": "q", "Answer": "a", "Reverse": "1"}) == (0, 1)
    )


def test_too_few_fields_are_refused() -> None:
    with pytest.raises(ValueError, match="11 fields, not 2"):
        cards_of(for_kind("qa"), ("q", "a"))


WORD = {"Word": "la maison", "Bare": "maison", "Id": "x"}
ASKED = {"AskRecognition": "1", "AskProduction": "1", "AskGender": "1", "AskListening": "1", "AskExample": "1"}


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"Meaning": "house"}, ["Recognition", "Production", "Listening"]),
        ({"Definition": "lieu"}, ["Recognition", "Production", "Listening"]),
        ({"Gender": "f"}, ["Gender", "Listening"]),
        ({"Gender": "f", "Bare": ""}, ["Listening"]),
        ({"ExampleGap": "Ma […]."}, ["Listening", "Example"]),
        ({"Meaning": "house", "Word": ""}, []),
        ({"Meaning": "house", "AskRecognition": "", "AskListening": ""}, ["Production"]),
    ],
)
def test_a_word_is_asked_only_for_what_it_has(fields: dict[str, str], names: list[str]) -> None:
    notetype = for_kind("vocabulary:fr")
    cards = cards_of(notetype, {**WORD, **ASKED, **fields})
    assert [notetype.templates[ordinal].name for ordinal in cards] == names


def test_a_language_without_a_voice_is_listened_to_only_with_audio() -> None:
    notetype = for_kind("vocabulary:eo")
    assert cards_of(notetype, {**WORD, "AskListening": "1"}) == ()
    assert cards_of(notetype, {**WORD, "AskListening": "1", "Audio": "[sound:a.mp3]"}) == (3,)


def test_a_template_is_read_as_nodes() -> None:
    template = "a{{#F}}<!-- {{no}} -->{{tts fr_FR:cloze:F}}{{/F}}{{^ G }}{{{H}}{{/G}}{{"
    assert parse(template) == (
        Text("a"),
        Section("F", False, (Text("<!-- {{no}} -->"), Replacement("F", ("cloze", "tts fr_FR")))),
        Section("G", True, (Replacement("H", ()),)),
        Text("{{"),
    )


@pytest.mark.parametrize("template", ["{{#A}}{{A}}", "{{A}}{{/A}}", "{{#A}}{{#B}}{{/A}}{{/B}}"])
def test_a_template_whose_sections_do_not_match_is_refused(template: str) -> None:
    with pytest.raises(TemplateError):
        parse(template)


NAMES = ("Question", "Answer", "Extra", "Hint")
PIECES = (
    "text",
    *(f"{{{{{name}}}}}" for name in NAMES),
    "{{hint:Question}}",
    "{{type:Answer}}",
    "{{text:type:Extra}}",
    "{{tts fr_FR:Hint}}",
    "{{FrontSide}}",
    "{{Deck}}",
    "{{Tags}}",
    "<!-- {{Question}} -->",
)


def templates() -> st.SearchStrategy[str]:
    def section(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        whole = st.tuples(st.sampled_from("#^"), st.sampled_from(NAMES), inner)
        return st.lists(whole.map(lambda s: f"{{{{{s[0]}{s[1]}}}}}{s[2]}{{{{/{s[1]}}}}}"), max_size=3).map("".join)

    return st.recursive(st.lists(st.sampled_from(PIECES), max_size=3).map("".join), section, max_leaves=5)


@settings(max_examples=120, deadline=None)
@given(template=templates(), filled=st.sets(st.sampled_from(NAMES)))
def test_any_template_makes_a_card_where_anki_makes_one(anki: Anki, template: str, filled: set[str]) -> None:
    name = "Any template"
    models = anki.col.models
    notetype = models.by_name(name)
    if notetype is None:
        notetype = models.new(name)
        for field in (*NAMES, "Always"):
            models.add_field(notetype, models.new_field(field))
        for title in ("First", "Second"):
            made = models.new_template(title)
            made["qfmt"] = title + "{{Always}}"
            models.add_template(notetype, made)
        models.add_dict(notetype)
        notetype = anki.notetype(name)
    notetype["tmpls"][1]["qfmt"] = template
    models.update_dict(notetype, skip_checks=True)
    added = anki.col.new_note(anki.notetype(name))
    added["Always"] = "x"
    for field in filled:
        added[field] = "x"
    anki.col.add_note(added, anki.deck_id("All"))
    assert (1 in anki.ordinals(added)) == shows_something(template, frozenset(filled))
    anki.col.remove_notes([added.id])
