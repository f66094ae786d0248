/** Who looks at what, and who writes: said to the others through the live line, and shown where it matters to us. */
import { look, types } from "./live.js";

/** @typedef {{who: number, name: string, at: {conversation: number, customer: string, types: boolean}[]}} Person */

const QUIET = 4000; // milliseconds without a key, and one is not writing any more
/** @type {Person[]} */ let people = [];
let timer = 0;

/** @returns {number | null} the conversation this tab has open */
function open() {
  const pk = /** @type {HTMLElement | null} */ (document.querySelector("#scroll[data-conversation]"))?.dataset.conversation;
  return pk ? Number(pk) : null;
}

/** The others who are at a conversation, writers first. @param {Person[]} all @param {number} conversation @param {number} me */
export function at(all, conversation, me) {
  const there = all.flatMap((person) =>
    person.at.filter((place) => place.conversation === conversation && person.who !== me)
      .map((place) => ({ name: person.name, types: place.types })));
  return there.sort((a, b) => Number(b.types) - Number(a.types));
}

function show() {
  const me = Number(document.body.dataset.me);
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.wait[id^="line-"]'))) {
    showOnLine(line, at(people, Number(line.id.replace("line-", "")), me));
  }
  showBeside(at(people, open() ?? 0, me));
}

/** @param {HTMLElement} line @param {{name: string, types: boolean}[]} there */
function showOnLine(line, there) {
  const held = line.querySelector(".held");
  const list = document.getElementById("lines");
  held?.querySelector(".here")?.remove();
  line.classList.toggle("has-company", there.length > 0);
  const first = there[0];
  if (!held || !first || !list) return;
  const words = (first.types ? list.dataset.writes : list.dataset.reads) ?? "%s";
  held.append(said("here", words.replace("%s", first.name), first.types));
}

/** @param {{name: string, types: boolean}[]} there */
function showBeside(there) {
  const beside = document.getElementById("beside");
  if (!beside) return;
  const first = there[0];
  const words = first ? ((first.types ? beside.dataset.writes : beside.dataset.reads) ?? "%s").replace("%s", first.name) : "";
  if (beside.dataset.said === words) return;
  beside.dataset.said = words;
  beside.replaceChildren(...(first ? [said("beside", words, first.types)] : []));
}

/** @param {string} css @param {string} words @param {boolean} writes */
function said(css, words, writes) {
  const span = document.createElement("span");
  span.className = css;
  span.textContent = words;
  if (writes) {
    const dots = document.createElement("span");
    dots.className = "typing";
    dots.setAttribute("aria-hidden", "true");
    dots.append(...[1, 2, 3].map(() => document.createElement("i")));
    span.append(dots);
  }
  return span;
}

function typed() {
  types(true);
  clearTimeout(timer);
  timer = window.setTimeout(() => types(false), QUIET);
}

/** @type {number | null | undefined} */ let told;
function arrived() {
  const here = open();
  if (here !== told) look((told = here));
  show();
}

export function start() {
  document.addEventListener("sr:here", (event) => {
    people = /** @type {CustomEvent} */ (event).detail.people;
    show();
  });
  document.addEventListener("sr:fresh", show);
  document.addEventListener("htmx:after:swap", arrived);
  document.addEventListener("input", (event) => {
    if (event.target instanceof Element && event.target.closest("#composer .words")) typed();
  });
  arrived();
}
