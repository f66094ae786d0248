/** Anything: one field that goes anywhere, finds anybody and does what this page can do. late.js opens it by Ctrl K (⌘ K). */

const WAITS = 120; // milliseconds after the last letter before the server is asked
let timer = 0;
/** @type {AbortController | null} */ let asking = null;

/** @returns {HTMLDialogElement | null} */
const dialog = () => /** @type {HTMLDialogElement | null} */ (document.getElementById("palette"));
const field = () => /** @type {HTMLInputElement | null} */ (dialog()?.querySelector("input") ?? null);
/** @returns {HTMLElement[]} */
const options = () => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('#palette-found [role="option"]'))];

/**
 * What one can do on this page: every control with a key that says a word, once.
 * @param {string} typed
 * @param {{words: string, key: string}[]} deeds
 */
export function matching(typed, deeds) {
  const wanted = typed.trim().toLowerCase();
  return deeds.filter((deed) => wanted === "" || deed.words.toLowerCase().split(/\s+/).some((word) => word.startsWith(wanted)));
}

/** @returns {{words: string, key: string, control: HTMLElement}[]} */
function deeds() {
  const controls = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#page [data-key], #leaving [data-key], #card [data-key], #dials [data-key]"));
  const named = [...controls].map((control) => ({
    control,
    key: control.dataset.key ?? "",
    words: control.getAttribute("aria-label") ?? control.closest("label")?.textContent?.trim() ?? wordsOf(control),
  }));
  return named.filter((deed, place) => deed.words && named.findIndex((other) => other.words === deed.words) === place);
}

/** @param {HTMLElement} control */
function wordsOf(control) {
  const copy = /** @type {HTMLElement} */ (control.cloneNode(true));
  copy.querySelectorAll(".keys, svg").forEach((each) => each.remove());
  return (copy.textContent ?? "").replace(/\s+/g, " ").trim();
}

export function open() {
  const box = dialog(), input = field();
  if (!box || !input || box.open) return;
  input.value = "";
  box.showModal();
  void ask();
}

async function ask() {
  const input = field(), found = document.getElementById("palette-found");
  if (!input || !found) return;
  asking?.abort();
  asking = new AbortController();
  try {
    const address = `${input.dataset.paletteHref}?q=${encodeURIComponent(input.value)}`;
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asking.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const offered = doing(input), said = new Set(offered.map(wordsOf));
    for (const place of page.querySelectorAll("a")) if (said.has(wordsOf(place))) place.remove(); // it can be done here
    found.replaceChildren(...offered, ...page.body.childNodes);
    /** @type {{htmx?: {process: (element: Element) => void}}} */ (/** @type {unknown} */ (window)).htmx?.process(found);
    point(0);
  } catch {
    // another letter came, or the line is lost: what stands there stays
  }
}

/** @param {HTMLInputElement} input @returns {HTMLElement[]} */
function doing(input) {
  const found = matching(input.value, deeds()).slice(0, input.value ? 8 : 5);
  if (!found.length) return [];
  const label = document.createElement("p");
  label.className = "label";
  label.textContent = input.dataset.do ?? "";
  return [label, ...found.map((deed) => button(/** @type {{words: string, key: string, control: HTMLElement}} */ (deed)))];
}

/** @param {{words: string, key: string, control: HTMLElement}} deed */
function button(deed) {
  const made = document.createElement("button");
  made.type = "button";
  made.setAttribute("role", "option");
  const words = document.createElement("span"), keys = document.createElement("span"), cap = document.createElement("kbd");
  words.textContent = deed.words;
  keys.className = "keys";
  cap.textContent = deed.key.replace("mod+", "⌘ ").replace("shift+", "⇧ ").replace("alt+", "⌥ ").replace("enter", "⏎").toUpperCase();
  keys.append(cap);
  made.append(deed.control.querySelector("svg.i")?.cloneNode(true) ?? noPicture(), words, keys);
  made.addEventListener("click", () => {
    dialog()?.close();
    if (deed.control.matches("input:not([type=radio])")) deed.control.focus();
    else deed.control.click();
  });
  return made;
}

/** Room for one, so that the words stand under each other. */
function noPicture() {
  return Object.assign(document.createElement("span"), { className: "i" });
}

/** @param {number} place */
function point(place) {
  const all = options();
  all.forEach((option, n) => {
    option.id = `palette-${n}`;
    option.setAttribute("aria-selected", String(n === place));
  });
  all[place]?.scrollIntoView({ block: "nearest" });
  field()?.setAttribute("aria-activedescendant", all[place] ? `palette-${place}` : "");
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.target !== field()) return;
  const all = options(), here = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) {
    point((here + step + all.length) % all.length);
    event.preventDefault();
  } else if (event.key === "Enter") {
    all[Math.max(0, here)]?.click();
    event.preventDefault();
  }
}

export function start() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("input", (event) => {
    if (event.target !== field()) return;
    clearTimeout(timer);
    timer = window.setTimeout(ask, WAITS);
  });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    if (event.target.closest("#palette-found :is(a, form)")) dialog()?.close();
  });
}
