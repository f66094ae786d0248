/** Reading: a conversation opens where one left off, nothing moves what is being read, and news below is announced. */

const NEAR = 120; // pixels from the end that count as being there
const AIR = 16; // pixels over the first letter
let newest = "", sent = false;

const scroll = () => document.getElementById("scroll");
/** @returns {Element | undefined} */
const last = () => [...document.querySelectorAll("#timeline .chapter-now > .entry")].at(-1);
/** @param {Element} box */
const atEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;

/** Open at the end, but never below the beginning of the last letter. */
function opened() {
  const box = scroll();
  if (!box || box.dataset.opened) return;
  box.dataset.opened = "yes";
  newest = last()?.id ?? "";
  const wanted = location.hash && document.getElementById(location.hash.slice(1))?.closest(".entry");
  const entry = wanted || [...document.querySelectorAll("#timeline .chapter-now > [data-message]")].at(-1) || last();
  box.scrollTop = box.scrollHeight;
  if (!entry) return;
  const above = box.getBoundingClientRect().top + AIR - entry.getBoundingClientRect().top;
  if (wanted || above > 0) box.scrollTop -= above; // scrollIntoView would also scroll the page around it
  if (wanted) entry.classList.add("is-target");
}

/** @param {Event} event */
function fresh(event) {
  if (/** @type {CustomEvent} */ (event).detail.element?.id !== "timeline") return;
  const box = scroll(), entry = last();
  if (!box || !entry || entry.id === newest) return;
  newest = entry.id;
  if (sent || box.dataset.wasAtEnd === "yes") box.scrollTop = box.scrollHeight;
  else announce(true);
  sent = false;
}

/** @param {boolean} shown */
function announce(shown) {
  const below = document.getElementById("below");
  if (!below) return;
  below.hidden = !shown;
  const words = /** @type {HTMLElement | null} */ (below.querySelector("[data-one]"));
  if (words) words.textContent = shown ? (words.dataset.one ?? "") : "";
}

function scrolled() {
  const box = scroll();
  if (!box) return;
  box.dataset.wasAtEnd = atEnd(box) ? "yes" : "no";
  if (atEnd(box)) announce(false);
}

export function start() {
  document.addEventListener("htmx:after:swap", opened);
  document.addEventListener("sr:fresh", fresh);
  document.addEventListener("sr:sent", () => void (sent = true));
  document.addEventListener("scroll", scrolled, { capture: true, passive: true });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element && event.target.closest("#below"))) return;
    const box = scroll();
    box?.scrollTo({ top: box.scrollHeight, behavior: "smooth" });
    announce(false);
  });
  opened();
}
