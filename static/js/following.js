/** What is told of the queues: passed on to the board, the thread and the status line, with what follows from it. */

import { Jobs } from "./jobs.js";
import { QUEUES } from "./queues.js";

export class Following {
  #socket;
  #views;
  #listener;
  #session = null;
  #jobs = new Jobs();

  /** `listener` has `deleted(job)` and `error(error)`. */
  constructor(socket, views, listener) {
    this.#socket = socket;
    this.#views = views;
    this.#listener = listener;
  }

  connected({ session, paused }, resumed) {
    this.#session = session;
    this.#views.inbox.connected(session);
    this.paused(paused);
    resumed ? this.think() : this.resync();
  }

  resync() {
    this.#jobs.forget();
    this.#views.thread.forgetNumbers();
    const subscribed = this.#socket.request({ type: "subscribe", topics: [...QUEUES, "notifications"] });
    subscribed.catch((error) => error.code === "offline" || this.#listener.error(error));
  }

  subscribed({ state, sizes, paused }) {
    this.#views.board?.replace(state, sizes);
    for (const queue of QUEUES) for (const job of state[queue] ?? []) this.#stands(queue, job);
    this.paused(paused);
  }

  moved(queue, message) {
    this.#views.board?.change(queue, message);
    this.#views.changed?.(queue, message);
    if (message.change !== "removed") return this.#stands(queue, message.job);
    this.#jobs.left(message.job);
    this.#views.status.unheard(this.#jobs.wait);
    if (queue === "done") this.#listener.deleted(message.job.id);
  }

  progress(message) {
    this.#views.board?.progress(message);
  }

  paused(on) {
    this.#jobs.paused = on;
    this.#views.paused?.(on);
    this.think();
  }

  /** Return a job whose answer waits to be heard, or did until a moment ago. */
  waited(job) {
    return this.#jobs.waited(job);
  }

  think() {
    this.#views.status.thinking(this.#jobs.busy, this.#jobs.held);
  }

  #stands(queue, job) {
    const own = job.session === this.#session;
    this.#views.thread.refresh({ ...job, queue }, own);
    this.#jobs.stands(queue, job, own);
    this.#views.status.unheard(this.#jobs.wait);
    if (own) this.think();
  }
}
