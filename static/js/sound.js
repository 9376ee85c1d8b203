/**
 * The page's one audio context. Browsers let it run only after a tap or a key, so it is unlocked inside the first one.
 */

export class Sound {
  #context = null;
  #waiting = null;
  #changed;

  /** `changed(waiting)` is told whether sound waits for a tap. */
  constructor(changed) {
    this.#changed = changed;
    for (const gesture of ["pointerdown", "pointerup", "keydown"]) {
      addEventListener(gesture, () => this.unlock(), { capture: true });
    }
  }

  get context() {
    if (!this.#context) {
      this.#context = new AudioContext({ latencyHint: "interactive" });
      this.#context.onstatechange = () => this.#tell();
      this.#tell();
    }
    return this.#context;
  }

  /** Start or resume the context; only works inside a tap or a key press. */
  unlock() {
    if (this.context.state !== "running") this.context.resume().catch(() => this.#tell());
  }

  #tell() {
    const waiting = this.#context.state !== "running";
    if (waiting === this.#waiting) return;
    this.#waiting = waiting;
    this.#changed(waiting);
  }
}
