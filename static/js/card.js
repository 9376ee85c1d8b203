/** One job as a card of the board. */

import { make, say } from "./dom.js";
import { clock, duration } from "./format.js";

const LONG = 120; // characters: of longer texts only the beginning is seen until more is asked for

const ACTIONS = {
  todo: [["job_cancel", "Cancel"]],
  run: [["job_cancel", "Cancel"]],
  done: [["job_replay", "Replay"], ["job_delete", "Delete"]],
  dead: [["job_retry", "Retry"], ["job_delete", "Delete"]],
};

export class Card {
  element = make("li", "card");
  #question = make("p", "card-question");
  #answer = make("p", "card-answer");
  #error = make("p", "card-error");
  #meta = make("p", "card-meta");
  #actions = make("div", "card-actions");
  #more = make("button", "quiet", "More");
  #act;
  #queue = null;

  /** `act(type, job)` carries out what a button of the card asks for. */
  constructor(act) {
    this.#act = act;
    this.#more.type = "button";
    this.#more.onclick = () => this.#open(!("open" in this.element.dataset));
    this.#open(false);
    this.element.append(this.#question, this.#answer, this.#more, this.#error, make("div", "card-foot", this.#meta, this.#actions));
  }

  show(job) {
    this.element.dataset.job = job.id;
    this.element.dataset.status = job.status;
    say(this.#question, job.question);
    say(this.#answer, job.answer ?? "");
    this.#more.hidden = Math.max(job.question.length, job.answer?.length ?? 0) <= LONG;
    say(this.#error, job.status === "failed" ? (job.error?.message ?? "It failed.") : "");
    this.#meta.replaceChildren(...facts(job));
    if (job.queue !== this.#queue) this.#offer(job);
  }

  #open(open) {
    this.element.toggleAttribute("data-open", open);
    this.#more.textContent = open ? "Less" : "More";
    this.#more.setAttribute("aria-expanded", open);
  }

  #offer({ id, queue, question }) {
    this.#queue = queue;
    const buttons = ACTIONS[queue].map(([type, label]) => {
      const button = make("button", "quiet", label);
      button.type = "button";
      button.setAttribute("aria-label", `${label}: ${question}`);
      button.onclick = () => this.#act(type, id);
      return button;
    });
    this.#actions.replaceChildren(...buttons);
  }
}

function facts({ status, queue, position, agent, created_at: created, finished_at: finished }) {
  const time = make("time", "", clock(created));
  time.dateTime = created;
  const state = queue === "todo" && position !== undefined ? `${status}, ${place(position)}` : status;
  const standing = make("span", queue === "done" ? "visually-hidden" : "", state); // the queue's name says it already
  const texts = [agent, duration(created, finished)].filter(Boolean);
  return [time, standing, ...texts.map((text) => make("span", "", text))];
}

function place(position) {
  return position === 0 ? "next" : `${position} before it`;
}
