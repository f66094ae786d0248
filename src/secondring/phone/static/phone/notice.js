/** Who looks elsewhere is told who calls: a notice by the system, and the title of the tab. */

/** @returns {boolean} is somebody looking at this page? */
const isLookedAt = () => !document.hidden && document.hasFocus();

export class Notice {
  /** @param {(key: string) => void} picked 'Pick up' was pressed in the notice of this call */
  constructor(picked) {
    this.picked = picked;
    this.key = "";
    /** @type {Notification | null} */ this.plain = null;
    navigator.serviceWorker?.addEventListener("message", (event) => event.data?.picked && picked(event.data.picked));
  }

  /** @param {string} key @param {string} who @param {{says: string, pickUp: string}} words */
  async show(key, who, { says, pickUp }) {
    if (isLookedAt() || !("Notification" in window) || Notification.permission !== "granted" || this.key) return;
    this.key = key;
    const worker = await this.#worker();
    if (this.key !== key) return; // it is over already
    const how = { body: says, tag: key, requireInteraction: true, data: { key } };
    if (worker) return worker.showNotification(who, /** @type {NotificationOptions} */ ({ ...how, actions: [{ action: "pick-up", title: pickUp }] }));
    this.plain = new Notification(who, how);
    this.plain.onclick = () => {
      window.focus();
      this.picked(key);
    };
  }

  async close() {
    const key = this.key;
    this.key = "";
    this.plain?.close();
    this.plain = null;
    if (!key) return;
    for (const each of (await (await this.#worker())?.getNotifications({ tag: key })) ?? []) each.close();
  }

  /** Notices by a service worker have keys, and are the only ones a telephone in the pocket shows. */
  async #worker() {
    return (await navigator.serviceWorker?.getRegistration().catch(() => undefined)) ?? null;
  }
}

const BELL = "\u260e ";
let before = "";

/** A tab among many says that it rings. @param {string} who "" when nothing rings */
export function entitle(who) {
  const rang = document.title.startsWith(BELL);
  if (who && !rang) before = document.title;
  if (who) document.title = BELL + who;
  else if (rang) document.title = before;
}
