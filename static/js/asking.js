/** What a person asks in writing, or wants of a job: requests that are answered, and what is heard meanwhile. */

import { patiently } from "./patience.js";

export class Asking {
  #socket;
  #views;
  #speaking;
  #listener;

  /** `listener` has `error(error)`. */
  constructor(socket, views, speaking, listener) {
    this.#socket = socket;
    this.#views = views;
    this.#speaking = speaking;
    this.#listener = listener;
  }

  /** Ask by text; say whether it was taken. */
  async ask(text) {
    const key = crypto.getRandomValues(new Uint32Array(4)).join("-");
    this.#views.notices.clear();
    this.#speaking.hush();
    try {
      if (this.#socket.ready) this.#views.thread.typed(text, key);
      await patiently(() => this.#socket.request({ type: "ask", text, key }), this.#views.notices);
      return true;
    } catch (error) {
      this.#views.thread.refused(key);
      this.#listener.error(error);
      return false;
    }
  }

  /** Do something with a job, or with a queue; say whether it was done. */
  async act(type, job, more) {
    if (type === "job_replay" || (job && this.#speaking.tells(job))) this.#speaking.hush(); // its sound may all be here already
    try {
      const { learned } = await this.#socket.request({ type, job, ...more });
      if (learned) this.#views.learned?.(learned);
      return true;
    } catch (error) {
      this.#listener.error(error);
      return false;
    }
  }
}
