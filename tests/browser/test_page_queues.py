"""Jobs are seen where they stand, and can be cancelled, tried again and deleted."""

import socket

from playwright.sync_api import Page, expect

from tests.browser.visitor import MICROPHONE, Launch, Server, ask, visit, wait_until

QUESTION = "Tell me a story about a fox"


def test_a_running_job_is_cancelled_and_tried_again(waiting_server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), waiting_server.url) as page:
        running = page.locator('[data-queue="run"] .card')
        dead = page.locator('[data-queue="dead"] .card')
        ask(page, QUESTION)
        expect(running).to_contain_text("running")
        expect(page.locator("#status")).to_have_text("Working on it…")
        running.get_by_role("button", name="Cancel").click()
        expect(dead).to_contain_text("cancelled")
        expect(running).to_have_count(0)
        expect(page.locator(".turn .note")).to_have_text("Cancelled.")
        dead.get_by_role("button", name="Retry").click()
        expect(running).to_have_count(1)
        expect(dead).to_have_count(0)


def test_a_failed_job_says_why_and_is_deleted(
    waiting_server: Server, launch: Launch, silent_model: socket.socket
) -> None:
    silent_model.close()
    with visit(launch(*MICROPHONE).new_context(), waiting_server.url) as page:
        ask(page, QUESTION)
        dead = page.locator('[data-queue="dead"] .card')
        expect(dead.locator(".card-error")).not_to_be_empty()
        expect(page.locator(".turn .note")).to_have_text(dead.locator(".card-error").inner_text())
        dead.get_by_role("button", name="Delete").click()
        expect(dead).to_have_count(0)
        expect(page.locator('[data-queue="dead"] .count')).to_have_text("0")


def focused(page: Page) -> str:
    """Return the label, or the id, of what has the keyboard's focus."""
    return str(page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.id"))


def test_a_key_that_deletes_a_card_goes_on_from_its_neighbour(waiting_server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), waiting_server.url) as page:
        for question in ("What is 51 plus 1?", "What is 52 plus 1?"):
            ask(page, question)
            expect(page.locator('[data-queue="done"] .card', has_text=question)).to_have_count(1)
        for left in ("What is 51 plus 1?", ""):
            page.keyboard.press("Tab")  # a key was used last
            page.locator('[data-queue="done"] .card').first.get_by_role("button", name="Delete").focus()
            page.keyboard.press("Enter")
            expect(page.locator('[data-queue="done"] .card')).to_have_count(1 if left else 0)
            wanted = f"Replay: {left}" if left else "done"
            wait_until(page, lambda wanted=wanted: focused(page) == wanted)


def test_a_long_answer_is_read_whole_on_its_card(server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        ask(page, "How does this work?")
        card = page.locator('[data-queue="done"] .card', has_text="How does this work?").first
        answer = card.locator(".card-answer")
        cut = "e => e.scrollHeight > e.clientHeight"
        expect(answer).not_to_be_empty()
        assert answer.evaluate(cut) is True
        card.get_by_role("button", name="More").click()
        assert answer.evaluate(cut) is False
        card.get_by_role("button", name="Less").click()
        assert answer.evaluate(cut) is True
