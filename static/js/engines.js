/** Says which engines are in use, and why. */

import { make } from "./dom.js";
import { engineName, sentence } from "./format.js";

const ROLES = [["stt", "Ear"], ["tts", "Voice"], ["vad", "Silence detector"]];
const SMALL_EAR = "pocketsphinx";
const REFRESH_MS = 5_000;

export class Engines {
  #list;
  #note;

  /** `list` is a `<dl>` for all engines, `note` an element for what a person should know about the ear. */
  constructor(list, note) {
    this.#list = list;
    this.#note = note;
    list.closest("details").addEventListener("keydown", (event) => this.#leave(event));
    setInterval(() => this.#refresh(), REFRESH_MS);
  }

  show(engines) {
    this.#list.replaceChildren(...ROLES.flatMap(([role, label]) => row(label, engines[role])));
    const [fact, why] = remark(engines.stt);
    this.#note.replaceChildren(fact, make("span", "why", why));
    this.#note.hidden = fact === "";
  }

  #leave(event) {
    const { currentTarget: panel, key } = event;
    if (key !== "Escape" || !panel.open) return;
    event.stopPropagation(); // it silences genie elsewhere
    panel.open = false;
    panel.querySelector("summary").focus();
  }

  /** Ask which engines serve by now: better ones take over as soon as their weights are there. */
  async #refresh() {
    if (document.hidden || document.documentElement.dataset.connection !== "ready") return;
    const reply = await fetch("health").catch(() => null); // the socket says it when the server is away
    if (reply?.ok) this.show((await reply.json()).engines);
  }
}

function row(label, { name, device, state, reason, progress }) {
  const facts = [engineName(name), device, state === "ready" ? "" : state].filter(Boolean).join(", ");
  const definition = make("dd", "", make("span", "engine", facts), make("span", "reason", reason));
  definition.dataset.state = state;
  if (typeof progress === "number") definition.append(bar(label, progress));
  return [make("dt", "", label), definition];
}

/** Return how much of a better engine's weights is here. */
function bar(label, progress) {
  const shown = make("progress", "fetched");
  shown.value = progress;
  shown.setAttribute("aria-label", `${label}: weights fetched`);
  return shown;
}

/** Return what a person should know about the ear, and why it is so; nothing when all is as it should be. */
function remark({ name, state, reason }) {
  const why = ` ${sentence(reason)}`;
  if (state === "failed") return ["genie cannot hear at present.", why];
  if (state === "loading") return ["genie's ear is not ready yet.", why];
  if (!name.toLowerCase().includes(SMALL_EAR)) return ["", ""];
  return ["The small ear listens: PocketSphinx. Short, plain questions in English are heard best.", why];
}
