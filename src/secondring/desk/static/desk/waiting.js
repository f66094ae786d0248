/**
 * The rings of waiting and the time beside them run on, second by second, and sleep while the house is closed.
 * An element says `data-waited` (seconds, as of `data-at`) and `data-sleeps` ("from-until,from-until", all since 1970).
 */
import { now, setClock } from "./clock.js";

const MINUTE = 60, HOUR = 3600, DAY = 86400;
const CLOSED = 1.01; // a hair more than all of it, so that no gap shows

/**
 * How long somebody has waited at `moment`.
 * @param {{waited?: string, at?: string, sleeps?: string}} data
 * @param {number} moment
 * @returns {number} whole seconds
 */
export function waitedAt(data, moment) {
  const at = Number(data.at);
  let passed = Math.max(0, moment - at);
  for (const span of (data.sleeps ?? "").split(",").filter(Boolean)) {
    const [from = 0, until = 0] = span.split("-").map(Number);
    passed -= Math.max(0, Math.min(until, moment) - Math.max(from, at));
  }
  return Math.floor(Number(data.waited) + Math.max(0, passed));
}

/**
 * In few letters, as `{{ seconds|waited }}` writes it.
 * @param {number} seconds
 */
export function inWords(seconds) {
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}:${String(seconds % MINUTE).padStart(2, "0")}`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ${String(Math.floor((seconds % HOUR) / MINUTE)).padStart(2, "0")}`;
  const language = globalThis.document?.documentElement.lang || "en";
  return new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay: "long" }).format(Math.floor(seconds / DAY));
}

/** How far the two rings are closed. @param {number} seconds @returns {[number, number]} */
export function closed(seconds) {
  return [Math.min(CLOSED, seconds / MINUTE), Math.max(0, Math.min(CLOSED, seconds / MINUTE - 1))];
}

/** @param {Element} element @param {number} seconds */
function draw(element, seconds) {
  if (element instanceof SVGElement) {
    const parts = closed(seconds);
    element.querySelectorAll(".arc").forEach((arc, lap) => arc.setAttribute("stroke-dasharray", `${parts[lap]?.toFixed(3)} 2`));
    element.querySelector(".dot")?.setAttribute("r", seconds >= 2 * MINUTE ? "3" : "2.25");
    return;
  }
  const words = inWords(seconds);
  if (element.textContent !== words) element.textContent = words;
  element.classList.toggle("is-late", seconds >= 2 * MINUTE);
}

/** Draw everyone's waiting as it is now. */
export function tick() {
  const moment = now();
  for (const element of document.querySelectorAll("[data-waited]")) {
    draw(element, waitedAt(/** @type {HTMLElement} */ (element).dataset, moment));
  }
}

export function start() {
  setClock();
  setInterval(() => document.hidden || tick(), 1000);
  document.addEventListener("visibilitychange", tick);
  document.addEventListener("htmx:after:swap", tick);
  tick();
}
