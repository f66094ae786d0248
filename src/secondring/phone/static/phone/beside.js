/** What stands beside a call: the caller's card, the note, who could have it, and which microphone hears you. */
import { post, text } from "./errands.js";

/** @typedef {import("./calls.js").Call} Call @typedef {import("./panel.js").Panel} Panel */

export class Beside {
  /**
   * @param {string} address of the telephone @param {Panel} panel
   * @param {import("./microphone.js").Microphone} microphone @param {import("./talk.js").Talk} talk
   */
  constructor(address, panel, microphone, talk) {
    this.address = address;
    this.panel = panel;
    this.microphone = microphone;
    this.talk = talk;
    this.stands = "";
    microphone.device = localStorage.microphone ?? "";
    if (localStorage.loudspeaker) panel.sound.setSinkId?.(localStorage.loudspeaker).catch(() => {}); // it may be gone
  }

  /** Who calls. What somebody is typing there stays. @param {Call} call @param {() => boolean} wanted still? */
  async card(call, wanted) {
    const place = this.panel.cardPlace;
    const html = await text(`${this.address}calls/${call.key}/card/`);
    if (!html || !wanted() || this.panel.isTypedInto(place)) return;
    place.innerHTML = html;
    this.stands = /** @type {HTMLElement | null} */ (place.querySelector("#call-mark"))?.dataset.stands ?? "";
    /** @type {any} */ (window).htmx?.process(place);
    this.panel.borrow(place, call);
  }

  /** After each change of the call: is the card another? @param {HTMLElement} mark @param {Call | undefined} call @param {() => boolean} wanted */
  async marked(mark, call, wanted) {
    const stands = mark.dataset.stands ?? "";
    const drawn = this.stands;
    this.stands = stands;
    if (call && stands !== drawn) await this.card(call, wanted);
  }

  /** @param {string} name of what floats over the board */
  async open(name) {
    if (!this.panel.open(name)) return;
    if (name === "transfer") {
      const place = /** @type {HTMLElement} */ (document.getElementById(name));
      place.innerHTML = await text(place.dataset.src ?? "");
    } else if (name === "devices") {
      this.panel.devices(await this.microphone.choices(), "input", this.microphone.device);
      const outputs = "setSinkId" in HTMLMediaElement.prototype ? (await navigator.mediaDevices.enumerateDevices()).filter((each) => each.kind === "audiooutput") : [];
      this.panel.devices(outputs, "output", this.panel.sound.sinkId ?? "");
    }
  }

  /** @param {string} kind @param {string} device */
  async choose(kind, device) {
    if (kind === "output") {
      localStorage.loudspeaker = device;
      return this.panel.sound.setSinkId?.(device);
    }
    localStorage.microphone = device;
    const stream = await this.microphone.choose(device).catch(() => null);
    if (stream) await this.talk.changed(stream);
  }

  /** @param {Call} call @param {HTMLFormElement} form */
  async note(call, form) {
    const { ok, why } = await post(`${this.address}calls/${call.key}/note/`, form);
    if (ok) form.reset();
    this.panel.kept(form, ok ? this.panel.say("kept", this.panel.clock()) : why || this.panel.say("not-kept"));
  }
}
