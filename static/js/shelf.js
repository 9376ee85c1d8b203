/** One queue as far as it is known here: its first jobs in order, without a gap, and how many it holds at the server. */

import { isBefore } from "./queues.js";

const KEPT = 200; // jobs that are kept at least; what was asked for beyond that is kept, too
const FIRST = 60; // jobs that are shown before more is asked for

export class Shelf {
  size = 0;
  shown = FIRST;
  #queue;
  #jobs = [];

  constructor(queue) {
    this.#queue = queue;
  }

  /** The jobs that are to be shown. */
  get visible() {
    return this.#jobs.slice(0, this.shown);
  }

  get last() {
    return this.#jobs.at(-1);
  }

  /** Say whether all jobs of the queue are known here. */
  get whole() {
    return this.#jobs.length >= this.size;
  }

  /** Say whether jobs are to be shown that are not known here. */
  get lacks() {
    return !this.whole && this.#jobs.length < this.shown;
  }

  replace(jobs, size) {
    this.#jobs = [];
    for (const job of jobs) this.#insert(job);
    this.size = size;
  }

  change({ change, job, size }) {
    const whole = this.whole;
    const at = this.index(job.id);
    if (at >= 0) this.#jobs.splice(at, 1);
    this.size = size;
    if (change === "removed") return;
    const behind = this.last === undefined || isBefore(this.#queue, this.last, job);
    if (whole || !behind) this.#insert(job); // between what is known and one far behind there may be others
    this.#jobs.length = Math.min(this.#jobs.length, Math.max(KEPT, this.shown));
  }

  /** Take in a page that was asked for; `touched` are jobs of which newer things were told meanwhile. Say whether it brought any. */
  add(jobs, touched) {
    const fresh = jobs.filter(({ id }) => !touched.has(id) && this.index(id) < 0);
    for (const job of fresh) this.#insert(job);
    return fresh.length > 0;
  }

  at(place) {
    return this.#jobs[place];
  }

  index(id) {
    return this.#jobs.findIndex((job) => job.id === id);
  }

  #insert(job) {
    let [low, high] = [0, this.#jobs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(this.#queue, this.#jobs[middle], job)) low = middle + 1;
      else high = middle;
    }
    this.#jobs.splice(low, 0, job);
  }
}
