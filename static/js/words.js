/** What went wrong, in words that say what to do. */

import { sentence } from "./format.js";

const WORDS = {
  storage_full: "There is no room left on genie's disk, so nothing new can be kept. Whoever runs this server can make room; then try again.",
  not_waiting: "It has been started already, so it stays as it is.",
};

export function inWords({ code, message }) {
  return WORDS[code] ?? sentence(message);
}

export function stoodInWords(voice, missing) {
  return `The voice ${missing} is not here at present; ${voice} speaks instead.`;
}

/** Say why there is no connection, and what happens next. `refused`: the server is there and takes no more sockets. */
export function lostWords({ code, refused, delay = 0 }) {
  const soon = delay < 2000 ? "trying again…" : `trying again in ${Math.round(delay / 1000)} s…`;
  if (!navigator.onLine) return "You are offline.";
  if (refused) return `genie has no room for another page just now; ${soon} Close one that you do not need.`;
  if (code === 1012) return `genie is being restarted; ${soon}`;
  if (code === 1013) return "This page fell behind what genie sent; connecting again…";
  return `The connection is lost; ${soon}`;
}
