/**
 * The desk by keyboard. A control says which key presses it: `data-key="e"`, `data-key="mod+enter"`. Among those that are
 * shown the last one wins, so an open dialog or the conversation comes before what lies beneath it.
 */

const WAITS = 900; // milliseconds for the second key of "g i"
/** @type {Record<string, string>} */
const PLACES = { i: "/", m: "/inbox/mine/", o: "/inbox/open/", p: "/people/", n: "/nudges/", l: "/letters/" };

let prefix = "", prefixAt = 0;

/** 'mod+shift+enter': mod is Ctrl, or ⌘ on a Mac. @param {KeyboardEvent} event */
export function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key.toLowerCase().replace("escape", "esc");
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("mod");
  if (event.altKey) parts.push("alt");
  if (event.shiftKey && event.key.length > 1) parts.push("shift"); // "?" and "!" need Shift to be typed at all
  return [...parts, key].join("+");
}

/** Would these keys be typed as words? @param {EventTarget | null} target */
export function types(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type);
}

/** @param {string} name */
function controlFor(name) {
  const dialog = document.querySelector("dialog[open]");
  const all = [...(dialog ?? document).querySelectorAll(`[data-key="${CSS.escape(name)}"]`)];
  return /** @type {HTMLElement | undefined} */ (all.filter((each) => each.matches(":popover-open *") || isShown(each)).at(-1));
}

/** Also what sits in a closed menu can be pressed by its key. @param {Element} element */
function isShown(element) {
  const menu = element.closest("[popover]:not(:popover-open)");
  if (menu && !menu.matches(".menu, .rail, .side")) return false;
  return menu !== null || /** @type {HTMLElement} */ (element).checkVisibility();
}

/** @param {HTMLElement} control */
function press(control) {
  if (control.matches("input:not([type=radio]), textarea")) {
    /** @type {HTMLElement | null} */ (control.closest("[popover]"))?.showPopover();
    control.focus();
    return;
  }
  control.click();
  // Whoever chose Reply or Note types on at once; until the composer's own module is here its plain field takes the words.
  if (control.matches("[name=kind]")) /** @type {HTMLElement | null | undefined} */ (control.closest("form")?.querySelector("textarea.draft"))?.focus();
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.defaultPrevented || event.isComposing) return;
  const name = nameOf(event);
  if (types(event.target) && !name.startsWith("mod+")) {
    if (name === "esc") leaveWords(event);
    return;
  }
  if (document.querySelector("dialog[open]") && !controlFor(name)) return;
  if (goes(name, event.timeStamp) || searches(name) || shows(name)) return event.preventDefault();
  const control = controlFor(name);
  if (control) {
    event.preventDefault();
    press(control);
  }
}

/** The first Esc leaves the words, where they stay; the second goes back to the list. @param {KeyboardEvent} event */
function leaveWords(event) {
  if (document.querySelector("dialog[open], .suggestions")) return;
  /** @type {HTMLElement} */ (event.target).blur();
  event.preventDefault();
}

/** @param {string} name @param {number} at @returns {boolean} */
function goes(name, at) {
  const first = prefix === "g" && at - prefixAt < WAITS;
  prefix = name;
  prefixAt = at;
  const place = first ? PLACES[name] : undefined;
  if (!place) return false;
  const link = /** @type {HTMLElement | null} */ (document.querySelector(`.rail a[href="${place}"]`));
  if (link) link.click();
  else location.assign(place);
  return true;
}

/** @param {string} name */
function searches(name) {
  if (name !== "/") return false;
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector('#page input[type="search"]'));
  if (field?.checkVisibility()) {
    field.focus();
    field.select();
  } else /** @type {HTMLElement | null} */ (document.querySelector('[data-palette-open]'))?.click();
  return true;
}

/** @param {string} name */
function shows(name) {
  if (name === "esc" && document.querySelector(":popover-open")) return false; // it closes what is open, and that is enough
  if (name === "esc") {
    const back = /** @type {HTMLElement | null} */ (document.querySelector("#page .back-key"));
    back?.click();
    return Boolean(back);
  }
  if (name !== "?") return false;
  const overview = document.getElementById("keys");
  if (overview instanceof HTMLDialogElement) overview.showModal();
  return true;
}

export function start() {
  document.addEventListener("keydown", pressed);
}
