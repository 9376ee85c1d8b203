/**
 * Plays genie's speeches: frames go to a worklet, its reports come back as progress, and the level at the output is
 * published on an element (`data-output-level`, `data-output-peak`, the property `--level`).
 */

import { loudness } from "./meter.js";

const HEADER_BYTES = 8; // <speech u32><first sample u32>, little-endian
const REPORT_MS = 1000;
const WINDOW = 2048; // samples of one measurement at the output

/** Say whether this page may play what it receives: browsers have worklets only on https and localhost. */
export function canPlay() {
  return isSecureContext;
}

export class Player {
  #sound;
  #listener;
  #meter;
  #node = null;
  #analyser = null;
  #next = new Map(); // speech → the sample that is to come, of those that are announced and not yet played to their end
  #reported = 0;
  #peak = 0;
  #measuring = false;
  heard = {}; // the speech that is being played, and how many samples of it were

  /** `listener` has `progress(speech, samples)`, `played(speech, samples, whole)` and `overflow()`. */
  constructor(sound, meter, listener) {
    this.#sound = sound;
    this.#meter = meter;
    this.#listener = listener;
  }

  get busy() {
    return this.#next.size > 0;
  }

  get newest() {
    return Math.max(0, ...this.#next.keys());
  }

  /** Say whether a speech is announced and not yet played to its end. */
  knows(speech) {
    return this.#next.has(speech);
  }

  begin(speech, rate) {
    this.#next.set(speech, 0);
    this.#peak = 0;
    this.#publish(new Float32Array(1));
    this.#post({ type: "begin", rate });
    this.#measure();
  }

  frame(buffer) {
    const header = new DataView(buffer, 0, HEADER_BYTES);
    const speech = header.getUint32(0, true);
    if (!this.#next.has(speech)) return; // stopped: what was still on its way is not wanted
    const first = header.getUint32(4, true);
    const known = Math.max(0, this.#next.get(speech) - first); // after a drop a part is sent again
    const samples = new Int16Array(buffer.slice(HEADER_BYTES + 2 * known));
    if (samples.length === 0) return;
    this.#next.set(speech, first + known + samples.length);
    this.#post({ type: "audio", speech, first: first + known, samples }, [samples.buffer]);
  }

  /** Play what has arrived to its end. */
  end(speech) {
    if (this.knows(speech)) this.#post({ type: "end", speech });
  }

  /** Pause where it is, or go on there. */
  hold(on) {
    if (this.#node) this.#post({ type: "hold", on });
  }

  /** Let go of one speech, and ignore what still arrives of it; what was sent of the next one is played. */
  drop(speech) {
    this.#next.delete(speech);
    this.#post({ type: "drop", speech });
  }

  /** Be silent now, and ignore what still arrives of the speeches that were announced. */
  stop() {
    this.#next.clear();
    if (this.#node) this.#post({ type: "stop" });
  }

  #post(message, transfer = []) {
    this.#node ??= this.#build();
    this.#node.then((node) => node.port.postMessage(message, transfer));
  }

  async #build() {
    const context = this.#sound.context;
    await context.audioWorklet.addModule(new URL("worklets/playback.js", import.meta.url));
    const node = new AudioWorkletNode(context, "playback", { numberOfInputs: 0, outputChannelCount: [1] });
    node.port.onmessage = ({ data }) => this.#report(data);
    this.#analyser = new AnalyserNode(context, { fftSize: WINDOW });
    node.connect(this.#analyser).connect(context.destination);
    return node;
  }

  #report({ speech, samples, ended, overflow }) {
    if (overflow !== undefined) return this.#listener.overflow();
    if (!ended && !this.knows(speech)) return; // it was let go of while this was on its way
    this.heard = ended ? {} : { speech, samples };
    const whole = ended && this.#next.delete(speech); // not where it was dropped
    if (!ended) this.#listener.progress(speech, samples);
    const now = performance.now();
    if (!ended && now - this.#reported < REPORT_MS) return;
    this.#reported = now;
    this.#listener.played(speech, samples, whole);
  }

  /** Follow the output for as long as anything is played or still sounds. */
  #measure() {
    if (this.#measuring) return;
    this.#measuring = true;
    const samples = new Float32Array(WINDOW);
    const step = () => {
      this.#analyser?.getFloatTimeDomainData(samples);
      this.#publish(samples);
      this.#measuring = this.busy || samples.some((sample) => sample !== 0);
      if (this.#measuring) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  #publish(samples) {
    const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
    this.#peak = samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), this.#peak);
    this.#meter.dataset.outputLevel = rms.toFixed(4);
    this.#meter.dataset.outputPeak = this.#peak.toFixed(4);
    this.#meter.style.setProperty("--level", loudness(rms).toFixed(3));
  }
}
