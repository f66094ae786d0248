/** Dialogs are native: `data-opens="id"` opens one, `data-closes` inside one closes it, and so does a click beside it. */

/** @param {Event} event */
function clicked(event) {
  if (!(event.target instanceof Element)) return;
  const opener = /** @type {HTMLElement | null} */ (event.target.closest("[data-opens]"));
  const dialog = opener && document.getElementById(opener.dataset.opens ?? "");
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
  if (event.target instanceof HTMLDialogElement || event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
}

export function start() {
  document.addEventListener("click", clicked);
}
