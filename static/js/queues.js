/** The four queues, and the order in which each is shown. */

export const QUEUES = ["todo", "run", "done", "dead"];

/** Say whether job `a` stands before job `b`: waiting ones in their order, finished ones newest first. */
export function isBefore(queue, a, b) {
  if (queue === "todo") return `${a.place ?? ""} ${a.id}` < `${b.place ?? ""} ${b.id}`;
  if (queue === "run") return a.id < b.id;
  return `${a.finished_at ?? ""} ${a.id}` > `${b.finished_at ?? ""} ${b.id}`;
}
