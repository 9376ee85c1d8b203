/** One queue as a list of cards: only what has changed is touched. */

import { say } from "./dom.js";

export class CardList {
  #section;
  #list;
  #more;
  #shown;
  #counts;
  #voice;

  /** `section` has a list, `.empty` and `.more`; `counts` say how many there are, `voice` tells screen readers. */
  constructor(section, counts, voice, showMore) {
    this.#section = section;
    this.#list = section.querySelector("ol");
    this.#more = section.querySelector(".more");
    this.#shown = this.#more.querySelector("span");
    this.#more.querySelector("button").onclick = showMore;
    this.#counts = counts;
    this.#voice = voice;
  }

  /** Show these cards, the first of `size`; `total` stands at the queue's name. */
  draw(cards, size, total) {
    const active = document.activeElement;
    const focused = cards.findIndex((card) => card.element.contains(active));
    const place = [...this.#list.children].findIndex((element) => element.contains(active));
    const keyed = place >= 0 && active.matches(":focus-visible");
    this.#arrange(cards.map((card) => card.element));
    for (const count of this.#counts) say(count, String(total));
    this.#section.dataset.empty = total === 0;
    say(this.#shown, size > cards.length ? `${cards.length} of ${size.toLocaleString("en")}` : "");
    this.#more.hidden = size <= cards.length;
    if (focused >= 0 && active !== document.activeElement) active.focus(); // it was moved, and browsers let go of what is moved
    if (focused >= 0 && place >= 0 && focused !== place) this.#voice.textContent = `Now ${cards[focused].place}.`;
    if (keyed && focused < 0) this.#goOn(place);
  }

  #arrange(elements) {
    const wanted = new Set(elements);
    for (const element of [...this.#list.children]) if (!wanted.has(element)) element.remove();
    let next = this.#list.firstElementChild;
    for (const element of elements) {
      if (element === next) next = next.nextElementSibling;
      else this.#list.insertBefore(element, next);
    }
  }

  /** A card went that a key had acted on: the keyboard goes on from its neighbour, or from the queue. */
  #goOn(place) {
    const neighbour = this.#list.children[Math.min(place, this.#list.children.length - 1)];
    (neighbour?.querySelector(".card-actions button") ?? this.#section).focus();
  }
}
