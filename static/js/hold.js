/** A button that acts for as long as it is held, by finger, mouse or key; a click without either (a screen reader's) toggles. */

import { inDialog } from "./dom.js";

const KEYS = [" ", "Enter"];

/** `everywhere` lets Space on the whole page hold the button, unless another control has the focus. */
export function hold(button, { press, release, everywhere = false }) {
  let held = false;
  const set = (on) => {
    if (on === held) return;
    held = on;
    button.setAttribute("aria-pressed", on);
    (on ? press : release)();
  };

  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    set(true);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) button.addEventListener(end, () => set(false));
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("click", (event) => event.detail === 0 && set(!held));

  const mine = ({ key, target }) => {
    if (target === button) return KEYS.includes(key);
    return everywhere && key === " " && !inDialog() && !target.closest?.("button, a, input, textarea, summary, [tabindex]");
  };
  addEventListener("keydown", (event) => {
    if (!mine(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!event.repeat) set(true);
  });
  addEventListener("keyup", (event) => {
    if (!KEYS.includes(event.key) || !(held || mine(event))) return;
    event.preventDefault();
    set(false);
  });
  addEventListener("blur", () => set(false));
  document.addEventListener("visibilitychange", () => document.hidden && set(false));
}
