/** The telephone's words on the desk's live line: frames out, frames in, and whether a call would reach this tab at all. */

/** @typedef {{what: string, call: string, body: Record<string, any>}} Said */

export class Signalling {
  /**
   * @param {(said: object) => void} send on the live line
   * @param {string} tab
   * @param {(said: Said) => void} heard
   * @param {() => void} changed the line, or the link behind it, stands or is lost
   */
  constructor(send, tab, heard, changed) {
    this.send = send;
    this.tab = tab;
    this.heard = heard;
    this.changed = changed;
    this.line = false;
    this.link = false;
  }

  /** The live line says how it is. @param {string} state on, lost, caught-up */
  lineIs(state) {
    this.line = state !== "lost";
    if (this.line) this.send({ what: "here", tab: this.tab });
    else this.link = false;
    this.changed();
  }

  /** @param {Said} said */
  hear(said) {
    if (said.what !== "link") return this.heard(said);
    this.link = Boolean(said.body.up);
    this.changed();
  }

  /** @param {string} what @param {string} call @param {object} [body] */
  say(what, call, body = {}) {
    this.send({ what, call, body });
  }
}
