/** What follows from where jobs stand: whether something is being worked on here, and whether an answer waits to be heard. */

const REMEMBERED = 20; // answers that were claimed a moment ago, and are about to be heard

export class Jobs {
  paused = false; // waiting jobs wait on
  #unfinished = new Map(); // jobs of this session → their queue
  #unheard = new Map(); // answers that wait until a page can play them: id → job
  #claimed = new Map(); // those of them that some page speaks now

  /** Say whether a question of this session is on its way. */
  get busy() {
    return this.#unfinished.size > 0;
  }

  /** Say whether all questions of this session that are on their way wait because the queue is paused. */
  get held() {
    return this.paused && this.busy && [...this.#unfinished.values()].every((queue) => queue === "todo");
  }

  /** Say whether an answer waits to be heard. */
  get wait() {
    return this.#unheard.size > 0;
  }

  /** Return a job whose answer waits to be heard, or did until a moment ago. */
  waited(id) {
    return this.#unheard.get(id) ?? this.#claimed.get(id);
  }

  forget() {
    this.#unfinished.clear();
    this.#unheard.clear();
  }

  /** Take where a job stands; `own` says that it is this session's. */
  stands(queue, job, own) {
    if (own && (queue === "todo" || queue === "run")) this.#unfinished.set(job.id, queue);
    else this.#unfinished.delete(job.id);
    if (queue === "done" && job.speak && !job.spoken_by) this.#unheard.set(job.id, job);
    else this.#claim(job);
  }

  /** Take that a job has left a queue. */
  left(job) {
    this.#unheard.delete(job.id);
  }

  #claim(job) {
    if (!this.#unheard.delete(job.id)) return;
    this.#claimed.set(job.id, job);
    if (this.#claimed.size > REMEMBERED) this.#claimed.delete(this.#claimed.keys().next().value);
  }
}
