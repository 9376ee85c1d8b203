/** Logging in, where the server asks who one is, and out again. The token is sent once and kept nowhere. */

import { make, say } from "./dom.js";

export const BARRED = "unauthorized"; // why the server refuses or closes a socket whose user it does not know

export class Login {
  #leave;
  #dialog = null;
  #pages = new BroadcastChannel("genie-login"); // this browser's other pages share the login

  /** `leave` is the button that logs out; it is shown where somebody is logged in. */
  constructor(leave) {
    this.#leave = leave;
    leave.onclick = () => this.#logOut();
    addEventListener(BARRED, () => this.#ask());
    this.#pages.onmessage = () => location.reload();
    this.#greet();
  }

  async #greet() {
    const reply = await fetch("api/login").catch(() => null); // the socket says it when the server is away
    const { user, tokens } = reply?.ok ? await reply.json() : {};
    this.#leave.hidden = !(tokens && user);
    if (user) this.#leave.title = `You are ${user}`;
  }

  #ask() {
    if (this.#dialog) return;
    const token = make("input");
    Object.assign(token, { id: "token", name: "token", type: "password", autocomplete: "current-password", required: true });
    const wrong = make("p", "wrong");
    wrong.id = "wrong";
    wrong.setAttribute("role", "alert");
    token.setAttribute("aria-describedby", wrong.id);
    const label = make("label", "", "Your token");
    label.htmlFor = token.id;
    const enter = make("button", "enter", "Log in");
    const title = make("h2", "", "Who are you?");
    title.id = "login-title";
    const hint = make("p", "hint", "Whoever runs this server gave you a token.");
    const form = make("form", "", title, hint, label, token, wrong, enter);
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#logIn(token, enter, wrong);
    };
    this.#dialog = make("dialog", "login", form);
    this.#dialog.setAttribute("aria-labelledby", title.id);
    this.#dialog.oncancel = (event) => event.preventDefault(); // there is nothing behind it without a login
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    token.focus();
  }

  async #logIn(token, enter, wrong) {
    enter.disabled = true;
    say(wrong, "");
    const refused = await post("api/login", { token: token.value.trim() });
    enter.disabled = false;
    if (refused === null) return this.#begin();
    say(wrong, refused);
    token.select();
  }

  async #logOut() {
    if ((await post("api/logout", {})) === null) this.#begin();
  }

  /** Load all pages anew: nothing of one user may stay on the screen for another. */
  #begin() {
    this.#pages.postMessage("");
    location.reload();
  }
}

/** Send JSON; return null, or why it was refused. */
async function post(path, body) {
  try {
    const headers = { "Content-Type": "application/json" };
    const reply = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    if (reply.status === 401) return "This token is not known here. A new one comes from whoever runs this server.";
    return reply.ok ? null : `It did not work: ${(await reply.json()).error.message}.`;
  } catch {
    return "There is no connection to genie just now.";
  }
}
