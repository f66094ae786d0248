/** The other tabs of this browser: each has a name of its own, any of them may sound for all, and what one lets ring, all let ring. */

const PATIENCE = 500; // milliseconds in which a page that is loaded anew lets its name go

/**
 * This tab's name, kept over a reload. A tab that was doubled brings its twin's along, and gets another.
 * @param {Storage} storage @param {LockManager | undefined} locks
 */
export async function ownName(storage, locks) {
  const kept = /** @type {string | undefined} */ (storage.tab);
  if (kept && (await take(locks, kept))) return kept;
  const fresh = Math.random().toString(36).slice(2, 10).padEnd(6, "0");
  storage.tab = fresh;
  await take(locks, fresh);
  return fresh;
}

/** @param {LockManager | undefined} locks @param {string} name @returns {Promise<boolean>} */
function take(locks, name) {
  if (!locks) return Promise.resolve(true);
  return new Promise((done) => {
    const forever = () => new Promise(() => done(true));
    locks.request(`second-ring-tab-${name}`, { signal: AbortSignal.timeout(PATIENCE) }, forever).catch(() => done(false));
  });
}

/** @typedef {{postMessage: (said: any) => void, onmessage: ((event: any) => void) | null}} Channel */

export class Neighbours {
  /**
   * @param {Channel} channel @param {string} tab
   * @param {{able: () => boolean, changed: () => void, quiet: (key: string) => void}} how able: would this tab sound?
   */
  constructor(channel, tab, { able, changed, quiet }) {
    this.channel = channel;
    this.tab = tab;
    this.able = able;
    this.changed = changed;
    this.quiet = quiet;
    /** @type {Set<string>} */ this.others = new Set();
    this.said = false;
    channel.onmessage = (event) => this.heard(event.data);
    channel.postMessage({ who: true });
  }

  /** Would any other tab sound? */
  get sounds() {
    return this.others.size > 0;
  }

  /** Tell the others, when it is news. @param {boolean} [anew] */
  tell(anew = false) {
    const able = this.able();
    if (able !== this.said || anew) this.channel.postMessage({ tab: this.tab, able });
    this.said = able;
  }

  /** Let this call ring, in all tabs. @param {string} key */
  letRing(key) {
    this.channel.postMessage({ quiet: key });
  }

  leave() {
    this.channel.postMessage({ tab: this.tab, able: false });
  }

  /** @param {{who?: boolean, tab?: string, able?: boolean, quiet?: string}} said */
  heard(said) {
    if (said.who) this.tell(true);
    if (said.quiet) this.quiet(said.quiet);
    if (!said.tab) return;
    const before = this.sounds;
    if (said.able) this.others.add(said.tab);
    else this.others.delete(said.tab);
    if (before !== this.sounds) this.changed();
  }
}
