/** A sentence about what just happened goes after a while; one about what went wrong stays until it is pressed. */

const STAYS = 5000;

/** @param {HTMLElement} toast */
function begin(toast) {
  toast.dataset.toast = "seen";
  toast.addEventListener("click", () => toast.remove());
  if (!toast.classList.contains("is-wrong")) setTimeout(() => toast.remove(), STAYS);
}

function look() {
  for (const toast of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.toasts [data-toast=""]'))) begin(toast);
}

/** What somebody did has not reached the desk: the line broke, or nobody answered in time. What merely looks again says nothing.
    @param {Event} event */
function unreached(event) {
  const { ctx } = /** @type {CustomEvent<{ctx?: {request?: {method?: string}}}>} */ (event).detail;
  const place = document.getElementById("toasts");
  if (!place || (ctx?.request?.method ?? "GET") === "GET") return;
  const toast = document.createElement("div"), words = document.createElement("span");
  toast.className = "toast is-wrong";
  words.textContent = place.dataset.unreached ?? "";
  toast.append(words);
  toast.dataset.toast = "";
  place.append(toast);
}

export function start() {
  document.addEventListener("htmx:error", unreached);
  const place = document.getElementById("toasts");
  if (place) new MutationObserver(look).observe(place, { childList: true });
  look();
}
