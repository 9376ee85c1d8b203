/** What follows from where jobs stand: whether something is being worked on here, and whether an answer waits to be heard. */

export class Jobs {
  #unfinished = new Set(); // jobs of this session
  #unheard = new Set(); // answers that wait until a page can play them

  /** Say whether a question of this session is on its way. */
  get busy() {
    return this.#unfinished.size > 0;
  }

  /** Say whether an answer waits to be heard. */
  get wait() {
    return this.#unheard.size > 0;
  }

  forget() {
    this.#unfinished.clear();
    this.#unheard.clear();
  }

  /** Take where a job stands; `own` says that it is this session's. */
  stands(queue, job, own) {
    this.#note(this.#unfinished, job, own && (queue === "todo" || queue === "run"));
    this.#note(this.#unheard, job, queue === "done" && job.speak && !job.spoken_by);
  }

  /** Take that a job has left a queue. */
  left(job) {
    this.#unheard.delete(job.id);
  }

  #note(jobs, job, belongs) {
    if (belongs) jobs.add(job.id);
    else jobs.delete(job.id);
  }
}
