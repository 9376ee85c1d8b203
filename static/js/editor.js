/** Changes a question where it stands: Enter saves, Escape leaves it as it was. */

import { make } from "./dom.js";

export class Editor {
  element = make("form", "card-edit");
  #text = make("textarea");
  #save;
  #done;

  /** `save(text)` says whether it was taken; `done()` is called when the editor is to go. */
  constructor(question, save, done) {
    this.#save = save;
    this.#done = done;
    Object.assign(this.#text, { value: question, rows: 2, required: true });
    this.#text.setAttribute("aria-label", "Question");
    const button = make("button", "quiet", "Save");
    const leave = make("button", "quiet", "Leave");
    leave.type = "button";
    leave.onclick = () => done();
    this.element.append(this.#text, make("div", "card-actions", button, leave));
    this.element.onsubmit = (event) => {
      event.preventDefault();
      this.#submit();
    };
    this.element.onkeydown = (event) => this.#key(event);
  }

  open() {
    this.#text.focus();
    this.#text.select();
  }

  get text() {
    return this.#text.value.trim();
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation(); // it silences genie elsewhere
      this.#done();
    } else if (event.key === "Enter" && !event.shiftKey && event.target === this.#text) {
      event.preventDefault();
      this.element.requestSubmit();
    }
  }

  async #submit() {
    if (!this.text) return;
    this.element.inert = true;
    const taken = await this.#save(this.text);
    this.element.inert = false;
    if (taken) this.#done();
    else this.#text.focus();
  }
}
