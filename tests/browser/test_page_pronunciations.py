"""How words are pronounced: taught, heard and forgotten on the page, by keyboard on a phone."""

import httpx
from playwright.sync_api import expect

from tests.browser.visitor import MICROPHONE, Launch, Server, visit

PHONE = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}


def test_a_pronunciation_is_taught_heard_and_forgotten_by_keyboard_on_a_phone(
    own_server: Server, launch: Launch
) -> None:
    with visit(launch(*MICROPHONE).new_context(**PHONE), own_server.url, status=400) as page:
        page.get_by_text("Engines").click()
        page.get_by_role("button", name="Pronunciations…").click()
        dialog = page.get_by_role("dialog", name="Pronunciations")
        expect(dialog.get_by_role("textbox", name="Word or name")).to_be_focused()
        for word, says in (("nginx", "engine x"), ("W" * 50, "/ˈkɪmikoʊ/")):
            page.keyboard.type(word)
            page.keyboard.press("Tab")
            page.keyboard.type(says)
            page.keyboard.press("Enter")
            expect(dialog.get_by_role("button", name=f"Hear {word}")).to_be_visible()
        kept = httpx.get(f"{own_server.url}/api/pronunciations").json()["pronunciations"]
        assert [entry["word"] for entry in kept] == ["W" * 50, "nginx"]
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert dialog.evaluate("(e) => e.scrollWidth <= e.clientWidth")
        with page.expect_response(lambda reply: "api/get_tts_audio" in reply.url) as heard:
            dialog.get_by_role("button", name="Hear nginx").press("Enter")
        assert heard.value.ok
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Pronunciations…").click()
        dialog.get_by_role("textbox", name="Word or name").fill("x")
        page.keyboard.press("Tab")
        page.keyboard.type("/KIM/")
        page.keyboard.press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text("is no sign of IPA")
        dialog.get_by_role("button", name="Remove nginx").press("Enter")
        expect(dialog.get_by_role("button", name=f"Hear {'W' * 50}")).to_be_focused()
