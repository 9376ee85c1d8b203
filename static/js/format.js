/** Times and names as people read them. */

const NAMES = { pocketsphinx: "PocketSphinx", espeak: "eSpeak NG", whisper: "Whisper", kokoro: "Kokoro", silero: "Silero" };
const SPACELESS = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff01-\uffef]/; // Thai, Lao, Burmese, Khmer, Chinese, Japanese
const CLOSING = /^[\p{Pe}\p{Pf},.;:!?…%]/u;
const CLOCK = new Intl.DateTimeFormat([], { hour: "numeric", minute: "2-digit" }); // to make one takes longer than to use it
const MOMENT = new Intl.DateTimeFormat([], { hour: "numeric", minute: "2-digit", second: "2-digit" });

export function engineName(name) {
  return NAMES[name] ?? name;
}

export function clock(time) {
  return CLOCK.format(new Date(time));
}

/** Return a moment to the second. */
export function moment(time) {
  return MOMENT.format(new Date(time));
}

/** Return the time between two moments, or an empty text where one is not known. */
export function duration(from, to) {
  if (!from || !to) return "";
  const ms = Math.max(0, new Date(to) - new Date(from));
  if (ms < 1000) return `${Math.max(1, Math.round(ms))} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

/** Return about when something starts, in words that stay true for a while. */
export function about(seconds) {
  if (seconds < 3) return "starts in a moment";
  if (seconds < 10) return "starts in a few seconds";
  if (seconds < 55) return `starts in about ${10 * Math.round(seconds / 10)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `starts in about ${minutes} min` : `starts in about ${Math.round(minutes / 60)} h`;
}

/** Return how long something still takes. */
export function remaining(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s left`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min left` : `${(seconds / 3600).toFixed(1)} h left`;
}

/** Return what stands between two pieces of a text: a space, but not before a comma, nor in a script that has none. */
export function between(before, after) {
  if (!before || !after || CLOSING.test(after)) return "";
  return SPACELESS.test(before.at(-1)) && SPACELESS.test(after[0]) ? "" : " ";
}

/** Return a text as a sentence. */
export function sentence(text) {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}
