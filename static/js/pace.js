/** Shows moves between queues no faster than an eye can follow: many a question runs for a millisecond. */

const STAGE_MS = 240;
const CROWD = 12; // when more changes wait than this, they are shown at once

export class Pace {
  #show;
  #stage;
  #waiting = [];
  #timer = null;
  #added = -Infinity;

  constructor(show) {
    this.#show = show;
    this.#stage = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : STAGE_MS;
  }

  push(queue, message) {
    this.#waiting.push([queue, message]);
    if (this.#timer === null) this.#drain();
  }

  clear() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting = [];
  }

  #drain() {
    this.#timer = null;
    while (this.#waiting.length > 0) {
      const [queue, message] = this.#waiting[0];
      const wait = this.#added + this.#stage - performance.now();
      if (message.change === "removed" && wait > 0 && this.#waiting.length < CROWD) {
        this.#timer = setTimeout(() => this.#drain(), wait);
        return;
      }
      this.#waiting.shift();
      if (message.change === "added") this.#added = performance.now();
      this.#show(queue, message);
    }
  }
}
