/** The list: one line is chosen, by j and k or by the mouse, and the card beside it says who it is. */
import { types } from "./keys.js";

/** @typedef {{ajax: (method: string, address: string, how: object) => Promise<void>}} Htmx */
const CARD_WAITS = 150; // milliseconds: nobody reads the cards of those they pass by
let timer = 0;
/** @type {Element | null} */ let opened = null; // the list that has had its first line chosen
let chosen = ""; // the line's id, so that it stays chosen when the list is drawn again

/** @returns {HTMLElement[]} */
const lines = () => [...document.querySelectorAll("#lines .wait, .hits .hit, .rows.of-people > li")].filter((each) => each instanceof HTMLElement);
/** @param {Element} line */
const link = (line) => /** @type {HTMLElement | null} */ (line.querySelector("a.go, a[href]"));

/**
 * The place in the list after a step, staying inside it.
 * @param {number} here -1 when nothing is chosen
 * @param {number} step
 * @param {number} length
 */
export function next(here, step, length) {
  if (here < 0) return step > 0 ? 0 : length - 1;
  return Math.max(0, Math.min(length - 1, here + step));
}

/** @param {HTMLElement} line @param {boolean} [focus] */
function choose(line, focus = true) {
  for (const other of lines()) link(other)?.removeAttribute("aria-current");
  link(line)?.setAttribute("aria-current", "true");
  chosen = line.id;
  if (focus) link(line)?.focus({ preventScroll: true });
  line.scrollIntoView({ block: "nearest" });
  showCard(line);
}

/** @param {HTMLElement} line */
function showCard(line) {
  const address = line.dataset.card, card = document.getElementById("card-inside");
  if (!address || !card || card.dataset.liveSrc === address || card.getAttribute("hx-get") === address) return;
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    const htmx = /** @type {{htmx: Htmx}} */ (/** @type {unknown} */ (window)).htmx;
    void htmx.ajax("GET", address, { target: "#card-inside", swap: "outerHTML" });
  }, CARD_WAITS);
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (types(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  const all = lines();
  if (!all.length || document.querySelector("dialog[open], :popover-open.menu")) return;
  if (step) {
    const here = all.findIndex((line) => link(line)?.hasAttribute("aria-current"));
    const line = all[next(here, step, all.length)];
    if (line) choose(line);
    event.preventDefault();
  } else if (event.key === "t") {
    takeChosen(event);
  } else if (event.key === "Enter" && event.target === document.body) {
    const line = all.find((each) => each.id === chosen);
    if (line) link(line)?.click();
  }
}

/** @param {KeyboardEvent} event */
function takeChosen(event) {
  const line = lines().find((each) => link(each)?.hasAttribute("aria-current"));
  const button = /** @type {HTMLElement | null} */ (line?.querySelector(".take button"));
  if (!button) return;
  event.preventDefault();
  button.click();
}

/** After the list was drawn: what is ours says 'You', drafts say so, the chosen line is chosen still. */
function dress() {
  const { me, you } = document.body.dataset;
  const list = document.getElementById("lines");
  if (!list) return;
  const drafts = new Set((list.dataset.drafts ?? "").split(" ").filter(Boolean));
  for (const line of lines()) {
    const said = line.querySelector(".held > span:not(.face, .here)");
    if (said && line.dataset.holder === me && line.dataset.named !== undefined) said.textContent = you ?? "";
    if (drafts.has(line.id.replace("line-", ""))) markDraft(line, list.dataset.draft ?? "");
  }
  const line = chosen && document.getElementById(chosen);
  if (line) link(line)?.setAttribute("aria-current", "true");
}

/** What 'Show more' brought is drawn again with the rest. */
function keepPages() {
  const list = document.getElementById("inbox"), more = list?.querySelectorAll("ul[data-page]").length ?? 0;
  if (!list?.dataset.liveSrc || !more) return;
  const address = new URL(list.dataset.liveSrc, location.href), pages = String(Number(list.dataset.pages) + more);
  address.searchParams.set("pages", pages);
  list.dataset.liveSrc = address.pathname + address.search;
}

/** A list that has just been opened has somebody chosen where the card has room beside it: who was, else the first. */
function arrived() {
  const list = document.getElementById("lines"), line = lines().find((each) => each.id === chosen) ?? lines()[0];
  if (list === opened) return; // drawn again: what one reads beside it stays
  opened = list;
  if (!list || !line || !matchMedia("(width >= 75rem)").matches) return;
  link(line)?.setAttribute("aria-current", "true");
  chosen = line.id;
  showCard(line);
}

/** @param {Element} line @param {string} words */
function markDraft(line, words) {
  const said = line.querySelector(".said");
  if (!said || said.querySelector(".draft")) return;
  const mark = document.createElement("span");
  mark.className = "draft";
  mark.textContent = `${words} `;
  said.prepend(mark);
}

export function start() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("sr:fresh", dress);
  document.addEventListener("htmx:after:swap", () => (dress(), keepPages(), arrived()));
  document.addEventListener("focusin", (event) => {
    const line = event.target instanceof Element && event.target.closest("#lines .wait");
    if (line instanceof HTMLElement && line.id !== chosen) choose(line, false);
  });
  dress();
  arrived();
}
