/** The page at `/talk`: one big button. */

import { Conversation } from "./conversation.js";
import { inDialog } from "./dom.js";
import { Engines } from "./engines.js";
import { hold } from "./hold.js";
import { showLevel } from "./meter.js";
import { Login } from "./login.js";
import { News } from "./news.js";
import { Notices } from "./notices.js";
import { Status } from "./status.js";
import { Thread } from "./thread.js";
import { Voices } from "./voices.js";

const find = (id) => document.getElementById(id);

new Login(find("logout"));

const notices = new Notices(find("notices"));
const status = new Status(find("status"), "Hold the button and ask.", new Engines(find("engines"), find("ear-note")));
const conversation = new Conversation({
  thread: new Thread(find("turns"), find("voice"), 1),
  board: null,
  status,
  notices,
  inbox: new News(find("news"), notices, status),
  output: find("output"),
  level: (rms) => showLevel(find("level"), rms),
  mode() {}, // there is only one here
});

hold(find("talk"), { press: () => conversation.press(), release: () => conversation.release(), everywhere: true });
new Voices(find("voices"), () => conversation.stop());
find("stop").onclick = () => conversation.stop();
addEventListener("keydown", ({ key }) => key === "Escape" && !inDialog() && conversation.stop());
