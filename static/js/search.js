/** Looks for jobs by their text, at the server: it knows all of them. */

import { get } from "./api.js";

const PAGE = 60;
const TYPING_MS = 250;
const FRESH_MS = 1000; // what is found is asked for anew when the queue has changed

export class Search {
  jobs = [];
  #field;
  #changed;
  #next = null;
  #timer = null;
  #wanted = "";
  #trouble;

  /** `field` names its queue in `data-search`; `changed()` is called when there is something else to show. */
  constructor(field, changed, trouble) {
    this.#field = field;
    this.#changed = changed;
    this.#trouble = trouble;
    field.oninput = () => this.#soon(TYPING_MS);
  }

  /** Say whether something is looked for. */
  get on() {
    return this.#wanted !== "";
  }

  /** How many there are at least. */
  get size() {
    return this.jobs.length + (this.#next ? 1 : 0);
  }

  /** The queue has changed. */
  again() {
    if (this.on && this.#timer === null) this.#soon(FRESH_MS);
  }

  more() {
    if (this.#next) this.#ask(this.#wanted, this.#next);
  }

  #soon(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#ask(this.#field.value.trim());
    }, ms);
  }

  async #ask(wanted, after = "") {
    this.#wanted = wanted;
    const found = wanted ? await this.#page(wanted, after) : { jobs: [] };
    if (wanted !== this.#wanted || !found) return; // overtaken
    this.jobs = after ? [...this.jobs, ...found.jobs] : found.jobs;
    this.#next = found.next ?? null;
    this.#changed();
  }

  async #page(wanted, after) {
    const query = new URLSearchParams({ q: wanted, newest: "true", limit: PAGE, ...(after && { after }) });
    try {
      return await get(`api/get_queue/${this.#field.dataset.search}?${query}`);
    } catch (error) {
      this.#trouble(error);
      return null;
    }
  }
}
