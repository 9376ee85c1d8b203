/** What follows from where jobs stand: whether something is being worked on here, and whether an answer waits to be heard. */

export class Jobs {
  paused = false; // waiting jobs wait on
  #unfinished = new Map(); // jobs of this session → their queue
  #unheard = new Map(); // answers that wait until a page can play them: id → job

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

  unheard(id) {
    return this.#unheard.get(id);
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
    else this.#unheard.delete(job.id);
  }

  /** Take that a job has left a queue. */
  left(job) {
    this.#unheard.delete(job.id);
  }
}
