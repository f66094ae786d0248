/** Would you hear a call now? Looks at everything that must be so, says it on the board, and mends what a hand can mend. */
import { post, tell } from "./errands.js";
import { answer, hears } from "./preflight.js";
import { register, subscribe } from "./waking.js";

export class Readiness {
  /**
   * @param {import("./panel.js").Panel} panel @param {import("./signalling.js").Signalling} signalling
   * @param {import("./ringer.js").Ringer} ringer @param {import("./microphone.js").Microphone} microphone
   * @param {() => void} looked called after each look
   */
  constructor(panel, signalling, ringer, microphone, looked) {
    this.panel = panel;
    this.signalling = signalling;
    this.ringer = ringer;
    this.microphone = microphone;
    this.looked = looked;
    /** @type {import("./neighbours.js").Neighbours | null} */ this.neighbours = null;
    this.isFirst = false; // of this browser's tabs: the one that keeps the microphone open
    this.wakes = false;
  }

  start() {
    navigator.locks?.request("second-ring-first", () => new Promise(() => this.#first()));
    void this.microphone.look(navigator.permissions).then(() => this.keepOpen());
    void this.ringer.unlock();
    void this.#wakeable();
    if (this.onDuty && this.panel.words.shift === "no") void this.#beginShift();
    this.check();
  }

  /** @returns {HTMLInputElement | null} */
  get switch() {
    return document.querySelector('#duty input[name="on_duty"]');
  }

  get onDuty() {
    return this.switch?.checked ?? false;
  }

  check() {
    this.neighbours?.tell();
    const said = answer({
      onDuty: this.onDuty, line: this.signalling.line, link: this.signalling.link, microphone: this.microphone.permission,
      sound: this.ringer.unlocked || (this.neighbours?.sounds ?? false), wakes: this.wakes,
      notices: "Notification" in window ? Notification.permission : "",
    });
    this.panel.would(said, hears(said));
    this.looked();
  }

  /** What keeps this desk from hearing calls, mended by a hand. */
  async mend() {
    await this.ringer.unlock();
    if (this.switch && !this.onDuty) return this.switch.click();
    await this.microphone.open().catch(() => {});
    if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
    await this.#wakeable();
  }

  /** Going on duty opens the microphone, once, and lets the page sound; going off closes it. @param {boolean} talks */
  async duty(talks) {
    if (!this.onDuty && !talks) this.microphone.close();
    if (this.onDuty) {
      await this.ringer.unlock();
      await this.microphone.open().catch(() => {});
    }
    this.check();
  }

  #first() {
    this.isFirst = true;
    this.keepOpen();
  }

  /** On duty, the microphone is opened once and kept; in one tab, for one is enough. */
  keepOpen() {
    if (this.onDuty && this.isFirst && this.microphone.permission === "granted") this.microphone.open().catch(() => {});
    this.check();
  }

  /** The switch says 'on duty', but nothing rings here yet: who sits at an open desk with it on, is. */
  async #beginShift() {
    if (this.switch?.form) await post(this.switch.form.action, this.switch.form);
  }

  /** Could this browser be woken with all its windows closed? */
  async #wakeable() {
    const worker = await register();
    const { pushKey = "", devices = "" } = this.panel.words;
    this.wakes = worker !== null && (await subscribe(worker, pushKey, async (fields) => (await tell(devices, fields)).ok));
    this.check();
  }
}
