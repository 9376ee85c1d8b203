"""Queues that are longer than what is told at once are shown as they are, page by page, and can be searched."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.visitor import MICROPHONE, Launch, Server, ask, running, visit
from tests.serving import DEAF

MANY = 330


@pytest.fixture(scope="module")
def long_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which many questions are answered, and as many wait."""
    with running(tmp_path_factory.mktemp("long"), module=DEAF) as server:
        with httpx.Client(base_url=server.url) as http:
            for number in range(MANY):
                http.post("/api/push", json={"question": f"What is {number} plus 1?"}).raise_for_status()
            while http.get("/api/get_queue/done?limit=1").json()["total"] < MANY:
                pass
            http.post("/api/queue/pause").raise_for_status()
            for number in range(MANY):
                http.post("/api/push", json={"question": f"What is {number} plus 2?"}).raise_for_status()
        yield server


@pytest.mark.parametrize("queue", ["todo", "done"])
def test_a_long_queue_is_shown_page_by_page_to_its_end(long_server: Server, launch: Launch, queue: str) -> None:
    with visit(launch(*MICROPHONE).new_context(), long_server.url) as page:
        section = page.locator(f'[data-queue="{queue}"]')
        cards = section.locator(".card")
        expect(section.locator(".count")).to_have_text(str(MANY))
        for shown in (60, 160, 260):
            expect(cards).to_have_count(shown)
            expect(section.locator(".more")).to_contain_text(f"{shown} of {MANY}")
            section.get_by_role("button", name="Show more").click()
        expect(cards).to_have_count(MANY)
        expect(section.locator(".more")).to_be_hidden()
        last = MANY - 1 if queue == "todo" else 0
        expect(cards.last.locator(".card-question")).to_contain_text(f"What is {last} plus")
        assert len(set(section.locator(".card-question").all_text_contents())) == MANY


def test_a_search_finds_what_is_not_shown_and_gives_the_queue_back(long_server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), long_server.url) as page:
        cards = page.locator('[data-queue="done"] .card')
        field = page.get_by_role("searchbox", name="Search in done")
        field.fill("what is 7 PLUS")
        expect(cards).to_have_count(1)
        expect(cards).to_contain_text("8")
        field.fill("")
        expect(cards).to_have_count(60)


def test_a_long_queue_moves_on_although_only_its_beginning_is_known(own_server: Server, launch: Launch) -> None:
    with (
        visit(launch(*MICROPHONE).new_context(), own_server.url) as page,
        httpx.Client(base_url=own_server.url) as http,
    ):
        http.post("/api/queue/pause").raise_for_status()
        for number in range(MANY):
            http.post("/api/push", json={"question": f"What is {number} plus 3?"}).raise_for_status()
        expect(page.locator('[data-queue="todo"] .count')).to_have_text(str(MANY))
        page.reload()
        expect(page.locator('[data-queue="todo"] .card')).to_have_count(60)
        page.get_by_role("switch", name="Pause the queue").click()
        expect(page.locator('[data-queue="done"] .count')).to_have_text(str(MANY), timeout=60_000)
        expect(page.locator('[data-queue="todo"] .card')).to_have_count(0)
        expect(page.locator('[data-queue="run"] .card')).to_have_count(0)
        expect(page.locator('[data-queue="done"] .card')).to_have_count(60)
        ask(page, "What is 500 plus 500?")
        expect(page.locator('[data-queue="done"] .card').first).to_contain_text("1,000")
