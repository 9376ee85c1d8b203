/** When waiting jobs will start: the server tells it with a job; as the queue moves on, it follows from the place. */

import { about } from "./format.js";

export class Forecast {
  #pace = null; // seconds between two starts

  /** Learn from a job that stands at this place of the user's own, the first one at 0. */
  learn({ eta_s: seconds }, place) {
    if (seconds && place >= 0) this.#pace = seconds / (place + 1); // other users' jobs before it are in there
  }

  get known() {
    return this.#pace !== null;
  }

  /** Return in words what is expected of the job at this place. */
  words(place) {
    if (this.#pace === null) return "";
    return about(this.#pace * (place + 1));
  }
}
