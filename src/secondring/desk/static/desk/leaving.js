/** The seconds of second thoughts: a letter that leaves soon says how soon, and its cell goes when it has left. */
import { now } from "./clock.js";

/**
 * @param {{leavesIn?: string, at?: string}} data
 * @param {number} moment seconds since 1970
 * @returns {number} seconds left, never negative
 */
export function left(data, moment) {
  return Math.max(0, Number(data.leavesIn) - (moment - Number(data.at)));
}

/** @param {HTMLElement} cell */
function draw(cell) {
  const seconds = left(cell.dataset, now());
  if (seconds === 0) return cell.remove();
  const words = /** @type {HTMLElement | null} */ (cell.querySelector("[data-count]"));
  if (words) words.textContent = (words.dataset.count ?? "%s").replace("%s", String(Math.ceil(seconds)));
  const part = (seconds / Number(cell.dataset.leavesIn)).toFixed(3);
  cell.querySelector("circle:last-child")?.setAttribute("stroke-dasharray", `${part} 2`);
}

/** Another letter leaves now, or none does any more. */
function again() {
  const cell = document.getElementById("leaving");
  const htmx = /** @type {{htmx: {ajax: (method: string, address: string, how: object) => Promise<void>}}} */ (/** @type {unknown} */ (window)).htmx;
  if (cell?.dataset.src) void htmx.ajax("GET", cell.dataset.src, { target: cell, swap: "innerHTML swapEmpty:true" });
}

export function start() {
  document.addEventListener("sr:leaving", again);
  setInterval(() => {
    for (const cell of document.querySelectorAll("[data-leaves-in]")) draw(/** @type {HTMLElement} */ (cell));
  }, 250);
}
