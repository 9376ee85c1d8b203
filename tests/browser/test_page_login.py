"""Where the server asks for tokens, a browser logs in once; nothing of a user stays on the screen without a login."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from genie.users import UserFile
from tests.browser.visitor import MICROPHONE, Launch, Server, ask, running, visit
from tests.serving import DEAF


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Server]:
    """A server of which ann has the token in `ann.txt`."""
    (tmp_path / "ann.txt").write_text(UserFile(tmp_path).add("ann"))
    with running(tmp_path, module=DEAF) as server:
        yield server


def token(server: Server) -> str:
    return (server.data / "ann.txt").read_text()


def log_in(page: Page, server: Server) -> None:
    page.get_by_label("Your token").fill(token(server))
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-connection", "ready")


@pytest.mark.parametrize("path", ["/", "/talk"])
def test_a_browser_logs_in_stays_in_over_a_restart_and_logs_out(guarded: Server, launch: Launch, path: str) -> None:
    context = launch(*MICROPHONE).new_context()
    page = context.new_page()
    page.goto(guarded.url + path)
    expect(page.get_by_role("dialog", name="Who are you?")).to_be_visible()
    expect(page.get_by_label("Your token")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_visible()
    log_in(page, guarded)
    guarded.stop()
    guarded.start()
    with visit(context, guarded.url, path) as again:
        expect(again.get_by_role("dialog")).to_have_count(0)
        again.get_by_role("button", name="Log out").click()
        expect(again.get_by_role("dialog")).to_be_visible()
        expect(page.get_by_role("dialog")).to_be_visible()  # the browser's other page goes with it
    assert token(guarded) not in (guarded.data / "server.log").read_text()


def test_a_wrong_token_is_told_and_can_be_typed_again(guarded: Server, launch: Launch) -> None:
    page = launch(*MICROPHONE).new_context().new_page()
    page.goto(guarded.url)
    page.get_by_label("Your token").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("not known here")
    log_in(page, guarded)
    ask(page, "What is 2 plus 3?")
    expect(page.locator('[data-queue="done"] .card')).to_contain_text("5")


def test_a_user_who_is_removed_sees_nothing_more(guarded: Server, launch: Launch) -> None:
    page = launch(*MICROPHONE).new_context().new_page()
    page.goto(guarded.url)
    log_in(page, guarded)
    UserFile(guarded.data).remove("ann")
    expect(page.get_by_role("dialog", name="Who are you?")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="genie")).to_have_count(0)


def test_the_narrowest_phone_shows_the_whole_page_with_its_way_out(guarded: Server, launch: Launch) -> None:
    context = launch(*MICROPHONE).new_context(viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(guarded.url)
    expect(page.get_by_role("button", name="Log in")).to_be_in_viewport(ratio=1)
    log_in(page, guarded)
    for name in ("Log out", "Ask", "Hold to talk"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_without_tokens_there_is_nothing_to_log_out_of(server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        expect(page.get_by_label("Your question")).to_be_editable()
        expect(page.locator("#logout")).to_be_hidden()
