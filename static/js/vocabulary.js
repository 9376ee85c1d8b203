/** The names that genie is to expect when this user speaks: shown, taught and forgotten. */

import { get, send } from "./api.js";
import { button, make, say } from "./dom.js";
import { inWords } from "./words.js";

const PATH = "api/vocabulary";
const HINT = "Names and rare words that genie should expect when you speak. A name that you put right in a spoken question comes here by itself.";

export class Vocabulary {
  #dialog = make("dialog", "details vocabulary");
  #list = make("ul", "vocabulary-words");
  #none = make("p", "vocabulary-none", "There are none yet.");
  #count = make("p", "details-id");
  #error = make("p", "card-error");
  #field = make("input");

  constructor() {
    const title = make("h2", "", "Names to expect");
    title.id = "vocabulary-title";
    this.#error.setAttribute("role", "alert");
    const body = make("div", "details-body", title, make("p", "vocabulary-hint", HINT), this.#form(), this.#error);
    body.append(this.#none, this.#list, this.#count, make("div", "details-actions", button("Close", () => this.#dialog.close())));
    this.#dialog.append(body);
    this.#dialog.setAttribute("aria-labelledby", title.id);
    this.#dialog.addEventListener("click", ({ target }) => target === this.#dialog && this.#dialog.close()); // beside it
    document.body.append(this.#dialog);
  }

  open() {
    say(this.#error, "");
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#field.focus();
    this.#ask(() => get(PATH));
  }

  #form() {
    Object.assign(this.#field, { type: "text", autocomplete: "off", maxLength: 200, enterKeyHint: "done" });
    this.#field.setAttribute("aria-label", "Names to expect, with commas between them");
    this.#field.placeholder = "Siobhan, Anke";
    const form = make("form", "ask", this.#field, make("button", "send", "Add"));
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#add(this.#field.value.split(",").filter((word) => word.trim()));
    };
    return form;
  }

  async #add(words) {
    if (words.length && (await this.#ask(() => send("POST", PATH, { words })))) this.#field.value = "";
    this.#field.focus();
  }

  async #forget(word, row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    const kept = next?.dataset.word;
    if (!(await this.#ask(() => send("DELETE", PATH, { words: [word] })))) return;
    const left = [...this.#list.children].find(({ dataset }) => dataset.word === kept);
    (left?.querySelector("button") ?? this.#field).focus(); // the keyboard stays where it was
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

  #show({ words, limit }) {
    this.#none.hidden = words.length > 0;
    say(this.#count, words.length ? `${words.length} of ${limit}; of more than that the oldest go` : "");
    this.#list.replaceChildren(...words.map((word) => this.#row(word)));
  }

  #row(word) {
    const remove = button("Remove", () => this.#forget(word, row));
    remove.setAttribute("aria-label", `Remove ${word}`);
    const row = make("li", "", make("span", "", word), remove);
    row.dataset.word = word;
    return row;
  }
}
