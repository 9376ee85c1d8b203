/** The notifications of this user: a bell with the number of unread ones, and a list to read, hear again and clear. */

import { get, send } from "./api.js";
import { button, make, say } from "./dom.js";
import { moment } from "./format.js";
import { Quieting } from "./quieting.js";
import { inWords } from "./words.js";

const PATH = "api/notifications";
const NAME = "Notifications";
const TODAY = new Intl.DateTimeFormat([], { hour: "numeric", minute: "2-digit" });
const EARLIER = new Intl.DateTimeFormat([], { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });

export class Inbox {
  #bell;
  #count;
  #news;
  #session = null;
  #unread = 0;
  #next = null;
  #came = false; // something that nobody may have looked at yet, while the list was open
  #title = make("h2", "", NAME);
  #dialog = make("dialog", "details inbox");
  #list = make("ul", "inbox-list");
  #none = make("p", "inbox-none", "Nothing yet. What programs tell you through genie comes here.");
  #error = make("p", "card-error");
  #more = button("Show older", () => this.#load(this.#next));
  #clear = button("Clear all", () => this.#empty());
  #close = button("Close", () => this.#dialog.close());
  #quieting = new Quieting((request) => this.#ask(request));

  /** `news` shows what is told just now. */
  constructor(bell, news) {
    this.#bell = bell;
    this.#count = bell.querySelector("span");
    this.#news = news;
    bell.onclick = () => this.open();
    this.#title.id = "inbox-title";
    this.#title.tabIndex = -1; // the keyboard begins there: what stands below comes and goes
    this.#error.setAttribute("role", "alert");
    const body = make("div", "details-body", this.#title, this.#error, this.#none, this.#list, this.#more, this.#quieting.root);
    body.append(make("div", "details-actions", this.#clear, this.#close));
    this.#dialog.append(body);
    this.#dialog.setAttribute("aria-labelledby", this.#title.id);
    this.#dialog.addEventListener("click", ({ target }) => target === this.#dialog && this.#dialog.close()); // beside it
    this.#dialog.onclose = () => this.#came && this.#ask(() => this.#read());
    document.body.append(this.#dialog);
    this.#ring();
  }

  open() {
    say(this.#error, "");
    this.#news.clear();
    this.#dialog.showModal();
    this.#title.focus();
    this.#load(null, document.documentElement.dataset.state !== "muted"); // what waits for this very tap is heard
    this.#quieting.load();
  }

  // what the server says

  connected(session) {
    this.#session = session;
  }

  told(message) {
    this.#news.told(message);
  }

  counted(message) {
    const isMore = message.unread > this.#unread;
    this.#news.counted(message);
    this.#unread = message.unread;
    this.#ring();
    if (this.#dialog.open && isMore) this.#load(null, false);
  }

  #ring() {
    say(this.#count, this.#unread > 99 ? "99+" : this.#unread > 0 ? String(this.#unread) : "");
    this.#bell.setAttribute("aria-label", this.#unread > 0 ? `${NAME}, ${this.#unread} unread` : NAME);
  }

  /**
   * Show the newest notifications, or those before one of them. What somebody asked for counts as read, and is not said any
   * more; what came by itself does when the list is closed.
   */
  async #load(before = null, asked = true) {
    await this.#ask(async () => {
      const page = await get(before ? `${PATH}?limit=50&before=${before}` : `${PATH}?limit=50`);
      const rows = page.notifications.map((one) => this.#row(one));
      before ? this.#list.append(...rows) : this.#fill(rows);
      this.#next = page.next;
      this.#came = page.unread > 0;
      if (this.#came && asked) await this.#read();
      return page;
    });
  }

  #read() {
    this.#came = false;
    return send("POST", `${PATH}/read`, {});
  }

  /** Replace the rows; the keyboard stays on the button that it was on. */
  #fill(rows) {
    const { notification, act } = document.activeElement?.closest("[data-act]")?.dataset ?? {};
    this.#list.replaceChildren(...rows);
    if (act) this.#list.querySelector(`[data-notification="${notification}"][data-act="${act}"]`)?.focus();
  }

  #row({ id, text, at, read, priority }) {
    const when = new Date(at);
    const time = make("time", "", (isToday(when) ? TODAY : EARLIER).format(when));
    time.dateTime = at;
    time.title = moment(at);
    const foot = make("p", "inbox-foot", time);
    if (priority === "urgent") foot.append(make("span", "inbox-urgent", "urgent"));
    const hear = button("Hear", () => this.#hear(id));
    const remove = button("Remove", () => this.#remove(id, row));
    for (const [one, act] of [[hear, "hear"], [remove, "remove"]]) {
      one.setAttribute("aria-label", `${one.textContent}: ${text}`);
      Object.assign(one.dataset, { act, notification: id });
    }
    foot.append(make("span", "inbox-actions", hear, remove));
    const row = make("li", "", make("p", "inbox-text", text), foot);
    if (!read) row.dataset.unread = "";
    return row;
  }

  #hear(id) {
    return this.#ask(() => send("POST", `${PATH}/${id}/replay`, this.#session ? { session: this.#session } : {}));
  }

  async #remove(id, row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    if (!(await this.#ask(() => send("DELETE", `${PATH}/${id}`, {})))) return;
    (next?.querySelector("[data-act=remove]") ?? this.#close).focus();
    row.remove();
    this.#measure();
  }

  async #empty() {
    if (await this.#ask(() => send("DELETE", PATH, {}))) this.#close.focus();
  }

  /** Carry a request out, or say why it was refused; say whether it went well. */
  async #ask(request) {
    try {
      const { total } = await request();
      say(this.#error, "");
      if (total === 0) this.#list.replaceChildren();
      this.#measure();
      return true;
    } catch (error) {
      say(this.#error, inWords(error));
      return false;
    }
  }

  #measure() {
    const isEmpty = this.#list.children.length === 0;
    this.#none.hidden = !isEmpty;
    this.#clear.hidden = isEmpty;
    this.#more.hidden = isEmpty || !this.#next;
  }
}

function isToday(date) {
  return date.toDateString() === new Date().toDateString();
}
