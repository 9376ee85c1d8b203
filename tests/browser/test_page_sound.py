"""The loudspeaker's worklet keeps pitch, length and order, and says how much was heard."""

from typing import Any

import httpx
import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.visitor import Launch, Server, visit, wait_until

SECONDS = 0.5
DELIVERED = """() => {
  globalThis.delivered = (node) => new Promise((resolve) => {
    node.port.addEventListener("message", ({ data }) => data.overflow === "this" && resolve());
    node.port.start();
    node.port.postMessage({ type: "audio", speech: "this", samples: { length: Infinity } });
  });
}"""
"""`delivered(node)`: the worklet has taken what was sent to it; what is longer than it may be it refuses at once."""


def render(page: Page, script: str, arguments: list[float]) -> Any:
    page.evaluate(DELIVERED)
    return page.evaluate(script, arguments)


PLAY = """async ([rate, out, hertz, seconds]) => {
  const context = new OfflineAudioContext(1, 2 * seconds * out, out);
  await context.audioWorklet.addModule("static/js/worklets/playback.js");
  const node = new AudioWorkletNode(context, "playback", { numberOfInputs: 0, outputChannelCount: [1] });
  const ended = new Promise((resolve) => (node.port.onmessage = ({ data }) => data.ended && resolve(data)));
  node.connect(context.destination);
  node.port.postMessage({ type: "begin", rate });
  const turn = (2 * Math.PI * hertz) / rate;
  const wave = Int16Array.from({ length: seconds * rate }, (_, i) => 16000 * Math.sin(turn * i));
  for (let first = 0; first < wave.length; first += 441) {
    node.port.postMessage({ type: "audio", speech: 7, first, samples: wave.slice(first, first + 441) });
  }
  node.port.postMessage({ type: "end", speech: 7 });
  await delivered(node);
  const rendered = await context.startRendering();
  return { samples: Array.from(rendered.getChannelData(0)), report: await ended };
}"""


@pytest.mark.parametrize(("rate", "out", "hertz"), [(22_050, 48_000, 1_000), (24_000, 44_100, 6_000)])
def test_speech_keeps_its_pitch_and_length(server: Server, launch: Launch, rate: int, out: int, hertz: int) -> None:
    with visit(launch().new_context(), server.url) as page:
        played = render(page, PLAY, [rate, out, hertz, SECONDS])
    samples = np.array(played["samples"])
    heard = np.flatnonzero(np.abs(samples) > 1e-3)
    assert (heard[-1] - heard[0]) / out == pytest.approx(SECONDS, abs=0.002)
    assert played["report"] == {"speech": 7, "samples": int(SECONDS * rate), "ended": True}
    middle = samples[heard[0] + 2_000 :][:8_192] * np.hanning(8_192)
    power = np.abs(np.fft.rfft(middle)) ** 2
    tone = np.abs(np.fft.rfftfreq(8_192, 1 / out) - hertz) < 60
    assert power[tone].sum() / power[~tone].sum() > 10_000  # 40 dB above everything that was not there


HOLD = """async ([rate, out, from, until, seconds]) => {
  const context = new OfflineAudioContext(1, (seconds + 1) * out, out);
  await context.audioWorklet.addModule("static/js/worklets/playback.js");
  const node = new AudioWorkletNode(context, "playback", { numberOfInputs: 0, outputChannelCount: [1] });
  node.connect(context.destination);
  node.port.postMessage({ type: "begin", rate });
  const samples = Int16Array.from({ length: seconds * rate }, (_, i) => 16000 * Math.sin(0.3 * i));
  node.port.postMessage({ type: "audio", speech: 7, first: 0, samples });
  node.port.postMessage({ type: "end", speech: 7 });
  await delivered(node);
  for (const [at, on] of [[from, true], [until, false]]) {
    context.suspend(at).then(async () => {
      node.port.postMessage({ type: "hold", on });
      await delivered(node);
      context.resume();
    });
  }
  return Array.from((await context.startRendering()).getChannelData(0));
}"""


def test_a_pause_is_silence_within_fifty_milliseconds_and_loses_nothing_of_what_follows(
    server: Server, launch: Launch
) -> None:
    rate, seconds, (start, end) = 24_000, 1.0, (0.4, 0.9)
    with visit(launch().new_context(), server.url) as page:
        samples = np.array(render(page, HOLD, [rate, 48_000, start, end, seconds]))
    loud = np.flatnonzero(np.abs(samples) > 1e-3) / 48_000
    assert not loud[(loud > start + 0.05) & (loud < end)].size
    assert loud[loud > end][0] - end < 0.01, "it goes on at once"
    assert loud[-1] - loud[0] == pytest.approx(seconds + end - start - 0.04, abs=0.01)


DROP = """async ([rate, out, at, dropped, seconds]) => {
  const context = new OfflineAudioContext(1, 3 * seconds * out, out);
  await context.audioWorklet.addModule("static/js/worklets/playback.js");
  const node = new AudioWorkletNode(context, "playback", { numberOfInputs: 0, outputChannelCount: [1] });
  const ends = {};
  node.port.onmessage = ({ data }) => data.ended && (ends[data.speech] = data.samples);
  node.connect(context.destination);
  node.port.postMessage({ type: "begin", rate });
  for (const speech of [7, 8]) {
    const samples = Int16Array.from({ length: seconds * rate }, (_, i) => 2000 * speech * Math.sin(0.3 * i));
    node.port.postMessage({ type: "audio", speech, first: 0, samples });
    node.port.postMessage({ type: "end", speech });
  }
  await delivered(node);
  context.suspend(at).then(async () => {
    node.port.postMessage({ type: "drop", speech: dropped });
    await delivered(node);
    context.resume();
  });
  const samples = Array.from((await context.startRendering()).getChannelData(0));
  await delivered(node);
  return { samples, ends };
}"""


@pytest.mark.parametrize(("dropped", "seconds"), [(7, 1.4), (8, 1.0)])
def test_a_speech_that_is_stopped_takes_no_other_one_with_it(
    server: Server, launch: Launch, dropped: int, seconds: float
) -> None:
    rate, stop = 24_000, 0.4
    with visit(launch().new_context(), server.url) as page:
        played = render(page, DROP, [rate, 48_000, stop, dropped, 1])
    loud = np.flatnonzero(np.abs(np.array(played["samples"])) > 1e-3) / 48_000
    assert loud[-1] - loud[0] == pytest.approx(seconds, abs=0.02)
    ends = played["ends"]
    assert ends[str(15 - dropped)] == rate
    assert ends.get("7") == (pytest.approx(stop * rate, abs=500) if dropped == 7 else rate)


STATUS = """async () => {
  const { Status } = await import("./static/js/status.js");
  const line = document.createElement("p");
  const status = new Status(line, "", { show() {} });
  status.connected({});
  status.muted(false);
  status.listening("hands_free", "open");
  return [[true, true, false], [true, false, true], [true, false, false], [false, false, false]].map((spoken) => {
    status.speaking(...spoken);
    return line.textContent;
  });
}"""


def test_the_page_says_that_genie_pauses_for_somebody_and_not_that_it_thinks(server: Server, launch: Launch) -> None:
    with visit(launch().new_context(), server.url) as page:
        said = page.evaluate(STATUS)
    assert said == ["Speaking, and listening.", "Paused, and listening.", "One moment…", "Listening. Just speak."]


SEEK = """async (path) => {
  const audio = new Audio(path);
  const came = (name) => new Promise((resolve, reject) => {
    audio.addEventListener(name, resolve, { once: true });
    audio.addEventListener("error", () => reject(audio.error), { once: true });
  });
  await came("canplaythrough");
  const seekable = audio.seekable.end(0);
  const middle = audio.duration / 2;
  audio.currentTime = middle;
  await came("seeked");
  const at = audio.currentTime;
  await audio.play();
  await came("ended");
  return { duration: audio.duration, seekable, middle, at, ended: audio.currentTime };
}"""


def test_a_browser_seeks_in_a_kept_answer_as_mp3_and_ogg(server: Server, launch: Launch) -> None:
    with visit(launch().new_context(), server.url) as page, httpx.Client(base_url=server.url) as http:
        page.mouse.click(1, 1)  # browsers play nothing before
        path = f"api/get-answer/{http.post('api/push', json={'question': 'what is 6.5 times 8.25'}).json()['id']}"
        wait_until(page, lambda: http.get(path).headers.get("accept-ranges") == "bytes")
        for form in ("mp3", "ogg"):
            heard = page.evaluate(SEEK, f"{path}?format={form}")
            assert heard["seekable"] == pytest.approx(heard["duration"]) and 0.5 < heard["duration"] < 10
            assert heard["at"] == pytest.approx(heard["middle"], abs=0.05)
            assert heard["ended"] == pytest.approx(heard["duration"], abs=0.1)
