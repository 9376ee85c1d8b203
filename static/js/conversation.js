/**
 * One conversation: what the socket, the microphone and the loudspeaker say, brought together and passed on to views.
 * It knows no elements; a page gives it a thread, a board, a status line and notices.
 */

import { Jobs } from "./jobs.js";
import { Listening } from "./listening.js";
import { QUEUES } from "./queues.js";
import { Socket } from "./socket.js";
import { Sound } from "./sound.js";
import { Speaking } from "./speaking.js";

export class Conversation {
  #views;
  #socket = new Socket(this);
  #speaking;
  #listening;
  #session = null;
  #handsFreeLost = false;
  #jobs = new Jobs();

  /** `views`: thread, board (or null), status, notices, output (an element), `level(rms)` and `mode(mode)`. */
  constructor(views) {
    this.#views = views;
    const sound = new Sound((waiting) => this.#playable(!waiting));
    this.#speaking = new Speaking(this.#socket, sound, views.output, this);
    this.#listening = new Listening(this.#socket, sound, this);
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
  async ask(text) {
    const key = crypto.getRandomValues(new Uint32Array(4)).join("-");
    this.#views.notices.clear();
    this.#speaking.hush();
    try {
      if (this.#socket.ready) this.#views.thread.typed(text, key);
      await this.#socket.request({ type: "ask", text, key });
      return true;
    } catch (error) {
      this.#views.thread.refused(key);
      this.error(error);
      return false;
    }
  }

  /** Cancel, retry, delete or replay a job. */
  act(type, job) {
    if (type === "job_replay" || this.#speaking.tells(job)) this.#speaking.hush(); // its sound may all be here already
    this.#socket.request({ type, job }).catch((error) => this.error(error));
  }

  /** Take back what is being said, or silence genie. */
  stop() {
    if (this.#listening.mode === "push_to_talk") this.#listening.cancel();
    this.#speaking.hush();
  }

  // what the server says

  connected({ session, engines }, resumed) {
    if (session !== this.#session) this.#speaking.silence(); // nobody will send the rest of what is being heard
    this.#session = session;
    this.#views.status.connected(engines);
    resumed ? this.#think() : this.resync();
    if (this.#handsFreeLost) this.#listening.start("hands_free");
    this.#handsFreeLost = false;
  }

  lost() {
    this.#views.status.lost();
    const mode = this.#listening.drop();
    if (mode) this.#views.thread.takeBack();
    this.#handsFreeLost ||= mode === "hands_free";
  }

  resync() {
    this.#jobs.forget();
    this.#views.thread.forgetNumbers();
    this.#socket.request({ type: "subscribe", topics: QUEUES }).catch((error) => error.code === "offline" || this.error(error));
  }

  subscribed({ state, sizes }) {
    this.#views.board?.replace(state, sizes);
    for (const queue of QUEUES) for (const job of state[queue] ?? []) this.#stands(queue, job);
  }

  moved(queue, message) {
    this.#views.board?.change(queue, message);
    message.change === "removed" ? this.#left(queue, message.job) : this.#stands(queue, message.job);
  }

  utteranceStarted({ utterance }) {
    this.#views.thread.begin(utterance);
  }

  utteranceEnded() {
    this.#views.status.thinking(true);
  }

  transcript(message) {
    this.#views.thread.heard(message);
    if (message.final && !message.committed) this.#think();
  }

  answerDelta({ job, text }) {
    this.#views.thread.delta(job, text);
  }

  answer({ job, text }) {
    this.#views.thread.answer(job, text);
  }

  get sound() {
    return this.#speaking;
  }

  disconnect({ reason }) {
    this.trouble(`genie closed the connection: ${reason}.`);
  }

  error({ code, message }) {
    if (!this.#listening.mode) this.#views.thread.takeBack(); // if it was about what was said, no words will follow
    else if (code === "utterance_too_long") this.#listening.over(); // what was said until then counts
    this.trouble(message);
    this.#think();
  }

  // what the microphone and the loudspeaker say

  listening(mode, phase) {
    this.#views.mode(mode);
    this.#views.status.listening(mode, phase);
  }

  cancelled() {
    this.#views.thread.takeBack();
    this.#think();
  }

  level(rms) {
    this.#views.level(rms);
  }

  speaking(busy) {
    this.#views.status.speaking(busy);
  }

  spoken(job, text) {
    this.#views.thread.highlight(job, text);
  }

  silenced() {
    this.#views.thread.hushed();
  }

  trouble(message) {
    this.#views.notices.show(message);
  }

  #playable(playable) {
    this.#views.status.muted(!playable);
    this.#speaking.playable(playable);
  }

  #stands(queue, job) {
    const own = job.session === this.#session;
    this.#views.thread.refresh({ ...job, queue }, own);
    this.#jobs.stands(queue, job, own);
    this.#views.status.unheard(this.#jobs.wait);
    if (own) this.#think();
  }

  #left(queue, job) {
    this.#jobs.left(job);
    this.#views.status.unheard(this.#jobs.wait);
    if (queue === "done" && this.#speaking.tells(job.id)) this.#speaking.silence(); // another page deleted it
  }

  #think() {
    this.#views.status.thinking(this.#jobs.busy);
  }
}
