/** One line that says what genie is doing, and the same as `data-state` for the page's look. */

const HINT_MS = 4000;

export class Status {
  #line;
  #page = document.documentElement;
  #idle;
  #engines;
  #connection = "connecting";
  #mode = null;
  #phase = "idle";
  #thinking = false;
  #speaking = false;
  #muted = true;
  #unheard = false;

  /** `line` is the element, `idle` what it says when nothing happens, `engines` shows which ones serve. */
  constructor(line, idle, engines) {
    this.#line = line;
    this.#idle = idle;
    this.#engines = engines;
    this.#show();
  }

  connected(engines) {
    this.#connection = "ready";
    this.#engines.show(engines);
    this.#show();
  }

  lost() {
    this.#connection = "lost";
    this.#thinking = false;
    this.#show();
  }

  listening(mode, phase) {
    this.#mode = mode;
    this.#phase = phase;
    if (phase === "tooShort") setTimeout(() => this.#phase === phase && this.listening(null, "idle"), HINT_MS);
    this.#show();
  }

  thinking(on) {
    this.#thinking = on;
    this.#show();
  }

  speaking(on) {
    this.#speaking = on;
    this.#show();
  }

  muted(on) {
    this.#muted = on;
    this.#show();
  }

  /** Tell whether an answer waits to be heard. */
  unheard(waits) {
    this.#unheard = waits;
    this.#show();
  }

  #show() {
    const [state, text] = this.#now();
    if (this.#line.textContent !== text) this.#line.textContent = text;
    Object.assign(this.#page.dataset, { state, connection: this.#connection, mode: this.#mode ?? "", speaking: this.#speaking });
  }

  #now() {
    if (this.#connection === "connecting") return ["connecting", "Connecting to genie…"];
    if (this.#connection === "lost") return ["lost", navigator.onLine ? "The connection is lost; trying again…" : "You are offline."];
    if (this.#phase === "opening") return ["opening", "Opening the microphone…"];
    if (this.#phase === "finishing") return ["thinking", "One moment…"];
    if (this.#mode === "push_to_talk") return ["listening", "Listening. Let go to ask."];
    if ((this.#speaking || this.#unheard) && this.#muted) return ["muted", "Tap anywhere to hear the answer."];
    if (this.#speaking) return ["speaking", this.#mode ? "Speaking, and listening." : "Speaking."];
    if (this.#thinking) return ["thinking", "Working on it…"];
    if (this.#mode === "hands_free") return ["listening", "Listening. Just speak."];
    if (this.#phase === "tooShort") return ["idle", "Hold the button while you speak."];
    return ["idle", this.#idle];
  }
}
