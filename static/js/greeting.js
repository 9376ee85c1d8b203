/** Where the socket is, and the first message on it. */

const PROTOCOL = 1;

/** Return the socket's address beside the page, so that a path prefix set by a proxy is kept. */
export function socketAddress(page = document.baseURI) {
  const address = new URL("ws", page);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}

/**
 * Return `hello`: who resumes what, the microphone's rate once it is known, whether speech can be played (`now`, `later`
 * or `never`), and the browser's zone and language.
 * `zoned` is false once the server has said that it does not know this browser's zone.
 */
export function greeting({ resume, sampleRate, speech, zoned }) {
  const hello = { type: "hello", ref: "hello", protocol: PROTOCOL, speech, locale: navigator.language, ...resume };
  if (zoned) hello.timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (sampleRate) hello.sample_rate = sampleRate;
  return hello;
}
