/**
 * The bell, made of sound rather than a file: two near tones that beat softly, two seconds on and four off (or as the number
 * rings). A minute is planned ahead on the audio clock, so that a sleeping tab's slow timers can't make it stumble.
 */

const TONES = [523.25, 659.25]; // C5 and E5: heard through talk, and not an alarm
const LOUD = 0.16, SOFT = 0.03; // seconds of rise and fall
const BEATS = 18; // a second: the tremble of a bell
const AHEAD = 10; // rings planned
export const LEAD = 0.06; // seconds between deciding to ring and the first sound, in which a better tab may speak up

export class Ringer {
  /** @param {() => AudioContext} make @param {() => void} [changed] called when sound is unlocked or locked */
  constructor(make, changed = () => {}) {
    this.make = make;
    this.changed = changed;
    /** @type {AudioContext | null} */ this.context = null;
    /** @type {GainNode | null} */ this.bell = null;
    /** @type {OscillatorNode[]} */ this.sources = [];
    this.volume = 0.5;
  }

  /** Would anybody hear it? Browsers keep a page silent until somebody has touched it. */
  get unlocked() {
    return this.context?.state === "running";
  }

  /** Try to be heard; works inside a click or a key press, and sometimes before. */
  async unlock() {
    if (!this.context) {
      this.context = this.make();
      this.context.addEventListener?.("statechange", () => this.changed());
    }
    if (this.context.state !== "running") await Promise.race([this.context.resume(), new Promise((done) => setTimeout(done, 500))]);
    this.changed();
    return this.unlocked;
  }

  /** @param {[number, number]} cadence @param {number} [into] seconds since the last ring began */
  ring([on, off], into = 0) {
    this.silence();
    const context = this.context;
    if (!context || context.state !== "running") return;
    const bell = context.createGain();
    bell.gain.value = 0;
    bell.connect(context.destination);
    this.bell = bell;
    this.sources = TONES.map((tone) => this.#source(context, bell, tone, AHEAD * (on + off)));
    const first = context.currentTime + LEAD - into;
    for (let ring = 0; ring < AHEAD; ring++) swell(bell.gain, Math.max(first + ring * (on + off), context.currentTime + LEAD), first + ring * (on + off) + on, this.volume * LOUD);
  }

  /** Silent within a few hundredths of a second, without a click in the ear. */
  silence() {
    const { context, bell, sources } = this;
    this.bell = null;
    this.sources = [];
    if (!context || !bell) return;
    const now = context.currentTime;
    bell.gain.cancelScheduledValues(now);
    bell.gain.setTargetAtTime(0, now, 0.01);
    for (const source of sources) source.stop(now + 0.1);
  }

  /** @returns {boolean} is a bell planned or heard? */
  get rings() {
    return this.bell !== null;
  }

  /** @param {AudioContext} context @param {GainNode} bell @param {number} tone @param {number} lasts */
  #source(context, bell, tone, lasts) {
    const source = context.createOscillator(), tremble = context.createGain(), beat = context.createOscillator(), depth = context.createGain();
    source.frequency.value = tone;
    beat.frequency.value = BEATS;
    depth.gain.value = 0.4;
    tremble.gain.value = 0.6;
    beat.connect(depth).connect(tremble.gain);
    source.connect(tremble).connect(bell);
    for (const each of [source, beat]) {
      each.start();
      each.stop(context.currentTime + lasts);
    }
    return source;
  }
}

/** From silence to `loud` and back. @param {AudioParam} gain @param {number} from @param {number} to seconds on the audio clock @param {number} loud */
function swell(gain, from, to, loud) {
  if (to <= from) return;
  gain.setValueAtTime(0, from);
  gain.linearRampToValueAtTime(loud, from + SOFT);
  gain.setValueAtTime(loud, Math.max(from + SOFT, to - SOFT));
  gain.linearRampToValueAtTime(0, to);
}
