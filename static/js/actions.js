/** What may be done with a job, as buttons. */

import { make } from "./dom.js";

const ACTIONS = {
  todo: [["edit", "Edit"], ["first", "First"], ["up", "↑", "Move up"], ["down", "↓", "Move down"], ["job_cancel", "Cancel"]],
  run: [["job_cancel", "Cancel"]],
  done: [["job_replay", "Replay"], ["job_delete", "Delete"]],
  dead: [["job_retry", "Retry"], ["job_delete", "Delete"]],
};
export const MOVES = ["first", "up", "down"];

/** Return the buttons for a job of this queue; `act(action)` carries one out. */
export function actions(queue, question, act) {
  return ACTIONS[queue].map(([action, label, name = label]) => {
    const button = make("button", "quiet", label);
    button.type = "button";
    button.dataset.action = action;
    button.setAttribute("aria-label", `${name}: ${question}`);
    button.onclick = () => button.ariaDisabled !== "true" && act(action);
    return button;
  });
}

/** Offer on a finished job's button to hear what nobody has heard yet, or to hear it again. */
export function offerHearing(button, question, unheard) {
  const label = unheard ? "Hear it" : "Replay";
  if (button.textContent === label) return;
  button.textContent = label;
  button.setAttribute("aria-label", `${label}: ${question}`);
}
