"""Years of edits, end to end: Markdown is edited and built, Anki imports it, and each review stays with its card."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.project import Project
from tests.real_anki import Outcome, fresh_anki
from tests.study import Study, studied

CAPITALS = """\
Q: What is the capital of France?
A: Paris

Q: What is the capital of Niger?
A: Niamey

Q: What is the capital of Ghana?
A: Accra
"""

RIVERS = """\
Q: Which river runs through Cairo?
A: The Nile

"""


def _qa(question: str, answer: str) -> str:
    return f"Q: {question}\nA: {answer}\n\n"


# Questions and answers


def test_nothing_edited_prints_nothing_and_updates_nothing(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        assert study.update() == study.unchanged()
        assert "nothing changed" in study.printed
        assert "~" not in study.printed


def test_an_edited_question_keeps_its_reviews_and_is_printed(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        study.review("What is the capital of Ghana?")
        was = study.cards()["What is the capital of Ghana?"]
        study.project.edit("cards/a.md", "What is the capital of Ghana?", "What is the capital city of Ghana?")
        assert study.update() == Outcome(updated=1, duplicate=2)
        assert study.cards()["What is the capital city of Ghana?"] == was
        assert study.reviews("What is the capital city of Ghana?") == 1
        (line,) = [line for line in study.printed.splitlines() if line.startswith("~")]
        assert re.search(r"cards/a\.md:7 question edited \(\d\d %\), history kept: ", line)


def test_an_edited_answer_keeps_its_reviews_and_is_printed(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        study.review("What is the capital of Ghana?")
        study.project.edit("cards/a.md", "Accra", "Accra, on the Gulf of Guinea")
        assert study.update() == Outcome(updated=1, duplicate=2)
        assert study.reviews("What is the capital of Ghana?") == 1
        assert study.answer("What is the capital of Ghana?").startswith("Accra, on the Gulf")
        assert re.search(r"^~ \S*cards/a\.md:7 answer edited \(\d\d %\), history kept", study.printed, re.MULTILINE)


def test_of_many_edited_questions_every_one_is_printed(tmp_path: Path) -> None:
    texts = [
        _qa(f"Which letter stands at place {number}?", f"The letter {chr(96 + number) * 4}") for number in range(1, 26)
    ]
    with studied(tmp_path, {"cards/a.md": "".join(texts)}) as study:
        study.project.write({"cards/a.md": "".join(texts).replace("Which letter", "Which small letter")})
        assert study.update() == Outcome(updated=25)
        assert len(re.findall(r"^~ .* question edited \(\d\d %\), history kept", study.printed, re.MULTILINE)) == 25


def test_two_cards_that_swap_questions_give_their_reviews_to_the_questions(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        study.review("What is the capital of France?")
        before = study.cards()
        swapped = _qa("What is the capital of Niger?", "Paris") + _qa("What is the capital of France?", "Niamey")
        ghana = CAPITALS[CAPITALS.index("Q: What is the capital of Ghana") :]
        study.project.write({"cards/a.md": swapped + ghana})
        assert study.update() == Outcome(updated=2, duplicate=1)
        assert study.cards() == before
        assert study.reviewed() == {"What is the capital of France?"}
        assert study.answer("What is the capital of France?") == "Niamey"
        assert study.printed.count("answer edited (") == 2


def test_niger_for_nigeria_is_another_card(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        study.review_all()
        study.project.edit("cards/a.md", "of Niger?\nA: Niamey", "of Nigeria?\nA: Abuja")
        assert study.update() == Outcome(new=1, duplicate=2)
        assert study.reviews("What is the capital of Nigeria?") == 0
        assert study.answer("What is the capital of Niger?") == "Niamey"
        assert study.reviews("What is the capital of Niger?") == 1
        assert [note["Answer"] for note in study.found_by_printed_searches()] == ["Niamey"]


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        ("When was Italy unified?", "In which year did Italy become one state?", "In **1861**"),
        ("Capital of Liguria?", "Which city is the seat of the Ligurian government?", "Genova"),
        ("*to go* in Italian", "How do you say *to go*?", "**andare**"),
    ],
)
@pytest.mark.parametrize("place", ["where it stood", "at the end"])
def test_a_question_reworded_beyond_likeness_keeps_its_reviews_where_it_stood_and_is_asked_elsewhere(
    tmp_path: Path, old: str, new: str, answer: str, place: str
) -> None:
    reworded = _qa(new, answer)
    with studied(tmp_path, {"cards/a.md": _qa(old, answer) + CAPITALS, "cards/b.md": RIVERS}) as study:
        before = study.review_all()
        if place == "where it stood":
            study.project.write({"cards/a.md": reworded + CAPITALS})
        else:
            study.project.write({"cards/a.md": CAPITALS, "cards/b.md": RIVERS + reworded})
            keep, _ = _asked(study)
            study.project.edit("cards/b.md", reworded, reworded.rstrip() + f"\n{keep}\n\n")
        assert study.update() == Outcome(updated=1, duplicate=4)
        assert study.schedules() == before


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        ("Past participle of *scrivere*?", "How do you say “written” in Italian?", "**scritto**"),
        ("Quelle molécule stocke l’énergie ?", "De quoi un muscle se nourrit-il d’abord ?", "ATP"),
    ],
)
def test_a_question_reworded_beyond_likeness_with_its_short_answer_is_asked(
    tmp_path: Path, old: str, new: str, answer: str
) -> None:
    reworded = _qa(new, answer)
    with studied(tmp_path, {"cards/a.md": _qa(old, answer) + CAPITALS}) as study:
        before = study.review_all()
        study.project.write({"cards/a.md": reworded + CAPITALS})
        keep, _ = _asked(study)
        study.project.edit("cards/a.md", reworded, reworded.rstrip() + f"\n{keep}\n\n")
        assert study.update() == Outcome(updated=1, duplicate=3)
        assert study.schedules() == before


SOFT = _qa("What does `git reset --soft` do?", "It keeps the index and the files.")
HARD = _qa("What does `git reset --hard` do?", "It throws the index and the files away.")


def test_another_option_with_another_answer_is_another_card(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": SOFT + CAPITALS}) as study:
        study.review_all()
        study.project.edit("cards/a.md", SOFT, _qa("What does `git reset --hard` do?", "It throws work away."))
        assert study.update() == Outcome(new=1, duplicate=3)
        assert study.reviews("What does git reset --hard do?") == 0
        assert study.reviews("What does git reset --soft do?") == 1


def test_soft_for_hard_is_asked_and_can_be_another_card(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": SOFT + CAPITALS}) as study:
        study.review_all()
        study.project.edit("cards/a.md", SOFT, HARD)
        _, new = _asked(study)
        study.project.edit("cards/a.md", HARD, HARD.rstrip() + f"\n{new}\n\n")
        assert study.update() == Outcome(new=1, duplicate=3)
        assert study.reviews("What does git reset --hard do?") == 0
        assert study.answer("What does git reset --soft do?") == "It keeps the index and the files."
        assert study.reviews("What does git reset --soft do?") == 1


def test_soft_for_hard_is_asked_and_can_be_the_same_card(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": SOFT + CAPITALS}) as study:
        study.review_all()
        study.project.edit("cards/a.md", SOFT, HARD)
        keep, _ = _asked(study)
        study.project.edit("cards/a.md", HARD, HARD.rstrip() + f"\n{keep}\n\n")
        assert study.update() == Outcome(updated=1, duplicate=3)
        assert study.reviews("What does git reset --hard do?") == 1
        study.project.edit("cards/a.md", f"{keep}\n", "")
        assert study.update() == study.unchanged()


def test_a_copy_that_is_then_edited_is_new_and_its_original_keeps_its_reviews(tmp_path: Path) -> None:
    long = _qa("Which organ makes insulin?", "The pancreas, in the islets of Langerhans, by its beta cells.")
    with studied(tmp_path, {"cards/a.md": CAPITALS + "\n" + long}) as study:
        study.review_all()
        before = study.cards()
        copy = long.replace("insulin", "glucagon").replace("beta", "alpha")
        study.project.write({"cards/a.md": CAPITALS + "\n" + copy + long})
        assert study.update() == Outcome(new=1, duplicate=4)
        assert {front: id for front, id in study.cards().items() if front in before} == before
        assert study.reviewed() == set(before)


def test_a_reworded_card_whose_old_wording_a_new_card_uses_is_not_guessed(tmp_path: Path) -> None:
    answer = "The pancreas, in the islets of Langerhans."
    with studied(tmp_path, {"cards/a.md": _qa("Which organ makes insulin?", answer) + CAPITALS}) as study:
        study.review_all()
        was = study.cards()["Which organ makes insulin?"]
        reworded = _qa("Which organ of the body makes insulin?", answer)
        used = _qa(
            "Which organ makes insulin?", "In cows, the same as in us: it was their insulin that saved the first."
        )
        study.project.write({"cards/a.md": used + reworded + CAPITALS})
        result = study.project.run("build")
        assert result.exit_code == 1
        assert "ambiguous-edit" in result.stderr
        (keep,) = set(re.findall(r"<!-- id: [a-z0-9]+ -->", result.stderr))
        study.project.edit("cards/a.md", reworded, reworded.rstrip() + f"\n{keep}\n\n")
        assert study.update() == Outcome(new=1, updated=1, duplicate=3)
        assert study.cards()["Which organ of the body makes insulin?"] == was
        assert study.reviews("Which organ makes insulin?") == 0


def test_a_whole_deck_given_french_typography_at_once_keeps_every_review(tmp_path: Path) -> None:
    plain = "".join(
        _qa(f"Qu'est-ce que l'article \"{word}\" dit de l'aide ?", f"C'est l'aide n°{number} - \"{word}\" !")
        for number, word in enumerate(("alpha", "bravo", "charlie", "delta", "echo", "foxtrot"), 1)
    )
    plain += "C: L'aide, c'est {{l'artillerie}} : des {{\"obus\"::quoi ?}}.\n"
    french = plain.replace("'", "’").replace(" ?", "\u202f?").replace(" !", "\u202f!").replace(" - ", " – ")
    french = re.sub(r'"([^"]+)"', "«\u00a0\\1\u00a0»", french)
    with studied(tmp_path, {"cards/a.md": plain}) as study:
        before = study.review_all()
        study.project.write({"cards/a.md": french})
        assert study.update() == Outcome(updated=7)
        assert study.schedules() == before
        assert study.reviews("Qu’est-ce que l’article « alpha » dit de l’aide ?") == 1
        assert study.update() == study.unchanged()


# Places


def test_a_file_split_in_two_updates_nothing_but_what_was_edited(tmp_path: Path) -> None:
    head = "---\ndeck: World\n---\n\n"
    first, rest = CAPITALS.split("\n\n", 1)
    with studied(tmp_path, {"cards/a.md": head + CAPITALS}) as study:
        before = study.review_all()
        rest = rest.replace("What is the capital of Ghana?", "What is the capital city of Ghana?")
        study.project.write({"cards/a.md": f"{head}{first}\n", "cards/b.md": head + rest})
        assert study.update() == Outcome(updated=1, duplicate=2)
        assert study.schedules() == before
        assert study.reviews("What is the capital city of Ghana?") == 1
        assert "cards/b.md:8 question edited (" in study.printed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_qa("Who wrote the Divine Comedy?", "Dante"), _qa("Who wrote the Divine Comedies?", "Dante")),
        (_qa("What are afferent nerves?", "To the brain"), _qa("What are the afferent nerves?", "To the brain")),
        ("C: The {{piedmontese}} king moves to {{Rome}}.\n", "C: The {{Piedmontese}} king moves to {{Rome}}.\n"),
    ],
    ids=["typo", "article", "cloze"],
)
def test_a_card_moved_to_a_file_that_stands_and_mended_on_the_way_keeps_its_reviews(
    tmp_path: Path, old: str, new: str
) -> None:
    fiat = _qa("Who founded Fiat?", "Giovanni Agnelli")
    with studied(tmp_path, {"cards/a.md": CAPITALS + "\n" + old, "cards/b.md": fiat}) as study:
        before = study.review_all()
        study.project.write({"cards/a.md": CAPITALS, "cards/b.md": fiat + new})
        assert study.update() == Outcome(updated=1, duplicate=len(study.anki.notes()) - 1)
        assert study.schedules() == before
        assert "history kept" in study.printed
        assert 'to the deck "b":\n' in study.printed


@pytest.mark.parametrize(
    ("old", "new", "front"),
    [
        (
            _qa("Who wrote the Divine Comedy?", "Dante, in exile"),
            _qa("Who wrote the Divine Comedies?", "Dante, in his exile"),
            "Who wrote the Divine Comedies?",
        ),
        (
            _qa("When was Italy unified?", "In **1861**"),
            _qa("In which year did Italy become one state?", "In **1861**"),
            "In which year did Italy become one state?",
        ),
    ],
    ids=["both edited", "reworded"],
)
def test_a_card_moved_to_a_file_that_stands_and_much_edited_is_asked(
    tmp_path: Path, old: str, new: str, front: str
) -> None:
    fiat = _qa("Who founded Fiat?", "Giovanni Agnelli")
    with studied(tmp_path, {"cards/a.md": CAPITALS + "\n" + old, "cards/b.md": fiat}) as study:
        before = study.review_all()
        study.project.write({"cards/a.md": CAPITALS, "cards/b.md": fiat + new})
        keep, _ = _asked(study)
        study.project.edit("cards/b.md", new, new.rstrip() + f"\n{keep}\n\n")
        assert study.update() == Outcome(updated=1, duplicate=4)
        assert study.schedules() == before
        assert study.reviews(front) == 1


def test_a_word_moved_and_completed_is_asked_and_its_row_of_a_table_takes_the_id(tmp_path: Path) -> None:
    head = "---\nlang: en\n---\n\n| Word | Meaning | Id |\n| --- | --- | --- |\n"
    files: dict[str, str | bytes] = {
        "cards/a.md": f"{head}| to be | essere | |\n| to go | andare | |\n",
        "cards/b.md": f"{head}| to do | fare | |\n",
    }
    with studied(tmp_path, files) as study:
        before = study.review_all()
        study.project.edit("cards/a.md", "| to go | andare | |\n", "")
        study.project.write({"cards/b.md": f"{head}| to do | fare | |\n| to go (on foot) | andare | |\n"})
        keep, _ = _asked(study)
        assert "in a table, write the id alone, in a column Id" in study.project.run("check").stdout
        study.project.edit("cards/b.md", "| andare | |", f"| andare | {keep[9:-4]} |")
        assert study.update() == Outcome(updated=1, duplicate=2)
        assert study.schedules() == before
        assert study.reviews("to go (on foot)") == 1


def test_a_renamed_file_and_a_renamed_folder_keep_every_review_and_tell_of_the_deck(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/world/a.md": CAPITALS}) as study:
        before = study.review_all()
        (study.project.root / "cards/world/a.md").rename(study.project.root / "cards/world/capitals.md")
        assert study.update() == study.unchanged()
        assert {note.fields[1] for note in study.found_by_printed_searches()} == {"Paris", "Niamey", "Accra"}
        (study.project.root / "cards/world").rename(study.project.root / "cards/earth")
        assert study.update() == study.unchanged()
        assert study.schedules() == before
        assert 'move 3 notes to the deck "earth::capitals"' in study.printed


def test_a_card_moved_to_another_deck_is_found_by_the_printed_search(tmp_path: Path) -> None:
    moving, staying = _qa("Who wrote Faust?", "Goethe"), _qa("Who wrote Hamlet?", "Shakespeare")
    with studied(tmp_path, {"cards/a.md": moving + staying, "cards/b.md": CAPITALS}) as study:
        study.review_all()
        study.project.write({"cards/a.md": staying, "cards/b.md": CAPITALS + "\n" + moving})
        assert study.update() == study.unchanged()
        assert 'moved from "a" to "b", history kept: Who wrote Faust?' in study.printed
        assert [note.fields[0] for note in study.found_by_printed_searches()] == ["Who wrote Faust?"]
        assert study.reviews("Who wrote Faust?") == 1
        study.update()
        assert "To do in Anki" not in study.printed


def test_a_deleted_card_is_found_by_the_printed_search_and_comes_back_with_its_reviews(tmp_path: Path) -> None:
    ghana = CAPITALS[CAPITALS.index("\nQ: What is the capital of Ghana") :]
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        before = study.review_all()
        study.project.edit("cards/a.md", ghana, "")
        assert study.update() == Outcome(duplicate=2)
        assert re.search(r" removed, id [a-z0-9]{8}: What is the capital of Ghana\?", study.printed)
        assert [note.fields[0] for note in study.found_by_printed_searches()] == ["What is the capital of Ghana?"]
        study.update()
        assert "To do in Anki" not in study.printed
        study.project.write({"cards/a.md": CAPITALS})
        assert study.update() == study.unchanged()
        assert "restored, history kept: What is the capital of Ghana?" in study.printed
        assert study.schedules() == before


def test_a_deleted_card_that_comes_back_edited_has_the_new_text_and_the_old_reviews(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        study.review_all()
        study.project.edit("cards/a.md", "\nQ: What is the capital of Ghana?\nA: Accra\n", "")
        study.update()
        study.project.write({"cards/a.md": CAPITALS.replace("Accra", "**Accra**")})
        assert study.update() == Outcome(updated=1, duplicate=2)
        assert study.reviews("What is the capital of Ghana?") == 1
        assert study.note("What is the capital of Ghana?")["Answer"] == "<strong>Accra</strong>"


def test_a_draft_that_anki_has_tells_of_the_deck_it_was_moved_to(tmp_path: Path) -> None:
    faust, hamlet = _qa("Who wrote Faust?", "Goethe"), _qa("Who wrote Hamlet?", "Shakespeare")
    draft = faust.rstrip() + "\n<!-- draft: true -->\n\n"
    with studied(tmp_path, {"cards/a.md": hamlet + faust, "cards/b.md": CAPITALS}) as study:
        before = study.review_all()
        study.project.write({"cards/a.md": hamlet + draft})
        study.update()
        study.project.write({"cards/a.md": hamlet, "cards/b.md": CAPITALS + "\n" + draft})
        study.update()
        assert 'moved from "a" to "b", history kept: Who wrote Faust?' in study.printed
        assert [note.fields[0] for note in study.found_by_printed_searches()] == ["Who wrote Faust?"]
        study.project.write({"cards/b.md": CAPITALS + "\n" + faust})
        assert study.update() == study.unchanged()
        assert study.schedules() == before


# Note types


def test_reverse_adds_a_card_and_taking_it_away_leaves_an_empty_one(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        before = study.review_all()
        study.project.edit("cards/a.md", "A: Niamey\n", "A: Niamey\n<!-- reverse: true -->\n")
        assert study.update() == Outcome(updated=1, duplicate=2)
        assert study.schedules() == before
        assert study.reviews("Niamey") == 0
        study.review("Niamey")
        reversed_card = study.cards()["Niamey"]
        study.project.edit("cards/a.md", "<!-- reverse: true -->\n", "")
        assert study.update() == Outcome(updated=1, duplicate=2)
        niger = study.note("What is the capital of Niger?").id
        assert study.anki.empty_cards() == [niger]
        assert [note.id for note in study.found_by_printed_searches()] == [niger]
        study.project.edit("cards/a.md", "A: Niamey\n", "A: Niamey\n<!-- reverse: true -->\n")
        assert study.update() == Outcome(updated=1, duplicate=2)
        assert study.cards()["Niamey"] == reversed_card
        assert study.reviews("Niamey") == 1


def test_a_question_made_a_cloze_is_a_new_note_and_the_old_one_is_reported(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        before = study.review_all()
        old = "Q: What is the capital of Niger?\nA: Niamey\n"
        study.project.edit("cards/a.md", old, "C: The capital of Niger is {{Niamey}}.\n")
        assert study.update() == Outcome(new=1, duplicate=2)
        assert study.schedules() == before
        assert [note.fields[0] for note in study.found_by_printed_searches()] == ["What is the capital of Niger?"]
        study.project.edit("cards/a.md", "C: The capital of Niger is {{Niamey}}.\n", old)
        assert study.update() == study.unchanged().__class__(duplicate=3)
        assert study.reviews("What is the capital of Niger?") == 1


# Clozes


def test_a_cloze_inserted_in_front_removed_or_reworded_leaves_the_others_their_reviews(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": "C: In us, the {{heart}} pumps {{blood}} through the arteries.\n"}) as study:
        heart, blood = study.cards().values()
        study.review("In us, the [...] pumps blood through the arteries.")
        study.review("In us, the heart pumps [...] through the arteries.")

        study.project.edit("cards/a.md", "us", "{{us}}")
        assert study.update() == Outcome(updated=1)
        assert study.card("In us, the [...] pumps blood through the arteries.").id == heart
        assert study.card("In us, the heart pumps [...] through the arteries.").id == blood
        assert study.reviews("In [...], the heart pumps blood through the arteries.") == 0
        study.review("In [...], the heart pumps blood through the arteries.")

        study.project.edit("cards/a.md", "{{heart}}", "{{heart muscle}}")
        assert study.update() == Outcome(updated=1)
        assert study.card("In us, the [...] pumps blood through the arteries.").id == heart
        assert study.card("In us, the heart muscle pumps [...] through the arteries.").id == blood
        assert len(study.cards()) == 3

        study.project.edit("cards/a.md", "{{us}}", "us")
        assert study.update() == Outcome(updated=1)
        assert len(study.anki.empty_cards()) == 1
        study.project.edit("cards/a.md", "arteries", "{{arteries}}")
        assert study.update() == Outcome(updated=1)
        assert study.reviews("In us, the heart muscle pumps blood through the [...].") == 0

        study.project.edit("cards/a.md", "In us", "In {{us}}")
        assert study.update() == Outcome(updated=1)
        assert study.reviews("In [...], the heart muscle pumps blood through the arteries.") == 1
        assert study.card("In us, the [...] pumps blood through the arteries.").id == heart
        assert study.anki.empty_cards() == []


def test_words_put_before_a_cloze_that_begins_with_a_name_keep_its_reviews(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": "C: {{Paris}} is the capital of {{France}}.\n"}) as study:
        before = study.review_all()
        study.project.write({"cards/a.md": "C: {{Today}}, {{Paris}} is the capital of {{France}}.\n"})
        assert study.update() == Outcome(updated=1)
        assert study.schedules() == before


def test_two_clozes_that_change_places_keep_their_numbers(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": "C: Between {{Lyon}} and {{Marseille}} flows the Rhône.\n"}) as study:
        study.review("Between [...] and Marseille flows the Rhône.")
        lyon = study.card("Between [...] and Marseille flows the Rhône.").id
        study.project.write({"cards/a.md": "C: Between {{Marseille}} and {{Lyon}} flows the Rhône.\n"})
        assert study.update() == Outcome(updated=1)
        assert study.card("Between Marseille and [...] flows the Rhône.").id == lyon
        assert study.reviews("Between [...] and Lyon flows the Rhône.") == 0


# Words


def test_two_words_spelt_alike_keep_their_reviews_when_their_rows_change_places(tmp_path: Path) -> None:
    def table(*rows: str) -> str:
        return "---\nlang: de\nask: recognition\n---\n\n| Word | Meaning |\n|---|---|\n" + "".join(
            f"| {row} |\n" for row in rows
        )

    with studied(tmp_path, {"cards/a.md": table("die Bank | bench", "die Bank | bank, where money is kept")}) as study:
        bench, money = sorted(study.anki.cards(), key=lambda card: card.due)
        study.anki.review(bench)
        study.project.write({"cards/a.md": table("die Bank | bank, where money is kept", "die Bank | a bench")})
        assert study.update() == Outcome(updated=1, duplicate=1)
        assert bench.note()["Meaning"] == "a bench"
        assert money.note()["Meaning"] == "bank, where money is kept"
        assert (study.anki.reviews(bench), study.anki.reviews(money)) == (1, 0)


def test_a_word_given_its_article_keeps_its_reviews(tmp_path: Path) -> None:
    text = "---\nlang: fr\n---\n\n| Word | Meaning |\n|---|---|\n| obus | shell |\n| canon | gun |\n"
    with studied(tmp_path, {"cards/a.md": text}) as study:
        before = study.review_all()
        study.project.edit("cards/a.md", "| obus |", "| un obus |")
        assert study.update() == Outcome(updated=1, duplicate=1)
        assert study.schedules() == before
        assert study.reviews("un obus") == 1


def test_a_card_asked_for_is_added_and_no_longer_asked_for_is_reported(tmp_path: Path) -> None:
    text = "---\nlang: fr\n---\n\nWord: un obus\nGender: masculin\nMeaning: shell\n"
    with studied(tmp_path, {"cards/a.md": text}) as study:
        before = study.review_all()
        study.project.write({"cards/a.md": text + "<!-- ask: +gender -->\n"})
        assert study.update() == Outcome(updated=1)
        assert study.schedules() == before
        study.review("Gender? / obus")
        study.project.write({"cards/a.md": text + "<!-- ask: production -->\n"})
        assert study.update() == Outcome(updated=1)
        (note,) = study.found_by_printed_searches()
        assert study.anki.empty_cards() == [note.id]
        study.project.write({"cards/a.md": text + "<!-- ask: +gender -->\n"})
        assert study.update() == Outcome(updated=1)
        assert study.reviewed() == {"un obus", "shell", "Gender? / obus"}
        assert study.anki.empty_cards() == []


# Drafts


def test_a_draft_leaves_its_note_alone_and_comes_back_to_it(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        before = study.review_all()
        study.project.edit("cards/a.md", "A: Niamey\n", "A: Niamey\n<!-- draft: true -->\n")
        assert study.update() == Outcome(duplicate=2)
        assert "is a draft: What is the capital of Niger?" in study.printed
        assert "removed" not in study.printed
        study.project.edit("cards/a.md", "What is the capital of Niger?", "What is the capital city of Niger?")
        assert study.update() == Outcome(duplicate=2)
        study.project.edit("cards/a.md", "<!-- draft: true -->\n", "")
        assert study.update() == Outcome(updated=1, duplicate=2)
        assert study.schedules() == before
        assert study.reviews("What is the capital city of Niger?") == 1


def test_a_card_that_begins_as_a_draft_is_new_when_it_is_done(tmp_path: Path) -> None:
    with studied(
        tmp_path, {"cards/a.md": CAPITALS + "\nQ: What is the capital of Togo?\n<!-- draft: true -->\n"}
    ) as study:
        assert len(study.anki.notes()) == 3
        study.project.edit("cards/a.md", "<!-- draft: true -->", "A: Lomé")
        assert study.update() == Outcome(new=1, duplicate=3)
        assert "added: What is the capital of Togo?" in study.printed


@pytest.mark.parametrize(
    ("file", "answer", "is_asked"),
    [
        ("cards/a.md", "andare", False),
        ("cards/a.md", "andare (a piedi)", False),
        ("cards/a.md", "", True),
        ("cards/b.md", "andare", False),
        ("cards/b.md", "andare (a piedi)", True),
        ("cards/b.md", "", True),
    ],
)
def test_a_draft_that_is_reworked_is_paired_or_asked_about_like_any_card(
    tmp_path: Path, file: str, answer: str, is_asked: bool
) -> None:
    head = "---\nlang: en\n---\n\n"
    there = f"{head}Word: to do\nMeaning: fare\n\n"
    go = "Word: to go (on foot)\nMeaning: andare\n\n"
    with studied(tmp_path, {"cards/a.md": there + go, "cards/b.md": there.replace("do", "be")}) as study:
        before = study.review_all()
        study.project.edit("cards/a.md", go, "")
        draft = f"Word: to go by foot\nMeaning: {answer}\n" if answer else "Word: to go by foot\n"
        text = study.project.read(file)
        study.project.write({file: f"{text}{draft}<!-- draft: true -->\n"})
        if is_asked:
            keep, _ = _asked(study)
            study.project.write({file: f"{text}{draft}<!-- {{draft: true, {keep[5:-4]}}} -->\n"})
        study.build()
        assert "removed" not in study.printed
        study.project.write({file: f"{text}Word: to go by foot\nMeaning: andare\n"})
        assert study.update().new == 0
        assert study.schedules() == before
        assert study.reviews("to go by foot") == 1


# git


def _git(root: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    names = {f"GIT_{who}_{what}": "Someone" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    nothing = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return subprocess.run(
        ["git", *arguments],
        cwd=root,
        env={**os.environ, **names, **nothing},
        capture_output=True,
        text=True,
        check=check,
    )


def _commit(root: Path) -> None:
    _git(root, "add", "-A")
    _git(root, "commit", "-q", "-m", "Cards")


def _repository(study: Study) -> None:
    study.project.write({".gitignore": "decks/\n.flashgen_cache/\n"})
    _git(study.project.root, "init", "-q", "-b", "main")
    _commit(study.project.root)


@pytest.mark.parametrize("union", [True, False], ids=["merge=union", "conflict markers"])
def test_two_branches_merged_keep_every_review_of_both(tmp_path: Path, union: bool) -> None:
    files = {f"cards/{name}.md": _qa(f"What is {name}?", f"It is {name * 3}.") for name in ("aa", "bb", "cc", "dd")}
    with studied(tmp_path, files) as study:
        root, project = study.project.root, study.project
        if union:
            project.write({".gitattributes": "cards/ledger.jsonl merge=union\n"})
        _repository(study)
        study.review_all()

        _git(root, "switch", "-q", "-c", "theirs")
        project.edit("cards/aa.md", "What is aa?", "What on earth is aa?")
        project.edit("cards/bb.md", "bbbbbb", "bbbbbb, it seems")
        project.write({"cards/ee.md": _qa("What is ee?", "It is eeeeee.")})
        study.build()
        _commit(root)

        _git(root, "switch", "-q", "main")
        project.edit("cards/cc.md", "What is cc?", "What on earth is cc?")
        project.edit("cards/bb.md", "What is bb?", "What on earth is bb?")
        project.write(
            {"cards/ff.md": _qa("What is ff?", "It is ffffff."), "cards/ee.md": _qa("What is ee?", "It is eeeeee.")}
        )
        study.update()
        study.review("What is ff?", "What is ee?")
        _commit(root)

        merged = _git(root, "merge", "theirs", check=False)
        markers = "<<<<<<<" in project.read("cards/ledger.jsonl")
        assert markers is not union, merged.stdout
        project.write({"cards/bb.md": _qa("What on earth is bb?", "It is bbbbbb, it seems.")})
        study.update()
        assert study.reviewed() == {
            "What on earth is aa?",
            "What on earth is bb?",
            "What on earth is cc?",
            "What is dd?",
            "What is ee?",
            "What is ff?",
        }
        assert len(study.anki.notes()) == 6
        assert study.answer("What on earth is bb?") == "It is bbbbbb, it seems."
        assert "<<<<<<<" not in project.read("cards/ledger.jsonl")
        assert study.update() == study.unchanged()


def test_a_card_deleted_on_one_branch_and_edited_on_the_other_keeps_its_reviews(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS, "cards/b.md": _qa("Who wrote Faust?", "Goethe")}) as study:
        root, project = study.project.root, study.project
        project.write({".gitattributes": "cards/ledger.jsonl merge=union\n"})
        _repository(study)
        before = study.review_all()
        _git(root, "switch", "-q", "-c", "theirs")
        (root / "cards/b.md").unlink()
        study.build()
        _commit(root)
        _git(root, "switch", "-q", "main")
        project.edit("cards/b.md", "Who wrote Faust?", "Who wrote the play Faust?")
        study.build()
        _commit(root)
        _git(root, "merge", "theirs", check=False)
        project.write({"cards/b.md": _qa("Who wrote the play Faust?", "Goethe")})
        assert study.update() == Outcome(updated=1, duplicate=3)
        assert study.schedules() == before
        (root / "cards/b.md").unlink()
        assert study.update() == Outcome(duplicate=3)
        assert [note["Answer"] for note in study.found_by_printed_searches()] == ["Goethe"]


def test_an_older_commit_gives_anki_its_text_again(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        _repository(study)
        before = study.review_all()
        study.project.edit("cards/a.md", "Accra", "Accra, on the Gulf of Guinea")
        study.update()
        _commit(study.project.root)
        _git(study.project.root, "checkout", "-q", "HEAD~1")
        assert study.update() == Outcome(updated=1, duplicate=2)
        assert study.answer("What is the capital of Ghana?") == "Accra"
        assert study.update() == study.unchanged()
        _git(study.project.root, "checkout", "-q", "--force", "main")
        assert study.update() == Outcome(updated=1, duplicate=2)
        assert study.answer("What is the capital of Ghana?") == "Accra, on the Gulf of Guinea"
        assert study.schedules() == before


def test_an_older_commit_gone_back_to_twice_gives_anki_its_text_again(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        before = study.review_all()
        _repository(study)
        study.project.edit("cards/a.md", "Accra", "Accra, on the coast")
        assert study.update() == Outcome(updated=1, duplicate=2)
        for _ in range(2):
            _git(study.project.root, "checkout", "-q", "main", "--", "cards")
            study.build()
        assert study.update() == Outcome(updated=1, duplicate=2)
        assert study.answer("What is the capital of Ghana?") == "Accra"
        assert study.schedules() == before
        assert study.update() == study.unchanged()


def test_an_older_ledger_beside_the_present_sources_updates_nothing(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        before = study.review_all()
        _repository(study)
        study.project.edit("cards/a.md", "Accra", "Accra, on the coast")
        assert study.update() == Outcome(updated=1, duplicate=2)
        _git(study.project.root, "checkout", "-q", "main", "--", "cards/ledger.jsonl")
        assert study.update() == study.unchanged()
        assert study.schedules() == before


AKKRA = CAPITALS.replace("Accra", "Akkra")
FAUST, *REWORDINGS = (
    _qa(question, "Goethe")
    for question in (
        "Who wrote Faust?",
        "Who wrote the play Faust?",
        "Who wrote the play about Faust and his pact?",
        "Name the author of the play about Doctor Faust and his pact.",
    )
)


Step = dict[str, str | None]


def _two_branches(study: Study, mine: Sequence[Step], theirs: Sequence[Step]) -> None:
    """One person, one machine: `theirs` is built and committed step by step on a branch, `mine` on another, and merged.

    A file that is None is deleted. Where the merge of the cards conflicts, their side of them is taken.
    """
    root, project = study.project.root, study.project
    project.write({".gitattributes": "cards/ledger.jsonl merge=union\n"})
    _repository(study)
    for branch, steps in (("theirs", theirs), ("mine", mine)):
        _git(root, "switch", "-q", "main")
        _git(root, "switch", "-q", "-c", branch)
        for step in steps:
            for name, text in step.items():
                if text is None:
                    (root / name).unlink()
                else:
                    project.write({name: text})
            study.update()
            _commit(root)
    _git(root, "merge", "-q", "-X", "theirs", "theirs", check=False)
    assert "<<<<<<<" not in project.read("cards/ledger.jsonl")


def test_a_card_reworded_on_one_branch_keeps_its_reviews_though_the_other_was_built_later(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": FAUST, "cards/b.md": CAPITALS}) as study:
        before = study.review_all()
        _two_branches(study, [{"cards/b.md": AKKRA}], [{"cards/a.md": text} for text in REWORDINGS])
        assert study.answer("Who wrote Faust?") == "Goethe"
        assert study.update() == Outcome(updated=1, duplicate=3)
        assert study.schedules() == before
        assert study.reviews("Name the author of the play about Doctor Faust and his pact.") == 1
        assert "added" not in study.printed
        assert "removed" not in study.printed
        assert study.update() == study.unchanged()


def test_a_wording_touched_up_after_the_merge_is_still_that_of_its_branch(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": FAUST, "cards/b.md": CAPITALS}) as study:
        before = study.review_all()
        _two_branches(study, [{"cards/b.md": AKKRA}], [{"cards/a.md": text} for text in REWORDINGS])
        study.project.edit("cards/a.md", "Name the author", "Who is the author")
        assert study.update() == Outcome(updated=1, duplicate=3)
        assert study.schedules() == before
        assert study.reviews("Who is the author of the play about Doctor Faust and his pact.") == 1


def test_a_card_edited_and_deleted_on_the_later_branch_comes_back_as_the_other_reworded_it(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": FAUST, "cards/b.md": CAPITALS}) as study:
        before = study.review_all()
        mine: list[Step] = [{"cards/a.md": FAUST.replace("Goethe", "J. W. Goethe")}, {"cards/a.md": None}]
        _two_branches(study, mine, [{"cards/a.md": text} for text in REWORDINGS])
        study.project.write({"cards/a.md": REWORDINGS[-1]})
        study.update()
        assert study.schedules() == before
        assert study.answer("Name the author of the play about Doctor Faust and his pact.") == "Goethe"
        assert study.update() == study.unchanged()


def test_a_card_deleted_on_the_later_branch_stays_deleted_where_the_merge_says_so(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": FAUST, "cards/b.md": CAPITALS}) as study:
        study.review_all()
        _two_branches(study, [{"cards/a.md": None}], [{"cards/a.md": REWORDINGS[0]}])
        (study.project.root / "cards/a.md").unlink(missing_ok=True)
        assert study.update() == Outcome(duplicate=3)
        assert [note["Answer"] for note in study.found_by_printed_searches()] == ["Goethe"]


def test_a_cloze_renumbered_on_two_branches_keeps_every_number(tmp_path: Path) -> None:
    text = "C: In {{1905}} Einstein explains the {{photoelectric}} effect.\n"
    theirs = "C: It was in {{1905}} that {{Einstein}} gave the {{photoelectric}} effect its explanation.\n"
    with studied(tmp_path, {"cards/a.md": text, "cards/b.md": CAPITALS}) as study:
        study.review_all()
        was = study.cards()
        step = text.replace("Einstein", "{{Einstein}}")
        _two_branches(study, [{"cards/b.md": AKKRA}], [{"cards/a.md": step}])
        study.project.write({"cards/a.md": theirs})
        study.update()
        assert set(was.values()) <= set(study.cards().values())
        front = "It was in [...] that Einstein gave the photoelectric effect its explanation."
        assert study.cards()[front] == was["In [...] Einstein explains the photoelectric effect."]
        assert study.reviews(front) == 1


# What gets lost


def test_a_lost_ledger_gives_unchanged_cards_their_notes_again(tmp_path: Path) -> None:
    with studied(
        tmp_path, {"cards/a.md": CAPITALS, "cards/c.md": "C: {{Paris}} is the capital of {{France}}.\n"}
    ) as study:
        before = study.review_all()
        (study.project.root / "cards/ledger.jsonl").unlink()
        assert study.update() == study.unchanged()
        assert study.schedules() == before


def test_a_lost_ledger_and_memory_still_give_unchanged_cards_their_notes(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        before = study.review_all()
        (study.project.root / "cards/ledger.jsonl").unlink()
        shutil.rmtree(study.project.root / ".flashgen_cache")
        assert study.update() == Outcome(updated=3)
        assert study.schedules() == before


def test_a_lost_memory_breaks_nothing(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        before = study.review_all()
        shutil.rmtree(study.project.root / ".flashgen_cache")
        assert study.update() == study.unchanged()
        study.project.edit("cards/a.md", "Accra", "Accra, on the coast")
        assert study.update() == Outcome(updated=1, duplicate=2)
        assert study.schedules() == before


def test_refresh_lets_the_sources_win_over_what_was_typed_in_anki(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/a.md": CAPITALS}) as study:
        before = study.review_all()
        (note,) = study.edit_in_anki("Answer:Accra")
        assert study.update() == study.unchanged()
        assert study.update("--refresh") == Outcome(updated=3)
        note.load()
        assert note["Extra"] == ""
        assert note.tags == []
        assert study.schedules() == before
        assert study.update() == study.unchanged()


# A part of the project


def test_partial_builds_and_a_full_one_lose_nothing_between_them(tmp_path: Path) -> None:
    files = {
        "cards/a.md": CAPITALS,
        "cards/b.md": _qa("Who wrote Faust?", "Goethe") + _qa("Who wrote Hamlet?", "Shakespeare"),
    }
    with studied(tmp_path, files) as study:
        study.review_all()
        before = study.cards()
        study.project.edit("cards/a.md", "What is the capital of Ghana?", "What is the capital city of Ghana?")
        study.project.edit("cards/b.md", "Who wrote Faust?", "Who wrote the play Faust?")
        study.project.edit(
            "cards/b.md", _qa("Who wrote Hamlet?", "Shakespeare"), _qa("Who painted Guernica?", "Picasso")
        )
        assert study.update(path="cards/a.md") == Outcome(updated=1, duplicate=2)
        assert study.cards().keys() >= {"What is the capital city of Ghana?", "Who wrote Faust?"}
        printed = study.printed
        assert study.update("--deck", "b") == Outcome(new=1, updated=1)
        printed += study.printed
        assert study.update() == Outcome(duplicate=5)
        printed += study.printed
        assert study.cards()["Who wrote the play Faust?"] == before["Who wrote Faust?"]
        assert study.reviews("Who wrote the play Faust?") == 1
        assert study.reviews("Who painted Guernica?") == 0
        for said in ("b.md:1 question edited (", ": Who wrote Hamlet?", "Id:re:^("):
            assert printed.count(said) == 1, said


def test_a_partial_build_restores_the_decks_own_package_untouched(tmp_path: Path) -> None:
    with studied(tmp_path, {"cards/w/a.md": CAPITALS, "cards/w/b.md": _qa("Who wrote Faust?", "Goethe")}) as study:
        whole = (study.project.root / "decks/w.apkg").read_bytes()
        study.project.build(path="cards/w/a.md")
        assert (study.project.root / "decks/w.apkg").read_bytes() == whole


# A file that stands alone


def test_a_single_file_and_the_folder_built_around_it_are_the_same_notes(tmp_path: Path) -> None:
    project = Project(tmp_path / "notes", config="")
    project.write({"world.md": CAPITALS + "\nC: {{Lomé}} is the capital of {{Togo}}.\n"})
    with fresh_anki() as anki:
        study = Study(project, anki)
        project.build(path="world.md")
        assert anki.import_package(project.root / "world.apkg") == Outcome(new=4)
        before = study.review_all()
        fronts = study.cards()
        project.write({"other.md": _qa("Who wrote Faust?", "Goethe")})
        project.edit("world.md", "What is the capital of Ghana?", "What is the capital city of Ghana?")
        assert study.update() == Outcome(new=1, updated=1, duplicate=3)
        assert study.schedules() == before
        assert study.cards()["What is the capital city of Ghana?"] == fronts["What is the capital of Ghana?"]
        assert study.update() == study.unchanged()


def test_a_single_file_moved_with_its_ledger_into_a_project_is_the_same_notes(tmp_path: Path) -> None:
    alone = Project(tmp_path / "alone", config="")
    alone.write({"world.md": CAPITALS})
    alone.build(path="world.md")
    project = Project(tmp_path / "project")
    with fresh_anki() as anki:
        study = Study(project, anki)
        anki.import_package(alone.root / "world.apkg")
        before = study.review_all()
        project.write({f"cards/deep/{name}": alone.read(name) for name in ("world.md", "world.ledger.jsonl")})
        assert study.update() == Outcome(duplicate=3)
        assert study.schedules() == before
        assert "3 moved" in study.printed


def test_what_was_taken_over_is_not_told_again_by_the_next_build(tmp_path: Path) -> None:
    project = Project(tmp_path / "notes", config="")
    project.write({"deep/world.md": CAPITALS})
    project.build(path="deep/world.md")
    with fresh_anki() as anki:
        study = Study(project, anki)
        study.update()
        study.build()
        assert "nothing changed" in study.printed
        project.edit("deep/world.md", "Q: What is the capital of Ghana?\nA: Accra\n", "")
        study.build()
        assert "1 removed" in study.printed
        study.build()
        assert "nothing changed" in study.printed


# Helpers


def _asked(study: Study) -> tuple[str, str]:
    """The comments that a build which must ask offers: to keep the history, and to make a new card."""
    result = study.project.run("build")
    assert result.exit_code == 1
    assert result.stdout == ""
    (pair,) = re.findall(
        r"(<!-- id: \S+ -->) into it to keep the history, or (<!-- id: \S+ -->) to make", result.stderr
    )
    keep, new = pair
    return keep, new
