"""What is urgent is heard in the midst of an answer, which the page keeps marked and then plays on."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import MICROPHONE, Launch, Server, ask, visit, wait_for_sound


def alarm(page: Page, server: Server, text: str) -> None:
    """Tell something urgent as soon as an answer is heard."""
    ask(page, "What can you do?")
    wait_for_sound(page)
    expect(page.locator(".turn mark").last).not_to_be_empty()
    httpx.post(f"{server.url}/api/notify", json={"text": text, "priority": "urgent"}).raise_for_status()


def test_an_answer_stays_marked_while_something_urgent_is_heard_and_goes_on(own_server: Server, launch: Launch) -> None:
    text = "There is smoke in the kitchen, on the ground floor, and somebody should look after it at once, please."
    with visit(launch(*MICROPHONE).new_context(), own_server.url) as page:
        alarm(page, own_server, text)
        state = page.get_by_text("Urgent. The answer goes on after this.")
        expect(state).to_be_visible()
        expect(page.get_by_role("alert").filter(has_text=text)).to_be_visible()
        mark = page.locator(".turn mark").last
        expect(mark).not_to_be_empty()
        expect(page.locator("html")).to_have_attribute("data-speaking", "true")
        expect(state).to_be_hidden()
        expect(page.get_by_text("Speaking.")).to_be_visible()
        expect(mark).not_to_be_empty()
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("html")).to_have_attribute("data-speaking", "false")
        expect(mark).to_be_empty()

        alarm(page, own_server, text)
        expect(state).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("html")).to_have_attribute("data-speaking", "false")
        expect(state).to_be_hidden()
        expect(mark).to_be_empty()


HOLDING = """async (stopped) => {
  const { Speaking } = await import("/static/js/speaking.js");
  const { Sound } = await import("/static/js/sound.js");
  const socket = { about: {}, send: () => true };
  const states = [];
  const ignore = () => {};
  const listener = { announced: ignore, spoken: ignore, silenced: ignore, trouble: ignore };
  listener.speaking = (busy, sounding, held) => states.push(held);
  const speaking = new Speaking(socket, new Sound(ignore), document.createElement("p"), listener);
  const begin = (speech) => speaking.begin({ speech, job: `j${speech}`, sample_rate: 22050, voice: "en" });
  begin(1);
  speaking.end({ speech: 1, reason: "stopped", goes_on: true });
  begin(2);
  begin(3);
  speaking.hold(true);
  speaking.end({ speech: stopped, reason: "stopped" });
  return states.slice(-2).concat(states.includes(true));
}"""


def test_a_pause_ends_with_any_speech_that_is_stopped_also_with_one_that_waits_to_go_on(
    server: Server, launch: Launch
) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        for stopped in (1, 3):
            assert page.evaluate(HOLDING, stopped)[1:] == [False, True]


LATE = """async () => {
  const { Speaking } = await import("/static/js/speaking.js");
  const { Sound } = await import("/static/js/sound.js");
  const socket = { about: {}, send: () => true };
  const ignore = () => {};
  const listener = { announced: ignore, spoken: ignore, silenced: ignore, trouble: ignore };
  let waiting = false;
  listener.speaking = (busy, sounding, held, waits) => (waiting = waits);
  const speaking = new Speaking(socket, new Sound(ignore), document.createElement("p"), listener);
  const frame = new ArrayBuffer(8 + 2 * 22050);
  new DataView(frame).setUint32(0, 1, true);
  const sounds = new Promise((resolve) => (listener.spoken = resolve));
  speaking.begin({ speech: 1, job: "j", sample_rate: 22050, voice: "en" });
  speaking.frame(frame);
  await sounds;
  for (const until = performance.now() + 200; performance.now() < until; );  // meanwhile the player reports
  speaking.end({ speech: 1, reason: "stopped", goes_on: true });
  await new Promise((resolve) => setTimeout(resolve, 200));
  return waiting;
}"""


def test_a_report_that_was_on_its_way_does_not_end_the_wait_for_what_is_urgent(server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        assert page.evaluate(LATE) is True


ENDING = """async () => {
  const { Speaking } = await import("/static/js/speaking.js");
  const { Sound } = await import("/static/js/sound.js");
  const told = [];
  const socket = { about: {}, send: (message) => told.push(message) };
  const ignore = () => {};
  const listener = { announced: ignore, spoken: ignore, silenced: ignore, trouble: ignore };
  return new Promise((resolve) => {
    let waited = false;
    setTimeout(() => resolve([waited, "nothing for thirty seconds"]), 30_000);
    listener.speaking = (busy, _, __, waits) => {
      waited ||= waits;
      if (!busy && told.length > 0) resolve([waited, told]);
    };
    const speaking = new Speaking(socket, new Sound(ignore), document.createElement("p"), listener);
    speaking.begin({ speech: 1, job: "j", sample_rate: 22050, voice: "en" });
    speaking.end({ speech: 1, reason: "stopped", goes_on: true });
    speaking.begin({ speech: 2, job: "j", sample_rate: 22050, voice: "en", continues: 1 });
    speaking.end({ speech: 2, samples: 0, reason: "completed" });
  });
}"""


def test_a_page_does_not_wait_for_a_rest_that_is_nothing(server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        waited, told = page.evaluate(ENDING)
        assert waited and told == [{"type": "speech_played", "speech": 2, "samples": 0}]


STOPPING = """async () => {
  const { Speaking } = await import("/static/js/speaking.js");
  const { Sound } = await import("/static/js/sound.js");
  const told = [];
  const socket = { about: {}, there: false, send: (message) => socket.there && told.push(message.type) };
  const ignore = () => {};
  const listener = { announced: ignore, spoken: ignore, silenced: ignore, trouble: ignore, speaking: ignore };
  const speaking = new Speaking(socket, new Sound(ignore), document.createElement("p"), listener);
  const begin = (speech, continues) => speaking.begin({ speech, continues, job: "j", sample_rate: 22050, voice: "en" });
  begin(1);
  speaking.end({ speech: 1, reason: "stopped", goes_on: true });
  begin(2);
  speaking.hush();
  socket.there = true;
  begin(3, 1);
  const goesOn = speaking.busy;
  begin(4);
  return [told, goesOn, speaking.busy];
}"""


def test_what_was_stopped_while_the_server_was_away_does_not_go_on_as_another_speech(
    server: Server, launch: Launch
) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        assert page.evaluate(STOPPING) == [["speech_stop"], False, True]


@pytest.mark.parametrize("path", ["/", "/talk"])
def test_however_long_something_urgent_is_stop_stays_in_sight(own_server: Server, launch: Launch, path: str) -> None:
    phone = launch(*MICROPHONE).new_context(viewport={"width": 390, "height": 640})
    with visit(phone, own_server.url, path) as page:
        text = "There is smoke in the kitchen. " * 30
        httpx.post(f"{own_server.url}/api/notify", json={"text": text, "priority": "urgent"}).raise_for_status()
        expect(page.get_by_role("alert").filter(has_text="There is smoke")).to_be_visible()
        for name in ("Stop", "Hold to talk"):
            expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
        page.get_by_role("button", name="Dismiss").press("Enter")
        expect(page.get_by_role("alert").filter(has_text="There is smoke")).to_be_hidden()
