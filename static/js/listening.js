/** Listens for one press of the button, or hands-free until told to stop: the microphone on one side, the socket on the other. */

import { Microphone } from "./microphone.js";

const LINGER_MS = 150; // fingers lift before the last syllable ends

export class Listening {
  #socket;
  #sound;
  #listener;
  #microphone = null;
  #mode = null; // push_to_talk, hands_free or null
  #turn = 0; // a start or stop that was overtaken by a later one gives up
  #started = false;
  #closing = false;

  /** `listener` has `listening(mode, phase)`, `said()`, `cancelled()`, `level(rms)` and `trouble(message)`. */
  constructor(socket, sound, listener) {
    this.#socket = socket;
    this.#sound = sound;
    this.#listener = listener;
  }

  get mode() {
    return this.#mode;
  }

  async start(mode) {
    if (this.#mode) return this.#again();
    const turn = ++this.#turn;
    this.#mode = mode;
    this.#sound.unlock();
    this.#listener.listening(mode, "opening");
    const microphone = new Microphone(this.#sound);
    try {
      const rate = await microphone.open({ frame: (...frame) => this.#frame(...frame), lost: () => this.#unplugged() });
      if (turn !== this.#turn) return microphone.release();
      this.#microphone = microphone;
      this.#announce(mode, rate);
    } catch (error) {
      microphone.release();
      if (turn === this.#turn) this.#give(error.message);
    }
  }

  /** The button was released, or hands-free switched off. */
  async stop() {
    if (!this.#mode || this.#closing) return;
    const turn = ++this.#turn;
    if (!this.#started) return this.#end("tooShort");
    this.#listener.listening(this.#mode, "finishing");
    await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
    if (turn !== this.#turn) return;
    this.#closing = true;
    await this.#microphone.close();
    if (turn !== this.#turn) return;
    const { mode } = this;
    if (this.#socket.send({ type: "listen_stop" }) && mode === "push_to_talk") this.#listener.said();
    this.#end("idle");
  }

  /** Forget what is being said. */
  cancel() {
    if (!this.#mode) return;
    const forgotten = this.#started ? this.#socket.request({ type: "listen_cancel" }) : null;
    forgotten?.catch(() => {}).then(() => this.#listener.cancelled()); // a lost connection forgets it too
    this.#end("idle");
  }

  /** The server listens no more. */
  over() {
    this.#end("idle");
  }

  /** The connection is gone: a sentence counts as it stands, and hands-free goes on later; return the mode. */
  drop() {
    const mode = this.#mode;
    if (mode === "hands_free") this.#end("idle");
    else if (mode) this.#give("The connection was lost while you spoke. What was heard is answered when it is back; a single word must be said again.");
    return mode;
  }

  #announce(mode, rate) {
    this.#socket.about.sampleRate = rate;
    this.#started = true;
    this.#socket.request({ type: "listen_start", mode, sample_rate: rate }).catch(({ message }) => this.#give(message));
    this.#listener.listening(mode, "open");
  }

  /** Pressed again before the last press was over: it goes on. */
  #again() {
    if (!this.#started || this.#closing) return;
    this.#turn++;
    this.#listener.listening(this.#mode, "open");
  }

  #frame(pcm, level) {
    if (!this.#started) return;
    this.#listener.level(level);
    if (this.#socket.sendAudio(pcm) || !this.#socket.ready) return;
    this.cancel();
    this.#listener.trouble("The connection is too slow to carry your voice. Try again when it is faster.");
  }

  #unplugged() {
    this.cancel();
    this.#listener.trouble("The microphone was disconnected. Connect it again and press the button.");
  }

  #give(message) {
    this.#end("idle");
    this.#listener.trouble(message);
  }

  #end(phase) {
    this.#turn++;
    this.#microphone?.release();
    this.#microphone = null;
    this.#mode = null;
    this.#started = this.#closing = false;
    this.#listener.level(0);
    this.#listener.listening(null, phase);
  }
}
