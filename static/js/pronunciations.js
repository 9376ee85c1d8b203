/** How genie is to pronounce words for this user: shown, taught, heard and forgotten. */

import { button, make } from "./dom.js";
import { Preview } from "./preview.js";
import { WordList, field } from "./wordlist.js";
import { inWords } from "./words.js";

const HINT = "What genie should say for a word: other words, or its sound in IPA between slashes. It counts for everything that genie says to you.";

export class Pronunciations {
  #word = field("Word or name", "nginx", 50);
  #says = field("What to say for it", "engine x", 100);
  #preview = new Preview(() => {});
  #hush;
  #list;

  /** `opener` is the button that opens this; `hush()` silences what genie says: a word that is tried is heard alone. */
  constructor(opener, hush) {
    this.#hush = hush;
    this.#list = new WordList({
      name: "pronunciations",
      items: "pronunciations",
      title: "Pronunciations",
      hint: HINT,
      form: this.#form(),
      first: this.#word,
      entry: ({ word, says }) => ({ word, text: `${word} → ${says}`, buttons: [this.#hearing(word)] }),
      closed: () => this.#preview.stop(),
    });
    opener.onclick = () => this.#list.open();
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
    if (!(await this.#list.add([entry]))) return;
    this.#word.value = this.#says.value = "";
    this.#word.focus();
  }

  #hearing(word) {
    const hear = button("Hear it", () => this.#hear(word));
    hear.setAttribute("aria-label", `Hear ${word}`);
    return hear;
  }

  async #hear(word) {
    this.#hush();
    this.#list.trouble("");
    await this.#preview
      .play(`api/get_tts_audio?format=mp3&text=${encodeURIComponent(word)}`)
      .catch((error) => this.#list.trouble(inWords(error)));
  }
}
