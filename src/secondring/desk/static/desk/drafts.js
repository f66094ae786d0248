/**
 * Words are kept while one types: on the server half a second after the last letter, and in this browser for as long as the
 * server cannot be reached. Whoever typed in two windows is asked which words to keep.
 */

const AFTER = 600; // milliseconds after the last letter
const AT_MOST = 4000; // while somebody types without a pause
const AGAIN = 5000; // when it could not be kept

/** @typedef {{draft?: number, version?: number, saved?: string, html?: string, sentence?: string}} Answer */

export class Drafts {
  /** @param {HTMLFormElement} form @param {() => boolean} isEmpty @param {(html: string) => void} write */
  constructor(form, isEmpty, write) {
    this.form = form;
    this.isEmpty = isEmpty;
    this.write = write;
    this.address = form.dataset.keep ?? "";
    this.home = `draft ${this.address}`;
    this.status = form.querySelector(".saved");
    this.section = /** @type {HTMLElement} */ (form.closest(".composer"));
    this.timer = 0;
    this.since = 0;
    this.sending = false;
    /** @type {Promise<void>} */ this.keeping = Promise.resolve();
    this.kept = this.words();
    this.recall();
  }

  /** @param {string} name */
  field(name) {
    return /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name));
  }

  words() {
    return JSON.stringify([...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "version", "draft", "once"].includes(name)));
  }

  /** Something was typed. */
  touch() {
    if (this.sending) return;
    const now = Date.now();
    this.since ||= now;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep(), Math.max(0, Math.min(AFTER, this.since + AT_MOST - now)));
  }

  /** There were words before we listened: they are kept, and colleagues hear of them, as if typed now. */
  begun() {
    this.kept = "";
    this.section.querySelector(".draft")?.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  /** One after the other, never two at once. @returns {Promise<void>} */
  keep(anyway = false) {
    clearTimeout(this.timer);
    this.since = 0;
    this.keeping = this.keeping.then(() => this.send(anyway));
    return this.keeping;
  }

  /** A file needs a draft to lie in, also before a word was kept; two at once would be two letters. @returns {Promise<void>} */
  start() {
    this.keeping = this.keeping.then(() => (this.field("draft").value ? undefined : this.send(true)));
    return this.keeping;
  }

  /** @param {boolean} anyway */
  async send(anyway) {
    const words = this.words();
    const nothing = this.isEmpty() && !this.field("draft").value && !anyway;
    if (!this.form.isConnected || this.sending || nothing || (words === this.kept && !anyway)) return;
    const body = new FormData(this.form);
    body.delete("files");
    if (anyway) body.set("anyway", "yes");
    try {
      const answer = await fetch(this.address, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (answer.status === 409) return this.ask(await answer.json());
      if (answer.status === 410) return this.begin();
      if (!answer.ok) throw new Error(String(answer.status));
      this.done(await answer.json(), words);
    } catch {
      this.notKept();
    }
  }

  /** @param {Answer} answer @param {string} words */
  done(answer, words) {
    this.kept = words;
    this.field("draft").value = String(answer.draft ?? "");
    this.field("version").value = String(answer.version ?? 0);
    localStorage.removeItem(this.home);
    this.say(answer.saved ?? "");
  }

  /** The line is lost: this browser keeps them until the server can. */
  notKept() {
    localStorage.setItem(this.home, JSON.stringify({ html: this.field("html").value, at: Date.now() }));
    this.say(this.section.dataset.unsaved ?? "");
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep(), AGAIN);
  }

  /** The draft was sent or thrown away elsewhere; what is typed here is a new one. */
  begin() {
    this.field("draft").value = "";
    this.field("version").value = "0";
    this.touch();
  }

  /** Words this browser kept while the server was away. */
  recall() {
    const kept = localStorage.getItem(this.home);
    if (!kept) return;
    const { html } = /** @type {{html: string}} */ (JSON.parse(kept));
    if (html && html !== this.field("html").value) this.write(html);
    this.touch();
  }

  /** @param {Answer} newer */
  ask(newer) {
    const bar = document.createElement("p");
    bar.className = "why";
    bar.setAttribute("role", "alert");
    bar.append(newer.sentence ?? "", this.choice("use", () => {
      this.field("draft").value = String(newer.draft);
      this.field("version").value = String(newer.version);
      this.write(newer.html ?? "");
      this.kept = this.words();
    }), this.choice("mine", () => void this.keep(true)));
    this.form.querySelector(".words")?.after(bar);
  }

  /** @param {string} name @param {() => void} then */
  choice(name, then) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = this.section.dataset[name] ?? name;
    button.addEventListener("click", () => {
      button.closest(".why")?.remove();
      then();
    });
    return button;
  }

  /** The letter leaves: nothing more is kept of it. */
  leave() {
    this.sending = true;
    clearTimeout(this.timer);
    localStorage.removeItem(this.home);
  }

  /** It was refused: go on keeping. */
  stay() {
    this.sending = false;
  }

  /** The tab closes: the last words go with a request that outlives it. */
  last() {
    if (this.sending || this.words() === this.kept || (this.isEmpty() && !this.field("draft").value)) return;
    const body = new FormData(this.form);
    body.delete("files");
    navigator.sendBeacon(this.address, body);
  }

  /** @param {string} words */
  say(words) {
    if (this.status) this.status.textContent = words;
  }
}
