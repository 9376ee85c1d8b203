/** One job as a card of the board. */

import { MOVES, actions, offerHearing } from "./actions.js";
import { make, say } from "./dom.js";
import { Editor } from "./editor.js";
import { clock, duration, remaining, sentence } from "./format.js";

const LONG = 120; // characters: of longer texts only the beginning is seen until more is asked for
const GRACE_MS = 1500; // an answer that is spoken at once is not called unheard

export class Card {
  element = make("li", "card");
  #text = make("span");
  #open = make("button", "card-open", this.#text);
  #question = make("p", "card-question", this.#open);
  #answer = make("p", "card-answer");
  #error = make("p", "card-error");
  #progress = make("progress", "card-progress");
  #meta = make("p", "card-meta");
  #time = make("time");
  #state = make("span");
  #eta = make("span");
  #unheard = make("span", "unheard", "unheard");
  #left = make("span");
  #actions = make("div", "card-actions");
  #more = make("button", "quiet", "More");
  #desk;
  #job = {};
  #queue = null;
  #seen = "";
  #editor = null;
  #timer = null;

  /** `desk` has `act(type, job, more)`, `move(job, where)` and `open(job)`. */
  constructor(desk) {
    this.#desk = desk;
    this.#more.type = this.#open.type = "button";
    this.#more.onclick = () => this.#unfold(!("open" in this.element.dataset));
    this.#unfold(false);
    this.#open.onclick = () => desk.open(this.#job);
    this.#unheard.hidden = true;
    const foot = make("div", "card-foot", this.#meta, this.#unheard, this.#actions);
    this.element.append(this.#question, this.#answer, this.#more, this.#error, this.#progress, foot);
  }

  /** Where it stands, in words. */
  get place() {
    return this.element.dataset.place;
  }

  /** Show a job that stands at this place of its queue; `eta` says when it starts. */
  show(job, queue, place, size, eta) {
    if (job !== this.#job || queue !== this.#queue) this.#tell(job, queue);
    const seen = `${queue} ${place} ${size > 1} ${place === size - 1} ${eta}`;
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.element.dataset.place = standing(place);
    say(this.#state, queue === "todo" ? standing(place) : job.status);
    say(this.#eta, eta);
    if (queue === "todo") this.#offerMoves(place, size);
  }

  /** Show how far it has come while it runs. */
  progress({ done, total, note, eta }) {
    if (total) this.#progress.value = done / total;
    say(this.#left, total && eta != null ? remaining(eta) : note);
  }

  #tell(job, queue) {
    const fresh = queue !== this.#queue || job.question !== this.#job.question;
    if (fresh) this.#offer(job, queue);
    [this.#job, this.#queue, this.#seen] = [job, queue, ""];
    Object.assign(this.element.dataset, { job: job.id, status: job.status });
    say(this.#text, job.question);
    say(this.#answer, job.answer ?? "");
    this.#more.hidden = Math.max(job.question.length, job.answer?.length ?? 0) <= LONG;
    say(this.#error, job.error ? sentence(job.error.message) : "");
    this.#time.dateTime = job.created_at;
    say(this.#time, clock(job.created_at));
    this.#state.className = queue === "done" ? "visually-hidden" : ""; // the queue's name says it already
    this.#follow(job, queue);
    this.#meta.replaceChildren(this.#time, this.#state, this.#eta, this.#left, ...facts(job, queue).map((text) => make("span", "", text)));
    if (queue !== "todo" && this.#editor) this.#begun();
    this.#listen();
  }

  #follow({ kind, progress, question }, queue) {
    this.#progress.hidden = kind !== "transcription" || queue !== "run";
    this.#progress.setAttribute("aria-label", `Transcribing ${question}`);
    if (progress == null) this.#progress.removeAttribute("value");
    else this.#progress.value = progress;
    say(this.#left, "");
  }

  #offer(job, queue) {
    const { action } = this.#actions.contains(document.activeElement) ? document.activeElement.dataset : {};
    this.#actions.replaceChildren(...actions(queue, job, (chosen) => this.#act(chosen)));
    if (action) this.#actions.querySelector(`[data-action="${action}"]`)?.focus();
  }

  #act(action) {
    if (action === "edit") this.#edit();
    else if (MOVES.includes(action)) this.#desk.move(this.#job.id, action);
    else this.#desk.act(action, this.#job.id);
  }

  #unfold(open) {
    this.element.toggleAttribute("data-open", open);
    this.#more.textContent = open ? "Less" : "More";
    this.#more.setAttribute("aria-expanded", open);
  }

  #offerMoves(place, size) {
    for (const button of this.#actions.children) {
      const { action } = button.dataset;
      button.hidden = size < 2 && MOVES.includes(action);
      button.ariaDisabled = action === "down" ? place === size - 1 : MOVES.includes(action) && place === 0;
    }
  }

  #edit() {
    const save = (text) => this.#desk.act("job_edit", this.#job.id, { text });
    this.#editor = new Editor(this.#job.question, save, () => this.#leave());
    this.element.toggleAttribute("data-editing", true);
    this.element.prepend(this.#editor.element);
    this.#editor.open();
  }

  #leave() {
    const focused = this.element.contains(document.activeElement) || document.activeElement === document.body;
    this.#editor.element.remove();
    this.#editor = null;
    this.element.toggleAttribute("data-editing", false);
    if (focused) this.#actions.querySelector("button").focus();
  }

  /** The job was started while somebody still wrote. */
  #begun() {
    const { text } = this.#editor;
    this.#leave();
    if (text !== this.#job.question) this.#desk.trouble({ message: `It was started before you saved: “${text}” was not asked` });
  }

  #listen() {
    clearTimeout(this.#timer);
    const { speak, spoken_by: by } = this.#job;
    const waits = this.#queue === "done" && speak && !by;
    if (waits && this.#unheard.hidden) this.#timer = setTimeout(() => this.#tellUnheard(true), GRACE_MS);
    else if (!waits || this.#queue === "done") this.#tellUnheard(waits);
  }

  #tellUnheard(unheard) {
    this.#unheard.hidden = !unheard;
    const button = this.#actions.querySelector('[data-action="job_replay"]');
    if (button) offerHearing(button, this.#job.question, unheard);
  }
}

function facts({ agent, created_at: created, finished_at: finished, priority, same_as: same }, queue) {
  const waits = queue === "todo";
  const urgency = priority === "normal" || !waits ? "" : `${priority} priority`;
  const alike = same ? (waits ? "same question as one before" : "answer of the same question") : "";
  return [agent, duration(created, finished), urgency, alike].filter(Boolean);
}

function standing(place) {
  return place === 0 ? "next" : `${place} before it`;
}
