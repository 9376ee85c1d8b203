/** Requests on their way: each is answered by its `ref`, or given up with the connection. */

export class Requests {
  #last = 0;
  #waiting = new Map();

  /** Call `send(ref)`; resolve with what answers it, reject with the server's `error`. */
  make(send) {
    const ref = `r${++this.#last}`;
    return new Promise((resolve, reject) => {
      this.#waiting.set(ref, { resolve, reject });
      send(ref);
    });
  }

  /** Hand a message to the request it answers; say whether there was one. */
  settle(message, outcome) {
    const request = this.#waiting.get(message.ref);
    this.#waiting.delete(message.ref);
    request?.[outcome](message);
    return request !== undefined;
  }

  fail(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
