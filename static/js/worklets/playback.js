/**
 * Plays PCM16 speeches one after the other: waits for a small jitter buffer, resamples to the context's rate, and
 * reports how much of each speech was played. Stopping fades out within a few milliseconds; a pause keeps what is left.
 */

const JITTER_S = 0.07;
const LIMIT_S = 60; // the server sends a few seconds ahead; what is beyond this is refused and reported
const REPORT_S = 0.05;
const FADE_S = 0.005;
const HOLD_S = 0.04; // a pause fades out and in, as a person's voice does
const TAPS = 16;
const PHASES = 256;

/** Return the Hann-windowed sinc kernels (one per phase) that take `from` Hz to `to` Hz. */
function kernels(from, to) {
  const cutoff = Math.min(1, to / from) * 0.95;
  const sinc = (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
  return Array.from({ length: PHASES }, (_, phase) => {
    const kernel = Float32Array.from({ length: TAPS }, (_, tap) => {
      const x = tap - TAPS / 2 + 1 - phase / PHASES;
      return sinc(x * cutoff) * (0.5 + 0.5 * Math.cos((2 * Math.PI * x) / (TAPS + 2)));
    });
    const sum = kernel.reduce((a, b) => a + b);
    return kernel.map((weight) => weight / sum);
  });
}

class Playback extends AudioWorkletProcessor {
  #chunks = []; // {speech, first, samples}; an end of speech is {speech, end}
  #waiting = 0; // samples in #chunks
  #at = 0; // sample within the first chunk
  #rate = 0;
  #kernels = null;
  #history = new Float32Array(TAPS);
  #phase = 0;
  #playing = false;
  #gain = 1;
  #held = false;
  #ease = 1; // the gain of a pause
  #speech = null; // the one that is being played, and how much of it was
  #played = 0;
  #sinceReport = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => this[data.type](data);
  }

  begin({ rate }) {
    if (this.#chunks.length > 0) this.#chunks.push({ rate });
    else this.#tune(rate);
  }

  audio({ speech, first, samples }) {
    if (this.#waiting + samples.length > LIMIT_S * this.#rate) return this.port.postMessage({ overflow: speech });
    this.#chunks.push({ speech, first, samples });
    this.#waiting += samples.length;
  }

  end({ speech }) {
    this.#chunks.push({ speech, end: true });
  }

  hold({ on }) {
    this.#held = on;
  }

  stop() {
    this.#held = false;
    this.#chunks = [];
    this.#waiting = 0;
    this.#at = 0;
    this.#gain = Math.min(this.#gain, 0.999); // below one: fading
    if (this.#speech !== null) this.#report(true);
  }

  /** Let go of one speech, and go on with the others. */
  drop({ speech }) {
    this.#held = false;
    if (this.#chunks.find((chunk) => chunk.speech !== undefined)?.speech === speech) this.#at = 0;
    this.#chunks = this.#chunks.filter((chunk) => chunk.speech !== speech);
    this.#waiting = this.#chunks.reduce((sum, { samples }) => sum + (samples?.length ?? 0), -this.#at);
    if (this.#speech !== speech) return;
    this.#gain = Math.min(this.#gain, 0.999);
    this.#report(true);
  }

  process(_inputs, [[out]]) {
    this.#start();
    for (let i = 0; i < out.length; i++) out[i] = this.#output();
    this.#sinceReport += out.length;
    if (this.#speech !== null && this.#sinceReport >= REPORT_S * sampleRate) this.#report(false);
    return true;
  }

  #start() {
    const ended = this.#chunks.some((chunk) => chunk.end);
    if (!this.#playing && this.#chunks.length > 0 && (ended || this.#waiting >= JITTER_S * this.#rate)) {
      this.#playing = true;
      this.#gain = 1;
    }
  }

  #output() {
    if (this.#gain < 1) this.#gain = Math.max(0, this.#gain - 1 / (FADE_S * sampleRate));
    this.#ease = Math.min(1, Math.max(0, this.#ease + (this.#held ? -1 : 1) / (HOLD_S * sampleRate)));
    if (!this.#playing || this.#ease === 0) return 0;
    for (; this.#phase >= 1; this.#phase--) {
      const sample = this.#gain < 1 ? 0 : this.#next();
      if (sample === null) return 0;
      this.#history.copyWithin(0, 1);
      this.#history[TAPS - 1] = sample;
    }
    const kernel = this.#kernels[Math.floor(this.#phase * PHASES)];
    let sum = 0;
    for (let tap = 0; tap < TAPS; tap++) sum += this.#history[tap] * kernel[tap];
    this.#phase += this.#rate / sampleRate;
    if (this.#gain === 0) this.#rest();
    return sum * this.#gain * this.#ease;
  }

  /** Return the next sample of the speech, or null when there is none at present. */
  #next() {
    while (this.#chunks.length > 0) {
      const chunk = this.#chunks[0];
      if (chunk.samples && this.#at < chunk.samples.length) {
        this.#waiting--;
        this.#speech = chunk.speech;
        this.#played = chunk.first + this.#at + 1;
        return chunk.samples[this.#at++] / 32768;
      }
      this.#chunks.shift();
      this.#at = 0;
      if (chunk.rate) this.#tune(chunk.rate);
      if (chunk.end) this.#finish(chunk.speech);
    }
    this.#playing = false; // ran dry: gather a jitter buffer again
    return null;
  }

  #finish(speech) {
    if (this.#speech !== speech) this.#played = 0;
    this.#speech = speech;
    this.#report(true);
  }

  #rest() {
    this.#playing = false;
    this.#history.fill(0);
    this.#gain = 1;
  }

  #tune(rate) {
    if (rate === this.#rate) return;
    this.#rate = rate;
    this.#kernels = kernels(rate, sampleRate);
    this.#history.fill(0);
  }

  #report(ended) {
    this.port.postMessage({ speech: this.#speech, samples: this.#played, ended });
    this.#sinceReport = 0;
    if (ended) this.#speech = null;
  }
}

registerProcessor("playback", Playback);
