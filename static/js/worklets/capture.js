/** Turns the microphone into mono int16 frames of 20 ms at the context's rate, each with its level. */

const FRAME_S = 0.02;

class Capture extends AudioWorkletProcessor {
  #frame = new Int16Array(Math.round(sampleRate * FRAME_S));
  #filled = 0;
  #energy = 0;
  #open = true;

  constructor() {
    super();
    this.port.onmessage = () => this.#end();
  }

  process([channels]) {
    const length = channels[0]?.length ?? 0;
    for (let i = 0; this.#open && i < length; i++) {
      let sum = 0;
      for (const channel of channels) sum += channel[i];
      this.#put(Math.max(-1, Math.min(1, sum / channels.length)));
    }
    return this.#open;
  }

  #put(sample) {
    this.#frame[this.#filled++] = sample * 32767;
    this.#energy += sample * sample;
    if (this.#filled === this.#frame.length) this.#send();
  }

  #send() {
    const frame = this.#frame.slice(0, this.#filled);
    const level = Math.sqrt(this.#energy / this.#filled);
    this.port.postMessage({ frame: frame.buffer, level }, [frame.buffer]);
    this.#filled = 0;
    this.#energy = 0;
  }

  #end() {
    if (this.#filled > 0) this.#send();
    this.#open = false;
    this.port.postMessage({ ended: true });
  }
}

registerProcessor("capture", Capture);
