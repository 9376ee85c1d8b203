"""What waits can be changed, put elsewhere and held back, by pointer and by keyboard."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import MICROPHONE, Launch, Server, ask, visit, wait_until

QUESTIONS = ["Tell me of foxes", "Tell me of owls", "Tell me of bears"]
CARDS = '[data-queue="todo"] .card'


@pytest.fixture
def held(server: Server) -> Server:
    """A server on which three questions wait, as the queue is paused."""
    httpx.post(f"{server.url}/api/queue/pause").raise_for_status()
    for question in QUESTIONS:
        httpx.post(f"{server.url}/api/push", json={"question": question}).raise_for_status()
    return server


def waiting(page: Page) -> list[str]:
    return page.locator(f"{CARDS} .card-question").all_text_contents()


def stored(server: Server) -> list[str]:
    return [job["question"] for job in httpx.get(f"{server.url}/api/get_queue/todo").json()["jobs"]]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.id"))


def test_a_waiting_question_is_changed_where_it_stands(held: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), held.url) as page:
        card = page.locator(CARDS).nth(1)
        card.get_by_role("button", name="Edit: Tell me of owls").click()
        field = card.get_by_role("textbox", name="Question")
        expect(field).to_be_focused()
        field.fill("What is 3 plus 4?")
        page.keyboard.press("Enter")
        expect(field).to_have_count(0)
        expect(card.locator(".card-question")).to_have_text("What is 3 plus 4?")
        assert stored(held)[1] == "What is 3 plus 4?"
        expect(card.get_by_role("button", name="Edit: What is 3 plus 4?")).to_be_focused()


def test_escape_leaves_a_question_as_it_was(held: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), held.url) as page:
        card = page.locator(CARDS).first
        card.get_by_role("button", name="Edit").focus()
        page.keyboard.press("Enter")
        page.keyboard.type("Something else")
        page.keyboard.press("Escape")
        expect(card.locator(".card-question")).to_have_text(QUESTIONS[0])
        wait_until(page, lambda: focused(page) == f"Edit: {QUESTIONS[0]}")
        assert stored(held) == QUESTIONS


def test_a_question_that_is_being_changed_stays_so_while_others_go(held: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), held.url) as page:
        page.locator(CARDS).nth(1).get_by_role("button", name="Edit").click()
        page.keyboard.type("Half a")
        [first, *_] = httpx.get(f"{held.url}/api/get_queue/todo").json()["jobs"]
        httpx.post(f"{held.url}/api/jobs/{first['id']}/cancel").raise_for_status()
        expect(page.locator(CARDS)).to_have_count(2)
        page.keyboard.type(" thought")
        expect(page.get_by_role("textbox", name="Question", exact=True)).to_have_value("Half a thought")


def test_what_was_not_saved_in_time_is_told(held: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), held.url) as page:
        page.locator(CARDS).first.get_by_role("button", name="Edit").click()
        page.keyboard.type("Too late")
        httpx.post(f"{held.url}/api/queue/resume").raise_for_status()
        expect(page.get_by_role("alert")).to_contain_text("“Too late” was not asked")


def test_keys_put_a_question_elsewhere_and_stay_on_it(held: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), held.url) as page:
        fox, owl, bear = QUESTIONS
        for name, order in (
            (f"Move up: {bear}", [fox, bear, owl]),
            (f"Move down: {fox}", [bear, fox, owl]),
            (f"First: {owl}", [owl, bear, fox]),
        ):
            page.get_by_role("button", name=name).focus()
            page.keyboard.press("Enter")
            wait_until(page, lambda order=order: waiting(page) == order)
            assert focused(page) == name
            assert stored(held) == order
        expect(page.locator("#voice")).to_have_text("Now next.")


def test_pausing_is_seen_on_every_page_and_nothing_is_started_meanwhile(server: Server, launch: Launch) -> None:
    context = launch(*MICROPHONE).new_context()
    with visit(context, server.url) as page, visit(context, server.url) as other:
        switch = page.get_by_role("switch", name="Pause the queue")
        switch.click()
        expect(switch).to_have_attribute("aria-checked", "true")
        expect(other.locator("#paused")).to_have_text("Paused: nothing new is started.")
        ask(page, "What is 41 plus 44?")
        expect(page.locator("#status")).to_have_text("Paused: your question waits.")
        expect(page.locator(CARDS)).to_contain_text("next")
        with visit(context, server.url) as late:
            expect(late.get_by_role("switch", name="Pause the queue")).to_have_attribute("aria-checked", "true")
            late.get_by_role("switch", name="Pause the queue").click()
        expect(page.locator("#paused")).to_be_hidden()
        expect(page.locator('[data-queue="done"] .card', has_text="41 plus 44")).to_contain_text("85")


def test_a_question_that_takes_the_answer_of_another_one_says_so(server: Server, launch: Launch) -> None:
    httpx.post(f"{server.url}/api/queue/pause").raise_for_status()
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        for _ in range(2):
            ask(page, "Tell me of foxes")
        expect(page.locator(CARDS).nth(1)).to_contain_text("same question as one before")


def test_waiting_questions_say_when_they_start_and_move_on_by_themselves(
    waiting_server: Server, launch: Launch
) -> None:
    url = waiting_server.url
    httpx.post(f"{url}/api/push", json={"question": "What is 1 plus 1?"}).raise_for_status()
    with visit(launch(*MICROPHONE).new_context(), url) as page:
        expect(page.locator('[data-queue="done"] .card')).to_have_count(1)  # now a run has been measured
        for question in ("Tell me of moles", "Tell me of rats", "Tell me of mice", "Tell me of cats", *QUESTIONS):
            httpx.post(f"{url}/api/push", json={"question": question}).raise_for_status()
        expect(page.locator(CARDS)).to_have_count(3)
        expect(page.locator(CARDS).nth(2)).to_contain_text("2 before it")
        expect(page.locator(CARDS).nth(2)).to_contain_text("starts in")
        page.locator('[data-queue="run"] .card').first.get_by_role("button", name="Cancel").click()
        expect(page.locator(CARDS)).to_have_count(2)
        expect(page.locator(CARDS).nth(1)).to_contain_text("1 before it")
