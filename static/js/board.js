/** The four queues, live: what is told is kept at once and shown once a frame. */

import { get } from "./api.js";
import { Card } from "./card.js";
import { CardList } from "./cardlist.js";
import { Forecast } from "./forecast.js";
import { Pace } from "./pace.js";
import { QUEUES } from "./queues.js";
import { Search } from "./search.js";
import { Shelf } from "./shelf.js";

const MARGIN = 200; // jobs that are asked for beyond those that are shown
const LONGEST = 1000; // jobs the server tells at once
const STEP = 100; // further jobs that are shown when more is asked for
const REST_MS = 500; // between two pages that the board asks for by itself, when a long queue moves on

export class Board {
  #pace = new Pace((queue, message) => this.#change(queue, message));
  #shelves = new Map(QUEUES.map((queue) => [queue, new Shelf(queue)]));
  #lists;
  #searches;
  #forecast = new Forecast();
  #paused = false;
  #cards = new Map(); // id → Card
  #changed = new Set(); // queues to be drawn
  #pages = new Map(); // queue → jobs that were told of while a page of it is on its way
  #desk;

  /** `root` holds for each queue an element with `data-queue`, and any number with `data-count`; `desk` carries out what cards ask for. */
  constructor(root, voice, desk) {
    this.#desk = { ...desk, move: (job, where) => this.#move(job, where) };
    this.#lists = new Map(QUEUES.map((queue) => [queue, this.#list(root, voice, queue)]));
    this.#searches = new Map(
      [...root.querySelectorAll("[data-search]")].map((field) => {
        const queue = field.dataset.search;
        return [queue, new Search(field, () => this.#mark(queue), desk.trouble)];
      }),
    );
  }

  replace(state, sizes) {
    this.#pace.clear();
    for (const [queue, jobs] of Object.entries(state)) {
      this.#shelves.get(queue).replace(jobs, sizes[queue]);
      if (this.#pages.has(queue)) this.#pages.set(queue, null); // what is on its way is older than this
      this.#mark(queue);
    }
    this.#learn();
  }

  change(queue, message) {
    this.#pace.push(queue, message);
  }

  /** Tell how far a running job has come. */
  progress(message) {
    this.#cards.get(message.job)?.progress(message);
  }

  /** Tell whether waiting jobs are started. */
  paused(on) {
    this.#paused = on;
    this.#mark("todo");
    if (!on && !this.#forecast.known && this.#shelves.get("todo").size > 0) this.#fetch("todo"); // paused jobs have none
  }

  #change(queue, message) {
    const shelf = this.#shelves.get(queue);
    shelf.change(message);
    this.#pages.get(queue)?.add(message.job.id);
    if (queue === "todo") this.#forecast.learn(message.job, shelf.index(message.job.id));
    this.#searches.get(queue)?.again();
    this.#mark(queue);
  }

  #learn() {
    const todo = this.#shelves.get("todo");
    if (todo.last) this.#forecast.learn(todo.last, todo.index(todo.last.id));
  }

  #list(root, voice, queue) {
    const section = root.querySelector(`[data-queue="${queue}"]`);
    return new CardList(section, root.querySelectorAll(`[data-count="${queue}"]`), voice, () => this.#showMore(queue));
  }

  #mark(queue) {
    if (this.#changed.size === 0) requestAnimationFrame(() => this.#draw());
    this.#changed.add(queue);
  }

  #draw() {
    for (const queue of this.#changed) this.#drawQueue(queue);
    this.#changed.clear();
    if (this.#cards.size > 2 * document.querySelectorAll(".card").length + STEP) this.#sweep();
  }

  #drawQueue(queue) {
    const shelf = this.#shelves.get(queue);
    const search = this.#searches.get(queue);
    const jobs = search?.on ? search.jobs : shelf.visible;
    const cards = jobs.map((job, place) => this.#card(queue, job, place, shelf.size));
    this.#lists.get(queue).draw(cards, search?.on ? search.size : shelf.size, shelf.size);
    if (shelf.lacks && !search?.on) this.#fetch(queue);
  }

  #card(queue, job, place, size) {
    if (!this.#cards.has(job.id)) this.#cards.set(job.id, new Card(this.#desk));
    const card = this.#cards.get(job.id);
    card.show(job, queue, place, size, queue === "todo" && !this.#paused ? this.#forecast.words(place) : "");
    return card;
  }

  /** Forget the cards that stand nowhere. */
  #sweep() {
    for (const [id, card] of this.#cards) if (!card.element.isConnected) this.#cards.delete(id);
  }

  #showMore(queue) {
    const search = this.#searches.get(queue);
    if (search?.on) return search.more();
    this.#shelves.get(queue).shown += STEP;
    this.#mark(queue);
  }

  /** Ask for the beginning of a queue as far as it is shown; what is told meanwhile is newer than the page. */
  async #fetch(queue) {
    if (this.#pages.has(queue)) return;
    this.#pages.set(queue, new Set());
    const shelf = this.#shelves.get(queue);
    const limit = Math.min(LONGEST, shelf.shown + MARGIN);
    const after = limit === LONGEST && shelf.last ? `&after=${shelf.last.id}` : ""; // it may have left: only where it must be
    const order = queue === "done" || queue === "dead" ? "&newest=true" : "";
    const path = `api/get_queue/${queue}?limit=${limit}${order}${after}`;
    try {
      const { jobs } = await get(path);
      const touched = this.#pages.get(queue);
      if (touched && shelf.add(jobs, touched)) this.#mark(queue);
      if (queue === "todo" && !after && jobs.length > 0) this.#forecast.learn(jobs.at(-1), jobs.length - 1);
    } catch (error) {
      if (error.code !== "no_such_job" && error.code !== "offline") this.#desk.trouble(error); // the next page begins elsewhere
    } finally {
      setTimeout(() => this.#rested(queue), REST_MS);
    }
  }

  #rested(queue) {
    this.#pages.delete(queue);
    if (this.#shelves.get(queue).lacks) this.#mark(queue);
  }

  /** Put a waiting job first, or one place up or down. */
  #move(id, where) {
    const shelf = this.#shelves.get("todo");
    const place = shelf.index(id);
    const target = { first: 0, up: place - 1, down: place + 2 }[where];
    const before = shelf.at(target);
    if (place < 0 || target < 0 || target === place) return;
    if (before) this.#desk.act("job_move", id, { before: before.id });
    else if (shelf.whole) this.#desk.act("job_move", id);
  }
}
