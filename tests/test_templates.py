"""Our template language beside Anki's: every card, and what else could stand in a template or a field."""

from __future__ import annotations

import copy
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import Collection
from anki.models import NotetypeDict
from anki.sound import AVTag, SoundOrVideoTag, TTSTag
from anki.template import TemplateRenderOutput
from hypothesis import given, settings
from hypothesis import strategies as st

from flashgen import pipeline, templates
from flashgen.model import Note
from flashgen.templates import deletions, plain
from flashgen.templates.sounds import Played, Sound
from tests.project import START
from tests.real_anki import Anki, fresh_anki

_ROOT = Path(__file__).parents[1]
_FIELDS = ("A", "B", "C")
_BLANK = ("The front of this card is blank", "No cloze")


def _same_hints(html: str) -> str:
    """HTML in which the ids of hints, that both make up, are numbers."""
    ids: dict[str, str] = {}
    return re.sub("hint[0-9a-f]{16}", lambda match: ids.setdefault(match[0], f"hint-{len(ids)}"), html)


def _theirs(tags: list[AVTag]) -> list[tuple[object, ...]]:
    told = list[tuple[object, ...]]()
    for tag in tags:
        if isinstance(tag, SoundOrVideoTag):
            told.append((_same_hints(tag.filename),))
        else:
            assert isinstance(tag, TTSTag)
            told.append((tag.field_text, tag.lang, tuple(tag.voices), round(tag.speed, 4)))
    return told


def _ours(played: tuple[Played, ...]) -> list[tuple[object, ...]]:
    return [
        (_same_hints(one.name),) if isinstance(one, Sound) else (one.text, one.lang, one.voices, round(one.speed, 4))
        for one in played
    ]


def _assert_same(theirs: TemplateRenderOutput, ours: tuple[templates.Side, templates.Side]) -> None:
    front, back = ours
    assert _same_hints(front.html) == _same_hints(theirs.question_text)
    assert _same_hints(back.html) == _same_hints(theirs.answer_text)
    assert _ours(front.played) == _theirs(theirs.question_av_tags)
    assert _ours(back.played) == _theirs(theirs.answer_av_tags)


def _imported(project: Path, anki: Anki, folder: Path) -> tuple[Note, ...]:
    """The notes of a copy of a project, which Anki has then."""
    root = shutil.copytree(project, folder / project.name)
    compiled = pipeline.compile(root, clock=START)
    assert not compiled.has_errors, compiled.diagnostics
    decks = pipeline.decks(compiled)
    paths = [folder / f"{number}.apkg" for number in range(len(decks))]
    assert not pipeline.build(compiled, list(zip(paths, decks, strict=True)), locked=True).faults
    for path in paths:
        anki.import_package(path)
    return compiled.identified.notes


@pytest.mark.parametrize("project", ["cards", *sorted(path.name for path in (_ROOT / "tests/projects").iterdir())])
def test_every_card_is_what_anki_makes_of_it(project: str, tmp_path: Path) -> None:
    path = _ROOT / "cards" if project == "cards" else _ROOT / "tests/projects" / project
    with fresh_anki() as anki:
        notes = _imported(path, anki, tmp_path)
        theirs = {(card.note().guid, card.ord): card for card in anki.cards()}
        compared = 0
        for note in notes:
            for ordinal in note.cards:
                _assert_same(theirs[note.guid, ordinal].render_output(), templates.render(note, ordinal))
                compared += 1
        assert compared == len(theirs) > 40


# Anything that could stand in a template or a field


class _Odd:
    """A collection with two note types of three fields, whose templates are given with each card."""

    def __init__(self, anki: Anki) -> None:
        self.col: Collection = anki.col
        self.types = {is_cloze: self._added(is_cloze) for is_cloze in (False, True)}

    def _added(self, is_cloze: bool) -> NotetypeDict:
        models = self.col.models
        made = models.new("cloze" if is_cloze else "normal")
        made["type"] = int(is_cloze)
        for name in _FIELDS:
            models.add_field(made, models.new_field(name))
        template = models.new_template("T")
        template["qfmt"] = template["afmt"] = "{{cloze:A}}" if is_cloze else "{{A}}"
        models.add_template(made, template)
        models.add(made)
        return made

    def rendered(
        self, front: str, back: str, fields: dict[str, str], ordinal: int, *, is_cloze: bool, tags: tuple[str, ...]
    ) -> TemplateRenderOutput:
        note = self.col.new_note(self.types[is_cloze])
        for name, text in fields.items():
            note[name] = text
        note.tags = list(tags)
        notetype = copy.deepcopy(self.types[is_cloze])
        template = {**notetype["tmpls"][0], "qfmt": front, "afmt": back}
        return note.ephemeral_card(ord=ordinal, custom_note_type=notetype, custom_template=template).render_output()


@pytest.fixture(scope="module")
def odd() -> Iterator[_Odd]:
    with fresh_anki() as anki:
        yield _Odd(anki)


_PIECES = (
    *("a", "b", "x", "1", " ", "\n", "\t", "\xa0", "é", "'", '"', "<", "&", "{", "}", "]", "::", ":", "..."),
    *("{{c1::", "{{c2::", "{{c1,2::", "{{c2,1::", "{{c3::", "{{c0::", "{{c11::", "{{c", "}}", "[...]", "[x]"),
    *("&nbsp;", "&amp;", "&lt;", "&#39;", "&#x27;", "&eacute;", "&hellip;", "&no;", "&#0;", "<b>", "</b>", "<br>"),
    *("<div>", "</div>", "<p>", "</p>", "<li>", "<hr>", '<img src="a.png">', "<!-- c -->", "<style>s</style>"),
    *("<script>s</script>", "\\(", "\\)", "\\[", "\\]", "[sound:a.mp3]", "[sound:", "[anki:x]", " 漢[か]"),
)
_FILTERS = (
    *("", "text", "hint", "furigana", "kana", "kanji", "cloze", "cloze-only", "type", "nc", "unknown", " text"),
    *("text ", "tts en_US", "tts fr_FR speed=0.8 voices=A,B"),
)
_NAMES = ("A", "B", "C", " A", "B ", "FrontSide", "Tags", "Type", "Card", "Deck", "Subdeck", "CardFlag")
_fields = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)
_replacement = st.builds(
    lambda filters, name: "{{" + ":".join((*filters, name)) + "}}",
    st.lists(st.sampled_from(_FILTERS), max_size=3),
    st.sampled_from(_NAMES),
)
_text = st.sampled_from(("t", "<b>", "\n", "<hr id=answer>", "<!-- {{A}} -->", "<!--", "{{{B}}}", "{", "}}"))
_template = st.recursive(
    _replacement | _text,
    lambda inner: (
        st.lists(inner, max_size=4).map("".join)
        | st.builds(
            lambda sign, name, text: f"{{{{{sign}{name}}}}}{text}{{{{/{name}}}}}",
            st.sampled_from("#^"),
            st.sampled_from((*_NAMES[:5], "Tags", "Card", "c1", "c2", "nowhere")),
            inner,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=250)
@given(
    front=_template,
    back=_template,
    fields=st.fixed_dictionaries(dict.fromkeys(_FIELDS, _fields)),
    number=st.integers(1, 3),
    is_cloze=st.booleans(),
    tags=st.sampled_from(((), ("b", "z"))),
)
def test_odd_templates_and_fields_are_read_as_anki_reads_them(
    odd: _Odd,
    front: str,
    back: str,
    fields: dict[str, str],
    number: int,
    is_cloze: bool,
    tags: tuple[str, ...],
) -> None:
    ordinal = number - 1 if is_cloze else 0
    # Otherwise most would be without a front, of which Anki shows none.
    front += "{{cloze:A}}" if is_cloze else "x{{A}}"
    fields["A"] += f"{{{{c{number}::q}}}}"
    theirs = odd.rendered(front, back, fields, ordinal, is_cloze=is_cloze, tags=tags)
    if any(text in theirs.question_text for text in _BLANK):
        return
    own = {
        "Tags": " ".join(tags),
        "Type": odd.types[is_cloze]["name"],
        "Deck": "(Deck)",
        "Subdeck": "(Deck)",
        "Card": "T",
    }
    try:
        ours = templates.of_template(front, back, fields, ordinal=ordinal, own=own)
    except templates.TemplateError:
        assert "has a problem" in theirs.question_text
    else:
        _assert_same(theirs, ours)


@given(text=_fields, number=st.integers(1, 3))
def test_what_is_to_be_typed_of_a_cloze_is_what_anki_takes_out_of_it(odd: _Odd, text: str, number: int) -> None:
    assert deletions.to_type(text, number) == odd.col.extract_cloze_for_typing(text, number)


def test_the_letters_that_anki_knows_by_name_are_opened(odd: _Odd) -> None:
    from html.entities import html5

    for name in (name for name in html5 if name.endswith(";")):
        theirs = odd.rendered("{{text:A}}", "", {"A": f"&{name}"}, 0, is_cloze=False, tags=())
        assert plain.without_tags(f"&{name}") == theirs.question_text, name


def test_blocks_are_parted_where_a_voice_reads_them(odd: _Odd) -> None:
    for name in "address article b br code div dl h1 h7 hr li ol output p pre span table td th tr ul video".split():
        for tag in (f"<{name}>", f"</{name}>", f"<{name} />", f'<{name} class="x">'):
            theirs = odd.rendered("{{tts en_US:A}}", "", {"A": f"a{tag}b"}, 0, is_cloze=False, tags=())
            (spoken,) = theirs.question_av_tags
            assert isinstance(spoken, TTSTag)
            assert plain.spoken(f"a{tag}b") == spoken.field_text, tag


@pytest.mark.parametrize("text", ["<", "<script>", "<!--", "<style", "\\(", "{{c1::a::", "&", "[sound:"])
def test_what_never_ends_takes_no_longer_than_its_length(text: str) -> None:
    begun = time.process_time()
    plain.typed(text * 20_000)
    plain.spoken(text * 20_000)
    deletions.shown("{{c1::x}}" + text * 20_000, 1, is_back=False)
    assert time.process_time() - begun < 5


def test_a_template_that_names_no_field_is_refused_also_where_it_is_not_shown() -> None:
    with pytest.raises(templates.TemplateError, match="Nowhere"):
        templates.of_template("{{A}}", "{{^A}}{{Nowhere}}{{/A}}", {"A": "x"})
