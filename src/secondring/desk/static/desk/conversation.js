/** Reading: a conversation opens where one left off, nothing moves what is being read, and news below is announced. */

const NEAR = 120; // pixels from the end that count as being there
let newest = "";

const scroll = () => document.getElementById("scroll");
/** @returns {Element | undefined} */
const last = () => [...document.querySelectorAll("#timeline .chapter-now > .entry")].at(-1);
/** @param {Element} box */
const atEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;

/** Open at the last letter: at its beginning when it is long, else at the end of everything. */
function opened() {
  const box = scroll();
  if (!box || box.dataset.opened) return;
  box.dataset.opened = "yes";
  newest = last()?.id ?? "";
  const wanted = location.hash && document.getElementById(location.hash.slice(1))?.closest(".entry");
  const entry = wanted || last();
  box.scrollTop = box.scrollHeight;
  if (!entry) return;
  if (wanted || entry.getBoundingClientRect().height > box.clientHeight) entry.scrollIntoView({ block: "start" });
  if (wanted) entry.classList.add("is-target");
}

/** @param {Event} event */
function fresh(event) {
  if (/** @type {CustomEvent} */ (event).detail.element?.id !== "timeline") return;
  const box = scroll(), entry = last();
  if (!box || !entry || entry.id === newest) return;
  newest = entry.id;
  const isOurs = entry.querySelector("[data-leaves-in]") !== null;
  if (isOurs || box.dataset.wasAtEnd === "yes") entry.scrollIntoView({ block: "nearest" });
  else announce(true);
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
  document.addEventListener("scroll", scrolled, { capture: true, passive: true });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element && event.target.closest("#below"))) return;
    last()?.scrollIntoView({ block: "start", behavior: "smooth" });
    announce(false);
  });
  opened();
}
