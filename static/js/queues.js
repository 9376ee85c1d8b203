/** The four queues as the server told them: whole by `subscribed`, then change by change. */

export const QUEUES = ["todo", "run", "done", "dead"];

export class Queues {
  #jobs = new Map(); // id → job, with the queue it stands in
  #sizes = new Map(); // queue → how many it holds at the server, which may be more than are known here

  replace(state, sizes) {
    for (const [queue, jobs] of Object.entries(state)) {
      for (const [id, job] of this.#jobs) if (job.queue === queue) this.#jobs.delete(id);
      for (const job of jobs) this.#jobs.set(job.id, { ...job, queue });
      this.#sizes.set(queue, sizes[queue]);
    }
  }

  change(queue, { change, job, size }) {
    this.#sizes.set(queue, size);
    if (change !== "removed") this.#jobs.set(job.id, { ...job, queue });
    else if (this.#jobs.get(job.id)?.queue === queue) this.#jobs.delete(job.id);
  }

  size(queue) {
    return this.#sizes.get(queue) ?? 0;
  }

  /** Return the jobs of a queue: waiting ones in their order, finished ones newest first. */
  list(queue) {
    const jobs = [...this.#jobs.values()].filter((job) => job.queue === queue);
    if (queue === "todo" || queue === "run") return jobs.sort((a, b) => order(a).localeCompare(order(b)));
    return jobs.sort((a, b) => (b.finished_at ?? "").localeCompare(a.finished_at ?? "") || b.id.localeCompare(a.id));
  }
}

function order({ position, id }) {
  return `${String(position ?? 0).padStart(6, "0")} ${id}`;
}
