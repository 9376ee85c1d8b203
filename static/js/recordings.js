/** Recordings that are chosen, or dropped on the page: they are sent one after the other, and then are jobs like others. */

import { BARRED } from "./login.js";
import { make, say } from "./dom.js";

export class Recordings {
  #status;
  #text = make("span");
  #stop = make("button", "quiet", "Stop");
  #trouble;
  #waiting = [];
  #request = null;

  /** `button` opens `input`, which holds files; `status` says what is sent; `trouble(error)` tells what went wrong. */
  constructor(button, input, status, trouble) {
    this.#status = status;
    this.#trouble = trouble;
    this.#stop.type = "button";
    this.#stop.onclick = () => this.#end();
    status.append(this.#text, this.#stop);
    button.onclick = () => input.click();
    input.onchange = () => {
      this.#take(input.files);
      input.value = ""; // the same file may be chosen again
    };
    addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
    addEventListener("drop", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault(); // the browser would leave the page for the file
      this.#take(event.dataTransfer.files);
    });
  }

  #take(files) {
    this.#waiting.push(...files);
    if (!this.#request) this.#next();
  }

  #next() {
    const file = this.#waiting.shift();
    this.#status.hidden = !file;
    if (!file) return (this.#request = null);
    const request = (this.#request = new XMLHttpRequest()); // fetch cannot tell how much was sent
    request.open("POST", `api/transcriptions?name=${encodeURIComponent(file.name.slice(-200))}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => this.#show(file, loaded / total);
    request.onload = () => this.#sent(request, file);
    request.onerror = () => this.#failed({ message: "The connection broke off, or it is too large" }, file);
    this.#show(file, 0);
    request.send(file);
  }

  #show(file, share) {
    const percent = Math.floor(share * 100);
    say(this.#text, percent < 100 ? `Sending ${file.name}: ${percent} %` : `Looking at ${file.name}`);
  }

  #sent(request, file) {
    if (request.status === 202) return this.#next();
    const error = request.response?.error ?? { message: `The server answered ${request.status}` };
    if (error.code === BARRED) dispatchEvent(new Event(BARRED));
    this.#failed(error, file);
  }

  #failed(error, file) {
    this.#trouble({ ...error, message: `The file ${file.name} was not taken: ${error.message}` });
    this.#next();
  }

  /** Send nothing more. */
  #end() {
    this.#waiting = [];
    this.#request?.abort();
    this.#next();
  }
}

function holdsFiles(event) {
  return event.dataTransfer?.types.includes("Files");
}
