/** What genie says aloud: sound to the player, captions in time with it, and word to the server of how much was heard. */

import { Captions, NOTHING } from "./captions.js";
import { Player, canPlay } from "./player.js";
import { CHOOSING } from "./voices.js";
import { stoodInWords } from "./words.js";

const STILL = 6; // reports of the player without any progress, 50 ms apart, after which nothing sounds
const CHOOSE = { label: "Voice…", act: () => dispatchEvent(new Event(CHOOSING)) };

export class Speaking {
  #socket;
  #listener;
  #captions = new Captions();
  #player;
  #told = false;
  #missing; // the voice that the last speech should have had, where the engine lacks it
  #still = STILL;
  #held = false;
  #heard = 0;
  #waiting = new Map(); // speech → job, of those that go on behind something urgent and do not sound yet
  #unwanted = 0; // the newest speech that was silenced while nobody could be told

  /** `listener` has `announced(job)`, `speaking(busy, sounding, held, waits)`, `spoken(job, {text, word})`, `silenced()` and `trouble(message, offer)`. */
  constructor(socket, sound, output, listener) {
    this.#socket = socket;
    this.#listener = listener;
    this.#player = new Player(sound, output, this);
    if (!canPlay()) socket.about.speech = "never";
  }

  /** Say that the page may play from now on, or not: browsers play nothing before a tap. */
  playable(playable) {
    if (!canPlay()) return;
    this.#socket.about.speech = playable ? "now" : "later";
    this.#socket.send({ type: playable ? "subscribe" : "unsubscribe", topics: ["speech"] });
  }

  /** An answer is there: say once why it is not heard where pages may not play. */
  answered() {
    if (canPlay() || this.#told) return;
    this.#told = true;
    this.#listener.trouble("Browsers play genie's voice only on pages on https or on localhost. Here the answers are read.");
  }

  get busy() {
    return this.#player.busy || this.#waiting.size > 0;
  }

  /** Say whether the answer of this job is being heard, or is about to be. */
  tells(job) {
    return this.#captions.jobs().includes(job);
  }

  begin({ speech, job, sample_rate: rate, voice, instead_of: missing, continues }) {
    if ((continues ?? speech) <= this.#unwanted) return this.#socket.send({ type: "speech_stop" });
    if (this.#waiting.delete(continues)) this.#waiting.set(speech, job);
    if (this.#player.knows(speech)) return; // it goes on after a drop
    this.#captions.begin(speech, job);
    this.#player.begin(speech, rate);
    this.#listener.announced(job);
    if (missing && missing !== this.#missing) this.#listener.trouble(stoodInWords(voice, missing), CHOOSE);
    this.#missing = missing;
    this.#tell();
  }

  frame(frame) {
    this.#player.frame(frame);
  }

  caption(message) {
    this.#captions.add(message);
  }

  end(message) {
    this.#ended(message);
    if (message.reason === "stopped" && this.#held) this.hold(false);
  }

  #ended({ speech, reason, goes_on: goesOn = false }) {
    if (!this.#player.knows(speech)) return this.#forget(speech);
    if (goesOn) return this.#wait(speech);
    if (reason === "stopped") return this.#drop(speech);
    this.#player.end(speech);
    if (reason === "failed") this.#listener.trouble("The voice failed before the end of the answer; its text is complete.");
  }

  /** Let go of the rest of a speech, which comes again: until then its place in the text stays marked. */
  #wait(speech) {
    const { heard } = this.#player;
    if (heard.speech === speech) this.#socket.send({ type: "speech_played", ...heard });
    this.#waiting.set(speech, this.#captions.job(speech));
    this.#player.drop(speech);
    this.#captions.end(speech);
    this.#tell();
  }

  /** What waits to go on is not wanted any more. */
  #forget(speech) {
    const job = this.#waiting.get(speech);
    if (!this.#waiting.delete(speech)) return;
    if (!this.busy) return this.silence();
    this.#listener.spoken(job, NOTHING);
    this.#tell();
  }

  /** Let go of one speech; when that was all, genie is silent. */
  #drop(speech) {
    this.#player.drop(speech);
    this.#waiting.delete(speech);
    if (!this.busy) return this.silence();
    this.#listener.spoken(this.#captions.job(speech), NOTHING);
    this.#captions.end(speech);
  }

  /** Pause, or go on: somebody speaks, who may want to interrupt. */
  hold(on) {
    this.#held = on;
    this.#player.hold(on);
    this.#tell();
  }

  /** Be silent now, here and at the server. */
  hush() {
    if (!this.busy) return;
    const newest = this.#player.newest;
    const stop = { type: "speech_stop", ...this.#player.heard };
    this.silence();
    if (!this.#socket.send(stop)) this.#unwanted = newest;
  }

  /** Be silent now, here: what is still to come of these speeches is not played. */
  silence() {
    this.#player.stop();
    this.#waiting.clear();
    this.#captions.clear();
    this.#listener.silenced();
    this.#still = STILL;
    this.#held = false;
    this.#tell();
  }

  // what the player tells

  progress(speech, samples) {
    this.#still = samples === this.#heard ? this.#still + 1 : 0;
    this.#heard = samples;
    this.#waiting.delete(speech);
    this.#tell();
    this.#mark(speech, this.#captions.at(speech, samples));
  }

  played(speech, samples, whole) {
    this.#socket.send({ type: "speech_played", speech, samples });
    if (!whole) return;
    this.#waiting.delete(speech); // of a short rest nothing else is told
    this.#still = STILL;
    this.#mark(speech, NOTHING);
    this.#captions.end(speech);
    this.#tell();
  }

  /** Mark what is heard, and nothing at all where the connection is lost and what came before that was heard. */
  #mark(speech, heard) {
    const isOver = !this.#socket.ready && (this.#still >= STILL || !this.#player.busy);
    isOver ? this.#listener.silenced() : this.#listener.spoken(this.#captions.job(speech), heard);
  }

  overflow() {
    this.#listener.trouble("Sound came faster than it can be played; a part of the answer is not heard.");
  }

  /** Speech may be announced and not sound: the voice prepares it, or the rest of it is late. */
  #tell() {
    this.#listener.speaking(this.busy, this.busy && this.#still < STILL, this.busy && this.#held, this.#waiting.size > 0);
  }
}
