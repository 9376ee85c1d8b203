/** Times and names as people read them. */

const NAMES = { pocketsphinx: "PocketSphinx", espeak: "eSpeak NG", whisper: "Whisper", kokoro: "Kokoro", silero: "Silero" };

export function engineName(name) {
  return NAMES[name] ?? name;
}

export function clock(moment) {
  return new Date(moment).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

/** Return the time between two moments, or an empty text where one is not known. */
export function duration(from, to) {
  if (!from || !to) return "";
  const ms = Math.max(0, new Date(to) - new Date(from));
  if (ms < 1000) return `${Math.max(1, Math.round(ms))} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}
