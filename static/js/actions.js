/** What may be done with a job, as buttons. */

import { make } from "./dom.js";

const ACTIONS = {
  todo: [["edit", "Edit"], ["first", "First"], ["up", "↑", "Move up"], ["down", "↓", "Move down"], ["job_cancel", "Cancel"]],
  run: [["job_cancel", "Cancel"]],
  done: [["job_replay", "Replay"], ["job_delete", "Delete"]],
  dead: [["job_retry", "Retry"], ["job_delete", "Delete"]],
};
export const MOVES = ["first", "up", "down"];

const OF_QUESTIONS = ["edit", "job_replay"];
const FORMATS = ["txt", "srt", "vtt"];

/** Return the buttons for a job in this queue; `act(action)` carries one out. */
export function actions(queue, { id, kind, question }, act) {
  const transcribed = kind === "transcription";
  const wanted = ACTIONS[queue].filter(([action]) => !transcribed || !OF_QUESTIONS.includes(action));
  const buttons = wanted.map(([action, label, name = label]) => {
    const button = make("button", "quiet", label);
    button.type = "button";
    button.dataset.action = action;
    button.setAttribute("aria-label", `${name}: ${question}`);
    button.onclick = () => button.ariaDisabled !== "true" && act(action);
    return button;
  });
  return transcribed && queue === "done" ? [...FORMATS.map((format) => download(id, format, question)), ...buttons] : buttons;
}

function download(job, format, question) {
  const link = make("a", "quiet", format);
  link.href = `api/jobs/${job}/transcript?format=${format}`;
  link.download = `${question.replace(/\.[^.]*$/, "")}.${format}`;
  link.setAttribute("aria-label", `Download ${format}: ${question}`);
  return link;
}

/** Offer on a finished job's button to hear what nobody has heard yet, or to hear it again. */
export function offerHearing(button, question, unheard) {
  const label = unheard ? "Hear it" : "Replay";
  if (button.textContent === label) return;
  button.textContent = label;
  button.setAttribute("aria-label", `${label}: ${question}`);
}
