"""An answer that nobody has heard is heard by the page that comes next, and a dropped connection loses none of it."""

import json

import httpx
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.visitor import MICROPHONE, Launch, Server, ask, prolong_speech, visit, wait_for_sound, wait_until


def test_an_answer_that_waits_is_heard_after_a_tap(server: Server, launch: Launch) -> None:
    job = httpx.post(f"{server.url}/api/push", json={"question": "what is 81 plus 1", "speak": True}).json()["id"]
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        expect(page.locator("#status")).to_contain_text("Tap anywhere to hear the answer")
        assert "spoken_by" not in httpx.get(f"{server.url}/api/jobs/{job}").json()
        page.locator("h1").click()
        wait_for_sound(page)
        expect(page.locator("#status")).not_to_contain_text("Tap anywhere")
        wait_until(page, lambda: "heard_until" in httpx.get(f"{server.url}/api/jobs/{job}").json()["timeline"])


def test_a_card_says_that_nobody_has_heard_it_and_is_heard_once_on_demand(server: Server, launch: Launch) -> None:
    job = httpx.post(f"{server.url}/api/push", json={"question": "what is 82 plus 1", "speak": True}).json()["id"]
    told: list[dict[str, object]] = []
    page = launch(*MICROPHONE).new_context().new_page()
    said: list[dict[str, object]] = []

    def listen(opened) -> None:
        opened.on("framereceived", lambda frame: keep(frame, told))
        opened.on("framesent", lambda frame: keep(frame, said))

    page.on("websocket", listen)
    page.goto(server.url)
    card = page.locator(f'[data-job="{job}"]')
    expect(card.locator(".unheard")).to_be_visible()
    card.get_by_role("button", name="Hear it").click()
    wait_for_sound(page)
    expect(card.locator(".unheard")).to_be_hidden()
    expect(card.get_by_role("button", name="Replay")).to_be_visible()
    expect(page.locator(".turn .answer").last).to_contain_text("83")  # what is heard is read, too
    expect(page.locator("html")).to_have_attribute("data-speaking", "false")
    speeches = {message["speech"] for message in told if message["type"] == "audio_update" and message["job"] == job}
    whole = {(m["speech"], m["samples"]) for m in told if m["type"] == "audio_end" and m["speech"] in speeches}
    heard = [m for m in said if m["type"] == "speech_played" and (m["speech"], m["samples"]) in whole]
    assert len(heard) == 1  # the tap that let the page play began it, too, and was silenced at once


def keep(frame: str | bytes, told: list[dict[str, object]]) -> None:
    if isinstance(frame, str):
        told.append(json.loads(frame))


def test_an_answer_goes_on_after_the_connection_dropped(server: Server, launch: Launch) -> None:
    page = launch(*MICROPHONE).new_context().new_page()
    sockets: list[WebSocketRoute] = []
    said: list[dict[str, object]] = []
    ends: list[dict[str, object]] = []

    def listen(opened) -> None:
        opened.on("framesent", lambda frame: isinstance(frame, str) and said.append(json.loads(frame)))
        opened.on(
            "framereceived",
            lambda frame: isinstance(frame, str) and "audio_end" in frame and ends.append(json.loads(frame)),
        )

    page.on("websocket", listen)
    page.route_web_socket("**/ws", lambda route: sockets.append(route) or route.connect_to_server())
    page.goto(server.url)
    expect(page.locator("html")).to_have_attribute("data-connection", "ready")
    ask(page, "What is 123456789 plus 1?")
    wait_for_sound(page)
    sockets[0].close(code=1011)
    wait_until(page, lambda: len(sockets) == 2)
    expect(page.locator("html")).to_have_attribute("data-connection", "ready")
    wait_until(page, lambda: bool(ends))
    [end] = ends
    assert end["reason"] == "completed"
    wait_until(page, lambda: any(m["type"] == "speech_played" and m["samples"] == end["samples"] for m in said))
    assert not any(message["type"] == "speech_stop" for message in said)


def test_an_answer_that_another_page_deletes_falls_silent_here_too(server: Server, launch: Launch) -> None:
    context = launch(*MICROPHONE).new_context()
    prolong_speech(context)
    with visit(context, server.url) as page:
        ask(page, "What is 123456789 plus 2?")
        wait_for_sound(page)
        card = page.locator('[data-queue="done"] .card', has_text="123456789 plus 2")
        expect(card).to_be_visible()
        [job] = [
            job["id"]
            for job in httpx.get(f"{server.url}/api/get_queue/done?limit=1000").json()["jobs"]
            if job["question"] == "What is 123456789 plus 2?"
        ]
        assert page.locator("html").get_attribute("data-speaking") == "true"
        httpx.delete(f"{server.url}/api/jobs/{job}").raise_for_status()
        expect(page.locator("html")).to_have_attribute("data-speaking", "false")
