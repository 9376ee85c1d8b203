"""What was begun and not said to its end leaves nothing behind, and what was cut counts."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.visitor import MICROPHONE, Launch, Server, open_microphones, running, spoken, visit, words
from tests.processes import children, engines

QUESTION = "what is twelve times seven"
CLIP = "twelve_times_seven.wav"


@pytest.fixture
def impatient_server(tmp_path: Path) -> Iterator[Server]:
    """A server that takes three seconds of speech and no more."""
    with running(tmp_path, {"GENIE_STT__MAX_UTTERANCE_S": "3"}) as server:
        yield server


def hold(page: Page) -> None:
    page.keyboard.down("Space")
    expect(page.locator(".turn")).to_have_count(1)


def test_escape_takes_back_what_is_being_said(server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url, "/talk") as page:
        hold(page)
        page.keyboard.press("Escape")
        page.keyboard.up("Space")
        expect(page.locator(".turn")).to_have_count(0)
        expect(page.locator("#status")).to_have_text("Hold the button and ask.")
        assert open_microphones(page) == 0


def test_what_is_taken_back_as_the_connection_breaks_is_not_left_half_said(server: Server, launch: Launch) -> None:
    page = launch(*MICROPHONE).new_context().new_page()
    sockets: list[WebSocketRoute] = []

    def carry(route: WebSocketRoute) -> None:
        sockets.append(route)
        there = route.connect_to_server()
        route.on_message(lambda message: None if "listen_cancel" in str(message) else there.send(message))

    page.route_web_socket("**/ws", carry)
    page.goto(f"{server.url}/talk")
    expect(page.locator("html")).to_have_attribute("data-connection", "ready")
    hold(page)
    page.keyboard.press("Escape")
    expect(page.locator("html")).to_have_attribute("data-mode", "")
    expect(page.locator(".turn")).to_have_count(1)
    sockets[0].close(code=1011)
    expect(page.locator(".turn")).to_have_count(0)


def test_words_whose_ear_died_are_not_left_half_said(
    own_hearing_server: Server, launch: Launch, tmp_path: Path
) -> None:
    microphone = spoken(CLIP, tmp_path)
    with visit(launch(*MICROPHONE, microphone).new_context(), own_hearing_server.url, "/talk") as page:
        hold(page)
        expect(page.locator(".turn .tentative")).to_contain_text("twelve")
        end_ear(own_hearing_server)
        page.keyboard.up("Space")
        expect(page.get_by_role("alert")).to_contain_text("ended while it worked")
        expect(page.locator(".turn")).to_have_count(0)
        expect(page.locator("#status")).to_have_text("Hold the button and ask.")


def test_an_utterance_that_is_cut_is_asked_and_the_button_may_be_let_go(
    impatient_server: Server, launch: Launch, tmp_path: Path
) -> None:
    microphone = spoken(CLIP, tmp_path)
    with visit(launch(*MICROPHONE, microphone).new_context(), impatient_server.url, "/talk") as page:
        hold(page)
        expect(page.locator(".turn .answer")).to_contain_text("84")
        assert words(page.locator(".turn .committed").inner_text()) == QUESTION
        assert open_microphones(page) == 0
        page.keyboard.up("Space")
        page.wait_for_timeout(500)  # for what must not come
        expect(page.locator(".notice")).to_have_count(1)
        expect(page.locator(".notice")).to_contain_text("An utterance ends after 3 seconds")


def end_ear(server: Server) -> None:
    """Kill the process in which the small ear listens."""
    assert server.process is not None
    [ear] = [engine for engine in engines(server.process.pid) if not children(engine)]  # the voice has a copy of itself
    os.kill(ear, signal.SIGKILL)
