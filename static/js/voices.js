/** Who speaks to this user, and how fast: chosen, heard, and kept for all of their pages. */

import { get, send } from "./api.js";
import { button, make, say } from "./dom.js";
import { Preview } from "./preview.js";
import { engineName } from "./format.js";
import { inWords } from "./words.js";

export const CHOOSING = "choosing a voice"; // an event of the window, for whoever would have this opened

const PATH = "api/preferences";
const HINT = "Who speaks to you, and how fast, on all your pages.";
const [SLOWEST, FASTEST, STEP] = [0.5, 2, 0.05];

export class Voices {
  #dialog = make("dialog", "details voices");
  #voice = make("select");
  #speed = make("input");
  #shown = make("span");
  #note = make("p", "voices-note");
  #saved = make("p", "voices-saved");
  #error = make("p", "voices-error");
  #hear = button("Hear it", () => this.#listen());
  #preview;
  #chosen = {};
  #saving = Promise.resolve();
  #hush;

  /** `opener` is the button that opens this; `hush()` silences what genie says: a voice that is tried is heard alone. */
  constructor(opener, hush) {
    this.#hush = hush;
    opener.onclick = () => this.open();
    this.#preview = new Preview((playing) => (this.#hear.textContent = playing ? "Stop" : "Hear it"));
    const title = make("h2", "", "Voice");
    title.id = "voices-title";
    this.#error.setAttribute("role", "alert");
    this.#saved.setAttribute("role", "status");
    const actions = make("div", "details-actions", this.#hear, button("Close", () => this.#dialog.close()));
    const body = make("div", "details-body", title, make("p", "voices-note", HINT), this.#choice(), this.#pace());
    body.append(this.#note, this.#saved, this.#error, actions);
    this.#dialog.append(body);
    this.#dialog.setAttribute("aria-labelledby", title.id);
    this.#dialog.addEventListener("click", ({ target }) => target === this.#dialog && this.#dialog.close()); // beside it
    this.#dialog.addEventListener("close", () => this.#preview.stop());
    addEventListener(CHOOSING, () => this.open());
    document.body.append(this.#dialog);
  }

  async open() {
    for (const element of [this.#note, this.#saved, this.#error]) say(element, "");
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#voice.focus();
    await this.#trying(async () => {
      const [found, chosen] = await Promise.all([get("voices"), get(PATH)]);
      this.#show(found, chosen);
    });
  }

  #choice() {
    this.#voice.onchange = () => this.#choose();
    return make("label", "voices-field", make("span", "", "Voice"), this.#voice);
  }

  #pace() {
    Object.assign(this.#speed, { type: "range", min: SLOWEST, max: FASTEST, step: STEP });
    this.#speed.oninput = () => this.#tell();
    this.#speed.onchange = () => this.#choose();
    return make("label", "voices-field", make("span", "", "Speed ", this.#shown), this.#speed);
  }

  #tell() {
    const times = Number(this.#speed.value).toFixed(2);
    this.#shown.textContent = `${times}×`;
    this.#speed.setAttribute("aria-valuetext", `${times} times the normal speed`);
  }

  #show({ voices, blends }, chosen) {
    this.#chosen = chosen;
    const own = voices.find(({ name }) => name === chosen.default_voice);
    const server = option("", `As the server has it${own ? `: ${own.label}` : ""}`);
    const known = !chosen.voice || voices.some(({ name }) => name === chosen.voice);
    const kept = known ? [] : [option(chosen.voice, chosen.voice)];
    this.#voice.replaceChildren(server, ...kept, ...groups(voices));
    this.#voice.value = chosen.voice ?? "";
    this.#speed.value = chosen.speed ?? chosen.default_speed;
    this.#tell();
    const engine = engineName(voices[0]?.engine ?? "");
    const blended = blends && chosen.voice?.includes("+");
    say(this.#note, known || blended ? "" : `${engine}, which speaks at present, does not have ${chosen.voice}. Another voice stands in until it is back.`);
  }

  /** Keep what is chosen now, one choice after the other: the last one counts. */
  #choose() {
    const voice = this.#voice.value || null;
    const language = voice === (this.#chosen.voice ?? null) ? (this.#chosen.language ?? null) : null; // another voice brings its own
    const wanted = { voice, language, speed: Number(this.#speed.value) };
    this.#preview.stop();
    say(this.#saved, "");
    this.#saving = this.#saving.then(() => this.#trying(async () => {
      this.#chosen = await send("PUT", PATH, wanted);
      say(this.#saved, "Saved. It counts from the next answer on.");
    }));
  }

  async #listen() {
    if (this.#preview.playing) return this.#preview.stop();
    this.#hush();
    const voice = encodeURIComponent(this.#voice.value || this.#chosen.default_voice);
    await this.#trying(() => this.#preview.play(`voices/${voice}/preview?format=mp3&speed=${this.#speed.value}`));
  }

  /** Do something, and say why where it cannot be done. */
  async #trying(act) {
    try {
      await act();
      say(this.#error, "");
    } catch (error) {
      say(this.#error, inWords(error));
    }
  }
}

/** Return voices by language, the browser's own languages first. */
function groups(voices) {
  const found = new Map();
  for (const voice of voices) {
    const tag = voice.language.split("-")[0];
    found.set(tag, [...(found.get(tag) ?? []), voice]);
  }
  const mine = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]);
  const rank = ([tag]) => (mine.includes(tag) ? mine.indexOf(tag) : mine.length);
  const named = [...found].map(([tag, some]) => [tag, some, languageName(tag)]);
  named.sort((one, other) => rank(one) - rank(other) || one[2].localeCompare(other[2]));
  return named.map(([, some, label]) => {
    const group = make("optgroup", "", ...some.map(({ name, label: text }) => option(name, text)));
    group.label = label;
    return group;
  });
}

function languageName(tag) {
  try {
    return new Intl.DisplayNames([navigator.language], { type: "language" }).of(tag);
  } catch {
    return tag; // some languages of voices are too rare to have one
  }
}

function option(value, label) {
  const made = make("option", "", label);
  made.value = value;
  return made;
}
