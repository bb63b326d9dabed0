"""The note types are a promise: names, order and ids never change, and text that changes moves its time forward."""

from __future__ import annotations

import hashlib
import re

import pytest
from msgspec.structs import astuple, replace

from flashgen.model import Deck, FieldType, Note, NoteType
from flashgen.notetypes import cards_of, for_kind
from flashgen.notetypes.forms import FORMS
from flashgen.notetypes.languages import tts_locale, without_article
from flashgen.notetypes.templates import Node, Replacement, Section, parse
from tests.packaging import package
from tests.real_anki import Outcome, fresh_anki, sides

NOW = 1_790_000_000
KINDS = ("qa", "cloze", "vocabulary:fr", "vocabulary:pt-BR", "vocabulary:ja", "vocabulary:eo")


def text_digest(notetype: NoteType) -> str:
    """The digest of all that a note type's time speaks for."""
    return hashlib.sha256(
        repr((notetype.css, [astuple(t) for t in notetype.templates], [astuple(f) for f in notetype.fields])).encode()
    ).hexdigest()[:16]


# Whoever edits a template, the style or a description moves `_TEXT_MODIFIED` forward and puts the new pair here.
TEXTS = {
    "qa": ("8ab229ac54926947", 1795305600),
    "cloze": ("10594c268a39ebb6", 1795305600),
    "vocabulary:fr": ("8c607b5139b2f32a", 1795305600),
    "vocabulary:eo": ("a04e9dc277727886", 1795305600),
}

IDS = {
    "qa": ("Flashgen Q&A", 8829182175942563),
    "cloze": ("Flashgen Cloze", 8392648213046168),
    "vocabulary:fr": ("Flashgen Vocabulary (fr)", 1125541090982974),
    "vocabulary:pt-BR": ("Flashgen Vocabulary (pt-BR)", 1486848425666515),
    "vocabulary:ja": ("Flashgen Vocabulary (ja)", 98209938449675),
}

FIELDS = {
    "qa": "Question Answer Extra Hint Context Source Typed Reverse Id Spare1 Spare2",
    "cloze": "Text Extra Hint Context Source Typed Id Spare1 Spare2",
    "vocabulary:fr": "Word Bare Forms Gender Category IPA Meaning Definition Example ExampleGap Translation Audio Image"
    " Extra Hint Context Source AskRecognition AskProduction AskGender AskListening AskExample Typed Id Spare1 Spare2",
}

TEMPLATES = {
    "qa": ["Question → Answer", "Answer → Question", "Spare 1"],
    "cloze": ["Cloze"],
    "vocabulary:fr": ["Recognition", "Production", "Gender", "Listening", "Example", "Spare 1", "Spare 2"],
}

ID_DIGESTS = {
    "qa": "8925e87f8044acb7",
    "cloze": "e45708a86c064150",
    "vocabulary:fr": "b02ecdb646c2b129",
    "vocabulary:pt-BR": "f3028e906bd12c96",
}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_changed_text_has_a_later_time(kind: str) -> None:
    notetype = for_kind(kind)
    assert (text_digest(notetype), notetype.modified) == TEXTS[kind]


@pytest.mark.parametrize("kind", IDS)
def test_the_id_of_a_note_type_never_changes(kind: str) -> None:
    notetype = for_kind(kind)
    assert (notetype.name, notetype.id) == IDS[kind]


@pytest.mark.parametrize("kind", FIELDS)
def test_fields_keep_their_names_and_their_order(kind: str) -> None:
    assert [field.name for field in for_kind(kind).fields] == FIELDS[kind].split()


@pytest.mark.parametrize("kind", TEMPLATES)
def test_templates_keep_their_names_and_their_order(kind: str) -> None:
    assert [template.name for template in for_kind(kind).templates] == TEMPLATES[kind]


@pytest.mark.parametrize("kind", ID_DIGESTS)
def test_the_ids_of_fields_and_templates_never_change(kind: str) -> None:
    assert id_digest(for_kind(kind)) == ID_DIGESTS[kind]


def id_digest(notetype: NoteType) -> str:
    ids = [*(field.id for field in notetype.fields), *(template.id for template in notetype.templates)]
    return hashlib.sha256(repr(ids).encode()).hexdigest()[:16]


def test_no_two_ids_are_alike_and_all_are_exact_in_javascript() -> None:
    ids = []
    for notetype in map(for_kind, KINDS):
        ids += [notetype.id, *(field.id for field in notetype.fields), *(t.id for t in notetype.templates)]
    assert len(set(ids)) == len(ids)
    assert all(0 < id < 2**53 for id in ids)


@pytest.mark.parametrize("kind", ["", "QA", "qa:fr", "vocabulary", "vocabulary:", "basic"])
def test_an_unknown_kind_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="no note type"):
        for_kind(kind)


def test_every_field_that_authors_write_is_in_its_note_type() -> None:
    for form in FORMS:
        notetype = for_kind(f"{form.kind}:fr" if form.per_language else form.kind)
        names = {field.name for field in notetype.fields}
        assert {
            *form.labels.values(),
            *form.columns.values(),
            *form.asks.values(),
            form.question,
            *form.answers,
        } <= names
        assert notetype.fields[notetype.sort_field].name == form.question


def test_a_card_that_can_be_asked_for_bears_its_name() -> None:
    for form in FORMS:
        if form.asks:
            names = [template.name.lower() for template in for_kind(f"{form.kind}:fr").templates]
            assert names[: len(form.asks)] == list(form.asks)


@pytest.mark.parametrize("kind", KINDS)
def test_templates_show_only_fields_that_exist_and_leave_no_part_open(kind: str) -> None:
    notetype = for_kind(kind)
    known = {field.name for field in notetype.fields} | {"FrontSide"}
    for template in notetype.templates:
        for side in (template.front, template.back):
            assert named_in(parse(side)) <= known
            assert not re.search(r"\[\[|\]\]|<script|https?:|style=", side)


def named_in(nodes: tuple[Node, ...]) -> set[str]:
    names = set()
    for node in nodes:
        if isinstance(node, Replacement):
            names.add(node.field)
        elif isinstance(node, Section):
            names |= {node.field} | named_in(node.nodes)
    return names


def test_the_words_of_a_language_say_so() -> None:
    assert 'lang="pt-BR" dir="auto">{{Word}}' in for_kind("vocabulary:pt-BR").templates[0].front


def test_a_style_needs_nothing_from_elsewhere() -> None:
    css = for_kind("qa").css
    assert not re.search(r"url\(|@import|@font-face|expression|javascript", css)


# Grounds on which each colour stands.
GROUNDS = {
    "text": ("ground", "panel"),
    "muted": ("ground", "panel"),
    "accent": ("ground", "panel", "mark"),
    "right": ("ground", "panel"),
    "wrong": ("ground", "panel"),
    "ground": ("right",),
    "code-keyword": ("panel",),
    "code-string": ("panel",),
    "code-number": ("panel",),
    "code-comment": ("panel",),
    "code-name": ("panel",),
    "code-type": ("panel",),
    "code-error": ("panel",),
}


def palettes() -> dict[str, dict[str, str]]:
    """The colours by mode, as the style sheets name them."""
    found: dict[str, dict[str, str]] = {"light": {}, "dark": {}}
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", for_kind("qa").css):
        colours = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", body))
        found["dark" if "night" in selector else "light"].update(colours)
    return found


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("colour", GROUNDS)
def test_every_colour_can_be_read_on_its_ground(mode: str, colour: str) -> None:
    palette = palettes()[mode]
    for ground in GROUNDS[colour]:
        lighter, darker = sorted((luminance(palette[colour]), luminance(palette[ground])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, f"{colour} on {ground}"


def test_every_colour_is_for_both_modes_and_stands_in_a_variable() -> None:
    light, dark = palettes()["light"], palettes()["dark"]
    assert light.keys() == dark.keys()
    assert light.keys() - GROUNDS.keys() == {"panel", "line", "mark"}
    outside_variables = re.sub(r"--[\w-]+:[^;]*;", "", for_kind("qa").css)
    assert not re.search(r"#[0-9a-f]{3,6}\b(?=[^{}]*\})|rgb\(", outside_variables)


@pytest.mark.parametrize(
    ("lang", "locale"),
    [
        ("fr", "fr_FR"),
        ("fr-CA", "fr_CA"),
        ("pt", "pt_PT"),
        ("pt-BR", "pt_BR"),
        ("zh-Hant", "zh_TW"),
        ("zh-Hant-HK", "zh_HK"),
        ("zh-Hans", "zh_CN"),
        ("sr-Latn", "sr_RS"),
        ("es-419", "es_MX"),
        ("en-001", "en_US"),
        ("no", "nb_NO"),
        ("de-DE-1996", "de_DE"),
        ("ja-x-us", "ja_JP"),
        ("eo", None),
        ("la-VA", None),
    ],
)
def test_the_voice_of_a_language(lang: str, locale: str | None) -> None:
    assert tts_locale(lang) == locale


@pytest.mark.parametrize(
    ("text", "lang", "bare"),
    [
        ("la maison", "fr", "maison"),
        ("La Maison", "fr-CA", "Maison"),
        ("l'ami", "fr", "ami"),
        ("l’ami", "fr", "ami"),
        ("L’ Ami", "fr", "Ami"),
        ("le/la collègue", "fr", "collègue"),
        ("le / la collègue", "fr", "collègue"),
        ("la\u00a0une", "fr", "une"),
        ("laver", "fr", "laver"),
        ("unité", "fr", "unité"),
        ("la", "fr", "la"),
        ("la ", "fr", "la "),
        ("l'", "fr", "l'"),
        ("maison de la presse", "fr", "maison de la presse"),
        ("der Hund", "de", "Hund"),
        ("derb", "de", "derb"),
        ("lo studente", "it", "studente"),
        ("un'amica", "it", "amica"),
        ("l'amica", "it", "amica"),
        ("a casa", "pt-BR", "casa"),
        ("as", "pt", "as"),
        ("'t huis", "nl", "huis"),
        ("l'home", "ca", "home"),
        ("ett hus", "sv", "hus"),
        ("η πόλη", "el", "πόλη"),
        ("Η Πόλη", "el", "Πόλη"),
        ("дом", "ru", "дом"),
        ("the house", "en", None),
        ("家", "ja", None),
    ],
)
def test_a_word_loses_its_article_and_nothing_else(text: str, lang: str, bare: str | None) -> None:
    assert without_article(text, lang) == bare


def note(notetype: NoteType, fields: dict[str, str], *, modified: int = NOW) -> Note:
    return Note(
        guid="0123456789abcdef",
        id=fields["Id"],
        kind="qa",
        notetype=notetype,
        text="\x1f".join(fields.get(field.name, "") for field in notetype.fields),
        tags=(),
        deck="D",
        cards=cards_of(notetype, fields),
        modified=modified,
        created=NOW,
        order=0,
    )


def with_mnemonic(notetype: NoteType) -> NoteType:
    """The note type of a later release that has taken a spare field and a spare template into use."""

    def renamed(field: FieldType) -> FieldType:
        return replace(field, name="Mnemonic", collapsed=False) if field.name == "Spare1" else field

    def rewritten(text: str) -> str:
        return text.replace("Spare1", "Mnemonic")

    return replace(
        notetype,
        fields=tuple(map(renamed, notetype.fields)),
        templates=tuple(
            replace(t, name=t.name.replace("Spare 1", "By mnemonic"), front=rewritten(t.front), back=rewritten(t.back))
            for t in notetype.templates
        ),
        modified=notetype.modified + 1,
    )


@pytest.mark.parametrize("kind", ["qa", "cloze", "vocabulary:fr"])
def test_a_later_release_takes_a_spare_into_use_and_history_stays(kind: str) -> None:
    old = for_kind(kind)
    new = with_mnemonic(old)
    fields = {old.fields[0].name: "{{c1::text}}", "Meaning": "m", "AskRecognition": "1", "Id": "spare"}
    with fresh_anki() as anki:
        assert anki.import_package(package(Deck("D", (note(old, fields),)), (), now=NOW)) == Outcome(new=1)
        card = anki.note("spare").cards()[0]
        anki.review(card)
        schedule = anki.schedule(card)
        anki.pretend_synced()

        later = note(new, {**fields, "Mnemonic": "a picture"}, modified=NOW + 1)
        assert anki.import_package(package(Deck("D", (later,)), (), now=NOW + 1)) == Outcome(updated=1)

        assert not anki.needs_full_sync()
        assert anki.notetype_names() == [new.name]
        assert [f["name"] for f in anki.notetype(new.name)["flds"]] == [f.name for f in new.fields]
        assert [t["name"] for t in anki.notetype(new.name)["tmpls"]] == [t.name for t in new.templates]
        assert anki.note("spare")["Mnemonic"] == "a picture"
        assert anki.ordinals(anki.note("spare")) == later.cards
        assert anki.schedule(card) == schedule
        assert anki.reviews(card) == 1
        assert anki.empty_cards() == []
        assert anki.check_database() == []


def test_new_text_of_templates_arrives_without_touching_a_note() -> None:
    old = for_kind("qa")
    new = replace(old, css=old.css + "/* new */", modified=old.modified + 1)
    fields = {"Question": "q", "Answer": "a", "Id": "css"}
    with fresh_anki() as anki:
        anki.import_package(package(Deck("D", (note(old, fields),)), (), now=NOW))
        anki.pretend_synced()
        assert anki.import_package(package(Deck("D", (note(new, fields),)), (), now=NOW)) == Outcome(duplicate=1)
        assert anki.notetype(old.name)["css"] == new.css
        assert not anki.needs_full_sync()


def test_an_older_release_does_not_bring_old_text_back() -> None:
    new = for_kind("qa")
    old = replace(new, css="", modified=new.modified - 1)
    fields = {"Question": "q", "Answer": "a", "Id": "css"}
    with fresh_anki() as anki:
        anki.import_package(package(Deck("D", (note(new, fields),)), (), now=NOW))
        anki.import_package(package(Deck("D", (note(old, fields),)), (), now=NOW))
        assert anki.notetype(new.name)["css"] == new.css


FULL = {
    "qa": {"Question": "q-u-e", "Answer": "a-n-s", "Extra": "e-x", "Source": "s-r-c", "Reverse": "1", "Typed": "a-n-s"},
    "cloze": {"Text": "t {{c1::d-e-l}}", "Extra": "e-x", "Source": "s-r-c", "Typed": "1"},
    "vocabulary:fr": {
        **dict.fromkeys(("AskRecognition", "AskProduction", "AskGender", "AskListening", "AskExample"), "1"),
        "Word": "la w-o-r",
        "Bare": "w-o-r",
        "Meaning": "m-e-a",
        "Gender": "g-e-n",
        "Example": "e <b>w-o-r</b>",
        "ExampleGap": "e g-a-p",
        "IPA": "i-p-a",
        "Translation": "t-r-a",
        "Extra": "e-x",
        "Source": "s-r-c",
    },
}


@pytest.mark.parametrize(
    ("kind", "ordinal", "asks", "tells"),
    [
        ("qa", 0, ["q-u-e", "[[type:Typed]]"], ["a-n-s", "e-x", "s-r-c"]),
        ("qa", 1, ["a-n-s"], ["q-u-e", "e-x", "s-r-c"]),
        ("cloze", 0, ["[...]", "[[type:cloze:Text]]"], ["d-e-l", "e-x", "s-r-c"]),
        ("vocabulary:fr", 0, ["la w-o-r"], ["m-e-a", "g-e-n", "i-p-a", "t-r-a", "e-x", "s-r-c"]),
        ("vocabulary:fr", 1, ["m-e-a"], ["la w-o-r", "g-e-n", "i-p-a", "t-r-a", "e-x", "s-r-c"]),
        ("vocabulary:fr", 2, ["w-o-r"], ["la w-o-r", "g-e-n", "m-e-a", "t-r-a", "e-x", "s-r-c"]),
        ("vocabulary:fr", 3, ["[anki:play:q:0]"], ["la w-o-r", "m-e-a", "i-p-a", "t-r-a", "e-x", "s-r-c"]),
        ("vocabulary:fr", 4, ["g-a-p"], ["la w-o-r", "m-e-a", "t-r-a", "e-x", "s-r-c"]),
    ],
)
def test_a_front_asks_and_tells_only_on_the_back(kind: str, ordinal: int, asks: list[str], tells: list[str]) -> None:
    with fresh_anki() as anki:
        anki.import_package(package(Deck("D", (note(for_kind(kind), {**FULL[kind], "Id": "x"}),)), (), now=NOW))
        front, back = sides(anki.note("x").cards()[ordinal])
    visible = re.sub(r'data-cloze="[^"]*"', "", front)
    assert [text for text in asks if text not in visible] == []
    assert [text for text in tells if text in visible] == []
    assert [text for text in tells if text not in back] == []
    assert "answer" in back or kind == "cloze"


def test_a_note_without_audio_is_spoken_where_the_author_asked_for_listening() -> None:
    fields = {**FULL["vocabulary:fr"], "Id": "x"}
    with fresh_anki() as anki:
        anki.import_package(package(Deck("D", (note(for_kind("vocabulary:fr"), fields),)), (), now=NOW))
        tags = anki.note("x").cards()[3].question_av_tags()
    assert [(tag.field_text, tag.lang) for tag in tags] == [("la w-o-r", "fr_FR")]  # type: ignore[union-attr]
