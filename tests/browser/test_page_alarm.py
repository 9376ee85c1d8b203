"""What is urgent is heard in the midst of an answer, which the page keeps marked and then plays on."""

import httpx
from playwright.sync_api import Page, expect

from tests.browser.visitor import MICROPHONE, Launch, Server, ask, visit, wait_for_sound


def alarm(page: Page, server: Server, text: str) -> None:
    """Tell something urgent as soon as an answer is heard."""
    ask(page, "What can you do?")
    wait_for_sound(page)
    expect(page.locator(".turn mark").last).not_to_be_empty()
    httpx.post(f"{server.url}/api/notify", json={"text": text, "priority": "urgent"}).raise_for_status()


def test_an_answer_stays_marked_while_something_urgent_is_heard_and_goes_on(own_server: Server, launch: Launch) -> None:
    text = "There is smoke in the kitchen, on the ground floor, and somebody should look after it at once, please."
    with visit(launch(*MICROPHONE).new_context(), own_server.url) as page:
        alarm(page, own_server, text)
        state = page.get_by_text("Urgent. The answer goes on after this.")
        expect(state).to_be_visible()
        expect(page.get_by_role("alert").filter(has_text=text)).to_be_visible()
        mark = page.locator(".turn mark").last
        expect(mark).not_to_be_empty()
        expect(page.locator("html")).to_have_attribute("data-speaking", "true")
        expect(state).to_be_hidden()
        expect(page.get_by_text("Speaking.")).to_be_visible()
        expect(mark).not_to_be_empty()
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("html")).to_have_attribute("data-speaking", "false")
        expect(mark).to_be_empty()

        alarm(page, own_server, text)
        expect(state).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("html")).to_have_attribute("data-speaking", "false")
        expect(state).to_be_hidden()
        expect(mark).to_be_empty()
