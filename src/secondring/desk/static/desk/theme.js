/** Light, dark, or as the computer has it; kept in a cookie, so that the server already sends the right page. */

/** @param {Event} event */
function chosen(event) {
  const button = event.target instanceof Element && /** @type {HTMLElement | null} */ (event.target.closest("[data-theme-is]"));
  if (!button) return;
  const theme = button.dataset.themeIs ?? "";
  document.cookie = `theme=${theme}; path=/; max-age=${theme ? 31536000 : 0}; samesite=lax`;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  show();
}

function show() {
  const theme = document.documentElement.dataset.theme ?? "";
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-theme-is]"))) {
    button.setAttribute("aria-pressed", String(button.dataset.themeIs === theme));
  }
}

export function start() {
  document.addEventListener("click", chosen);
  show();
}
