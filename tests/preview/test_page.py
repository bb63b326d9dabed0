"""The page in a real browser: cards are turned, found, typed into, heard, and there as soon as they are saved."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.preview.conftest import town
from tests.preview.served import Opened, opened, served
from tests.screenshots.page import CHROMIUM

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


# Turning and going on


def test_space_turns_the_card_over_and_back(view: Opened) -> None:
    assert "capital" in view.shown()
    assert "Paris" not in view.shown()
    view.press("Space")
    view.wait_for("Paris, on the Seine.")
    view.press("Space")
    expect(view.card.locator("body")).not_to_contain_text("Paris")


def test_a_click_on_the_card_turns_it_over(view: Opened) -> None:
    view.card.locator("body").click(position={"x": 10, "y": 10})
    view.wait_for("Paris, on the Seine.")


def test_arrows_go_through_every_card_of_every_note(view: Opened) -> None:
    seen = [view.page.inner_text("#name")]
    for _ in range(30):
        if view.page.is_disabled("#next"):
            break
        view.press("ArrowRight")
        seen.append(view.page.inner_text("#name"))
    names = [name.partition(" · ")[0] for name in seen]
    assert names == [
        *("Question → Answer", "Cloze 1", "Cloze 2", "Question → Answer", "Answer → Question", "Question → Answer"),
        *("Recognition", "Listening", "Listening", "Question → Answer", "Question → Answer"),
    ]
    view.press("ArrowLeft")
    expect(view.page.locator("#where")).to_have_text("10 / 11")
    view.page.keyboard.press("Home")
    expect(view.page.locator("#where")).to_have_text("1 / 11")


def test_the_place_of_a_card_is_copied(view: Opened) -> None:
    view.go_to("symbol of sodium")
    view.page.keyboard.press("c")
    expect(view.page.locator("#status")).to_have_text("Copied cards/town.md:14")
    assert view.page.evaluate("navigator.clipboard.readText()") == "cards/town.md:14"


def test_a_finger_turns_cards_and_swipes_to_the_next(chromium: Browser, address: str) -> None:
    with opened(chromium, address, width=390, height=844, touch=True) as view:
        view.card.locator("html").tap(position={"x": 100, "y": 400})
        view.wait_for("Paris, on the Seine.")
        swipe = """across => {
          const page = document.getElementById("card").contentDocument;
          const event = (name, list, x) => page.body.dispatchEvent(new TouchEvent(name, {bubbles: true, [list]: [
            new Touch({identifier: 1, target: page.body, screenX: x, screenY: 300, clientX: x, clientY: 300})]}));
          event("touchstart", "touches", 200);
          event("touchend", "changedTouches", 200 + across);
        }"""
        view.page.evaluate(swipe, -120)
        expect(view.page.locator("#where")).to_have_text("2 / 11")
        view.page.evaluate(swipe, 120)
        expect(view.page.locator("#where")).to_have_text("1 / 11")
        view.page.evaluate(swipe, 30)
        expect(view.page.locator("#where")).to_have_text("1 / 11")
        assert view.page.evaluate("document.documentElement.scrollWidth") <= 390
        view.page.tap("#menu")
        view.page.locator("#list").get_by_text("Cloze 2").tap()
        expect(view.page.locator("#where")).to_have_text("3 / 11")
        expect(view.page.locator("#side")).not_to_be_in_viewport()


def test_everything_is_reached_by_the_keyboard_alone(view: Opened) -> None:
    page = view.page
    page.keyboard.press("/")
    page.keyboard.type("rome")
    expect(page.locator("#count")).to_have_text("2 of 11 cards")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[aria-selected=true]")).to_contain_text("Cloze 2")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    expect(page.locator("#name")).to_contain_text("Cloze 2")
    view.wait_for("Italy")
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(page.locator("#count")).to_have_text("11 cards")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("w")
    expect(page.locator(".tile")).to_have_count(11)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("#where")).to_have_text("4 / 11")
    expect(page.locator("#wall")).to_be_hidden()


def test_the_browser_complains_of_nothing(view: Opened) -> None:
    page = view.page
    for _ in range(8):
        view.press("Enter")
        page.keyboard.press("h")
        page.keyboard.press("d")
        view.press("ArrowRight")
    page.keyboard.press("w")
    page.wait_for_selector(".tile iframe")
    page.keyboard.press("Space")
    page.wait_for_timeout(300)
    # But of the picture that is kept from being loaded.
    assert [error for error in view.errors if "https://example.org/p.png" not in error] == []


# Finding


def test_search_and_filters_narrow_the_list(view: Opened) -> None:
    page, count = view.page, view.page.locator("#count")
    for words, cards in (("FRANCE capital", 1), ("Énergy", 1), ("chemistry", 2), ("town.md", 11), ("nowhere", 0)):
        page.fill("#search", words)
        expect(count).to_have_text("11 cards" if cards == 11 else f"{cards} of 11 cards")
    page.fill("#search", "")
    page.select_option("#kind", "cloze")
    expect(count).to_have_text("2 of 11 cards")
    page.select_option("#kind", "")
    page.select_option("#tag", "chemistry")
    expect(count).to_have_text("2 of 11 cards")
    page.select_option("#tag", "")
    page.click("#faulty")
    expect(count).to_have_text("2 of 11 cards")
    page.click("#faulty")
    page.click("#changed")
    expect(count).to_have_text("0 of 11 cards")


# What is on a card


def test_a_cloze_card_asks_and_answers(view: Opened) -> None:
    view.go_to("Rome lies", "[...] lies in Italy.")
    assert view.shown().splitlines()[-1] == "[...] lies in Italy."
    view.press("Space")
    view.wait_for("Rome")
    view.press("ArrowRight")
    view.wait_for("[a country]")


def test_a_hint_opens_by_click_and_by_key(view: Opened) -> None:
    hint = view.card.get_by_text("It is on a river.")
    expect(hint).to_be_hidden()
    view.card.locator("a.hint").click()
    expect(hint).to_be_visible()
    expect(view.card.locator("body")).not_to_contain_text("Paris")
    view.page.reload()
    view.page.wait_for_selector("html[data-shown]")
    view.page.keyboard.press("h")
    expect(hint).to_be_visible()


def test_a_typed_answer_is_compared(view: Opened) -> None:
    view.go_to("symbol of sodium")
    field = view.card.locator("input#typeans")
    field.fill("Nb")
    field.press("Enter")
    expect(view.card.locator("code#typeans")).to_have_text("Nb↓Na")
    assert view.card.locator("code#typeans .typeGood").all_inner_texts() == ["N", "N"]
    assert view.card.locator("code#typeans .typeBad").all_inner_texts() == ["b"]
    view.press("Space")
    view.card.locator("input#typeans").press("Enter")
    expect(view.card.locator("code#typeans")).to_have_text("Na")


def test_math_is_typeset_without_a_network(view: Opened) -> None:
    view.go_to("energy of a mass")
    view.press("Space")
    view.card.locator("math msup").wait_for()
    assert unicodedata.normalize("NFKC", re.sub(r"\s", "", view.shown())).endswith("E=mc2")
    assert view.card.locator("math").bounding_box()


def test_pictures_are_shown_and_links_open_elsewhere(view: Opened) -> None:
    view.go_to("energy of a mass")
    view.press("Space")
    view.card.get_by_alt_text("A picture").wait_for()
    assert view.width_of_picture() == 40
    view.go_to("page is this")
    view.page.evaluate("window.open = (...given) => (window.opened = given)")
    view.card.get_by_text("page").first.click()
    assert view.page.evaluate("window.opened") == ["https://example.org/x", "_blank", "noopener,noreferrer"]


def test_a_remote_picture_is_not_asked_for(view: Opened) -> None:
    view.go_to("page is this")
    view.press("Space")
    view.card.get_by_alt_text("a remote picture").wait_for(state="attached")
    expect(view.page.locator("#faults")).to_contain_text("warning[remote-media]")
    assert view.asked == []


def test_sounds_are_played_and_words_are_spoken(view: Opened) -> None:
    view.go_to("un obus")
    view.press("ArrowRight")
    with view.page.expect_request("**/media/shell-*.mp3"):
        view.card.locator("a.replay-button").click()
    view.press("ArrowRight")
    expect(view.page.locator("#where")).to_have_text("9 / 11")
    view.page.keyboard.press("r")
    # Chromium has no voice here, and says so instead of being silent.
    expect(view.page.locator("#status")).to_contain_text("no voice for fr-FR")
    assert view.page.evaluate("document.documentElement.dataset.spoken") == "une pomme"


def test_faults_stand_beside_their_card(view: Opened) -> None:
    expect(view.page.locator("#faults")).to_be_hidden()
    view.go_to("What is missing")
    fault = view.page.locator("#faults li")
    expect(fault).to_contain_text("warning[missing-alt] this picture has no text")
    expect(fault).to_contain_text("help: write ![what it shows](path)")
    fault.locator("button").click()
    expect(view.page.locator("#status")).to_contain_text("Copied cards/town.md:37:1")


def test_night_is_dark_as_in_anki(chromium: Browser, address: str) -> None:
    with opened(chromium, address, dark=True) as view:

        def brightness(selector: str) -> int:
            body = view.card.locator("body") if selector == "card" else view.page.locator(selector)
            colour = body.evaluate("element => getComputedStyle(element).backgroundColor")
            return sum(map(int, re.findall(r"\d+", colour)[:3]))

        assert "nightMode" in (view.card.locator("body").get_attribute("class") or "")
        assert brightness("card") < 200
        assert brightness("body") < 200
        view.page.keyboard.press("d")
        expect(view.card.locator("body")).to_have_class("card card1")
        assert brightness("card") > 600
        assert brightness("body") > 600
        view.page.reload()
        view.page.wait_for_selector("html[data-shown]")
        assert brightness("card") > 600


def test_the_wall_shows_all_cards_and_leads_to_each(view: Opened) -> None:
    view.page.click("#wall-switch")
    tiles = view.page.locator(".tile")
    expect(tiles).to_have_count(11)
    expect(tiles.first.frame_locator("iframe").locator("#qa")).to_contain_text("capital")
    view.page.keyboard.press("Space")
    expect(tiles.first.frame_locator("iframe").locator("#qa")).to_contain_text("Paris")
    view.page.click("#turn")
    expect(tiles.first.frame_locator("iframe").locator("#qa")).not_to_contain_text("Paris")
    view.page.click("#turn")
    expect(tiles.first.frame_locator("iframe").locator("#qa")).to_contain_text("Paris")
    tiles.nth(3).locator("button").click()
    expect(view.page.locator("#where")).to_have_text("4 / 11")


# What is saved is shown


def test_what_is_saved_is_shown_where_the_reader_is(chromium: Browser, tmp_path: Path) -> None:
    project = town(tmp_path)
    project.build()
    with served(project.root) as address, opened(chromium, address) as view:
        view.go_to("capital")
        view.press("Space")
        view.wait_for("Paris, on the Seine.")
        project.edit("cards/town.md", "Paris, on the Seine.", "Paris, on both banks.")
        view.wait_for("Paris, on both banks.")
        expect(view.page.locator("#faults")).to_be_hidden()
        # Lines above it were added, and a card.
        project.edit("cards/town.md", "# Streets\n", "# Streets\n\nQ: New?\nA: Yes.\n")
        expect(view.page.locator("#place")).to_have_text("cards/town.md:11")
        expect(view.page.locator("#where")).to_have_text("2 / 12")
        view.wait_for("Paris, on both banks.")
        # A question that was never built has another name once it is edited; it stays open all the same.
        view.press("ArrowLeft")
        view.wait_for("New?")
        project.edit("cards/town.md", "Q: New?", "Q: Entirely different words?")
        view.wait_for("Entirely different words?")
        expect(view.page.locator("#where")).to_have_text("1 / 12")
        view.page.click("#changed")
        expect(view.page.locator("#count")).to_have_text("2 of 12 cards")
        expect(view.page.locator("#list")).to_contain_text("edited")
        assert view.errors == []


def test_faults_come_and_go_with_what_is_saved(chromium: Browser, tmp_path: Path) -> None:
    project = town(tmp_path)
    with served(project.root) as address, opened(chromium, address) as view:
        project.edit("cards/town.md", "A: Paris, on the Seine.\n", "")
        expect(view.page.locator("#faults")).to_contain_text("error[missing-answer]")
        project.edit("cards/town.md", "H: It is", "A: Paris.\nH: It is")
        expect(view.page.locator("#faults")).to_be_hidden()
        # What cannot be read at all is said, and the card stays where it was.
        text = project.read("cards/town.md")
        project.write({"cards/town.md": b"\xff"})
        expect(view.page.locator("#notice")).to_contain_text("no longer in the sources")
        expect(view.page.locator("#elsewhere")).to_contain_text("error[not-utf8]")
        assert "capital" in view.shown()
        project.write({"cards/town.md": text})
        expect(view.page.locator("#notice")).to_be_hidden()
        expect(view.page.locator("#elsewhere")).to_be_hidden()
        # A browser notes by itself that a card was asked for which was just gone.
        assert [error for error in view.errors if "404 (Not Found)" not in error] == []


def test_editors_that_write_by_rename_new_files_and_new_pictures_are_seen(chromium: Browser, tmp_path: Path) -> None:
    project = town(tmp_path)
    with served(project.root) as address, opened(chromium, address) as view:
        other = project.root / "cards/.town.md.swp"
        other.write_text(project.read("cards/town.md").replace("the Seine", "a river"), encoding="utf-8")
        other.replace(project.root / "cards/town.md")
        view.press("Space")
        view.wait_for("Paris, on a river.")
        project.write({"cards/more/a.md": "Q: Another file?\nA: ![A dot](dot.svg)\n"})
        expect(view.page.locator("#elsewhere")).not_to_be_visible()
        expect(view.page.locator("#count")).to_have_text("12 cards")
        view.go_to("Another file?")
        expect(view.page.locator("#faults")).to_contain_text("error[missing-media]")
        project.write({"cards/more/dot.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>'})
        expect(view.page.locator("#faults")).to_be_hidden()
        (project.root / "cards/more/a.md").unlink()
        expect(view.page.locator("#count")).to_have_text("11 cards")
        expect(view.page.locator("#notice")).to_contain_text("no longer in the sources")
        view.press("ArrowLeft")
        expect(view.page.locator("#notice")).to_be_hidden()


def test_the_first_cards_of_a_project_appear_with_their_style(chromium: Browser, tmp_path: Path) -> None:
    project = town(tmp_path)
    text = project.read("cards/town.md")
    project.write({"cards/town.md": ""})
    with served(project.root) as address:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(address)
        expect(page.locator("#nothing")).to_have_text("There are no cards here yet.")
        expect(page.locator("#elsewhere")).to_contain_text("error[no-cards]")
        project.write({"cards/town.md": text})
        expect(page.locator("#where")).to_have_text("1 / 11")
        question = page.frame_locator("#card").locator(".question")
        expect(question).to_have_css("width", re.compile(r"^(?!auto)"))
        assert question.evaluate("element => getComputedStyle(element.ownerDocument.body).padding") == "20px 16px 32px"
        context.close()


def test_what_is_being_typed_outlives_a_save(chromium: Browser, tmp_path: Path) -> None:
    project = town(tmp_path)
    with served(project.root) as address, opened(chromium, address) as view:
        view.go_to("symbol of sodium")
        field = view.card.locator("input#typeans")
        field.fill("half an ans")
        project.edit("cards/town.md", "symbol of sodium?", "symbol of sodium, then?")
        view.wait_for("sodium, then?")
        expect(field).to_have_value("half an ans")


def test_a_server_that_is_gone_is_told(chromium: Browser, tmp_path: Path) -> None:
    project = town(tmp_path)
    with served(project.root) as address:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("html[data-shown]")
    expect(page.locator("#notice")).to_contain_text("flashgen is not running any more")
    context.close()


# Without a server


def test_the_static_page_shows_the_same_from_files(chromium: Browser, tmp_path: Path) -> None:
    project = town(tmp_path / "town")
    folder = tmp_path / "A page, published"
    said = project.run("preview", "--static", str(folder))
    assert said.exit_code == 0, said.output
    assert sorted(path.name.partition("-")[0] for path in folder.rglob("*.*")) == ["index.html", "picture", "shell"]
    with opened(chromium, (folder / "index.html").as_uri()) as view:
        view.address = folder.as_uri()
        view.press("Space")
        view.wait_for("Paris, on the Seine.")
        view.go_to("energy of a mass")
        view.press("Space")
        view.card.get_by_alt_text("A picture").wait_for()
        assert view.width_of_picture() == 40
        view.card.locator("math msup").wait_for()
        view.go_to("un obus")
        view.press("ArrowRight")
        view.card.locator("a.replay-button").click()
        expect(view.page.locator("html")).to_have_attribute("data-played", re.compile("shell"))
        assert view.asked == []
        assert view.errors == []
