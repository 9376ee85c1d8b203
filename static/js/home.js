/** The page at `/`: the conversation beside the queues. */

import { Board } from "./board.js";
import { Conversation } from "./conversation.js";
import { Details } from "./details.js";
import { inDialog } from "./dom.js";
import { Engines } from "./engines.js";
import { hold } from "./hold.js";
import { Inbox } from "./inbox.js";
import { showLevel } from "./meter.js";
import { Login } from "./login.js";
import { News } from "./news.js";
import { Notices } from "./notices.js";
import { PauseSwitch } from "./pausing.js";
import { Pronunciations } from "./pronunciations.js";
import { Recordings } from "./recordings.js";
import { Status } from "./status.js";
import { Thread } from "./thread.js";
import { Vocabulary } from "./vocabulary.js";
import { Voices } from "./voices.js";
import { inWords } from "./words.js";

const TURNS = 50;
const find = (id) => document.getElementById(id);
const input = find("question");
const engines = new Engines(find("engines"), find("ear-note"));
const handsFree = find("hands-free");

new Login(find("logout"));

const notices = new Notices(find("notices"));
const act = (type, job, more) => conversation.act(type, job, more);
const details = new Details(act);
const vocabulary = new Vocabulary();
new Voices(find("voices"), () => conversation.stop());
new Pronunciations(find("pronunciations"), () => conversation.stop());
const pause = new PauseSwitch(find("pause"), find("paused"), act);
const desk = { act, open: (job) => details.open(job), trouble: (error) => notices.show(inWords(error)) };
new Recordings(find("transcribe"), find("recording"), find("sending"), desk.trouble);
const status = new Status(find("status"), "Hold the button and ask, or type.", engines);
const board = new Board(document.body, find("voice"), desk);

const conversation = new Conversation({
  thread: new Thread(find("turns"), find("voice"), TURNS),
  board,
  inbox: new Inbox(find("bell"), new News(find("news"), notices, status)),
  status,
  notices,
  output: find("output"),
  level: (rms) => showLevel(find("level"), rms),
  paused(on) {
    pause.show(on);
    board.paused(on);
  },
  changed: (queue, { change, job }) => details.changed(job.id, queue === "done" && change === "removed"),
  learned: (names) => notices.show(`genie expects ${names.join(" and ")} from now on.`, {
    label: "Names…",
    act: () => vocabulary.open(),
  }),
  mode: (mode) => handsFree.setAttribute("aria-checked", mode === "hands_free"),
});

hold(find("talk"), { press: () => conversation.press(), release: () => conversation.release(), everywhere: true });
handsFree.onclick = () => conversation.handsFree(handsFree.getAttribute("aria-checked") !== "true");
find("names").onclick = () => vocabulary.open();
find("stop").onclick = () => conversation.stop();
addEventListener("keydown", ({ key }) => key === "Escape" && !inDialog() && conversation.stop());

for (const example of document.querySelectorAll("[data-example]")) {
  example.onclick = () => conversation.ask(example.textContent);
}

find("ask").onsubmit = async (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return input.focus();
  input.value = "";
  if (!(await conversation.ask(text)) && !input.value) input.value = text; // nothing that was typed is lost
};
