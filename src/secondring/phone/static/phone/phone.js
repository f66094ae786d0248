/** The telephone of one tab: wires what each module knows. Fetched late, started once, alive for as long as the tab is. */
import { Calls, rung } from "./calls.js";
import { post, text } from "./errands.js";
import { Microphone } from "./microphone.js";
import { Notice, entitle } from "./notice.js";
import { OneRings, rankOf } from "./one_rings.js";
import { Panel, isTyped } from "./panel.js";
import { answer, hears } from "./preflight.js";
import { Ringer } from "./ringer.js";
import { Signalling } from "./signalling.js";
import { Talk } from "./talk.js";

/** @typedef {import("./calls.js").Call} Call @typedef {import("./calls.js").Change} Change */
/** @typedef {{address: string, say: (said: object) => void, now: () => number, online: () => boolean}} How now: seconds, on the server's clock */

export class Telephone {
  /** @param {How} how @param {string} html */
  constructor(how, html) {
    this.address = how.address;
    this.now = () => how.now() * 1000;
    const tab = (sessionStorage.tab ??= Math.random().toString(36).slice(2, 10).padEnd(6, "0"));
    this.calls = new Calls(tab);
    const board = /** @type {HTMLElement} */ (document.getElementById("board"));
    this.panel = new Panel(board, html, { me: Number(document.body.dataset.me), now: this.now, pressed: (what, detail) => this.pressed(what, detail) });
    this.signalling = new Signalling(how.say, tab, (said) => this.heard(said), () => this.check());
    this.ringer = new Ringer(() => new AudioContext(), () => this.check());
    this.microphone = new Microphone(navigator.mediaDevices, () => this.check());
    this.microphone.device = localStorage.microphone ?? "";
    this.isFirst = false;
    this.one = new OneRings(new BroadcastChannel("second-ring"), tab, () => rankOf({ unlocked: this.ringer.unlocked, visible: !document.hidden, first: this.isFirst }), (mine) => this.sound(mine));
    this.talk = new Talk(this.panel.sound, () => this.ringer.context, {
      state: (call, state) => this.stateIs(call, state),
      level: (theirs, ours) => this.panel.level(theirs, ours),
    });
    this.notice = new Notice(() => this.pressed("answer"));
  }

  get switch() {
    return /** @type {HTMLInputElement | null} */ (document.querySelector('#duty input[name="on_duty"]'));
  }

  get onDuty() {
    return this.switch?.checked ?? false;
  }

  /** @param {boolean} online */
  start(online) {
    this.#listen();
    navigator.locks?.request("second-ring-first", () => new Promise(() => { this.isFirst = true; this.ready(); }));
    void this.microphone.look(navigator.permissions).then(() => this.ready());
    void this.ringer.unlock();
    this.panel.card.addEventListener("card", (event) => this.fetchCard(/** @type {CustomEvent} */ (event).detail));
    setInterval(() => this.look(), 1000);
    if (online) this.signalling.lineIs("on");
    if (this.onDuty && this.panel.words.shift === "no") void this.beginShift();
    this.check();
  }

  #listen() {
    document.addEventListener("sr:phone", (event) => this.signalling.hear(/** @type {CustomEvent} */ (event).detail));
    document.addEventListener("sr:line", (event) => this.signalling.lineIs(/** @type {CustomEvent} */ (event).detail.state));
    for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, () => this.ringer.unlocked || void this.ringer.unlock(), { capture: true, passive: true });
    document.addEventListener("keydown", (event) => this.key(event), true);
    document.addEventListener("change", (event) => this.changed(event));
    document.addEventListener("visibilitychange", () => this.calls.sounding && this.one.begin());
    addEventListener("pagehide", () => this.one.leave());
  }

  /** On duty, the microphone is opened once and kept; in one tab, for one is enough. */
  ready() {
    if (this.onDuty && this.isFirst && this.microphone.permission === "granted") this.microphone.open().catch(() => {});
    this.check();
  }

  /** Would you hear a call now? */
  check() {
    const said = answer({
      onDuty: this.onDuty, line: this.signalling.line, link: this.signalling.link, microphone: this.microphone.permission,
      sound: this.ringer.unlocked, visible: !document.hidden, notices: "Notification" in window ? Notification.permission : "",
    });
    this.panel.would(said, hears(said));
    this.draw();
  }

  /** @param {{what: string, call: string, body: Record<string, any>}} said */
  heard(said) {
    for (const change of this.calls.hear(said.what, said.call, said.body)) this.follow(change);
    this.draw();
  }

  /** @param {Change} change */
  follow(change) {
    const { call } = change;
    switch (change.kind) {
      case "ring":
        this.signalling.say("rang", call.key);
        this.talk.hush(call);
        break;
      case "offer":
        void this.bringUp(call, change.sdp ?? "");
        break;
      case "back":
        this.signalling.say("back", call.key);
        break;
      case "silent":
      case "gone":
        this.over(change);
    }
    this.ring();
  }

  /** One bell, at whoever waits longest; at most one tab sounds. */
  ring() {
    const call = this.calls.sounding;
    if (!call) return this.one.end();
    if (!this.one.bidding) this.one.begin();
  }

  /** @param {boolean} mine */
  sound(mine) {
    const call = this.calls.sounding;
    if (!mine || !call) {
      this.ringer.silence();
      this.notice.close();
    } else if (!this.ringer.rings) {
      this.ringer.ring(call.cadence, rung(call, this.now()).part * (call.cadence[0] + call.cadence[1]));
      this.notice.show(call.key, this.who(call), this.panel.say("calls"));
    }
  }

  /** Our hand was first: sound, from here to there. @param {Call} call @param {string} sdp */
  async bringUp(call, sdp) {
    try {
      const stream = await this.microphone.open();
      this.signalling.say("sdp", call.key, { sdp: await this.talk.bringUp(call, sdp, stream) });
    } catch {
      this.panel.toast(this.panel.say("no-microphone"), true);
      this.signalling.say("decline", call.key);
    }
  }

  /** @param {Call} call @param {RTCPeerConnectionState} state */
  stateIs(call, state) {
    if (state === "connected") call.stage = "talks";
    if (state === "failed") this.signalling.say("back", call.key);
    this.draw();
  }

  /** @param {Change} change */
  over({ call, kind, by, because }) {
    this.talk.hush(call);
    if (kind === "silent" && by && by !== this.panel.me) this.panel.toast(this.panel.say("taken", this.panel.name(by)));
    const said = { "taken": "taken-too-late", "lapsed": "lapsed", "transferred": "transferred", "caller-left": call.stage === "rings" ? "" : "caller-left" }[because ?? ""];
    if (said) this.panel.toast(this.panel.say(said));
    document.dispatchEvent(new CustomEvent("sr:stale", { detail: { names: ["inbox"] } }));
  }

  /** Once a second: how it sounds, how often it rang. */
  async look() {
    await this.talk.look();
    if (this.calls.front) this.draw();
  }

  draw() {
    const call = this.calls.front;
    this.panel.show(call, { muted: this.talk.muted, quality: this.talk.ear.says, connected: this.talk.connected });
    entitle(call?.stage === "rings" ? this.who(call) : "");
  }

  /** @param {Call} call */
  who(call) {
    return call.caller.name || call.caller.number || this.panel.say("somebody");
  }

  /** @param {string} what @param {any} [detail] */
  pressed(what, detail) {
    const call = this.calls.front;
    if (what === "mend") return void this.mend();
    if (what === "close-card" || what === "card") return this.panel.toggleCard();
    if (!call) return;
    if (what === "answer" && call.stage === "rings") this.answer(call);
    else if (what === "quiet") {
      call.quiet = true;
      this.ring();
    } else if (what === "mute") this.talk.mute();
    else if (what === "hold") {
      this.signalling.say(call.held ? "resume" : "hold", call.key);
      call.held = !call.held;
    } else if (what === "give") this.give(call, detail);
    else if (what === "join" || what === "hang-up") this.signalling.say(what, call.key);
    else if (what === "open") void this.open(detail);
    else if (what === "note") void this.note(call, detail);
    this.draw();
  }

  /** @param {Call} call */
  answer(call) {
    void this.ringer.unlock();
    this.signalling.say("answer", call.key);
    call.stage = "claimed";
    this.microphone.open().catch(() => {}); // meanwhile; the offer is on its way
    this.ring();
  }

  /** @param {Call} call @param {{to: number, first: boolean}} how */
  give(call, how) {
    this.signalling.say("transfer", call.key, how);
    this.panel.close();
  }

  /** What keeps this desk from hearing calls, mended by a hand. */
  async mend() {
    await this.ringer.unlock();
    if (this.switch && !this.onDuty) return this.switch.click();
    await this.microphone.open().catch(() => {});
    if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
    this.check();
  }

  /** @param {Event} event */
  changed(event) {
    const target = event.target;
    if (!(target instanceof HTMLElement)) return;
    if (target.closest("#duty")) void this.duty();
    else if (target instanceof HTMLSelectElement && target.dataset.device) void this.choose(target.dataset.device, target.value);
  }

  /** Going on duty opens the microphone, once, and lets the page sound; going off closes it. */
  async duty() {
    if (!this.onDuty && !this.talk.session) this.microphone.close();
    if (this.onDuty) {
      await this.ringer.unlock();
      await this.microphone.open().catch(() => {});
    }
    this.check();
  }

  /** The switch says 'on duty', but nothing rings here yet: who sits at an open desk with it on, is. */
  async beginShift() {
    if (this.switch?.form) await post(this.switch.form.action, this.switch.form);
  }

  /** @param {string} kind @param {string} device */
  async choose(kind, device) {
    if (kind === "output") return this.panel.sound.setSinkId?.(device);
    localStorage.microphone = device;
    const stream = await this.microphone.choose(device).catch(() => null);
    if (stream) await this.talk.session?.change(stream);
  }

  /** @param {string} name */
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

  /** @param {Call} call @param {HTMLFormElement} form */
  async note(call, form) {
    const { ok, why } = await post(`${this.address}calls/${call.key}/note/`, form);
    const kept = /** @type {HTMLElement} */ (form.querySelector("[data-kept]"));
    if (ok) form.reset();
    kept.textContent = ok ? this.panel.say("kept", new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })) : why || this.panel.say("not-kept");
  }

  /** @param {Call} call */
  async fetchCard(call) {
    const place = /** @type {HTMLElement} */ (this.panel.card.querySelector("[data-card]"));
    const html = await text(`${this.address}calls/${call.key}/card/`);
    if (!html || this.calls.front?.key !== call.key) return;
    place.innerHTML = html;
    /** @type {any} */ (window).htmx?.process(place);
    this.panel.borrowFace(place);
  }

  /** Space picks up and Esc lets it ring, wherever one is, unless one is writing. @param {KeyboardEvent} event */
  key(event) {
    if (isTyped(event) || document.querySelector("dialog[open]")) return;
    const call = this.calls.front, rings = call?.stage === "rings";
    if (event.key === "Escape" && this.panel.board.querySelector(".pad:not([hidden])")) this.panel.close();
    else if (rings && event.key === " " && !event.repeat) this.pressed("answer");
    else if (rings && event.key === "Escape" && !call.quiet) this.pressed("quiet");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** @param {How} how */
export async function start(how) {
  const html = await text(how.address);
  if (html) new Telephone(how, html).start(how.online());
}
