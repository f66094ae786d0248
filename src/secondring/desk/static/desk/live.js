// @ts-check
/**
 * The one live line of a tab. Anything on the page that carries `data-live="name name"` and `data-live-src="/address/"`
 * is fetched again, and morphed in place, when one of its names changes; with `data-live-shared` the server draws it once
 * for everybody who sees the same and sends it along.
 *
 * Tells the page with events on `document`:
 *   sr:line     {state: "on" | "lost" | "caught-up"}
 *   sr:here     {people: [{who, name, at: [{conversation, customer, types}]}]}
 *   sr:fresh    {element}   after a fragment was morphed
 *   sr:phone    {what, call, body}   the telephone rings, or says something else (see phone/signalling.js)
 */

/** @typedef {{swap: (ctx: object) => Promise<void>}} Htmx */
const htmx = /** @type {{htmx: Htmx}} */ (/** @type {unknown} */ (window)).htmx;

const PING = 15_000;
const PATIENCE = 6_000;
const ASLEEP = 12_000; // a timer this late means the computer slept
const LONGEST_BREAK = 8_000;

/** @param {string} name @param {object} [detail] */
const tell = (name, detail = {}) => document.dispatchEvent(new CustomEvent(name, { detail }));

class Line {
  constructor() {
    /** @type {WebSocket | null} */ this.socket = null;
    this.tries = 0;
    this.wasLost = false;
    this.heardAt = 0;
    /** @type {string} */ this.watched = "";
    /** How far the server had heard before it drew what is new here. @type {string | undefined} */ this.since = document.body.dataset.mark;
    /** @type {Map<string, AbortController>} */ this.fetching = new Map();
    /** @type {{look?: number | null, types?: boolean}} */ this.presence = {};
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/live/`);
    this.heardAt = Date.now();
    this.socket.addEventListener("open", () => this.opened());
    this.socket.addEventListener("message", (event) => this.heard(JSON.parse(event.data)));
    this.socket.addEventListener("close", (event) => this.closed(event.code));
  }

  opened() {
    this.tries = 0;
    this.watched = "";
    this.watch();
    if (this.presence.look !== undefined) this.say(this.presence);
    if (this.wasLost) this.catchUp();
    else tell("sr:line", { state: "on" });
  }

  /** After sleep or a lost line: fetch everything shown once more, then say so. */
  async catchUp() {
    this.wasLost = false;
    await Promise.all(shown().map((element) => this.refresh(element)));
    tell("sr:line", { state: "caught-up" });
  }

  /** @param {number} code */
  closed(code) {
    this.socket = null;
    this.wasLost = true;
    if (code === 4401 || (code === 4403 && this.tries > 2)) {
      location.reload(); // the door says why
      return;
    }
    tell("sr:line", { state: "lost" });
    const pause = Math.min(LONGEST_BREAK, 300 * 2 ** this.tries++) * (0.5 + Math.random());
    setTimeout(() => this.socket || this.open(), pause);
  }

  /** @param {{stale?: string[], html?: Record<string, string>, here?: object[], again?: boolean, phone?: object}} said */
  heard(said) {
    this.heardAt = Date.now();
    if (said.phone) tell("sr:phone", said.phone);
    if (said.again) this.catchUp();
    if (said.here) tell("sr:here", { people: said.here });
    for (const address of said.stale ?? []) for (const element of at(address)) this.refresh(element);
    for (const [address, html] of Object.entries(said.html ?? {})) for (const element of at(address)) draw(element, html);
  }

  /** @param {object} words */
  say(words) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(words));
  }

  /** Tell the server what this page shows, when that has changed. */
  watch() {
    /** @type {Record<string, [string[], boolean]>} */ const watch = {};
    for (const element of shown()) {
      watch[source(element)] = [(element.dataset.live ?? "").split(/\s+/), "liveShared" in element.dataset];
    }
    const text = JSON.stringify(watch);
    if (text !== this.watched && this.socket?.readyState === WebSocket.OPEN) {
      this.watched = text;
      this.say({ watch, since: this.since });
      this.since = undefined;
    }
  }

  /** @param {HTMLElement} element */
  async refresh(element) {
    const address = source(element);
    this.fetching.get(address)?.abort();
    const control = new AbortController();
    this.fetching.set(address, control);
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: control.signal });
      if (answer.ok && element.isConnected) await draw(element, await answer.text());
      else if (answer.status === 403 || answer.status === 404) element.remove();
    } catch {
      // the line is lost; catching up will fetch it
    }
  }

  /** A timer that comes late, or silence after a ping, is a line that only looks alive. */
  guard() {
    let last = Date.now();
    setInterval(() => {
      const now = Date.now();
      const slept = now - last > ASLEEP;
      last = now;
      if (!this.socket) return;
      if (slept || now - this.heardAt > PING + PATIENCE) this.socket.close();
      else if (now - this.heardAt > PING) this.say({ ping: now });
    }, 2_000);
    window.addEventListener("online", () => this.socket || this.open());
    window.addEventListener("offline", () => this.socket?.close());
  }
}

/** @returns {HTMLElement[]} */
const shown = () => [...document.querySelectorAll("[data-live]")].filter((e) => e instanceof HTMLElement);
/** @param {HTMLElement} element */
const source = (element) => element.dataset.liveSrc ?? location.pathname + location.search;
/** @param {string} address */
const at = (address) => shown().filter((element) => source(element) === address);

/** Morph, so that focus, selection and scroll stay where they are. @param {HTMLElement} element @param {string} html */
async function draw(element, html) {
  const id = element.id;
  await htmx.swap({ text: html, target: element, swap: "outerMorph", sourceElement: element });
  const fresh = document.getElementById(id) ?? element;
  tell("sr:fresh", { element: fresh });
}

const line = new Line();

/** For the telephone. @param {object} words */
export const sayOfCalls = (words) => line.say({ phone: words });

/** What a page brings was drawn before this tab watches it; the oldest mark counts. */
document.addEventListener("htmx:before:swap", (event) => {
  line.since ??= /** @type {CustomEvent} */ (event).detail.ctx?.response?.headers?.get("Live-Mark") ?? undefined;
});

/** Say which conversation this tab has open (null: none). @param {number | null} conversation */
export function look(conversation) {
  line.presence = { look: conversation, types: false };
  line.say(line.presence);
}

/** Say whether somebody is writing in it. @param {boolean} types */
export function types(types) {
  if (line.presence.types === types) return;
  line.presence.types = types;
  line.say({ types });
}

/** What a deed of our own has changed is fetched at once, also while the line is lost: the answer itself names it. */
document.addEventListener("sr:stale", (event) => {
  /** @type {string[]} */ const names = /** @type {CustomEvent} */ (event).detail.names ?? [];
  for (const element of shown()) {
    if ((element.dataset.live ?? "").split(/\s+/).some((name) => names.includes(name))) line.refresh(element);
  }
});

if (document.body.dataset.signedIn !== undefined) {
  line.open();
  line.guard();
  new MutationObserver(() => line.watch()).observe(document.body, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["data-live", "data-live-src"],
  });
}
