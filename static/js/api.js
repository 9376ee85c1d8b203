/** What is asked of the server over HTTP, below the page's own address. */

import { BARRED } from "./login.js";

const TRIES = 4;
const LONGEST_S = 60;
export const OFFLINE = { code: "offline", message: "There is no connection to genie just now." };

const HEADERS = { Accept: "application/json" };

/** Return the JSON of a path; where the server asks for patience, wait and try again. Throw its `{code, message}`. */
export function get(path) {
  return ask(path, { headers: HEADERS });
}

/** Send JSON to a path, and return what comes back as `get` does. */
export function send(method, path, body) {
  return ask(path, { method, headers: { ...HEADERS, "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

async function ask(path, request, tries = TRIES) {
  const reply = await fetch(path, request).catch(() => null);
  if (!reply) throw OFFLINE;
  const body = await reply.json().catch(() => null);
  if (reply.ok && body) return body;
  const error = body?.error ?? { code: "bad_reply", message: `The server answered ${reply.status}.` };
  const wait = Number(reply.headers.get("Retry-After"));
  if (wait > 0 && wait <= LONGEST_S && tries > 1) {
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    return ask(path, request, tries - 1);
  }
  if (error.code === BARRED) dispatchEvent(new Event(BARRED));
  throw { ...error, retry_after: wait || undefined };
}
