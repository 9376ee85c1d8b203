/** How genie is to pronounce words for this user: shown, taught, heard and forgotten. */

import { get, send } from "./api.js";
import { button, make, say } from "./dom.js";
import { Preview } from "./preview.js";
import { inWords } from "./words.js";

const PATH = "api/pronunciations";
const HINT = "What genie should say for a word: other words, or its sound in IPA between slashes. It counts for everything that genie says to you.";

export class Pronunciations {
  #dialog = make("dialog", "details pronunciations");
  #list = make("ul", "vocabulary-words");
  #none = make("p", "vocabulary-none", "There are none yet.");
  #count = make("p", "details-id");
  #error = make("p", "card-error");
  #word = field("Word or name", "nginx", 50);
  #says = field("What to say for it", "engine x", 100);
  #preview = new Preview(() => {});
  #hush;

  /** `opener` is the button that opens this; `hush()` silences what genie says: a word that is tried is heard alone. */
  constructor(opener, hush) {
    this.#hush = hush;
    opener.onclick = () => this.open();
    const title = make("h2", "", "Pronunciations");
    title.id = "pronunciations-title";
    this.#error.setAttribute("role", "alert");
    const close = make("div", "details-actions", button("Close", () => this.#dialog.close()));
    const body = make("div", "details-body", title, make("p", "vocabulary-hint", HINT), this.#form(), this.#error);
    body.append(this.#none, this.#list, this.#count, close);
    this.#dialog.append(body);
    this.#dialog.setAttribute("aria-labelledby", title.id);
    this.#dialog.addEventListener("click", ({ target }) => target === this.#dialog && this.#dialog.close()); // beside it
    this.#dialog.addEventListener("close", () => this.#preview.stop());
    document.body.append(this.#dialog);
  }

  open() {
    say(this.#error, "");
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#word.focus();
    this.#ask(() => get(PATH));
  }

  #form() {
    const form = make("form", "pronunciation", this.#word, this.#says, make("button", "send", "Add"));
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#add({ word: this.#word.value.trim(), says: this.#says.value.trim() });
    };
    return form;
  }

  async #add(entry) {
    const missing = [this.#word, this.#says].find(({ value }) => !value.trim());
    if (missing) return missing.focus();
    if (!(await this.#ask(() => send("POST", PATH, { pronunciations: [entry] })))) return;
    this.#word.value = this.#says.value = "";
    this.#word.focus();
  }

  async #forget(word, row) {
    const kept = (row.nextElementSibling ?? row.previousElementSibling)?.dataset.word;
    if (!(await this.#ask(() => send("DELETE", PATH, { words: [word] })))) return;
    const left = [...this.#list.children].find(({ dataset }) => dataset.word === kept);
    (left?.querySelector("button") ?? this.#word).focus(); // the keyboard stays where it was
  }

  async #hear(word) {
    this.#hush();
    say(this.#error, "");
    await this.#preview
      .play(`api/get_tts_audio?format=mp3&text=${encodeURIComponent(word)}`)
      .catch((error) => say(this.#error, inWords(error)));
  }

  /** Show what a request answers, or why it was refused; say whether it was answered. */
  async #ask(request) {
    try {
      this.#show(await request());
      say(this.#error, "");
      return true;
    } catch (error) {
      say(this.#error, inWords(error));
      return false;
    }
  }

  #show({ pronunciations, limit }) {
    this.#none.hidden = pronunciations.length > 0;
    const full = `${pronunciations.length} of ${limit}; of more than that the oldest go`;
    say(this.#count, pronunciations.length ? full : "");
    this.#list.replaceChildren(...pronunciations.map((entry) => this.#row(entry)));
  }

  #row({ word, says }) {
    const hear = button("Hear it", () => this.#hear(word));
    const remove = button("Remove", () => this.#forget(word, row));
    hear.setAttribute("aria-label", `Hear ${word}`);
    remove.setAttribute("aria-label", `Remove ${word}`);
    const row = make("li", "", make("span", "", `${word} → ${says}`), hear, remove);
    row.dataset.word = word;
    return row;
  }
}

function field(name, example, maxLength) {
  const input = make("input");
  Object.assign(input, { type: "text", autocomplete: "off", maxLength, placeholder: example });
  input.setAttribute("aria-label", name);
  return input;
}
