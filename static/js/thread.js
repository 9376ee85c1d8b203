/** The conversation's turns, the newest last; finds the turn that a message belongs to. */

import { Turn } from "./turn.js";
import { showWord } from "./word.js";

const NEAR_PX = 200;
const MARGIN_PX = 12;

export class Thread {
  #list;
  #voice;
  #keep;
  #turns = [];

  /** `list` holds the turns, `voice` is the live region that tells screen readers, `keep` how many turns are shown. */
  constructor(list, voice, keep) {
    this.#list = list;
    this.#voice = voice;
    this.#keep = keep;
  }

  /** With `continues` the question of that utterance was taken back: what is said now goes on with it. */
  begin(utterance, continues = null) {
    const turn = continues === null ? null : this.#find({ utterance: continues });
    if (turn) turn.goOn(utterance);
    else if (!this.#find({ utterance })) this.#add(new Turn({ utterance }));
  }

  heard({ utterance, committed, tentative = "", final = false, dropped = null }) {
    this.begin(utterance);
    const turn = this.#find({ utterance });
    if (dropped) return this.#drop(turn); // it was said into an answer, and asks nothing
    turn.hear(committed, tentative, final);
    if (final && committed) this.#announce(`You said: ${committed}`);
    else if (final) this.#nothing(turn);
    this.#follow();
  }

  typed(text, key) {
    this.#add(new Turn({ key, said: text }));
  }

  /** What was being said last is not heard to its end: it is not part of the conversation. */
  takeBack() {
    const turn = this.#turns.at(-1);
    if (turn?.open && turn.job === null) this.#drop(turn);
  }

  /** A typed question was not taken: it is not part of the conversation. */
  refused(key) {
    const turn = this.#find({ key });
    if (turn) this.#drop(turn);
  }

  /** Show a job's state; `own` says that it is this session's, so that it may be the one just spoken. */
  refresh(job, own) {
    const turn = this.#find({ job: job.id }) ?? (job.key && this.#find({ key: job.key })) ?? (own && this.#asked(job.question));
    if (!turn) return;
    turn.refresh(job);
    if (job.status === "failed") this.#announce(`That failed: ${job.error?.message ?? ""}`);
    this.#follow();
  }

  /** Show an answer that is about to be heard, though it was not asked for here. */
  recall(job) {
    if (this.#find({ job: job.id })) return;
    const turn = new Turn({ said: job.question });
    turn.refresh(job);
    this.#add(turn);
  }

  delta(job, text) {
    const turn = this.#find({ job });
    turn?.answer(turn.text + text);
    this.#follow();
  }

  answer(job, text) {
    const turn = this.#find({ job });
    if (!turn) return;
    turn.answer(text);
    this.#announce(`genie: ${text}`);
    this.#follow();
  }

  /** Mark what is heard of a job's answer: a piece of it, and the word within that piece where it is known. */
  highlight(job, { text, word }) {
    const turn = job && this.#find({ job });
    if (!turn) return;
    if (turn.highlight(text)) this.#reveal(turn.mark);
    showWord(turn.heard, word);
  }

  hushed() {
    for (const turn of this.#turns) turn.highlight("");
    showWord(null, null);
  }

  /** A new session counts its utterances anew. */
  forgetNumbers() {
    for (const turn of this.#turns) turn.utterance = null;
  }

  #find(wanted) {
    const [[name, value]] = Object.entries(wanted);
    return this.#turns.findLast((turn) => turn[name] === value);
  }

  #asked(question) {
    const open = this.#turns.filter((turn) => turn.utterance !== null && turn.job === null && turn.said);
    return open.find((turn) => turn.said === question) ?? open[0];
  }

  #add(turn) {
    this.#turns.push(turn);
    this.#list.append(turn.element);
    while (this.#turns.length > this.#keep) this.#drop(this.#turns[0]);
    turn.element.scrollIntoView({ block: "nearest" });
  }

  #drop(turn) {
    this.#turns.splice(this.#turns.indexOf(turn), 1);
    turn.element.remove();
  }

  #nothing(turn) {
    turn.remark("I heard nothing. Speak a little longer, or closer to the microphone.");
    turn.utterance = null;
    this.#announce("I heard nothing.");
  }

  #announce(text) {
    this.#voice.textContent = text;
  }

  /** Scroll as little as shows this element. */
  #reveal(element) {
    const frame = this.#list.parentElement;
    const [seen, wanted] = [frame.getBoundingClientRect(), element.getBoundingClientRect()];
    if (wanted.top < seen.top) frame.scrollTop += wanted.top - seen.top - MARGIN_PX;
    else if (wanted.bottom > seen.bottom) frame.scrollTop += wanted.bottom - seen.bottom + MARGIN_PX;
  }

  /** Keep the newest text in view, unless somebody scrolled back to read, or what is being said stands further up. */
  #follow() {
    if (this.#turns.some((turn) => turn.mark.textContent)) return;
    const frame = this.#list.parentElement;
    const hidden = frame.scrollHeight - frame.clientHeight - frame.scrollTop;
    if (hidden < NEAR_PX) frame.scrollTop = frame.scrollHeight;
  }
}
