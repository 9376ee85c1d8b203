/** Says which piece of a speech is being heard, and which of its words, from the number of samples played. */

export const NOTHING = { text: "", word: null };

export class Captions {
  #speeches = new Map(); // speech → {job, pieces: [{text, first, words: [{start, end, from}]}]}

  begin(speech, job) {
    this.#speeches.set(speech, { job, pieces: [] });
  }

  /** A piece that is captioned again has more words known; each is `[start, end, sample]`, in code points of the text. */
  add({ speech, text, first_sample: first, words = [] }) {
    const pieces = this.#speeches.get(speech)?.pieces;
    if (pieces?.at(-1)?.first === first) pieces.pop();
    const at = places(text);
    pieces?.push({ text, first, words: words.map(([start, end, from]) => ({ start: at[start], end: at[end], from })) });
  }

  job(speech) {
    return this.#speeches.get(speech)?.job ?? null;
  }

  jobs() {
    return [...this.#speeches.values()].map(({ job }) => job);
  }

  /** Return the text of the piece that is heard at this sample, and where in it its word stands, if that is known. */
  at(speech, sample) {
    const piece = this.#speeches.get(speech)?.pieces.findLast(({ first }) => first <= sample);
    return piece ? { text: piece.text, word: piece.words.findLast(({ from }) => from <= sample) ?? null } : NOTHING;
  }

  end(speech) {
    this.#speeches.delete(speech);
  }

  clear() {
    this.#speeches.clear();
  }
}

/** Return for each code point of a text where it stands in the string: an emoji is one of them and two of its units. */
function places(text) {
  const found = [0];
  for (const point of text) found.push(found.at(-1) + point.length);
  return found;
}
