/**
 * Shows which word is being said. The browser paints it over the text, which stays one run of letters: lines do not move,
 * scripts whose letters join or run from the right stay as they are, and what somebody has selected stays selected.
 */

const NAME = "heard"; // as in base.css; there is one, as one answer is heard at a time

/** Show the word `start`..`end` of an element's text, or none. Browsers that cannot show the piece alone. */
export function showWord(element, word) {
  const marks = globalThis.CSS?.highlights;
  const text = element?.firstChild;
  if (!marks) return;
  if (!text || !word || word.end > text.length) return marks.delete(NAME);
  const range = new StaticRange({ startContainer: text, startOffset: word.start, endContainer: text, endOffset: word.end });
  marks.set(NAME, new Highlight(range));
}
