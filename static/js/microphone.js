/** The microphone: opened for one use, heard as frames of mono int16, and let go afterwards. */

const WANTED = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** Why there is no microphone, and what to do about it. */
export class MicrophoneError extends Error {}

export class Microphone {
  #sound;
  #stream = null;
  #source = null;
  #node = null;

  constructor(sound) {
    this.#sound = sound;
  }

  /** Open the microphone, call `frame(pcm, level)` every 20 ms, and return the sample rate. */
  async open({ frame, lost }) {
    this.#stream = await this.#ask();
    const context = this.#sound.context;
    await context.audioWorklet.addModule(new URL("worklets/capture.js", import.meta.url));
    this.#stream.getAudioTracks()[0].onended = lost;
    this.#source = context.createMediaStreamSource(this.#stream);
    this.#node = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0 });
    this.#node.port.onmessage = ({ data }) => frame(data.frame, data.level);
    this.#source.connect(this.#node);
    return context.sampleRate;
  }

  /** Hand over what is still in the worklet, then let the microphone go, so that its indicator goes off. */
  async close() {
    const node = this.#node;
    this.#node = null;
    if (node) await this.#drain(node);
    this.release();
  }

  /** Let the microphone go at once. */
  release() {
    this.#source?.disconnect();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = this.#source = this.#node = null;
  }

  #drain(node) {
    const frame = node.port.onmessage;
    return new Promise((resolve) => {
      node.port.onmessage = (event) => (event.data.ended ? resolve() : frame(event));
      node.port.postMessage("end");
      setTimeout(resolve, 300); // a suspended context answers nothing
    });
  }

  async #ask() {
    if (!navigator.mediaDevices?.getUserMedia) throw new MicrophoneError(whyNone());
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: WANTED });
    } catch (error) {
      throw new MicrophoneError(why(error), { cause: error });
    }
  }
}

function whyNone() {
  if (isSecureContext) return "This browser cannot record sound. Try a current Firefox, Chrome, Edge or Safari.";
  return (
    "Browsers give the microphone only to pages on https or on localhost, and this one came over plain http. " +
    "Open genie by its https address, or on its own machine as http://localhost."
  );
}

function why(error) {
  switch (error.name) {
    case "NotAllowedError":
    case "SecurityError":
      return (
        "The microphone was refused. Allow it for this page (the icon beside the address, or the system's privacy " +
        "settings), then press the button again."
      );
    case "NotFoundError":
    case "OverconstrainedError":
      return "No microphone was found. Connect one and press the button again.";
    case "NotReadableError":
    case "AbortError":
      return "The microphone is there but cannot be opened; another program may be using it. Close that, then try again.";
    default:
      return `The microphone cannot be opened (${error.name}). Try again, or restart the browser.`;
  }
}
