"""The pages fit a small phone, work by keyboard, and name what they show."""

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import MICROPHONE, Launch, Server, ask, visit

LONG = "What is 1" + "0" * 300 + " plus 1?"


@pytest.mark.parametrize("path", ["/", "/talk"])
def test_a_phone_needs_no_sideways_scroll(server: Server, launch: Launch, path: str) -> None:
    context = launch(*MICROPHONE).new_context(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    with visit(context, server.url, path) as page:
        if path == "/":
            ask(page, LONG)
            expect(page.locator(".card-question").first).to_have_text(LONG)
        wide = "document.documentElement.scrollWidth > innerWidth"
        assert page.evaluate(wide) is False
        expect(page.get_by_role("button", name="Hold to talk")).to_be_in_viewport(ratio=1)
        page.get_by_text("Engines").click()
        assert page.evaluate(wide) is False


def test_the_narrowest_phone_breaks_no_word_and_keeps_the_top_line_whole(server: Server, launch: Launch) -> None:
    context = launch(*MICROPHONE).new_context(viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True)
    with visit(context, server.url) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        for name in ("stop", "hands-free", "talk"):
            assert page.locator(f"#{name}").evaluate(LINES_OF_TEXT) == 1, name
        assert page.locator("#ask").bounding_box()["width"] == 320 - 2 * 16  # type: ignore[index]
        tops = {page.locator(part).bounding_box()["y"] < 30 for part in ("h1", ".link", ".about summary")}  # type: ignore[index]
        assert tops == {True}


@pytest.mark.parametrize("width", [901, 1100, 1280, 1600])
def test_no_button_below_the_conversation_breaks_its_words(server: Server, launch: Launch, width: int) -> None:
    context = launch(*MICROPHONE).new_context(viewport={"width": width, "height": 760})
    with visit(context, server.url) as page:
        for name in ("stop", "hands-free", "talk"):
            assert page.locator(f"#{name}").evaluate(LINES_OF_TEXT) == 1, name
        assert page.locator(".voice-row").evaluate("(row) => row.scrollWidth <= row.clientWidth")


@pytest.mark.parametrize("path", ["/", "/talk"])
def test_escape_closes_the_engines(server: Server, launch: Launch, path: str) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url, path) as page:
        page.locator("summary").press("Enter")
        expect(page.locator("#engines")).to_contain_text("PocketSphinx")
        page.keyboard.press("Escape")
        expect(page.locator("#engines")).to_be_hidden()
        expect(page.locator("summary")).to_be_focused()


def test_a_card_runs_as_its_script_does(server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        ask(page, "ما هو الوقت")
        card = page.locator(".card").first
        expect(card.locator(".card-answer")).not_to_be_empty()
        for part, text in ((".card-open span", "ما هو الوقت"), (".card-answer", "مرحبا.")):
            box = card.locator(part)
            box.evaluate("(box, text) => box.textContent = text", text)
            assert box.evaluate(FIRST_LETTER_FROM_RIGHT) < 2, part


FIRST_LETTER_FROM_RIGHT = """(box) => {
  const letter = document.createRange();
  letter.setStart(box.firstChild, 0);
  letter.setEnd(box.firstChild, 1);
  return box.getBoundingClientRect().right - letter.getBoundingClientRect().right;
}"""


def test_words_that_may_change_stand_as_their_script_has_them(server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        pieces = [
            ["hello", "world"],
            ["hello", ", world"],
            ["", "world"],
            ["hello", ""],
            ["明日は", "雨です"],
            ["ต่อ", "ไป"],
        ]
        shown = page.evaluate(BETWEEN, pieces)
    assert shown == ["hello world", "hello, world", "world", "hello", "明日は雨です", "ต่อไป"]


BETWEEN = """async (pieces) => {
  const { between } = await import("/static/js/format.js");
  return pieces.map(([committed, tentative]) => committed + between(committed, tentative) + tentative);
}"""

LINES_OF_TEXT = """(element) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const lines = new Set();
  while (walker.nextNode()) {
    range.selectNodeContents(walker.currentNode);
    for (const { top, width } of range.getClientRects()) if (width > 0) lines.add(Math.round(top));
  }
  return lines.size;
}"""


def test_the_first_page_is_walked_by_tab_in_reading_order(server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        seen = []
        for _ in range(12):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.id"))
        wanted = ["talk", "hands-free", "stop", "question"]
        assert [element for element in seen if element in wanted] == wanted


@pytest.mark.parametrize("path", ["/", "/talk"])
def test_every_control_has_a_name(server: Server, launch: Launch, path: str) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url, path) as page:
        for control in page.locator("button, input, a, summary, [role=meter]").all():
            name = control.evaluate("e => e.ariaLabel || e.labels?.[0]?.textContent || e.textContent")
            assert name.strip(), control


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(server: Server, launch: Launch, scheme: str) -> None:
    context = launch(*MICROPHONE).new_context(color_scheme=scheme)
    with visit(context, server.url) as page:
        for pair in (
            ("ink", "paper"),
            ("muted", "paper"),
            ("muted", "surface"),
            ("live", "surface"),
            ("warn", "warn-soft"),
            ("accent-ink", "accent"),
        ):
            ink, ground = (page.evaluate(COLOUR, name) for name in pair)
            assert contrast(ink, ground) >= 4.5, pair


COLOUR = """(name) => {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = `var(--${name})`;
  const numbers = getComputedStyle(probe).color.match(/[0-9.]+/g).slice(0, 3).map(Number);
  probe.remove();
  return numbers;
}"""


def contrast(one: list[float], other: list[float]) -> float:
    """Return the contrast ratio of WCAG 2."""
    lights = sorted(0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) for r, g, b in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def linear(channel: float) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
