/** Menus are popovers: the browser opens and closes them, here they get a place beside their button and arrow keys. */

const GAP = 6;

/** @param {HTMLElement} menu @param {Element} button */
function place(menu, button) {
  const at = button.getBoundingClientRect(), size = menu.getBoundingClientRect();
  const above = menu.dataset.menu === "above" || at.bottom + GAP + size.height > innerHeight - GAP;
  const wanted = menu.dataset.menu === "end" ? at.right - size.width : at.left;
  const left = Math.max(GAP, Math.min(wanted, innerWidth - size.width - GAP));
  const top = Math.max(GAP, above ? at.top - GAP - size.height : at.bottom + GAP);
  menu.style.setProperty("left", `${left}px`);
  menu.style.setProperty("top", `${top}px`);
}

/** @param {Element} menu */
function items(menu) {
  return /** @type {HTMLElement[]} */ ([...menu.querySelectorAll(":is(a, button, input):not([disabled])")]);
}

/** @param {KeyboardEvent} event */
function move(event) {
  const menu = /** @type {Element | null} */ (event.target instanceof Element && event.target.closest(".menu[popover]"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step) return;
  const all = items(menu), here = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  all[(here + step + all.length) % all.length]?.focus();
  event.preventDefault();
}

/** @param {Event} event */
function opened(event) {
  const menu = event.target;
  if (!(menu instanceof HTMLElement) || !menu.matches(".menu[popover]:not([popover=manual])")) return;
  const buttons = [...document.querySelectorAll(`[popovertarget="${CSS.escape(menu.id)}"]`)];
  const button = buttons.find((each) => each.checkVisibility()) ?? document.querySelector("#page > .bar") ?? buttons[0];
  const opens = /** @type {ToggleEvent} */ (event).newState === "open";
  button?.setAttribute("aria-expanded", String(opens));
  if (!opens || !button) return;
  place(menu, button);
  items(menu)[0]?.focus();
}

/** A popover closes when something was chosen in it. @param {Event} event */
function chosen(event) {
  const item = event.target instanceof Element && event.target.closest(".menu[popover] :is(a, button), .rail a, .side a");
  const around = item && /** @type {HTMLElement | null} */ (item.closest("[popover]:popover-open"));
  if (around && !item.hasAttribute("data-stays")) around.hidePopover();
}

export function start() {
  document.addEventListener("toggle", opened, true);
  document.addEventListener("keydown", move);
  document.addEventListener("click", chosen);
}
