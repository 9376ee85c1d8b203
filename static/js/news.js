/** What genie was told to say: shown for a while and read out politely. What is urgent stays until it is dismissed. */

import { make } from "./dom.js";
import { canPlay } from "./player.js";

const SHOWN = 3;
const SHOWN_MS = 10_000;

export class News {
  #root;
  #notices;
  #status;

  /** `root` is a polite live region; `status` says that something waits for a tap to be heard. */
  constructor(root, notices, status) {
    this.#root = root;
    this.#status = status;
    this.#notices = notices;
  }

  connected() {}

  told({ text, priority }) {
    if (priority === "urgent") return this.#notices.show(text);
    const line = make("p", "", make("span", "", text));
    this.#root.append(line);
    while (this.#root.children.length > SHOWN) this.#root.firstElementChild.remove();
    setTimeout(() => line.remove(), SHOWN_MS);
  }

  counted({ unheard }) {
    this.#status.news(unheard > 0 && canPlay());
  }

  clear() {
    this.#root.replaceChildren();
  }
}
