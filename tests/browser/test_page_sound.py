"""The loudspeaker's worklet keeps pitch, length and order, and says how much was heard."""

import numpy as np
import pytest

from tests.browser.visitor import Launch, Server, visit

SECONDS = 0.5
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
  await new Promise((resolve) => setTimeout(resolve, 200)); // an offline context gives no other sign of delivery
  node.port.postMessage({ type: "end", speech: 7 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const rendered = await context.startRendering();
  return { samples: Array.from(rendered.getChannelData(0)), report: await ended };
}"""


@pytest.mark.parametrize(("rate", "out", "hertz"), [(22_050, 48_000, 1_000), (24_000, 44_100, 6_000)])
def test_speech_keeps_its_pitch_and_length(server: Server, launch: Launch, rate: int, out: int, hertz: int) -> None:
    with visit(launch().new_context(), server.url) as page:
        played = page.evaluate(PLAY, [rate, out, hertz, SECONDS])
    samples = np.array(played["samples"])
    heard = np.flatnonzero(np.abs(samples) > 1e-3)
    assert (heard[-1] - heard[0]) / out == pytest.approx(SECONDS, abs=0.002)
    assert played["report"] == {"speech": 7, "samples": int(SECONDS * rate), "ended": True}
    middle = samples[heard[0] + 2_000 :][:8_192] * np.hanning(8_192)
    power = np.abs(np.fft.rfft(middle)) ** 2
    tone = np.abs(np.fft.rfftfreq(8_192, 1 / out) - hertz) < 60
    assert power[tone].sum() / power[~tone].sum() > 10_000  # 40 dB above everything that was not there
