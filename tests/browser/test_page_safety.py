"""The pages trust nothing they receive, and talk to nobody but their own server."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from genie.messages import ServerMessage, kinds
from tests.browser.visitor import MICROPHONE, Launch, Server, ask, visit

STATIC = Path(__file__).parents[2] / "static"
LINES = 200


def test_the_page_knows_every_message_of_the_server() -> None:
    handled = re.findall(r'case "(\w+)"', (STATIC / "js/socket.js").read_text())
    assert sorted(handled) == sorted(kind.model_fields["type"].default for kind in kinds(ServerMessage))


def test_scripts_never_turn_text_into_markup() -> None:
    unsafe = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(\"on"
    )
    assert [str(path) for path in STATIC.rglob("*.js") if unsafe.search(path.read_text())] == []


def test_pages_hold_no_inline_script_or_style_and_no_foreign_address() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?://|=\"/", re.IGNORECASE)
    assert [str(path) for path in STATIC.rglob("*.html") if inline.search(path.read_text())] == []


def test_every_file_is_short_enough_to_read() -> None:
    assert [path.name for path in STATIC.rglob("*.*") if len(path.read_text().splitlines()) > LINES] == []


@pytest.mark.parametrize(
    "text",
    [
        '<img src=x onerror="window.broken = 1">',
        "<script>window.broken = 1</script>",
        "</p><svg onload='window.broken = 1'>",
        "javascript:window.broken = 1",
    ],
)
def test_markup_in_a_question_stays_text(server: Server, launch: Launch, text: str) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        ask(page, text)
        expect(page.locator(".turn .committed")).to_have_text(text)
        expect(page.locator(".card-question", has_text=text).first).to_be_visible()
        expect(page.locator(".turn .answer, .turn .note").first).not_to_have_text("")
        assert page.evaluate("window.broken") is None
        assert page.locator(".turns :is(img, script, svg), .card :is(img, script, svg)").count() == 0
