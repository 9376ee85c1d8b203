/** Says which piece of a speech is being heard, from the number of samples played. */

export class Captions {
  #speeches = new Map(); // speech → {job, pieces: [{text, first, words}]}

  begin(speech, job) {
    this.#speeches.set(speech, { job, pieces: [] });
  }

  /** A piece that is captioned again has more words known; each is `[start, end, sample]`, in code points of the text. */
  add({ speech, text, first_sample: first, words = [] }) {
    const pieces = this.#speeches.get(speech)?.pieces;
    if (pieces?.at(-1)?.first === first) pieces.pop();
    pieces?.push({ text, first, words });
  }

  job(speech) {
    return this.#speeches.get(speech)?.job ?? null;
  }

  jobs() {
    return [...this.#speeches.values()].map(({ job }) => job);
  }

  /** Return the text that is heard at this sample, or an empty one. */
  at(speech, sample) {
    return this.#speeches.get(speech)?.pieces.findLast((piece) => piece.first <= sample)?.text ?? "";
  }

  end(speech) {
    this.#speeches.delete(speech);
  }

  clear() {
    this.#speeches.clear();
  }
}
