/** The rail stays while the middle of the page changes: here it learns where one is, and the focus follows. */

/** Mark the links of `[data-places]` that lead to where we are. */
export function markHere() {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("[data-places] a"))) {
    const here = link.pathname === location.pathname && link.search === location.search;
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function arrived() {
  markHere();
  if (document.activeElement === document.body) document.getElementById("page")?.focus({ preventScroll: true });
}

export function start() {
  for (const event of ["htmx:after:swap", "htmx:after:history:update", "popstate"]) addEventListener(event, arrived);
  markHere();
}
