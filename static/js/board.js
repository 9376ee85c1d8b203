/** The four queues, live: one list of cards each. */

import { Card } from "./card.js";
import { say } from "./dom.js";
import { Pace } from "./pace.js";
import { QUEUES, Queues } from "./queues.js";

const SHOWN = 60; // cards of one queue; older ones are counted

export class Board {
  #queues = new Queues();
  #pace = new Pace((queue, message) => this.#change(queue, message));
  #sections;
  #cards = new Map(); // id → Card
  #root;
  #act;

  /** `root` holds for each queue an element with `data-queue`, and any number with `data-count`; `act(type, job)` carries out what a card asks for. */
  constructor(root, act) {
    this.#root = root;
    this.#act = act;
    this.#sections = new Map(QUEUES.map((queue) => [queue, root.querySelector(`[data-queue="${queue}"]`)]));
  }

  replace(state, sizes) {
    this.#pace.clear();
    this.#queues.replace(state, sizes);
    for (const queue of Object.keys(state)) this.#render(queue);
    this.#sweep();
  }

  change(queue, message) {
    this.#pace.push(queue, message);
  }

  #change(queue, message) {
    this.#queues.change(queue, message);
    this.#render(queue);
    if (message.change === "removed") this.#sweep();
  }

  #render(queue) {
    const section = this.#sections.get(queue);
    const list = section.querySelector("ol");
    const jobs = this.#queues.list(queue);
    const size = this.#queues.size(queue);
    const focused = [...list.children].findIndex((card) => card.querySelector(":focus-visible"));
    jobs.slice(0, SHOWN).forEach((job, place) => this.#put(list, job, place));
    while (list.children.length > Math.min(jobs.length, SHOWN)) list.lastElementChild.remove();
    for (const count of this.#root.querySelectorAll(`[data-count="${queue}"]`)) count.textContent = size;
    section.dataset.empty = size === 0;
    say(section.querySelector(".more"), size > SHOWN ? `and ${size - SHOWN} older` : "");
    if (focused >= 0 && !list.contains(document.activeElement)) this.#refocus(list, focused);
  }

  #put(list, job, place) {
    if (!this.#cards.has(job.id)) this.#cards.set(job.id, new Card(this.#act));
    const card = this.#cards.get(job.id);
    card.show(job);
    if (list.children[place] !== card.element) list.insertBefore(card.element, list.children[place] ?? null);
  }

  /** A card went that a key had acted on: the keyboard goes on from its neighbour, or from the queue. */
  #refocus(list, place) {
    const neighbour = list.children[Math.min(place, list.children.length - 1)];
    (neighbour?.querySelector(".card-actions button") ?? list.closest("[data-queue]")).focus();
  }

  /** Forget the cards that stand nowhere, but not before what is added next had a chance to use them. */
  #sweep() {
    setTimeout(() => {
      for (const [id, card] of this.#cards) if (!card.element.isConnected) this.#cards.delete(id);
    }, 1000);
  }
}
