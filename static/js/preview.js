/** Something that genie says, played here and now. */

import { OFFLINE } from "./api.js";

export class Preview {
  #context = null;
  #source = null;
  #wanted = 0;
  #changed;

  /** `changed(playing)` is told when it begins to be heard, and when it has ended. */
  constructor(changed) {
    this.#changed = changed;
  }

  get playing() {
    return this.#source !== null;
  }

  /** Play the mp3 of a path, inside a tap or a key press; throw the server's `{code, message}`. */
  async play(path) {
    this.stop();
    const wanted = this.#wanted;
    this.#context ??= new AudioContext();
    const running = this.#context.resume();
    const reply = await fetch(path).catch(() => null);
    if (!reply) throw OFFLINE;
    if (!reply.ok) throw (await reply.json().catch(() => null))?.error ?? { message: `The server answered ${reply.status}.` };
    const sound = await this.#context.decodeAudioData(await reply.arrayBuffer());
    await running;
    if (wanted !== this.#wanted) return; // another one was wished for meanwhile, or none
    this.#source = new AudioBufferSourceNode(this.#context, { buffer: sound });
    this.#source.connect(this.#context.destination);
    this.#source.onended = () => this.stop();
    this.#source.start();
    this.#changed(true);
  }

  stop() {
    this.#wanted += 1;
    if (!this.#source) return;
    this.#source.onended = null;
    this.#source.stop();
    this.#source = null;
    this.#changed(false);
  }
}
