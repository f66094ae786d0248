/** The telephone of one tab: wires what each module knows. Fetched late, started once, alive for as long as the tab is. */
import { Calls, rung } from "./calls.js";
import { Microphone, loudness } from "./microphone.js";
import { OneRings, rankOf } from "./one_rings.js";
import { Panel } from "./panel.js";
import { answer, hears } from "./preflight.js";
import { Ear, count } from "./quality.js";
import { Ringer } from "./ringer.js";
import { Session } from "./session.js";
import { Signalling } from "./signalling.js";

/** @typedef {import("./calls.js").Call} Call @typedef {import("./calls.js").Change} Change */
/** @typedef {{address: string, say: (said: object) => void, now: () => number, online: () => boolean}} How now: seconds, on the server's clock */

const LOOKS = 1_000, LISTENS = 120; // milliseconds

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
    /** @type {Session | null} */ this.session = null;
    this.sounding = ""; // the call that the session is of
    this.ear = new Ear();
    this.connected = false;
    this.listening = 0;
    /** @type {AnalyserNode[]} */ this.meters = [];
    /** @type {Notification | null} */ this.notice = null;
    this.title = "";
  }

  get onDuty() {
    return /** @type {HTMLInputElement | null} */ (document.querySelector('#duty input[name="on_duty"]'))?.checked ?? false;
  }

  /** @param {boolean} online */
  start(online) {
    this.#listen();
    navigator.locks?.request("second-ring-first", () => new Promise(() => { this.isFirst = true; this.ready(); }));
    void this.microphone.look(navigator.permissions).then(() => this.ready());
    void this.ringer.unlock();
    this.panel.card.addEventListener("card", (event) => this.fetchCard(/** @type {CustomEvent} */ (event).detail));
    setInterval(() => this.look(), LOOKS);
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
        this.hush(call);
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
      this.unnotice();
    } else if (!this.ringer.rings) {
      this.ringer.ring(call.cadence, rung(call, this.now()).part * (call.cadence[0] + call.cadence[1]));
      this.notify(call);
    }
  }

  /** Somebody who looks elsewhere is told who calls. @param {Call} call */
  notify(call) {
    if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted" || this.notice) return;
    const name = call.caller.name || call.caller.number || this.panel.say("somebody");
    this.notice = new Notification(name, { body: this.panel.say("calls"), tag: call.key, requireInteraction: true });
    this.notice.onclick = () => {
      window.focus();
      this.pressed("answer");
    };
  }

  unnotice() {
    this.notice?.close();
    this.notice = null;
  }

  /** Our hand was first: sound, from here to there. @param {Call} call @param {string} sdp */
  async bringUp(call, sdp) {
    try {
      const stream = await this.microphone.open();
      this.hush();
      this.sounding = call.key;
      const session = (this.session = new Session(stream, { heard: (theirs) => this.hear(theirs, stream), state: (state) => this.stateIs(session, call, state) }));
      this.signalling.say("sdp", call.key, { sdp: await session.answer(sdp) });
    } catch {
      this.panel.toast(this.panel.say("no-microphone"), true);
      this.signalling.say("decline", call.key);
    }
  }

  /** @param {Session} session @param {Call} call @param {RTCPeerConnectionState} state */
  stateIs(session, call, state) {
    if (session !== this.session) return;
    this.connected = state === "connected";
    if (this.connected) call.stage = "talks";
    if (state === "failed") this.signalling.say("back", call.key);
    this.draw();
  }

  /** @param {MediaStream} theirs @param {MediaStream} ours */
  hear(theirs, ours) {
    this.panel.sound.srcObject = theirs;
    this.panel.sound.play().catch(() => {});
    const { context } = this.ringer;
    if (context) {
      this.meters = [theirs, ours].map((stream) => {
        const meter = context.createAnalyser();
        meter.fftSize = 512;
        context.createMediaStreamSource(stream).connect(meter);
        return meter;
      });
    }
    clearInterval(this.listening);
    this.listening = window.setInterval(() => this.level(), LISTENS);
  }

  level() {
    const [theirs, ours] = this.meters.map((meter) => {
      const samples = new Uint8Array(meter.fftSize);
      meter.getByteTimeDomainData(samples);
      return loudness(samples);
    });
    if (!document.hidden) this.panel.level(theirs ?? 0, this.session?.muted ? 0 : (ours ?? 0));
  }

  /** End the sound of this call; of whichever, when none is named. @param {Call} [call] */
  hush(call) {
    if (!this.session || (call && call.key !== this.sounding)) return;
    this.session.close();
    this.session = null;
    this.connected = false;
    this.ear = new Ear();
    clearInterval(this.listening);
    for (const meter of this.meters) meter.disconnect();
    this.meters = [];
    this.panel.sound.srcObject = null;
  }

  /** @param {Change} change */
  over({ call, kind, by, because }) {
    this.hush(call);
    if (kind === "silent" && by && by !== this.panel.me) this.panel.toast(this.panel.say("taken", this.panel.name(by)));
    const said = { "taken": "taken-too-late", "lapsed": "lapsed", "transferred": "transferred", "caller-left": call.stage === "rings" ? "" : "caller-left" }[because ?? ""];
    if (said) this.panel.toast(this.panel.say(said));
    document.dispatchEvent(new CustomEvent("sr:stale", { detail: { names: ["inbox"] } }));
  }

  /** Once a second: how it sounds, how often it rang. */
  async look() {
    const call = this.calls.front;
    if (this.session && this.connected) {
      const stats = await this.session.stats().catch(() => null);
      if (stats) this.ear.look(count(stats.values(), performance.now()));
    }
    if (call) this.draw();
  }

  draw() {
    const call = this.calls.front;
    this.panel.show(call, { muted: this.session?.muted ?? false, quality: this.ear.says, connected: this.connected });
    this.#entitle(call);
  }

  /** A tab among many says that it rings. @param {Call | undefined} call */
  #entitle(call) {
    const rings = call?.stage === "rings" ? `☎ ${call.caller.name || call.caller.number || this.panel.say("somebody")}` : "";
    if (rings && !document.title.startsWith("☎")) this.title = document.title;
    if (rings) document.title = rings;
    else if (document.title.startsWith("☎")) document.title = this.title;
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
    } else if (what === "mute" && this.session) this.session.muted = !this.session.muted;
    else if (what === "hold") {
      this.signalling.say(call.held ? "resume" : "hold", call.key);
      call.held = !call.held;
    } else if (what === "digit") this.signalling.say("digit", call.key, { digit: detail });
    else if (what === "give") this.give(call, detail);
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
    /** @type {HTMLElement} */ (this.panel.talking.querySelector('[data-do="join"]')).hidden = !how.first;
    this.panel.close();
  }

  /** What keeps this desk from hearing calls, mended by a hand. */
  async mend() {
    await this.ringer.unlock();
    const duty = /** @type {HTMLInputElement | null} */ (document.querySelector('#duty input[name="on_duty"]'));
    if (duty && !duty.checked) return duty.click();
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
    if (!this.onDuty && !this.session) this.microphone.close();
    if (this.onDuty) {
      await this.ringer.unlock();
      await this.microphone.open().catch(() => {});
    }
    this.check();
  }

  /** The switch says 'on duty', but nothing rings here yet: who sits at an open desk with it on, is. */
  async beginShift() {
    const form = /** @type {HTMLFormElement | null} */ (document.querySelector("#duty form"));
    if (form) await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } }).catch(() => {});
  }

  /** @param {string} kind @param {string} device */
  async choose(kind, device) {
    if (kind === "output") return void (await this.panel.sound.setSinkId?.(device));
    localStorage.microphone = device;
    const stream = await this.microphone.choose(device).catch(() => null);
    if (stream) await this.session?.change(stream);
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
    const answer = await fetch(`${this.address}calls/${call.key}/note/`, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } }).catch(() => null);
    const kept = /** @type {HTMLElement} */ (form.querySelector("[data-kept]"));
    if (answer?.ok) {
      form.reset();
      kept.textContent = this.panel.say("kept", new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
    } else {
      const holder = document.createElement("template");
      holder.innerHTML = answer ? await answer.text() : "";
      kept.textContent = holder.content.textContent?.trim() || this.panel.say("not-kept");
    }
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
    const target = event.target;
    const writes = target instanceof HTMLElement && (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])"));
    if (writes || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const call = this.calls.front, rings = call?.stage === "rings";
    if (event.key === "Escape" && this.panel.board.querySelector(".pad:not([hidden])")) this.panel.close();
    else if (rings && event.key === " " && !event.repeat) this.pressed("answer");
    else if (rings && event.key === "Escape" && !call.quiet) this.pressed("quiet");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** @param {string} address @returns {Promise<string>} */
async function text(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  return answer?.ok ? answer.text() : "";
}

/** @param {How} how */
export async function start(how) {
  const html = await text(how.address);
  if (html) new Telephone(how, html).start(how.online());
}
