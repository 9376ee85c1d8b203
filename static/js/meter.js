/** Levels as people hear them. */

const FLOOR_DB = 50;

/** Map an RMS of 0 to 1 onto 0 to 1 by decibels; a quiet room is near 0, close speech near 0.8. */
export function loudness(rms) {
  return rms > 0 ? Math.max(0, Math.min(1, 1 + (20 * Math.log10(rms)) / FLOOR_DB)) : 0;
}

/** Show the microphone's level on an element with role `meter`. */
export function showLevel(element, rms) {
  const level = loudness(rms);
  element.style.setProperty("--level", level.toFixed(3));
  element.setAttribute("aria-valuenow", Math.round(level * 100));
}
