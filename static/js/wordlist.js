/** A dialog with a list of this user's words: shown, added to by a form, and taken from. */

import { get, send } from "./api.js";
import { button, make, say } from "./dom.js";
import { inWords } from "./words.js";

export class WordList {
  #dialog;
  #list = make("ul", "vocabulary-words");
  #none = make("p", "vocabulary-none", "There are none yet.");
  #count = make("p", "details-id");
  #error = make("p", "card-error");
  #of;

  /**
   * `of` has the `name` of the list at the server (`api/<name>`) and the key of its `items` there, a `title` and a `hint`,
   * the `form` that adds to it with its `first` field, and `entry(item)`, which gives an item's `word`, its `text` and
   * further `buttons`; it may have `closed()`.
   */
  constructor(of) {
    this.#of = of;
    const title = make("h2", "", of.title);
    title.id = `${of.name}-title`;
    this.#error.setAttribute("role", "alert");
    const close = make("div", "details-actions", button("Close", () => this.#dialog.close()));
    const body = make("div", "details-body", title, make("p", "vocabulary-hint", of.hint), of.form, this.#error);
    body.append(this.#none, this.#list, this.#count, close);
    this.#dialog = make("dialog", `details ${of.name}`, body);
    this.#dialog.setAttribute("aria-labelledby", title.id);
    this.#dialog.addEventListener("click", ({ target }) => target === this.#dialog && this.#dialog.close()); // beside it
    this.#dialog.addEventListener("close", () => of.closed?.());
    document.body.append(this.#dialog);
  }

  open() {
    this.trouble("");
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#of.first.focus();
    this.#ask(() => get(this.#path));
  }

  /** Add items; say whether they were taken. */
  add(items) {
    return this.#ask(() => send("POST", this.#path, { [this.#of.items]: items }));
  }

  /** Say what went wrong; an empty text: nothing did. */
  trouble(text) {
    say(this.#error, text);
  }

  get #path() {
    return `api/${this.#of.name}`;
  }

  async #forget(word, row) {
    const kept = (row.nextElementSibling ?? row.previousElementSibling)?.dataset.word;
    if (!(await this.#ask(() => send("DELETE", this.#path, { words: [word] })))) return;
    const left = [...this.#list.children].find(({ dataset }) => dataset.word === kept);
    (left?.querySelector("button") ?? this.#of.first).focus(); // the keyboard stays where it was
  }

  /** Show what a request answers, or why it was refused; say whether it was answered. */
  async #ask(request) {
    try {
      this.#show(await request());
      this.trouble("");
      return true;
    } catch (error) {
      this.trouble(inWords(error));
      return false;
    }
  }

  #show({ [this.#of.items]: items, limit }) {
    this.#none.hidden = items.length > 0;
    say(this.#count, items.length ? `${items.length} of ${limit}; of more than that the oldest go` : "");
    this.#list.replaceChildren(...items.map((item) => this.#row(this.#of.entry(item))));
  }

  #row({ word, text, buttons }) {
    const remove = button("Remove", () => this.#forget(word, row));
    remove.setAttribute("aria-label", `Remove ${word}`);
    const row = make("li", "", make("span", "", text), ...buttons, remove);
    row.dataset.word = word;
    return row;
  }
}

/** Make a line to type in, with a name for who cannot see it and an example for who can. */
export function field(name, example, maxLength) {
  const input = make("input");
  Object.assign(input, { type: "text", autocomplete: "off", maxLength, placeholder: example });
  input.setAttribute("aria-label", name);
  return input;
}
