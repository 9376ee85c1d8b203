/** The switch that lets waiting jobs wait on, whichever page asked them. */

export class PauseSwitch {
  #button;
  #note;

  /** `note` says what it means; `act(type)` asks for it, and every page is told when it is so. */
  constructor(button, note, act) {
    this.#button = button;
    this.#note = note;
    button.onclick = () => act(this.#on ? "queue_resume" : "queue_pause");
  }

  show(on) {
    this.#button.setAttribute("aria-checked", on);
    this.#note.hidden = !on;
  }

  get #on() {
    return this.#button.getAttribute("aria-checked") === "true";
  }
}
