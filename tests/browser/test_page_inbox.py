"""Notifications on the page: seen and heard at once, counted, and kept in a list that works by keyboard."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
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
    visit,
    wait_for_sound,
    wait_until,
)


def notify(server: Server, text: str, **more: str) -> None:
    httpx.post(f"{server.url}/api/notify", json={"text": text, **more}).raise_for_status()


def unread(server: Server) -> int:
    return int(httpx.get(f"{server.url}/api/notifications").json()["unread"])


@contextmanager
def heard(page: Page) -> Iterator[None]:
    """Expect that something is heard from now on, and ends."""
    speaking = Glimpses(page, "html", "data-speaking")
    yield
    speaking.expect("true", "false")
    wait_until(page, lambda: loudest(page) >= 0.05)  # of the last speech: another one may have begun


def test_notifications_are_seen_heard_counted_heard_again_and_removed_by_keyboard(
    own_server: Server, launch: Launch
) -> None:
    notify(own_server, "Before anybody was there.")
    browser = launch()
    context = browser.new_context(viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True)
    with visit(context, own_server.url) as page, visit(browser.new_context(), own_server.url, "/talk") as other:
        bell = page.get_by_role("button", name="Notifications, 1 unread")
        expect(bell).to_have_text("1")
        notify(own_server, "The tea is ready.")
        for one in (page, other):
            expect(one.locator("#news")).to_have_text("The tea is ready.")
        expect(other.get_by_text("Tap anywhere to hear what is new.")).to_be_visible()
        with heard(other):
            other.get_by_text("genie").click()  # browsers play nothing before a tap
        notify(own_server, "Smoke!", priority="urgent")
        expect(page.get_by_role("alert").filter(has_text="Smoke!")).to_be_visible()
        bell = page.get_by_role("button", name="Notifications, 3 unread")
        bell.focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Notifications")
        expect(dialog.get_by_role("listitem")).to_have_count(3)
        expect(page.locator("#bell")).to_have_attribute("aria-label", "Notifications")  # what is shown is read
        expect(dialog.get_by_role("heading", name="Notifications")).to_be_focused()
        page.keyboard.press("Tab")
        expect(dialog.get_by_role("button", name="Hear: Smoke!")).to_be_focused()
        dialog.get_by_role("button", name="Hear: The tea is ready.").focus()
        with heard(page):
            page.keyboard.press("Enter")
        dialog.get_by_role("button", name="Remove: The tea is ready.").focus()
        page.keyboard.press("Enter")
        expect(dialog.get_by_role("button", name="Remove: Before anybody was there.")).to_be_focused()
        notify(own_server, "While the list is open.", priority="low")
        expect(dialog.get_by_role("listitem").first).to_contain_text("While the list is open.")
        assert unread(own_server) == 1  # nobody may be looking
        page.keyboard.press("Escape")
        expect(page.locator("#bell")).to_have_attribute("aria-label", "Notifications")
        assert unread(own_server) == 0
        page.keyboard.press("Enter")
        dialog.get_by_label("Quiet from").fill("22:00")
        mute = dialog.get_by_role("switch", name="Mute all but urgent ones")
        mute.press("Enter")
        expect(mute).to_have_attribute("aria-checked", "true")
        dialog.get_by_label("until").fill("07:30")
        expect(dialog.get_by_role("button", name="No quiet hours")).to_be_visible()
        wanted = {"hours": "22:00-07:30", "muted": True, "otherwise": ""}
        assert httpx.get(f"{own_server.url}/api/notifications/quiet").json() == wanted
        dialog.get_by_label("Quiet from").fill("")
        expect(dialog.get_by_role("button", name="No quiet hours")).to_be_visible()
        dialog.get_by_label("until").fill("")
        expect(dialog.get_by_role("button", name="No quiet hours")).to_be_hidden()
        assert httpx.get(f"{own_server.url}/api/notifications/quiet").json()["hours"] == ""
        dialog.get_by_label("Quiet from").fill("22:00")
        dialog.get_by_label("until").fill("07:30")
        dialog.get_by_role("button", name="No quiet hours").press("Enter")
        expect(dialog.get_by_label("Quiet from")).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        dialog.get_by_role("button", name="Clear all").press("Enter")
        expect(dialog).to_contain_text("Nothing yet.")
        expect(dialog.get_by_role("button", name="Close")).to_be_focused()
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def test_what_waits_for_a_tap_to_be_heard_is_heard_though_the_tap_opens_the_list(
    own_server: Server, launch: Launch
) -> None:
    notify(own_server, "Before anybody was there.")
    with visit(launch(*MICROPHONE).new_context(), own_server.url) as page:
        expect(page.get_by_text("Tap anywhere to hear what is new.")).to_be_visible()
        speaking = Glimpses(page, "html", "data-speaking")
        page.locator("#bell").click()
        speaking.expect("true", "false")
        page.keyboard.press("Escape")
        expect(page.locator("#bell")).to_have_attribute("aria-label", "Notifications")
        assert unread(own_server) == 0


def test_keys_in_an_open_dialog_neither_silence_genie_nor_open_the_microphone(server: Server, launch: Launch) -> None:
    context = launch(*MICROPHONE).new_context()
    prolong_speech(context)
    with visit(context, server.url) as page:
        ask(page, "What can you do?")
        wait_for_sound(page)
        page.get_by_role("button", name="Notifications").click()
        dialog = page.get_by_role("dialog", name="Notifications")
        dialog.get_by_text("Nothing yet.").click()  # nothing has the focus now
        page.keyboard.press("Space")
        assert open_microphones(page) == 0
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        page.wait_for_timeout(100)  # within which a stop is silence
        expect(page.locator("html")).to_have_attribute("data-speaking", "true")
        page.keyboard.press("Escape")
        expect(page.locator("html")).to_have_attribute("data-speaking", "false")
