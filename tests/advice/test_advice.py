"""Advice on cards: whom it blames and what it finds, in which language, how it is told, and how one is rid of it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flashgen import pipeline, style
from flashgen.diagnostics import ADVICE
from tests.advice.measure import SETS, judged, of_deck
from tests.project import CONFIG, Project

ROOT = Path(__file__).parents[2]
BAD = "Q: Is Pluto a planet?\nA: No\n"
GOOD = "Q: Which body lost the name of a planet in 2006?\nA: Pluto\n"


def _project(root: Path, text: str, config: str = CONFIG) -> Project:
    project = Project(root, config)
    project.write({"cards/a.md": text})
    return project


def _advice(root: Path, text: str, config: str = CONFIG) -> list[tuple[str, int]]:
    """What is advised on the cards of a file, each with its line."""
    result = _project(root, text, config).run("check", "--style", "--format", "json")
    assert result.exit_code == 0, result.output
    return [(one["rule"], one["line"]) for one in json.loads(result.stdout)]


# Whom it blames, what it finds


@pytest.mark.parametrize("name", SETS)
def test_no_good_card_is_blamed(name: str) -> None:
    assert [card for card in judged(name) if card.given and not card.wanted] == []


@pytest.mark.parametrize("name", SETS)
def test_a_bad_card_gets_no_other_advice_than_it_deserves(name: str) -> None:
    assert [card for card in judged(name) if card.given - card.wanted and card.wanted] == []


@pytest.mark.parametrize(("name", "missed"), [("development", 1), ("fresh", 3), ("unseen", 1)])
def test_the_bad_cards_are_found(name: str, missed: int) -> None:
    bad = [card for card in judged(name) if card.wanted]
    assert frozenset().union(*(card.wanted for card in bad)) == set(ADVICE)
    assert sum(not card.wanted <= card.given for card in bad) <= missed


def test_there_are_as_many_cards_as_the_figures_rest_on() -> None:
    cards = [card for name in SETS for card in judged(name)]
    assert (sum(not card.wanted for card in cards), sum(bool(card.wanted) for card in cards)) == (156, 147)


def test_the_deck_of_this_project_is_not_blamed() -> None:
    assert [card for card in of_deck(ROOT) if card.given] == []


# Languages


def test_a_question_in_another_language_than_that_which_is_learnt_is_understood(tmp_path: Path) -> None:
    text = "---\nlang: {}\n---\n\nQ: Is *avant que* followed by the subjunctive?\nA: Yes\n"
    for lang in ("fr", "ja"):
        assert _advice(tmp_path / lang, text.format(lang)) == [("yes-no", 5)]


def test_a_language_that_is_not_known_gets_the_advice_that_needs_no_words(tmp_path: Path) -> None:
    long = "Ein Satz mit vielen Worten " * 8
    text = f"---\nlang: de\n---\n\nQ: Ist Pluto ein Planet?\nA: Nein\n\nQ: Was?\nA: {long}\n"
    assert _advice(tmp_path, text) == [("long-answer", 9)]


def test_letters_of_a_script_without_spaces_are_counted_by_pairs(tmp_path: Path) -> None:
    short, long = "日本の首都は東京" * 7, "日本の首都は東京" * 8
    text = f"---\nlang: ja\n---\n\nQ: 一?\nA: {short}\n\nQ: 二?\nA: {long}\n"
    assert _advice(tmp_path, text) == [("long-answer", 9)]


def test_french_typography_changes_nothing(tmp_path: Path) -> None:
    text = "---\nlang: fr\n---\n\nQ: Qu’est-ce qu’il faut savoir de la Fronde\u202f?\nA: Qu’elle échoua.\n"
    assert _advice(tmp_path, text) == [("vague-question", 5)]


# What looks bad and is not


@pytest.mark.parametrize(
    "text",
    [
        "Q: At which number of Downing Street does the prime minister live?\nA: No. 10\n",
        "Q: How does one say *oui* in English?\nA: Yes\n",
        "Q: What is the plural of sheep?\nA: sheep\n",
        "Q: What is the relative minor of C major?\nA: A minor\n",
        "Q: Which are the first seven primes?\nA: 2, 3, 5, 7, 11, 13, 17\n",
        "Q: What does this print?\n\n```python\nprint(1)\n```\n\nA: 1\n",
        "# Napoleon\n\nQ: When did he die?\nA: 1821\n",
        "Q: What time is it in Tokyo when it is noon in Greenwich?\nA: 9 p.m.\n",
        'Q: Who asks: "Where are you? Where is he?"\nA: Nobody\n',
        "Q: Which is largest, Java, Borneo and Sumatra compared?\nA: Borneo\n",
        "Q: Which airspace lies above 10 000 ft?\nA: A\n\nQ: Which airspace lies above 18 000 ft?\nA: A\n",
        "Q: Who clears VFR in class C?\nA: The tower\n\nQ: Who clears VFR in class D?\nA: The tower\n",
        "Q: How much is 7 × 8?\nA: 56\n\nQ: How much is 8 × 7?\nA: 56\n",
        "Q: Who was the father of Anne?\nA: Henry\n\nQ: Who was not the father of Anne?\nA: Henry\n",
    ],
)
def test_what_only_looks_bad_is_let_be(text: str, tmp_path: Path) -> None:
    assert _advice(tmp_path, f"---\nlang: en\n---\n\n{text}") == []


def test_a_gender_that_many_words_have_makes_no_cards_alike(tmp_path: Path) -> None:
    words = ("ville", "ville fantôme", "rue", "place", "tour")
    cards = "".join(f"Q: Quel est le genre de *{word}* ?\nA: féminin\n\n" for word in words)
    assert _advice(tmp_path, f"---\nlang: fr\n---\n\n{cards}") == []


def test_a_draft_and_a_card_with_a_fault_get_no_advice(tmp_path: Path) -> None:
    project = _project(tmp_path, BAD + "<!-- draft: true -->\n\nQ: What about it?\n")
    result = project.run("check", "--style")
    assert result.exit_code == 1
    assert "error[missing-answer]" in result.output
    assert "advice[yes-no]" not in result.output


# Being rid of it


def test_a_card_a_file_and_a_project_keep_advice_off(tmp_path: Path) -> None:
    other = "\nQ: When and where was Mozart born?\nA: In Salzburg, in 1756.\n"
    front = "---\nno-advice: {}\n---\n"
    assert _advice(tmp_path / "1", BAD + other) == [("yes-no", 1), ("two-questions", 4)]
    assert _advice(tmp_path / "2", BAD + "<!-- no-advice: yes-no -->\n" + other) == [("two-questions", 5)]
    assert _advice(tmp_path / "3", front.format("[two-questions, vague-question]") + BAD + other) == [("yes-no", 4)]
    assert _advice(tmp_path / "4", front.format("yes-no, two-questions") + BAD + other) == []
    assert _advice(tmp_path / "5", BAD + other, CONFIG + 'no-advice = ["yes-no"]\n') == [("two-questions", 4)]
    assert _advice(tmp_path / "6", BAD + other, CONFIG + 'no-advice = "all"\n') == []


def test_what_is_kept_off_adds_up(tmp_path: Path) -> None:
    text = "---\nno-advice: yes-no\n---\nQ: Is it so? Is it not?\nA: Yes\n<!-- no-advice: two-questions -->\n"
    assert _advice(tmp_path, text, CONFIG + 'no-advice = ["vague-question"]\n') == []


def test_either_of_two_cards_keeps_advice_off_both(tmp_path: Path) -> None:
    first, second = "Q: What gland makes insulin?\nA: The pancreas\n", "Q: Which glands make insulin?\nA: pancreas\n"
    comment = "<!-- no-advice: near-duplicate -->\n"
    assert _advice(tmp_path / "1", f"{first}\n{second}") == [("near-duplicate", 4)]
    assert _advice(tmp_path / "2", f"{first}{comment}\n{second}") == []
    assert _advice(tmp_path / "3", f"{first}\n{second}{comment}") == []


def test_a_row_of_a_table_keeps_advice_off_in_one_of_its_cells(tmp_path: Path) -> None:
    table = "| Q | A |\n|---|---|\n| Is Pluto a planet? | No {}|\n"
    assert _advice(tmp_path / "1", table.format("")) == [("yes-no", 3)]
    assert _advice(tmp_path / "2", table.format("<!-- no-advice: yes-no --> ")) == []


def test_a_name_that_is_no_advice_is_an_error_with_the_one_that_is_meant(tmp_path: Path) -> None:
    comment = _project(tmp_path / "1", BAD + "<!-- no-advice: [yesno] -->\n").run("check")
    assert comment.exit_code == 1
    assert 'cards/a.md:3:18: error[wrong-type] there is no advice "yesno"' in comment.output
    assert 'help: did you mean "yes-no"?' in comment.output
    config = _project(tmp_path / "2", BAD, CONFIG + 'no-advice = ["long-answers"]\n').run("check")
    assert config.exit_code == 1
    assert 'pyproject.toml:3:1: error[wrong-type] there is no advice "long-answers"' in config.output
    assert 'help: did you mean "long-answer"?' in config.output


def test_keeping_advice_off_a_card_changes_nothing_in_anki(tmp_path: Path) -> None:
    project = _project(tmp_path, BAD)
    project.build()
    project.write({"cards/a.md": BAD + "<!-- no-advice: yes-no -->\n"})
    assert project.status() == {}


# How it is told


def test_advice_is_given_only_when_it_is_asked_for(tmp_path: Path) -> None:
    project = _project(tmp_path, BAD)
    assert project.run("check").output == "1 note in 1 file: no faults\n"
    assert "advice[" not in project.build().output


def test_advice_alone_is_told_and_succeeds(tmp_path: Path) -> None:
    result = _project(tmp_path, BAD).run("check", "--style")
    assert result.exit_code == 0
    place, help, count, way_out = result.stdout.splitlines()
    assert place.endswith("cards/a.md:1:1: advice[yes-no] half of all guesses at this answer are right")
    assert help == "  help: ask for what makes it so: what, which, why, how many"
    assert count == "1 note in 1 file: no faults, 1 piece of advice"
    assert "<!-- no-advice: yes-no -->" in way_out


def test_where_there_is_none_nothing_is_said_of_it(tmp_path: Path) -> None:
    assert _project(tmp_path, GOOD).run("check", "--style").output == "1 note in 1 file: no faults\n"


def test_github_shows_advice_as_a_notice(tmp_path: Path) -> None:
    result = _project(tmp_path, BAD).run("check", "--style", "--format", "github")
    (line,) = result.stdout.splitlines()
    assert line.startswith("::notice file=")
    assert ",line=1,col=1,title=yes-no::half of all guesses" in line
    assert result.exit_code == 0


def test_json_tells_the_severity(tmp_path: Path) -> None:
    (one,) = json.loads(_project(tmp_path, BAD).run("check", "--style", "--format", "json").stdout)
    assert (one["rule"], one["severity"], one["column"]) == ("yes-no", "advice", 1)


def test_advice_is_given_on_the_chosen_files(tmp_path: Path) -> None:
    project = _project(tmp_path, BAD)
    project.write({"cards/b.md": "Q: Is the moon a planet?\nA: No\n"})
    result = project.run("check", "--style", path="cards/b.md")
    assert "cards/b.md:1:1: advice[yes-no]" in result.stdout
    assert "cards/a.md" not in result.stdout


def test_advice_is_given_on_text_that_is_not_saved_yet(tmp_path: Path) -> None:
    _project(tmp_path, GOOD)
    (one,) = pipeline.advise(pipeline.read(tmp_path, instead={"cards/a.md": BAD.encode()}))
    assert (one.rule.name, one.span.line) == ("yes-no", 1)


# Whatever stands there

_PIECES = st.sampled_from(
    (
        'Q: ¦A: ¦C: ¦Word: ¦Meaning: ¦H: ¦\n¦\n\n¦# ¦- ¦- [x] ¦{{¦}}¦::¦c1::¦$¦`¦*¦**¦"¦(¦, ¦? ¦. ¦Yes¦No¦oui¦est-il'
        "¦et où¦and why¦a¦l’¦12¦漢¦![](a.png)¦<!-- reverse: true -->¦|¦|-|-|\n¦```\n¦é¦\u0301¦what about ¦describe "
        "¦⟪¦\u00a0"
    ).split("¦")
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_PIECES, max_size=40), st.sampled_from(["", "fr", "en", "ja"]))
def test_any_text_is_answered_within_its_lines(tmp_path: Path, pieces: list[str], lang: str) -> None:
    front = f"---\nlang: {lang}\n---\n" if lang else ""
    text = f"{front}Q: a\nA: b\n\n" + "".join(pieces)
    _project(tmp_path, text)
    for one in pipeline.advise(pipeline.read(tmp_path)):
        assert 1 <= one.span.line <= text.count("\n") + 1
        assert one.rule.name in ADVICE


# Time


@pytest.mark.parametrize(
    "question",
    [
        "qui et que - " * 20 + "? " + "x" * 60,
        "what and which " * 19 + "? ",
        '"' * 300,
        "que savez-vous " * 19,
        "⟪" * 300,
        "*a" * 300,
    ],
)
def test_hostile_questions_are_read_in_time(question: str, tmp_path: Path) -> None:
    cards = "".join(f"Q: {number} {question}?\nA: {number} x\n\n" for number in range(40))
    _project(tmp_path, cards)
    read = pipeline.read(tmp_path)
    begun = time.process_time()
    pipeline.advise(read)
    assert time.process_time() - begun < 3


def test_thousands_of_cards_of_one_frame_are_compared_in_time(tmp_path: Path) -> None:
    cards = (f"Q: Quel est le genre de mot{number} ?\nA: masculin\n" for number in range(3_000))
    _project(tmp_path, "\n".join(cards))
    read = pipeline.read(tmp_path)
    begun = time.process_time()
    assert list(style.together(read.cards)) == []
    assert time.process_time() - begun < 4
