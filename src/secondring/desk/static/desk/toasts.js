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

export function start() {
  const place = document.getElementById("toasts");
  if (place) new MutationObserver(look).observe(place, { childList: true });
  look();
}
