/** One line that says what genie is doing, and the same as `data-state` for the page's look. */

import { lostWords } from "./words.js";

const HINT_MS = 4000;

export class Status {
  #line;
  #page = document.documentElement;
  #idle;
  #engines;
  #connection = "connecting";
  #mode = null;
  #phase = "idle";
  #why = {};
  #thinking = false;
  #held = false;
  #speaking = false;
  #sounding = false;
  #paused = false;
  #waits = false;
  #muted = true;
  #unheard = false;
  #news = false;

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

  /** Tell why the connection is gone (`code`), and when it is tried again. */
  async lost(why) {
    this.#connection = "lost";
    this.#why = why;
    this.#thinking = false;
    this.#show();
    if (why.opened || !navigator.onLine) return;
    const reply = await fetch("health").catch(() => null); // browsers do not tell why a socket was refused
    if (this.#why !== why || !reply?.ok) return;
    this.#why = { ...why, refused: true };
    this.#show();
  }

  listening(mode, phase) {
    this.#mode = mode;
    this.#phase = phase;
    if (phase === "tooShort") setTimeout(() => this.#phase === phase && this.listening(null, "idle"), HINT_MS);
    this.#show();
  }

  /** Tell whether questions are on their way; `held`: all of them wait because the queue is paused. */
  thinking(on, held = false) {
    this.#thinking = on;
    this.#held = held;
    this.#show();
  }

  /**
   * Tell whether an answer is being heard or about to be, whether it sounds, whether it pauses for somebody who speaks,
   * and whether an answer waits for something urgent.
   */
  speaking(on, sounding, paused, waits) {
    this.#speaking = on;
    this.#sounding = sounding;
    this.#paused = paused;
    this.#waits = waits;
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

  /** Tell whether a notification waits to be heard. */
  news(waits) {
    this.#news = waits;
    this.#show();
  }

  #show() {
    const [state, text] = this.#now();
    if (this.#line.textContent !== text) this.#line.textContent = text;
    const facts = { state, connection: this.#connection, mode: this.#mode ?? "", speaking: String(this.#speaking) };
    for (const [name, fact] of Object.entries(facts)) {
      if (this.#page.dataset[name] !== fact) this.#page.dataset[name] = fact;
    }
  }

  #now() {
    if (this.#connection === "connecting") return ["connecting", "Connecting to genie…"];
    if (this.#connection === "lost") return ["lost", lostWords(this.#why)];
    if (this.#phase === "opening") return ["opening", "Opening the microphone…"];
    if (this.#phase === "finishing") return ["thinking", "One moment…"];
    if (this.#mode === "push_to_talk") return ["listening", "Listening. Let go to ask."];
    if ((this.#speaking || this.#unheard) && this.#muted) return ["muted", "Tap anywhere to hear the answer."];
    if (this.#news && this.#muted) return ["muted", "Tap anywhere to hear what is new."];
    if (this.#paused) return ["listening", "Paused, and listening."];
    if (this.#waits) return ["speaking", "Urgent. The answer goes on after this."];
    if (this.#speaking && this.#sounding) return ["speaking", this.#mode ? "Speaking, and listening." : "Speaking."];
    if (this.#speaking && !this.#thinking) return ["thinking", "One moment…"];
    if (this.#thinking && this.#held) return ["held", "Paused: your question waits."];
    if (this.#thinking) return ["thinking", "Working on it…"];
    if (this.#mode === "hands_free") return ["listening", "Listening. Just speak."];
    if (this.#phase === "tooShort") return ["idle", "Hold the button while you speak."];
    return ["idle", this.#idle];
  }
}
