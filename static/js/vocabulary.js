/** The names that genie is to expect when this user speaks: shown, taught and forgotten. */

import { make } from "./dom.js";
import { WordList, field } from "./wordlist.js";

const HINT = "Names and rare words that genie should expect when you speak. A name that you put right in a spoken question comes here by itself.";

export class Vocabulary {
  #field = field("Names to expect, with commas between them", "Siobhan, Anke", 200);
  #list;

  constructor() {
    this.#field.enterKeyHint = "done";
    this.#list = new WordList({
      name: "vocabulary",
      items: "words",
      title: "Names to expect",
      hint: HINT,
      form: this.#form(),
      first: this.#field,
      entry: (word) => ({ word, text: word, buttons: [] }),
    });
  }

  open() {
    this.#list.open();
  }

  #form() {
    const form = make("form", "ask", this.#field, make("button", "send", "Add"));
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#add(this.#field.value.split(",").filter((word) => word.trim()));
    };
    return form;
  }

  async #add(words) {
    if (words.length && (await this.#list.add(words))) this.#field.value = "";
    this.#field.focus();
  }
}
