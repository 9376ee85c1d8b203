/** A job's timeline in words. */

import { duration, moment } from "./format.js";

const ENDS = { completed: "Answer complete", failed: "Failed", cancelled: "Cancelled" };

/** Return pairs of a stage and how long it took. */
export function stages({ status, agent, priority, same_as: same, timeline = {}, created_at: created, finished_at: finished, speak, spoken_by: by }) {
  const { speech_end: spoken, final_text: understood, pushed = created, started, first_text: first, first_audio: heard, heard_until: until } = timeline;
  const from = spoken ? "after you let go" : "after it was asked";
  const rows = [
    [spoken ? "You let go" : "Asked", moment(spoken ?? pushed)],
    ["Words understood", took(duration(spoken, understood), "later")],
    ["Waited for its turn", duration(pushed, started)],
    ["First words written", took(duration(started, first), "after it was started")],
    [ENDS[status] ?? "", started ? took(duration(started, finished), "after it was started") : moment(finished ?? created)],
    ["First sound", took(duration(spoken ?? pushed, heard), from)],
    ["Heard until", until ? moment(until) : ""],
    ["Heard", status === "completed" && speak && !by ? "not yet" : ""],
    ["Answered by", agent ?? ""],
    ["Answer taken from", same && status === "completed" ? `the same question (${same})` : ""],
    ["Priority", priority === "normal" ? "" : priority],
  ];
  return rows.filter(([name, text]) => name && text);
}

function took(time, words) {
  return time && `${time} ${words}`;
}
