/** One turn of the conversation as an element: what was said, what is answered, and how it went. */

import { make, say } from "./dom.js";
import { between, duration } from "./format.js";

export class Turn {
  element = make("li", "turn");
  utterance = null;
  key = null;
  job = null;
  said = "";
  open; // more words may follow
  #committed = make("span", "committed");
  #tentative = make("span", "tentative");
  #before = make("span");
  #mark = make("mark");
  #after = make("span");
  #answer = make("p", "answer", make("span", "visually-hidden", "genie: "), this.#before, this.#mark, this.#after);
  #caption = make("p", "caption");
  #note = make("p", "note");
  #text = "";
  #heardTo = 0;
  #spoken = "";

  constructor({ utterance = null, key = null, said = "" }) {
    this.utterance = utterance;
    this.key = key;
    const question = make("p", "said", make("span", "visually-hidden", "You: "), this.#committed, this.#tentative);
    this.element.append(question, this.#answer, this.#caption, this.#note);
    this.hear(said, utterance === null ? "" : "…", utterance === null);
    for (const part of [this.#answer, this.#caption, this.#note]) part.hidden = true;
  }

  /** Show what is heard: committed words stay, the tentative tail may change until it is final. */
  hear(committed, tentative, final) {
    this.said = committed;
    this.open = !final;
    this.#committed.textContent = committed + between(committed, tentative);
    this.#tentative.textContent = tentative;
  }

  /** What was said was not all: it is asked again as a whole. */
  goOn(utterance) {
    this.utterance = utterance;
    this.job = null;
    this.open = true;
    delete this.element.dataset.status;
    say(this.#note, "");
  }

  /** Say instead of an answer why there is none. */
  remark(text) {
    this.#tentative.textContent = "";
    say(this.#note, text);
  }

  refresh(job) {
    this.job = job.id;
    this.element.dataset.status = job.status;
    if (!this.open) this.hear(job.question, "", true); // it may have been changed in its queue
    if (job.status === "pending") this.answer("");
    if (job.answer) this.answer(job.answer);
    say(this.#note, note(job));
  }

  get text() {
    return this.#text;
  }

  answer(text) {
    if (text === this.#text) return;
    if (this.#spoken && text.startsWith(this.#text)) return this.#more(text);
    this.#text = text;
    this.#heardTo = 0;
    this.#spoken = "";
    this.#show(0, 0);
  }

  /** Add to an answer that is being heard: what is marked stays marked. */
  #more(text) {
    this.#after.textContent += text.slice(this.#text.length);
    this.#text = text;
  }

  /** The element that holds the piece that is being heard, and nothing else. */
  get heard() {
    return this.#caption.hidden ? this.#mark : this.#caption;
  }

  /** The element of the piece that is being heard. */
  get mark() {
    return this.#mark;
  }

  /** Mark the piece that is being heard; where the voice says it in other words, show those below. Say whether the mark moved. */
  highlight(text) {
    if (text === this.#spoken) return false;
    this.#spoken = text;
    const start = text ? this.#find(text) : -1;
    if (start >= 0) this.#heardTo = start;
    this.#show(Math.max(0, start), start < 0 ? 0 : start + text.length);
    say(this.#caption, start < 0 ? text : "");
    if (!text) this.#heardTo = 0;
    return start >= 0;
  }

  #find(text) {
    const further = this.#text.indexOf(text, this.#heardTo);
    return further >= 0 ? further : this.#text.indexOf(text);
  }

  #show(start, end) {
    this.#answer.hidden = this.#text === "";
    this.#before.textContent = this.#text.slice(0, start);
    this.#mark.textContent = this.#text.slice(start, end);
    this.#after.textContent = this.#text.slice(end);
  }
}

function note({ status, agent, error, created_at: from, finished_at: to }) {
  switch (status) {
    case "completed":
      return [agent, duration(from, to)].filter(Boolean).join(" · ");
    case "failed":
      return error ? error.message : "This failed.";
    case "cancelled":
      return "Cancelled.";
    default:
      return "";
  }
}
