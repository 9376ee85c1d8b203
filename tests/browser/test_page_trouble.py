"""What goes wrong is told in words that say what to do, and the page goes on by itself where it can."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.visitor import MICROPHONE, Glimpses, Launch, Server, ask, running, visit, wait_until
from tests.serving import DEAF


@pytest.fixture
def narrow_server(tmp_path: Path) -> Iterator[Server]:
    """A server with room for one page, for one waiting question, and for six questions a minute."""
    limits = {
        "GENIE_SERVER__MAX_CONNECTIONS_PER_ADDRESS": "1",
        "GENIE_QUEUE__TODO_LIMIT": "1",
        "GENIE_QUEUE__QUESTIONS_PER_MINUTE": "6",
    }
    with running(tmp_path, limits, module=DEAF) as server:
        yield server


def test_a_page_for_which_there_is_no_room_says_so_and_waits_for_its_turn(
    narrow_server: Server, launch: Launch
) -> None:
    context = launch(*MICROPHONE).new_context()
    page, late = context.new_page(), context.new_page()
    page.goto(narrow_server.url)
    expect(page.locator("html")).to_have_attribute("data-connection", "ready")
    late.goto(narrow_server.url)
    expect(late.locator("#status")).to_contain_text("no room for another page")
    page.close()
    expect(late.locator("html")).to_have_attribute("data-connection", "ready", timeout=30_000)


def test_a_question_that_comes_too_soon_is_asked_again(narrow_server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), narrow_server.url) as page:
        page.get_by_label("Your question").fill("What is 71 plus 3?")
        asked = (
            httpx.post(f"{narrow_server.url}/api/push", json={"question": f"What is {number}?"}) for number in range(40)
        )
        next(reply for reply in asked if reply.is_error and reply.json()["error"]["code"] == "rate_limited")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("asked again in")
        expect(page.locator(".turn .answer")).to_contain_text("74")
        expect(page.get_by_role("alert")).to_be_empty()


def test_a_full_queue_says_what_to_do_and_leaves_the_question_in_its_box(narrow_server: Server, launch: Launch) -> None:
    httpx.post(f"{narrow_server.url}/api/queue/pause").raise_for_status()
    with visit(launch(*MICROPHONE).new_context(), narrow_server.url) as page:
        ask(page, "What is 1 plus 1?")
        expect(page.locator('[data-queue="todo"] .card')).to_have_count(1)
        ask(page, "What is 2 plus 2?")
        expect(page.get_by_role("alert")).to_contain_text("ask again when some are answered")
        expect(page.get_by_label("Your question")).to_have_value("What is 2 plus 2?")


def test_a_restart_is_told_as_one(own_server: Server, launch: Launch) -> None:
    page = launch(*MICROPHONE).new_context().new_page()
    page.goto(own_server.url)
    expect(page.locator("html")).to_have_attribute("data-connection", "ready")
    own_server.stop()
    expect(page.locator("#status")).to_contain_text("genie is being restarted")
    own_server.start()
    expect(page.locator("html")).to_have_attribute("data-connection", "ready", timeout=30_000)


def test_a_page_that_fell_behind_says_so_and_goes_on(server: Server, launch: Launch) -> None:
    page = launch(*MICROPHONE).new_context().new_page()
    sockets: list[WebSocketRoute] = []
    page.route_web_socket("**/ws", lambda route: sockets.append(route) or route.connect_to_server())
    page.goto(server.url)
    expect(page.locator("html")).to_have_attribute("data-connection", "ready")
    status = Glimpses(page, "#status")
    sockets[0].send('{"type": "disconnect", "code": 1013, "reason": "the client reads too slowly"}')
    sockets[0].close(code=1013)
    status.expect("fell behind")
    expect(page.locator("html")).to_have_attribute("data-connection", "ready")


def test_speaking_is_not_said_while_nothing_sounds(server: Server, launch: Launch) -> None:
    page = launch(*MICROPHONE).new_context().new_page()
    kept: list[bytes] = []
    sockets: list[WebSocketRoute] = []

    def hold_back_sound(route: WebSocketRoute) -> None:
        onward = route.connect_to_server()
        sockets.append(route)
        onward.on_message(lambda frame: kept.append(frame) if isinstance(frame, bytes) else route.send(frame))

    page.route_web_socket("**/ws", hold_back_sound)
    page.goto(server.url)
    expect(page.locator("html")).to_have_attribute("data-connection", "ready")
    status = Glimpses(page, "#status")
    ask(page, "What is 123456789 plus 3?")
    expect(page.locator("html")).to_have_attribute("data-speaking", "true")
    expect(page.locator("#status")).to_have_text("One moment…")
    assert "Speaking." not in status.seen()
    wait_until(page, lambda: bool(kept))
    for frame in kept[:3]:
        sockets[0].send(frame)
    status.expect("One moment…", "Speaking.", "One moment…")  # what was there has been heard, and more is late
