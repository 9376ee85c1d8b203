"""A person opens a page, speaks, sees the words and the queues, and hears the answer."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import (
    MICROPHONE,
    Glimpses,
    Launch,
    Server,
    ask,
    loudest,
    open_microphones,
    prolong_speech,
    spoken,
    visit,
    wait_for_sound,
    wait_until,
    words,
)

QUESTION = "what is twelve times seven"
CLIP = "twelve_times_seven.wav"
LOUDEST_OF_A_SECOND = """async () => {
  const output = document.getElementById("output");
  let loudest = 0;
  for (const end = performance.now() + 1000; performance.now() < end; ) {
    await new Promise(requestAnimationFrame);
    loudest = Math.max(loudest, Number(output.dataset.outputLevel));
  }
  return loudest;
}"""


def expect_turn(page: Page) -> None:
    expect(page.locator(".turn .answer")).to_contain_text("84")
    assert words(page.locator(".turn .committed").inner_text()) == QUESTION
    assert page.locator(".turn .tentative").inner_text() == ""
    wait_for_sound(page)


def expect_done(page: Page) -> None:
    card = page.locator('[data-queue="done"] .card', has_text=QUESTION).first
    expect(card.locator(".card-answer")).to_contain_text("84")
    expect(card.get_by_role("button", name="Replay")).to_be_visible()


@pytest.mark.parametrize("by", ["pointer", "space"])
def test_a_held_button_hears_a_question_and_speaks_the_answer(
    server: Server, launch: Launch, tmp_path: Path, by: str
) -> None:
    microphone = spoken(CLIP, tmp_path)
    context = launch(*MICROPHONE, microphone).new_context(viewport={"width": 390, "height": 844})
    with visit(context, server.url, "/talk") as page:
        button = page.get_by_role("button", name="Hold to talk")
        button.hover()
        page.mouse.down() if by == "pointer" else page.keyboard.down("Space")
        expect(page.locator("html")).to_have_attribute("data-state", "listening")
        assert open_microphones(page) == 1
        expect(page.locator(".turn .tentative")).to_contain_text("seven")  # the last word: all of it was said
        page.mouse.up() if by == "pointer" else page.keyboard.up("Space")
        expect_turn(page)
        assert open_microphones(page) == 0
        with visit(context, server.url) as home:
            expect_done(home)


def test_hands_free_hears_a_question_without_a_button(server: Server, launch: Launch, tmp_path: Path) -> None:
    microphone = spoken(CLIP, tmp_path)
    context = launch(*MICROPHONE, microphone).new_context()
    with visit(context, server.url) as page:
        switch = page.get_by_role("switch", name="Hands-free")
        switch.click()
        expect(switch).to_have_attribute("aria-checked", "true")
        expect_turn(page)
        expect_done(page)
        assert open_microphones(page) == 1
        switch.click()
        expect(switch).to_have_attribute("aria-checked", "false")
        assert open_microphones(page) == 0


def test_words_are_tentative_while_they_are_spoken(server: Server, launch: Launch, tmp_path: Path) -> None:
    microphone = spoken(CLIP, tmp_path)
    context = launch(*MICROPHONE, microphone).new_context()
    with visit(context, server.url) as page:
        page.get_by_role("button", name="Hold to talk").focus()
        page.keyboard.down("Enter")
        expect(page.locator(".turn .tentative")).to_contain_text("twelve")
        page.keyboard.up("Enter")
        expect(page.locator(".turn .tentative")).to_have_text("")


def test_silence_is_answered_with_i_heard_nothing(server: Server, launch: Launch, tmp_path: Path) -> None:
    microphone = spoken(CLIP, tmp_path)
    context = launch(*MICROPHONE, microphone).new_context()
    with visit(context, server.url, "/talk") as page:
        page.keyboard.down("Space")
        expect(page.locator("html")).to_have_attribute("data-state", "listening")
        page.keyboard.up("Space")
        expect(page.locator(".turn .note")).to_contain_text("I heard nothing")


def test_a_typed_question_travels_to_done_and_is_spoken(server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        marked = Glimpses(page, ".turn mark")
        ask(page, "What is 6 times 9?")
        expect(page.locator(".turn .answer")).to_contain_text("54")
        expect(page.locator('[data-queue="done"] .card-question').first).to_have_text("What is 6 times 9?")
        wait_for_sound(page)
        marked.expect("54")  # what is being heard is marked
        expect(page.locator("html")).to_have_attribute("data-speaking", "false")
        expect(page.locator(".turn mark")).to_be_empty()
        assert 0.02 < loudest(page) <= 1.0


def falls_silent(page: Page) -> None:
    """Wait until nothing sounds, and check that nothing does so any more."""
    expect(page.locator("html")).to_have_attribute("data-speaking", "false")
    wait_until(page, lambda: float(page.locator("#output").get_attribute("data-output-level") or 0) == 0)
    assert page.evaluate(LOUDEST_OF_A_SECOND) == 0


def test_stop_silences_the_page(server: Server, launch: Launch) -> None:
    context = launch(*MICROPHONE).new_context()
    prolong_speech(context)
    with visit(context, server.url) as page:
        ask(page, "What can you do?")
        wait_for_sound(page)
        page.get_by_role("button", name="Stop").click()
        falls_silent(page)


def test_a_done_job_is_spoken_again_and_then_deleted(server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        speaking = Glimpses(page, "html", "data-speaking")
        ask(page, "What is 31 plus 11?")
        speaking.expect("true", "false")
        card = page.locator('[data-queue="done"] .card', has_text="31 plus 11")
        card.get_by_role("button", name="Replay").click()
        speaking.expect("true", "false", "true")
        wait_for_sound(page)
        card.get_by_role("button", name="Delete").click()
        expect(card).to_have_count(0)


def test_a_job_that_is_deleted_while_it_is_heard_falls_silent(server: Server, launch: Launch) -> None:
    context = launch(*MICROPHONE).new_context()
    prolong_speech(context)
    with visit(context, server.url) as page:
        ask(page, "What is 61 plus 11?")
        wait_for_sound(page)  # the answer is short: by now all of its sound is here
        page.locator('[data-queue="done"] .card', has_text="61 plus 11").get_by_role("button", name="Delete").click()
        falls_silent(page)


def test_a_second_replay_begins_anew_instead_of_waiting(server: Server, launch: Launch) -> None:
    context = launch(*MICROPHONE).new_context()
    heard = prolong_speech(context)  # whatever waits for the one before it is not heard
    with visit(context, server.url) as page:
        ask(page, "What is 71 plus 11?")
        replay = page.locator('[data-queue="done"] .card', has_text="71 plus 11").get_by_role("button", name="Replay")
        for speech in range(1, 5):
            wait_until(page, lambda speech=speech: speech in heard)
            replay.click()
