"""The page shows which words are being said, in the text as it stands."""

import json
import re
import threading

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.visitor import MICROPHONE, Launch, Server, ask, visit, wait_until

SAID = """() => {
  const [range] = CSS.highlights.get("heard") ?? [];
  return range ? range.startContainer.data.slice(range.startOffset, range.endOffset) : "";
}"""

FOLLOW = """() => {
  const seen = new Set();
  globalThis.said = seen;
  const look = () => {
    const [range] = CSS.highlights.get("heard") ?? [];
    if (range) seen.add(range.startContainer.data.slice(range.startOffset, range.endOffset));
    requestAnimationFrame(look);
  };
  look();
}"""

PLACES = """async ([pieces, looks]) => {
  const { Captions } = await import("/static/js/captions.js");
  const captions = new Captions();
  captions.begin(1, "j");
  for (const piece of pieces) captions.add({ speech: 1, ...piece });
  return looks.map((sample) => {
    const { text, word } = captions.at(1, sample);
    return [text, word ? text.slice(word.start, word.end) : null];
  });
}"""


def said(page: Page) -> str:
    return str(page.evaluate(SAID))


def test_words_are_found_in_any_script_and_beside_emoji(server: Server, launch: Launch) -> None:
    first = {"text": "🎉 **Five** 漢字 تتكلم", "first_sample": 0, "words": [[2, 10, 0], [11, 13, 50]]}
    again = {**first, "words": [*first["words"], [14, 19, 90]]}
    second = {"text": "No words are known.", "first_sample": 200}
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        found = page.evaluate(PLACES, [[first, again, second], [0, 49, 50, 120, 200]])
    assert found == [
        [first["text"], "**Five**"],
        [first["text"], "**Five**"],
        [first["text"], "漢字"],
        [first["text"], "تتكلم"],
        [second["text"], None],
    ]


def know_words(page: Page) -> None:
    """Let the page know when each word is heard: one in a quarter of a second, whatever the voice knows of them."""

    def carry(route: WebSocketRoute) -> None:
        there = route.connect_to_server()
        there.on_message(lambda frame: route.send(timed(frame)))

    page.route_web_socket("**/ws", carry)


def timed(frame: str | bytes) -> str | bytes:
    if isinstance(frame, bytes) or (message := json.loads(frame))["type"] != "caption":
        return frame
    words = enumerate(re.finditer(r"\S+", message["text"]))
    times = [[word.start(), word.end(), message["first_sample"] + 6_000 * number] for number, word in words]
    return json.dumps({**message, "words": times})


def test_the_word_that_is_said_is_shown_and_nothing_moves(server: Server, launch: Launch) -> None:
    page = launch(*MICROPHONE).new_context(viewport={"width": 360, "height": 640}).new_page()
    know_words(page)
    page.goto(server.url)
    expect(page.locator("html")).to_have_attribute("data-connection", "ready")
    page.evaluate(FOLLOW)
    ask(page, "What can you do?")
    answer = page.locator(".turn .answer")
    wait_until(page, lambda: said(page) != "")
    text, size = answer.inner_text(), answer.bounding_box()
    wait_until(page, lambda: len(page.evaluate("[...said]")) > 5)
    expect(page.locator(".turn mark")).to_be_in_viewport()
    assert answer.inner_text() == text and answer.bounding_box() == size
    words = iter(text.removeprefix("genie:").split())
    assert all(word in words for word in page.evaluate("[...said]"))  # in order; a busy page may miss one
    page.keyboard.press("Escape")
    wait_until(page, lambda: said(page) == "")
    expect(page.locator(".turn mark")).to_be_empty()


def test_nothing_is_marked_while_the_rest_of_an_answer_is_out_of_reach(server: Server, launch: Launch) -> None:
    page = launch(*MICROPHONE).new_context().new_page()
    sockets: list[WebSocketRoute] = []
    is_lost = threading.Event()

    def carry(route: WebSocketRoute) -> None:
        sockets.append(route)
        if not is_lost.is_set():  # else it is open, and says nothing
            route.connect_to_server()

    page.route_web_socket("**/ws", carry)
    page.goto(server.url)
    expect(page.locator("html")).to_have_attribute("data-connection", "ready")
    ask(page, "What can you do?")
    mark = page.locator(".turn mark")
    wait_until(page, lambda: said(page) != "")
    is_lost.set()
    sockets[0].close(code=1011)
    wait_until(page, lambda: said(page) == "")
    expect(mark).to_be_empty()
    expect(page.locator("html")).to_have_attribute("data-speaking", "true")  # it goes on when the page is back
    wait_until(page, lambda: len(sockets) > 1)
    is_lost.clear()
    sockets[-1].close(code=1011)
    wait_until(page, lambda: said(page) != "")
