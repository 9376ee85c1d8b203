/** Says which piece of a speech is being heard, from the number of samples played. */

export class Captions {
  #speeches = new Map(); // speech → {job, pieces: [{text, first}]}

  begin(speech, job) {
    this.#speeches.set(speech, { job, pieces: [] });
  }

  add({ speech, text, first_sample: first }) {
    this.#speeches.get(speech)?.pieces.push({ text, first });
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
