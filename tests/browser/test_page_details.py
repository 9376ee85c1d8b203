"""A card tells the rest of its story when it is asked."""

import re
import socket

from playwright.sync_api import expect

from tests.browser.visitor import MICROPHONE, Glimpses, Launch, Server, ask, visit, wait_for_sound


def test_enter_on_a_card_shows_how_long_its_stages_took(server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        speaking = Glimpses(page, "html", "data-speaking")
        ask(page, "What is 91 plus 11?")
        card = page.get_by_role("button", name="What is 91 plus 11?", exact=True)
        speaking.expect("true", "false")
        card.focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="What is 91 plus 11?")
        expect(dialog).to_contain_text("102")
        for stage in ("Asked", "Waited for its turn", "Answer complete", "First sound", "Heard until"):
            expect(dialog.get_by_text(stage, exact=True)).to_be_visible()
        expect(dialog).to_contain_text("after it was asked")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(card).to_be_focused()


def test_details_of_an_answer_that_was_stopped_say_how_far_it_was_heard(server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        ask(page, "What can you do for me?")
        wait_for_sound(page)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="What can you do for me?", exact=True).click()
        expect(page.locator(".details-heard")).to_have_text(
            re.compile(r"It was (heard until “.+” \(\d\.\d s\)|stopped before)")
        )


def test_details_of_a_failed_job_name_its_code_and_try_it_again(
    waiting_server: Server, launch: Launch, silent_model: socket.socket
) -> None:
    silent_model.close()
    with visit(launch(*MICROPHONE).new_context(), waiting_server.url) as page:
        ask(page, "Tell me of foxes")
        page.locator('[data-queue="dead"] .card-open').click()
        dialog = page.get_by_role("dialog", name="Tell me of foxes")
        expect(dialog.locator(".card-error")).to_contain_text("(llm_")
        first = dialog.get_by_text("Asked", exact=True).locator("+ dd").inner_text()
        dialog.get_by_role("button", name="Retry").click()
        expect(dialog.get_by_text("Failed", exact=True)).to_be_visible()  # again, and it is shown as it happens
        assert dialog.get_by_text("Asked", exact=True).locator("+ dd").inner_text() == first
        dialog.get_by_role("button", name="Delete").click()
        expect(dialog).to_be_hidden()
        expect(page.locator('[data-queue="dead"] .card')).to_have_count(0)


def test_details_of_a_job_that_is_deleted_elsewhere_close(server: Server, launch: Launch) -> None:
    context = launch(*MICROPHONE).new_context()
    with visit(context, server.url) as page, visit(context, server.url) as other:
        ask(page, "What is 92 plus 11?")
        page.get_by_role("button", name="What is 92 plus 11?", exact=True).click()
        expect(page.get_by_role("dialog")).to_contain_text("103")
        other.get_by_role("button", name="Delete: What is 92 plus 11?").click()
        expect(page.get_by_role("dialog")).to_be_hidden()
