/** The telephone of one tab: wires what each module knows. Fetched late, started once, alive for as long as the tab is. */
import { Beside } from "./beside.js";
import { Calls, rung } from "./calls.js";
import { text } from "./errands.js";
import { Microphone } from "./microphone.js";
import { Neighbours, ownName } from "./neighbours.js";
import { Notice, entitle } from "./notice.js";
import { OneRings, rankOf } from "./one_rings.js";
import { Panel, isTyped } from "./panel.js";
import { Readiness } from "./readiness.js";
import { Ringer } from "./ringer.js";
import { Signalling } from "./signalling.js";
import { Talk } from "./talk.js";

/** @typedef {import("./calls.js").Call} Call @typedef {import("./calls.js").Change} Change */
/** @typedef {{address: string, say: (said: object) => void, now: () => number, online: () => boolean}} How now: seconds, on the server's clock */

const SAID = new Set(["join", "hang-up", "stop-recording", "delete-recording"]); // as they are pressed

export class Telephone {
  /** @param {How} how @param {string} html @param {string} tab */
  constructor(how, html, tab) {
    this.address = how.address;
    this.now = () => how.now() * 1000;
    this.calls = new Calls(tab);
    const board = /** @type {HTMLElement} */ (document.getElementById("board"));
    this.panel = new Panel(board, html, { me: Number(document.body.dataset.me), now: this.now, pressed: (what, detail) => this.pressed(what, detail) });
    this.signalling = new Signalling(how.say, tab, (said) => this.heard(said), () => this.ready.check());
    this.ringer = new Ringer(() => new AudioContext(), () => this.ready.check());
    this.microphone = new Microphone(navigator.mediaDevices, () => this.ready.keepOpen());
    this.one = new OneRings(new BroadcastChannel("second-ring"), tab, () => rankOf({ unlocked: this.ringer.unlocked, visible: !document.hidden, first: this.ready.isFirst }), (mine) => this.sound(mine));
    this.talk = new Talk(this.panel.sound, () => this.ringer.context, {
      state: (call, state) => this.stateIs(call, state),
      level: (theirs, ours) => this.panel.level(theirs, ours),
    });
    this.beside = new Beside(this.address, this.panel, this.microphone, this.talk);
    this.notice = new Notice((key) => this.picked(key));
    this.ready = new Readiness(this.panel, this.signalling, this.ringer, this.microphone, () => this.draw());
    this.neighbours = this.ready.neighbours = new Neighbours(new BroadcastChannel("second-ring-tabs"), tab, {
      able: () => this.ringer.unlocked,
      changed: () => this.ready.check(),
      quiet: (key) => this.letRing(key),
    });
  }

  /** @param {boolean} online */
  start(online) {
    this.#listen();
    this.panel.card.addEventListener("card", (event) => this.fetchCard(/** @type {CustomEvent} */ (event).detail));
    setInterval(() => this.look(), 1000);
    if (online) this.signalling.lineIs("on");
    this.ready.start();
  }

  #listen() {
    document.addEventListener("sr:phone", (event) => this.signalling.hear(/** @type {CustomEvent} */ (event).detail));
    document.addEventListener("sr:dial", (event) => this.signalling.say("dial", /** @type {CustomEvent} */ (event).detail.call));
    document.addEventListener("sr:line", (event) => this.signalling.lineIs(/** @type {CustomEvent} */ (event).detail.state));
    for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, () => this.ringer.unlocked || void this.ringer.unlock(), { capture: true, passive: true });
    document.addEventListener("keydown", (event) => this.key(event), true);
    document.addEventListener("sr:fresh", (event) => this.fresh(/** @type {CustomEvent} */ (event).detail.element));
    this.panel.card.addEventListener("htmx:after:swap", () => this.named());
    document.addEventListener("change", (event) => this.changed(event));
    document.addEventListener("visibilitychange", () => this.calls.sounding && this.one.begin());
    addEventListener("pagehide", () => {
      this.one.leave();
      this.neighbours.leave();
    });
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
        if (location.hash === `#pick-up-${call.key}`) this.opened(call);
        break;
      case "offer":
        void this.bringUp(call, change.sdp ?? "", change.servers ?? []);
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
      void this.notice.close();
    } else if (!this.ringer.rings) {
      this.ringer.ring(call.cadence, rung(call, this.now()).part * (call.cadence[0] + call.cadence[1]));
      void this.notice.show(call.key, this.who(call), { says: this.panel.say("calls"), pickUp: this.panel.say("pick-up") });
    }
  }

  /** Our hand was first: sound, from here to there. @param {Call} call @param {string} sdp @param {RTCIceServer[]} servers */
  async bringUp(call, sdp, servers) {
    try {
      const stream = await this.microphone.open();
      this.signalling.say("sdp", call.key, { sdp: await this.talk.bringUp(call, sdp, stream, servers) });
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
    const said = { "taken": "taken-too-late", "lapsed": "lapsed", "transferred": "transferred", "silenced": "silenced", "caller-left": call.stage === "rings" ? "" : "caller-left" }[because ?? ""];
    if (said) this.panel.toast(this.panel.say(said));
    else if (call.stage === "rings" && !by && !call.quiet) this.panel.toast(this.panel.say("rings-no-more"));
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
    if (what === "mend") return void this.ready.mend();
    if (what === "close-card" || what === "card") return this.panel.toggleCard();
    if (what === "open") return void this.beside.open(detail);
    if (!call) return;
    if (what === "answer" && call.stage === "rings") this.answer(call);
    else if (what === "quiet") this.notNow(call);
    else if (what === "mute") this.talk.mute();
    else if (what === "hold") {
      this.signalling.say(call.held ? "resume" : "hold", call.key);
      call.held = !call.held;
    } else if (what === "press") this.press(call, detail);
    else if (what === "give") this.give(call, detail);
    else if (SAID.has(what)) this.signalling.say(what, call.key);
    else if (what === "note") void this.beside.note(call, detail);
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

  /** @param {Call} call @param {string} key */
  press(call, key) {
    const known = call.stage !== "rings" && this.panel.key(key);
    if (known) this.signalling.say("keys", call.key, { keys: key });
    return known;
  }

  /** Somebody else takes it; who sent us the call hears at once that we don't. @param {Call} call */
  notNow(call) {
    if (call.by) return this.signalling.say("decline", call.key);
    this.neighbours.letRing(call.key);
    this.letRing(call.key);
  }

  /** Shown, and heard no more. @param {string} key */
  letRing(key) {
    const call = this.calls.all.get(key);
    if (call) call.quiet = true;
    this.ring();
    this.draw();
  }

  /** In the notice of a call, 'Pick up' was pressed. @param {string} key */
  picked(key) {
    const call = this.calls.all.get(key);
    if (call?.stage === "rings" && !this.calls.talk) this.answer(call);
    this.draw();
  }

  /** This window was opened by 'Pick up' in a notice. @param {Call} call */
  opened(call) {
    history.replaceState(history.state, "", location.pathname);
    this.picked(call.key);
  }

  /** @param {HTMLElement} element drawn anew, somewhere */
  fresh(element) {
    const call = this.calls.front;
    if (element.id === "call-mark") void this.beside.marked(element, call, () => this.calls.front === call).then(() => this.draw());
  }

  /** They have said their name, and it stands on the card. */
  named() {
    const call = this.calls.front;
    if (call) this.panel.borrow(this.panel.cardPlace, call);
    this.draw();
  }

  /** @param {Call} call */
  fetchCard(call) {
    return this.beside.card(call, () => this.calls.front?.key === call.key);
  }

  /** @param {Call} call @param {{to: number, first: boolean}} how */
  give(call, how) {
    this.signalling.say("transfer", call.key, how);
    this.panel.close();
  }

  /** @param {Event} event */
  changed(event) {
    const target = event.target;
    if (!(target instanceof HTMLElement)) return;
    if (target.closest("#duty")) void this.ready.duty(this.talk.session !== null);
    else if (target instanceof HTMLSelectElement && target.dataset.device) void this.beside.choose(target.dataset.device, target.value);
  }

  /** Space picks up and Esc lets it ring, wherever one is, unless one is writing. @param {KeyboardEvent} event */
  key(event) {
    if (isTyped(event) || document.querySelector("dialog[open]")) return;
    const call = this.calls.front, rings = call?.stage === "rings";
    if (event.key === "Escape" && this.panel.board.querySelector(".pad:not([hidden])")) this.panel.close();
    else if (rings && event.key === " " && !event.repeat) this.pressed("answer");
    else if (rings && event.key === "Escape" && !call.quiet) this.pressed("quiet");
    else if (call && this.press(call, event.key)) this.draw();
    else if (this.panel.matter(event.key)) this.panel.matter(event.key)?.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** @param {How} how */
export async function start(how) {
  const [html, tab] = await Promise.all([text(how.address), ownName(sessionStorage, navigator.locks)]);
  if (html) new Telephone(how, html, tab).start(how.online());
}
