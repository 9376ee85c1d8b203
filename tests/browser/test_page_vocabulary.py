"""The names that genie is to expect: learned from what is put right, seen, taught and forgotten on the page."""

from pathlib import Path

import httpx
from playwright.sync_api import Page, expect

from tests.browser.visitor import MICROPHONE, Launch, Server, spoken, visit

HEARD, MEANT = "what is twelve times seven", "what is twelve Thymes seven"


def words(server: Server) -> list[str]:
    return list(httpx.get(f"{server.url}/api/vocabulary").json()["words"])


def opened(page: Page) -> None:
    page.get_by_text("Engines").click()
    page.get_by_role("button", name="Names to expect…").click()


def test_a_name_that_is_put_right_is_expected_from_now_on_and_can_be_removed(
    own_hearing_server: Server, launch: Launch, tmp_path: Path
) -> None:
    microphone = spoken("twelve_times_seven.wav", tmp_path)
    httpx.post(f"{own_hearing_server.url}/api/queue/pause").raise_for_status()
    with visit(launch(*MICROPHONE, microphone).new_context(), own_hearing_server.url) as page:
        page.get_by_role("button", name="Hold to talk").hover()
        page.mouse.down()
        expect(page.locator(".turn .tentative")).to_contain_text("seven")  # the last word: all of it was said
        page.mouse.up()
        card = page.locator('[data-queue="todo"] .card')
        expect(card.locator(".card-question")).to_have_text(HEARD)
        card.get_by_role("button", name=f"Edit: {HEARD}").click()
        card.get_by_role("textbox", name="Question").fill(MEANT)
        page.keyboard.press("Enter")
        expect(page.locator(".turn .committed")).to_have_text(MEANT)
        notice = page.locator(".notice", has_text="genie expects Thymes from now on.")
        notice.get_by_role("button", name="Names…").click()
        dialog = page.get_by_role("dialog", name="Names to expect")
        dialog.get_by_role("button", name="Remove Thymes").click()
        expect(dialog).to_contain_text("There are none yet.")
        assert words(own_hearing_server) == []
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(notice).to_have_count(0)


def test_names_are_taught_and_forgotten_by_keyboard_on_a_phone(own_server: Server, launch: Launch) -> None:
    context = launch(*MICROPHONE).new_context(viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True)
    with visit(context, own_server.url) as page:
        opened(page)
        field = page.get_by_role("textbox", name="Names to expect, with commas between them")
        expect(field).to_be_focused()
        for name in ("Siobhan", "Anke Müller", "W" * 50):
            page.keyboard.type(name)
            page.keyboard.press("Enter")
            expect(page.get_by_role("button", name=f"Remove {name}")).to_be_visible()
        assert words(own_server) == ["W" * 50, "Anke Müller", "Siobhan"]
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert page.locator(".vocabulary").evaluate("(e) => e.scrollWidth <= e.clientWidth")
        page.get_by_role("button", name="Remove Anke Müller").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Remove Siobhan")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name=f"Remove {'W' * 50}")).to_be_focused()
        field.fill("<b>Zoë</b>, Jean-Luc,")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator(".vocabulary-words span")).to_have_text(["<b>Zoë</b>", "Jean-Luc", "W" * 50])
        expect(field).to_have_value("")
