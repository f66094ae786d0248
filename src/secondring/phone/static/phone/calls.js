/**
 * The calls that concern this desk, as the phone process tells of them. Nothing is decided here: frames go in (see
 * phone/frames.py), what the board shows comes out. No browser needed.
 */

/** @typedef {{name: string, number: string, customer: number | null, conversation: number | null, place: string, by: string}} Caller */
/**
 * rings: it rings here. claimed: our hand was first, the sound is still to come. talks: we talk. elsewhere: we talk in
 * another window of ours.
 * @typedef {"rings" | "claimed" | "talks" | "elsewhere"} Stage
 */
/**
 * @typedef {object} Call
 * @property {string} key
 * @property {Stage} stage
 * @property {Caller} caller
 * @property {number} began milliseconds since 1970, on the phone process's clock
 * @property {[number, number]} cadence seconds of sound, seconds of silence
 * @property {number[]} who at whose desks and telephones it rings
 * @property {number | null} by the colleague who passes it on
 * @property {number | null} since when we have it
 * @property {boolean} held they hear music
 * @property {number | null} asks the colleague we ask first
 * @property {boolean} there that colleague has picked up
 * @property {number | null} first a colleague asks us: we talk with them before the customer does
 * @property {string} tape whether it is recorded: a word of call_state.Taping
 * @property {boolean} quiet 'let it ring': shown, not heard
 */
/** @typedef {{kind: "ring" | "silent" | "gone" | "offer" | "back" | "changed", call: Call, by?: number | null, because?: string, sdp?: string, servers?: RTCIceServer[]}} Change */

const ALONE = { held: false, asks: null, there: false, first: null, tape: "never" };
/** @type {Caller} */
const NOBODY = { name: "", number: "", customer: null, conversation: null, place: "", by: "" };

export class Calls {
  /** @param {string} tab what this tab calls itself */
  constructor(tab) {
    this.tab = tab;
    /** @type {Map<string, Call>} */ this.all = new Map();
  }

  /**
   * What the phone process said.
   * @param {string} what @param {string} key @param {Record<string, any>} body
   * @returns {Change[]} what became of it
   */
  hear(what, key, body) {
    if (what === "mine") return this.#mine(body.calls ?? []);
    if (what === "ring") return [{ kind: "ring", call: this.#keep(key, { ...known(body), stage: "rings", since: null, quiet: false, ...ALONE }) }];
    if (what === "dialled") return [{ kind: "changed", call: this.#keep(key, { ...known(body), stage: "claimed", since: null, ...ALONE }) }];
    const call = this.all.get(key);
    if (!call) return [];
    switch (what) {
      case "who":
      case "rings":
      case "stands":
        Object.assign(call, known(body));
        return [{ kind: "changed", call }];
      case "picked":
        if (body.tab !== this.tab) Object.assign(call, known(body), { stage: "elsewhere" });
        return [{ kind: "changed", call }];
      case "silent":
        this.all.delete(key);
        return [{ kind: "silent", call, by: body.by ?? null }];
      case "gone":
        this.all.delete(key);
        return [{ kind: "gone", call, because: String(body.because ?? "") }];
      case "offer":
        call.stage = call.stage === "talks" ? "talks" : "claimed";
        return [{ kind: "offer", call, sdp: String(body.sdp ?? ""), servers: body.servers ?? [] }];
    }
    return [];
  }

  /** Everything anew, after the line was lost or the page was loaded. @param {Record<string, any>[]} told @returns {Change[]} */
  #mine(told) {
    /** @type {Change[]} */ const changes = [];
    const keys = new Set(told.map((each) => String(each.call)));
    for (const [key, call] of this.all) {
      if (keys.has(key)) continue;
      this.all.delete(key);
      changes.push({ kind: "gone", call, because: "over" });
    }
    for (const each of told) {
      const key = String(each.call), before = this.all.get(key);
      if (each.rings) {
        changes.push({ kind: "ring", call: this.#keep(key, { ...known(each), stage: "rings", since: null }) });
      } else if (each.since) {
        const ours = each.tab === this.tab;
        const call = this.#keep(key, { ...known(each), stage: ours ? (before?.stage ?? "claimed") : "elsewhere" });
        changes.push({ kind: ours && !before ? "back" : "changed", call });
      }
    }
    return changes;
  }

  /** @param {string} key @param {Partial<Call>} values @returns {Call} */
  #keep(key, values) {
    /** @type {Call} */
    const fresh = { key, stage: "rings", caller: NOBODY, began: 0, cadence: [2, 4], who: [], by: null, since: null, quiet: false, ...ALONE };
    const call = Object.assign(this.all.get(key) ?? fresh, values);
    this.all.set(key, call);
    return call;
  }

  /** @returns {Call | undefined} the one we are in */
  get talk() {
    return [...this.all.values()].find((call) => call.stage !== "rings");
  }

  /** @returns {Call[]} those that ring, the longest-waiting first */
  get ringing() {
    return [...this.all.values()].filter((call) => call.stage === "rings").sort((a, b) => a.began - b.began);
  }

  /** @returns {Call | undefined} the one the board shows */
  get front() {
    return this.talk ?? this.ringing[0];
  }

  /** @returns {Call | undefined} the one that sounds: one bell, whoever waits longest; none while we talk */
  get sounding() {
    return this.talk ? undefined : this.ringing.find((call) => !call.quiet);
  }
}

/** What of a frame is about the call. @param {Record<string, any>} body @returns {Partial<Call>} */
function known(body) {
  /** @type {Partial<Call>} */ const values = {};
  if (body.caller) values.caller = { ...NOBODY, ...body.caller };
  if (Array.isArray(body.who)) values.who = body.who;
  if (Array.isArray(body.cadence)) values.cadence = [Number(body.cadence[0]), Number(body.cadence[1])];
  for (const name of /** @type {const} */ (["began", "by", "since", "held", "asks", "there", "first", "tape"])) {
    if (body[name] !== undefined) Object.assign(values, { [name]: body[name] });
  }
  return values;
}

/** How many rings began, and how far the newest is. @param {Call} call @param {number} now milliseconds @returns {{ring: number, part: number}} */
export function rung(call, now) {
  const cycle = (call.cadence[0] + call.cadence[1]) * 1000;
  const waited = Math.max(0, now - call.began);
  return { ring: Math.floor(waited / cycle) + 1, part: (waited % cycle) / cycle };
}
