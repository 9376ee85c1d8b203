"""When there is no microphone, the page says why and what to do."""

import os

from playwright.sync_api import Page, expect

from tests.browser.visitor import MICROPHONE, Launch, Server, ask, open_microphones, visit, wait_until

NO_DEVICES = {"ALSA_CONFIG_PATH": "/dev/null", "PULSE_SERVER": "127.0.0.1:1", "PIPEWIRE_REMOTE": "none"}


def press(page: Page) -> None:
    page.get_by_role("button", name="Hold to talk").hover()
    page.mouse.down()


def test_a_refused_microphone_is_explained(server: Server, launch: Launch) -> None:
    context = launch("--use-fake-device-for-media-stream", "--deny-permission-prompts").new_context()
    with visit(context, server.url, "/talk") as page:
        press(page)
        expect(page.get_by_role("alert")).to_contain_text("The microphone was refused. Allow it for this page")
        expect(page.locator("html")).to_have_attribute("data-state", "idle")


def test_a_missing_microphone_is_explained(server: Server, launch: Launch) -> None:
    context = launch("--use-fake-ui-for-media-stream", env=os.environ | NO_DEVICES).new_context()
    with visit(context, server.url) as page:
        press(page)
        expect(page.get_by_role("alert")).to_contain_text("No microphone was found. Connect one")


def test_a_page_on_plain_http_says_that_it_needs_https(server: Server, launch: Launch) -> None:
    context = launch(*MICROPHONE, "--host-resolver-rules=MAP genie.test 127.0.0.1").new_context()
    with visit(context, f"http://genie.test:{server.port}") as page:
        press(page)
        expect(page.get_by_role("alert")).to_contain_text("only to pages on https or on localhost")
        page.mouse.up()
        ask(page, "What is 6 times 7?")
        expect(page.locator(".turn .answer")).to_contain_text("42")
        expect(page.get_by_role("alert")).to_contain_text("play genie's voice only on pages on https")


def test_a_short_tap_leaves_no_microphone_open(server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url, "/talk") as page:
        press(page)
        page.mouse.up()
        wait_until(page, lambda: page.evaluate("seen.streams.length") == 1 and open_microphones(page) == 0)
        expect(page.locator("html")).to_have_attribute("data-state", "idle")
