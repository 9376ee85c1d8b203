/** One job in full: its texts, how long each stage took, and its way between the queues. */

import { actions } from "./actions.js";
import { get } from "./api.js";
import { make, say } from "./dom.js";
import { moment, sentence } from "./format.js";
import { stages } from "./stages.js";

const REFRESH_MS = 300;

export class Details {
  #dialog = make("dialog", "details");
  #body = make("div", "details-body");
  #act;
  #job = null;
  #timer = null;

  /** `act(type, job)` carries out what is asked for. */
  constructor(act) {
    this.#act = act;
    this.#dialog.append(this.#body);
    this.#dialog.setAttribute("aria-labelledby", "details-title");
    this.#dialog.onclick = ({ target }) => target === this.#dialog && this.#dialog.close(); // beside it
    this.#dialog.onclose = () => (this.#job = null);
    document.body.append(this.#dialog);
  }

  /** Show what is known of a job, then all there is. */
  open(job) {
    this.#job = job.id;
    this.#show(job);
    this.#dialog.showModal();
    this.#fetch();
  }

  /** Something happened to a job. */
  changed(id, gone) {
    if (id !== this.#job) return;
    if (gone) return this.#dialog.close();
    this.#timer ??= setTimeout(() => this.#fetch(), REFRESH_MS);
  }

  async #fetch() {
    this.#timer = null;
    const wanted = this.#job;
    if (!wanted) return;
    const job = await get(`api/jobs/${wanted}`).catch((error) => error);
    if (wanted !== this.#job) return;
    if (job.id) this.#show(job);
    else if (job.code === "no_such_job") this.#dialog.close();
    else say(this.#body.querySelector(".card-error"), sentence(job.message));
  }

  #show(job) {
    const focused = this.#body.contains(document.activeElement) ? document.activeElement.dataset.action : null;
    const title = make("h2", "", job.question);
    title.id = "details-title";
    const close = make("button", "quiet", "Close");
    close.type = "button";
    close.dataset.action = "close";
    close.onclick = () => this.#dialog.close();
    const error = make("p", "card-error");
    say(error, job.error ? `${sentence(job.error.message)} (${job.error.code})` : "");
    const answer = make("p", "details-answer");
    say(answer, job.answer ?? "");
    const heard = make("p", "details-heard");
    say(heard, job.heard ? until(job.heard) : "");
    const wanted = actions(job.queue, job, (action) => {
      if (action === "job_delete") this.#dialog.close();
      this.#act(action, job.id);
    });
    const buttons = wanted.filter(({ dataset }) => dataset.action?.startsWith("job_") ?? true);
    this.#body.replaceChildren(
      title, answer, heard, error,
      table("How it went", stages(job)),
      table("Where it was", (job.history ?? []).filter(({ change }) => change === "added").map(step)),
      make("p", "details-id", `Job ${job.id}`),
      make("div", "details-actions", ...buttons, close),
    );
    if (focused) (this.#body.querySelector(`[data-action="${focused}"]`) ?? close).focus();
  }
}

/** Say how far an answer was heard that was stopped: by its user, by something urgent, or since its page was closed. */
function until({ text, samples, sample_rate: rate }) {
  return text ? `It was heard until “${text}” (${(samples / rate).toFixed(1)} s).` : "It was stopped before its first word.";
}

function table(name, rows) {
  const list = make("dl", "", ...rows.flatMap(([term, text]) => [make("dt", "", term), make("dd", "", text)]));
  const part = make("section", "", make("h3", "", name), list);
  part.hidden = rows.length === 0;
  return part;
}

function step({ at, queue, status, code }) {
  return [queue, [moment(at), status === "pending" || status === "running" ? "" : status, code].filter(Boolean).join(" · ")];
}
