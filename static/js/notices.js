/** What went wrong, or is worth knowing, in words, until it is dismissed or the next thing is done. */

import { button, make } from "./dom.js";

const SHOWN = 3;

export class Notices {
  #root;

  /** `root` is a live region. An error of the page itself is shown there too. */
  constructor(root) {
    this.#root = root;
    addEventListener("error", (event) => this.show(event.message));
    addEventListener("unhandledrejection", (event) => this.show(String(event.reason?.message ?? event.reason)));
  }

  /** Show a text, and return what takes it back; `offer` has the label of a further button, and what it does. */
  show(text, offer) {
    for (const notice of [...this.#root.children]) if (notice.firstChild.textContent === text) notice.remove();
    const notice = make("div", offer ? "notice calm" : "notice", make("p", "", text));
    const close = () => notice.remove();
    const accept = () => {
      close();
      offer.act();
    };
    notice.append(...(offer ? [button(offer.label, accept)] : []), button("Dismiss", close));
    this.#root.append(notice);
    while (this.#root.children.length > SHOWN) this.#root.firstElementChild.remove();
    return close;
  }

  clear() {
    this.#root.replaceChildren();
  }
}
