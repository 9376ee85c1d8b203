/** Says which engines are in use, and why. */

import { make, say } from "./dom.js";
import { engineName } from "./format.js";

const ROLES = [["stt", "Ear"], ["tts", "Voice"], ["vad", "Silence detector"]];
const SMALL_EAR = "pocketsphinx";

/** Fill a `<dl>` with the engines, and a note with what a person should know about the ear. */
export function showEngines(list, note, engines) {
  list.replaceChildren(...ROLES.flatMap(([role, label]) => row(label, engines[role])));
  say(note, remark(engines.stt));
}

function row(label, { name, device, state, reason }) {
  const facts = [engineName(name), device, state === "ready" ? "" : state].filter(Boolean).join(", ");
  const definition = make("dd", "", make("span", "engine", facts), make("span", "reason", reason));
  definition.dataset.state = state;
  return [make("dt", "", label), definition];
}

function remark({ name, state, reason }) {
  if (state === "failed") return `genie cannot hear at present: ${reason} You can still type.`;
  if (state === "loading") return `genie's ear is being loaded: ${reason}`;
  if (!name.toLowerCase().includes(SMALL_EAR)) return "";
  return `The small ear is listening: PocketSphinx knows short, plain commands in US English. Why: ${reason}`;
}
