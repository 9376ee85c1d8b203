/**
 * One socket to the server: greets, resumes after a drop with jittered backoff, and hands every message to its
 * listener. Messages are a closed set: one that is not known here is an error, never ignored.
 */

import { greeting, socketAddress } from "./greeting.js";
import { BARRED } from "./login.js";
import { Requests } from "./requests.js";

const FIRST_DELAY_MS = 500;
const LAST_DELAY_MS = 15_000;
const HEARTBEAT_MS = 20_000; // a half-open connection is noticed after two of these
const BACKLOG_BYTES = 512 * 1024; // about five seconds of a 48 kHz microphone: later than that nobody wants the answer

export class Socket {
  #listener;
  #socket = null;
  #session = null;
  #epoch = null;
  #seq = 0;
  #greeted = false;
  #subscribed = false; // a session that is not told of the queues cannot go on where it stood
  #attempt = 0;
  #timer = null;
  #quiet = false;
  #opened = false;
  #zoned = true;
  #requests = new Requests();
  #goodbye = {}; // what the server said before it closed

  about = { sampleRate: null, speech: "later" }; // of the microphone, once it is known; whether the page can play yet

  constructor(listener) {
    this.#listener = listener;
    addEventListener("online", () => this.#timer !== null && this.open());
    addEventListener("pagehide", () => this.#socket?.close(1000));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#check());
    setInterval(() => this.#check(), HEARTBEAT_MS);
  }

  get ready() {
    return this.#greeted;
  }

  open() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const socket = new WebSocket(socketAddress());
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#hello(socket);
    socket.onmessage = (event) => this.#socket === socket && this.#receive(event.data);
    socket.onclose = (event) => this.#closed(socket, event);
    this.#socket = socket;
    this.#quiet = this.#opened = false;
  }

  /** Send a message that needs no answer; say whether it left. */
  send(message) {
    if (!this.#greeted) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Send a message and wait for its `accepted`; reject with the server's `error`. */
  request(message) {
    if (!this.#greeted) return Promise.reject({ code: "offline", message: "There is no connection to genie just now." });
    return this.#requests.make((ref) => this.send({ ...message, ref }));
  }

  /** Send sound; say whether the connection keeps up. */
  sendAudio(pcm) {
    if (!this.#greeted || this.#socket.bufferedAmount > BACKLOG_BYTES) return false;
    this.#socket.send(pcm);
    return true;
  }

  #hello(socket) {
    this.#opened = true;
    const resume = this.#session && { session: this.#session, epoch: this.#epoch, after_seq: this.#seq };
    socket.send(JSON.stringify(greeting({ resume, ...this.about, zoned: this.#zoned })));
  }

  #receive(frame) {
    this.#quiet = false;
    if (frame instanceof ArrayBuffer) this.#listener.sound.frame(frame);
    else this.#dispatch(JSON.parse(frame));
  }

  #dispatch(message) {
    const to = this.#listener;
    switch (message.type) {
      case "connect":
        return this.#connected(message);
      case "accepted":
        return this.#requests.settle(message, "resolve");
      case "subscribed":
        this.#requests.settle(message, "resolve");
        if (!message.state.todo) return undefined; // it was not about the queues
        this.#seq = message.seq;
        this.#subscribed = true;
        return to.queues.subscribed(message);
      case "resync":
        this.#epoch = message.epoch;
        this.#seq = message.seq;
        this.#subscribed = false;
        return to.queues.resync();
      case "utterance_started":
        return to.utteranceStarted(message);
      case "utterance_ended":
        return to.utteranceEnded(message);
      case "transcript":
        return to.transcript(message);
      case "todo_update":
      case "run_update":
      case "done_update":
      case "dead_update":
        return this.#moved(message.type.replace("_update", ""), message);
      case "queue_state":
        return to.queues.paused(message.paused);
      case "progress":
        return to.queues.progress(message);
      case "answer_delta":
        return to.answerDelta(message);
      case "answer":
        return to.answer(message);
      case "audio_update":
        return to.sound.begin(message);
      case "caption":
        return to.sound.caption(message);
      case "audio_end":
        return to.sound.end(message);
      case "audio_hold":
        return to.sound.hold(message.on);
      case "notification_sound_update":
        return to.inbox.told(message);
      case "inbox_update":
        return to.inbox.counted(message);
      case "error":
        if (message.ref === "hello" && message.code === "unknown_timezone" && this.#zoned) {
          this.#zoned = false; // this browser is newer than the server's list of zones: the server's own will do
          return this.#hello(this.#socket);
        }
        return message.code === BARRED || this.#requests.settle(message, "reject") || to.error(message);
      case "time_update":
      case "pong":
        return undefined; // no page subscribes to the clock, and any message at all shows that the server lives
      case "disconnect":
        this.#goodbye = message;
        return undefined;
      default:
        throw new Error(`genie sent a message this page does not know: ${message.type}. Reload the page.`);
    }
  }

  #connected(message) {
    const resumed = this.#subscribed && message.session === this.#session && message.epoch === this.#epoch;
    this.#session = message.session;
    this.#epoch = message.epoch;
    this.#subscribed = resumed;
    if (!resumed) this.#seq = message.seq; // a resumed stream goes on from where this page stands
    this.#greeted = true;
    this.#attempt = 0;
    this.#listener.connected(message, resumed);
  }

  #moved(queue, message) {
    this.#seq = Math.max(this.#seq, message.seq);
    this.#listener.queues.moved(queue, message);
  }

  #closed(socket, event) {
    if (this.#socket !== socket) return;
    this.#greeted = false;
    this.#listener.sound.hold(false);
    this.#requests.fail({ code: "offline", message: "The connection was lost before genie answered." });
    const backoff = Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempt++);
    const delay = Math.max((this.#goodbye.retry_after ?? 0) * 1000, backoff * (0.5 + Math.random() / 2));
    if (event.reason === BARRED) dispatchEvent(new Event(BARRED)); // a login loads the page anew
    else this.#timer = setTimeout(() => this.open(), delay);
    this.#listener.lost({ code: this.#goodbye.code ?? event.code, delay, opened: this.#opened });
    this.#goodbye = {};
  }

  #check() {
    if (!this.#greeted) return;
    if (this.#quiet) {
      this.#socket.close(); // its closing handshake may never come: go on without it
      this.#closed(this.#socket, { code: 1006, reason: "no answer" });
      this.#socket = null;
    } else {
      this.#quiet = true;
      this.send({ type: "ping" });
    }
  }
}
