/**
 * One conversation: what the socket, the microphone and the loudspeaker say, brought together and passed on to views.
 * It knows no elements; a page gives it a thread, a board, a status line and notices.
 */

import { Asking } from "./asking.js";
import { Following } from "./following.js";
import { Listening } from "./listening.js";
import { Socket } from "./socket.js";
import { Sound } from "./sound.js";
import { Speaking } from "./speaking.js";
import { inWords } from "./words.js";

export class Conversation {
  #views;
  #socket = new Socket(this);
  #speaking;
  #listening;
  #session = null;
  #handsFreeLost = false;
  #following;
  #asking;

  /**
   * `views`: thread, board (or null), inbox, status, notices, output (an element), `level(rms)`, `mode(mode)`, and where there
   * are queues `paused(on)` and `changed(queue, message)`.
   */
  constructor(views) {
    this.#views = views;
    const sound = new Sound((waiting) => this.#playable(!waiting));
    this.#speaking = new Speaking(this.#socket, sound, views.output, this);
    this.#listening = new Listening(this.#socket, sound, this);
    this.#following = new Following(this.#socket, views, this);
    this.#asking = new Asking(this.#socket, views, this.#speaking, this);
    this.#socket.open();
  }

  // what a person does

  press() {
    this.#speaking.hush();
    this.#views.notices.clear();
    this.#listening.start("push_to_talk");
  }

  release() {
    if (this.#listening.mode === "push_to_talk") this.#listening.stop();
  }

  handsFree(on) {
    this.#views.notices.clear();
    on ? this.#listening.start("hands_free") : this.#listening.stop();
  }

  /** Ask by text; say whether it was taken. */
  ask(text) {
    return this.#asking.ask(text);
  }

  /** Do something with a job, or with a queue; say whether it was done. */
  act(type, job, more = {}) {
    return this.#asking.act(type, job, more);
  }

  /** Take back what is being said, or silence genie. */
  stop() {
    if (this.#listening.mode === "push_to_talk") this.#listening.cancel();
    this.#speaking.hush();
  }

  // what the server says

  connected(message, resumed) {
    if (message.session !== this.#session) this.#speaking.silence(); // nobody will send the rest of what is being heard
    this.#session = message.session;
    this.#views.status.connected(message.engines);
    this.#following.connected(message, resumed);
    if (this.#handsFreeLost) this.#listening.start("hands_free");
    this.#handsFreeLost = false;
  }

  lost(why) {
    this.#views.status.lost(why);
    const mode = this.#listening.drop();
    if (mode) this.#views.thread.takeBack();
    this.#handsFreeLost ||= mode === "hands_free";
  }

  get queues() {
    return this.#following;
  }

  get inbox() {
    return this.#views.inbox;
  }

  utteranceStarted({ utterance, continues }) {
    this.#views.thread.begin(utterance, continues);
  }

  utteranceEnded() {
    this.#views.status.thinking(true);
  }

  transcript(message) {
    this.#views.thread.heard(message);
    if (message.final && (message.dropped || !message.committed)) this.#following.think();
  }

  answerDelta({ job, text }) {
    this.#views.thread.delta(job, text);
  }

  answer({ job, text }) {
    this.#views.thread.answer(job, text);
    this.#speaking.answered();
  }

  get sound() {
    return this.#speaking;
  }

  error(error) {
    const { code } = error;
    if (!this.#listening.mode) this.#views.thread.takeBack(); // if it was about what was said, no words will follow
    else if (code === "utterance_too_long") this.#listening.over(); // what was said until then counts
    this.trouble(inWords(error));
    this.#following.think();
  }

  /** A job was deleted, perhaps by another page: it is heard no more. */
  deleted(job) {
    if (this.#speaking.tells(job)) this.#speaking.silence();
  }

  // what the microphone and the loudspeaker say

  listening(mode, phase) {
    this.#views.mode(mode);
    this.#views.status.listening(mode, phase);
  }

  /** The button was released: the server tells what it heard. */
  said() {
    this.#views.status.thinking(true);
  }

  cancelled() {
    this.#views.thread.takeBack();
    this.#following.think();
  }

  level(rms) {
    this.#views.level(rms);
  }

  speaking(busy, sounding, held, waits) {
    this.#views.status.speaking(busy, sounding, held, waits);
  }

  /** An answer is about to be heard; one that nobody asked for here is shown. */
  announced(job) {
    const waited = this.#following.waited(job);
    if (waited) this.#views.thread.recall(waited);
  }

  spoken(job, heard) {
    this.#views.thread.highlight(job, heard);
  }

  silenced() {
    this.#views.thread.hushed();
  }

  trouble(message, offer) {
    this.#views.notices.show(message, offer);
  }

  #playable(playable) {
    this.#views.status.muted(!playable);
    this.#speaking.playable(playable);
  }
}
