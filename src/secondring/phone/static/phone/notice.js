/** Who looks elsewhere is told who calls: a notice by the system, and the title of the tab. */

export class Notice {
  /** @param {() => void} answered */
  constructor(answered) {
    this.answered = answered;
    /** @type {Notification | null} */ this.shown = null;
  }

  /** @param {string} key @param {string} who @param {string} says */
  show(key, who, says) {
    if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted" || this.shown) return;
    this.shown = new Notification(who, { body: says, tag: key, requireInteraction: true });
    this.shown.onclick = () => {
      window.focus();
      this.answered();
    };
  }

  close() {
    this.shown?.close();
    this.shown = null;
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
