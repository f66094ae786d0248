/** The recording of the call one is in: its mark, and one button that stops it and, pressed again, deletes it. */

/** @typedef {import("./calls.js").Call} Call */

const RESTS = 800; // milliseconds in which the button does nothing after it became another: a double click is one wish
const SAYS = { announced: "tape-announced", on: "tape-on", ended: "tape-ended", broken: "tape-ended" };
const TELLS = new Set(["mute", "broken", "ended", "forgotten"]);

export class Tape {
  /**
   * @param {HTMLElement} talking the board's part for a call
   * @param {{say: (key: string) => string, toast: (words: string, wrong?: boolean) => void}} told
   */
  constructor(talking, { say, toast }) {
    this.mark = /** @type {HTMLElement} */ (talking.querySelector("[data-taped]"));
    this.button = /** @type {HTMLButtonElement} */ (talking.querySelector("[data-tape]"));
    this.say = say;
    this.toast = toast;
    this.shown = "";
    this.rest = 0;
  }

  /** @param {Call | undefined} call */
  show(call) {
    const now = call ? `${call.key} ${call.tape}` : "";
    if (now === this.shown) return;
    const same = call && this.shown.startsWith(`${call.key} `), was = this.shown.split(" ")[1];
    this.shown = now;
    this.#draw(call?.tape ?? "never");
    if (call && same && was !== "never" && TELLS.has(call.tape)) this.toast(this.say(`tape-told-${call.tape}`), call.tape === "broken" || call.tape === "mute");
  }

  /** @param {string} tape */
  #draw(tape) {
    const key = SAYS[/** @type {keyof typeof SAYS} */ (tape)];
    this.mark.hidden = tape !== "on";
    this.button.hidden = !key;
    if (!key) return;
    /** @type {HTMLElement} */ (this.button.querySelector("span")).textContent = this.say(key);
    this.button.dataset.do = key === "tape-ended" ? "delete-recording" : "stop-recording";
    this.button.classList.toggle("is-on", tape === "on");
    this.button.disabled = true;
    clearTimeout(this.rest);
    this.rest = window.setTimeout(() => (this.button.disabled = false), RESTS);
  }
}
