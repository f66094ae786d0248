/** How a call sounds, in words, from what the browser counts. Bad is said late and good early: nobody wants a nervous lamp. */

/**
 * @typedef {object} Counted
 * @property {number} at milliseconds
 * @property {number} came packets of theirs that reached us
 * @property {number} lost packets of theirs that did not
 * @property {number} went packets of ours
 * @property {number} missed share of ours that did not reach the other end, 0 to 1; -1 unknown
 * @property {number} delay seconds there and back; -1 unknown
 */
/** @typedef {"good" | "loses" | "we-lose" | "slow" | "deaf"} Quality */

const LOSES = 0.04; // above this, words have holes
const SLOW = 0.45; // seconds there and back; above it people talk over each other
const DEAF = 3_000; // milliseconds without a packet
const BAD_FOR = 2; // looks in a row

/** @param {Iterable<Record<string, any>>} stats the values of an RTCStatsReport @param {number} at @returns {Counted} */
export function count(stats, at) {
  /** @type {Counted} */ const counted = { at, came: 0, lost: 0, went: 0, missed: -1, delay: -1 };
  for (const each of stats) {
    if (each.kind !== undefined && each.kind !== "audio") continue;
    if (each.type === "inbound-rtp") {
      counted.came += each.packetsReceived ?? 0;
      counted.lost += Math.max(0, each.packetsLost ?? 0);
    } else if (each.type === "outbound-rtp") counted.went += each.packetsSent ?? 0;
    else if (each.type === "remote-inbound-rtp") {
      if (each.fractionLost !== undefined) counted.missed = each.fractionLost;
      if (each.roundTripTime !== undefined) counted.delay = each.roundTripTime;
    }
  }
  return counted;
}

/** What is wrong between two counts. @param {Counted} before @param {Counted} now @returns {Exclude<Quality, "deaf">} */
export function judge(before, now) {
  const came = now.came - before.came, lost = now.lost - before.lost;
  if (came + lost > 0 && lost / (came + lost) > LOSES) return "loses";
  if (now.missed > LOSES) return "we-lose";
  return now.delay > SLOW ? "slow" : "good";
}

export class Ear {
  constructor() {
    /** @type {Counted | null} */ this.before = null;
    this.heardAt = 0;
    this.bad = 0;
    /** @type {Quality} */ this.says = "good";
  }

  /** @param {Counted} now @returns {Quality} */
  look(now) {
    const before = this.before;
    this.before = now;
    if (!before || now.came > before.came) this.heardAt = now.at;
    if (now.at - this.heardAt >= DEAF) return (this.says = "deaf");
    const found = before ? judge(before, now) : "good";
    this.bad = found === "good" ? 0 : this.bad + 1;
    if (found === "good" || this.bad >= BAD_FOR) this.says = found;
    else if (this.says === "deaf") this.says = "good";
    return this.says;
  }
}
