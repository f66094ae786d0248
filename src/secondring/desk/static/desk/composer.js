/** Wires the composer: the editor, the draft that keeps itself, files, names while one types, and what the keys do. */
import { Drafts } from "./drafts.js";
import { Editor } from "./editor.js";
import { colleagues, lastPiece, mention, Suggestions } from "./suggestions.js";
import { Uploads } from "./uploads.js";

const ASK_AFTER = 120; // milliseconds after a letter in the envelope

class Composer {
  /** @param {HTMLElement} section */
  constructor(section) {
    this.section = section;
    this.form = /** @type {HTMLFormElement} */ (section.querySelector("form"));
    const plain = /** @type {HTMLTextAreaElement} */ (this.form.elements.namedItem("words"));
    const begun = plain.value !== plain.defaultValue; // somebody was quicker than this module
    const wantsFocus = plain.autofocus || document.activeElement === plain;
    this.editor = new Editor(plain, /** @type {HTMLInputElement} */ (this.form.elements.namedItem("html")));
    this.drafts = new Drafts(this.form, () => this.editor.isEmpty, (html) => this.editor.write(html));
    this.uploads = new Uploads(this.form, this.editor, this.drafts);
    this.names = new Suggestions((value) => this.named(value));
    this.listen();
    for (const field of this.form.querySelectorAll("[data-people]")) suggestPeople(/** @type {HTMLInputElement} */ (field), this);
    if (wantsFocus) this.editor.focus();
    if (begun) this.drafts.begun();
  }

  get isNote() {
    return new FormData(this.form).get("kind") === "note";
  }

  listen() {
    this.form.addEventListener("input", () => this.drafts.touch());
    this.form.addEventListener("change", () => this.drafts.touch());
    this.form.addEventListener("click", (event) => this.clicked(event));
    this.editor.field.addEventListener("input", () => this.mentions());
    this.editor.field.addEventListener("keydown", (event) => this.names.pressed(event));
    this.editor.field.addEventListener("blur", () => this.names.close());
    this.form.addEventListener("htmx:before:request", () => this.drafts.leave());
    this.form.addEventListener("htmx:response:error", () => this.drafts.stay());
    this.form.addEventListener("htmx:error", () => this.drafts.stay());
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    if (!(event.target instanceof Element)) return;
    const dress = /** @type {HTMLElement | null} */ (event.target.closest("[data-dress]"));
    if (dress) return void this.editor.dress(dress.dataset.dress ?? "", dress.dataset.ask);
    if (event.target.matches("[name=kind]")) this.editor.focus();
    const to = event.target.closest("button.to");
    if (to) this.unfold(to);
  }

  /** @param {Element} button */
  unfold(button) {
    const lines = this.form.querySelector(".addresses");
    const folded = lines?.toggleAttribute("data-folded") ?? false;
    button.setAttribute("aria-expanded", String(!folded));
    if (!folded) /** @type {HTMLElement | null} */ (lines?.querySelector("input"))?.focus();
  }

  /** In a note an @ calls a colleague. */
  mentions() {
    const range = this.editor.range();
    const before = range?.startContainer instanceof Text ? range.startContainer.data.slice(0, range.startOffset) : "";
    const begun = this.isNote ? mention(before) : null;
    if (begun === null || !range) return this.names.close();
    const names = [...document.querySelectorAll("#hand-over button[name=to] b")].map((each) => each.textContent ?? "");
    this.names.show(colleagues(names, begun), range.getBoundingClientRect());
  }

  /** @param {string} value */
  named(value) {
    const range = this.editor.range();
    if (!(range?.startContainer instanceof Text)) return;
    const text = range.startContainer, at = text.data.lastIndexOf("@", range.startOffset);
    text.replaceData(at, range.startOffset - at, `@${value}\u00a0`);
    getSelection()?.collapse(text, at + value.length + 2);
    this.editor.changed();
    this.drafts.touch();
  }
}

/** People by name or address, as one types them onto the envelope. @param {HTMLInputElement} field @param {Composer} composer */
function suggestPeople(field, composer) {
  const list = new Suggestions((value) => {
    const { start } = lastPiece(field.value);
    field.value = `${field.value.slice(0, start)}${start ? " " : ""}${value}, `;
    composer.drafts.touch();
  });
  let timer = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(async () => list.show(await peopleLike(composer, lastPiece(field.value).piece), field.getBoundingClientRect()), ASK_AFTER);
  });
  field.addEventListener("keydown", (event) => list.pressed(event));
  field.addEventListener("blur", () => list.close());
}

/** @param {Composer} composer @param {string} piece @returns {Promise<import("./suggestions.js").Suggestion[]>} */
async function peopleLike(composer, piece) {
  if (piece.length < 2) return [];
  const answer = await fetch(`${composer.form.dataset.suggest}?q=${encodeURIComponent(piece)}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return [];
  /** @type {{people: {name: string, address: string, written: string}[]}} */
  const { people } = await answer.json();
  return people.map((each) => ({ words: each.name, more: each.name === each.address ? "" : each.address, value: each.written }));
}

/** @type {Composer | null} */ let composer = null;

function found() {
  const section = document.getElementById("composer");
  if (section === composer?.section) return;
  composer?.drafts.last();
  composer = section && section.querySelector("textarea[name=words]") ? new Composer(section) : null;
}

export function start() {
  document.addEventListener("htmx:before:swap", () => composer && !composer.drafts.sending && composer.drafts.last());
  document.addEventListener("htmx:after:swap", found);
  addEventListener("pagehide", () => composer?.drafts.last());
  document.addEventListener("visibilitychange", () => document.hidden && void composer?.drafts.keep());
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-key=r], [data-key=m]") && composer) composer.editor.focus();
  });
  found();
}
