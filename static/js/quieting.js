/** When notifications are not heard: muted from now on, or in hours of each day. What is urgent is heard all the same. */

import { get, send } from "./api.js";
import { make } from "./dom.js";

const PATH = "api/notifications/quiet";

export class Quieting {
  root = make("section", "quieting");
  #ask;
  #mute = make("button", "switch", make("span", "track"), "Mute all but urgent ones");
  #start = time("Quiet from");
  #end = time("until");
  #none = make("button", "quiet", "No quiet hours");
  #shown = null;

  /** `ask(request)` carries a request out, and shows why it was refused. */
  constructor(ask) {
    this.#ask = ask;
    this.#mute.type = this.#none.type = "button";
    this.#mute.setAttribute("role", "switch");
    this.#mute.firstChild.setAttribute("aria-hidden", "true");
    this.#mute.onclick = () => this.#set({ muted: this.#mute.getAttribute("aria-checked") !== "true" });
    this.#none.onclick = () => this.#unset();
    for (const { field } of [this.#start, this.#end]) field.onchange = () => this.#choose();
    this.root.append(this.#mute, make("p", "quieting-hours", this.#start.label, this.#end.label, this.#none));
    this.#show({ muted: false, hours: "" });
  }

  load() {
    this.#shown = null;
    return this.#ask(async () => this.#show(await get(PATH)));
  }

  #choose() {
    const [start, end] = [this.#start.field.value, this.#end.field.value];
    if (start && end) this.#set({ hours: `${start}-${end}` });
    else if (!start && !end) this.#set({ hours: "" }); // what is not shown must not be in force
  }

  async #unset() {
    await this.#set({ hours: "" });
    if (this.#none.hidden) this.#start.field.focus(); // the button that had the focus is gone
  }

  #set(wanted) {
    return this.#ask(async () => this.#show(await send("POST", PATH, wanted)));
  }

  /** Hours of one's own win over those of the server's settings (`otherwise`). */
  #show(quiet) {
    const hours = quiet.hours ?? quiet.otherwise ?? "";
    this.#mute.setAttribute("aria-checked", String(quiet.muted));
    if (hours === this.#shown) return quiet; // what is half typed stays
    const [start, end] = hours.split("-").map((part) => part.trim().padStart(5, "0"));
    this.#shown = hours;
    this.#start.field.value = end ? start : "";
    this.#end.field.value = end ?? "";
    this.#none.hidden = !end;
    return quiet;
  }
}

function time(name) {
  const field = make("input");
  field.type = "time";
  return { field, label: make("label", "", `${name} `, field) };
}
