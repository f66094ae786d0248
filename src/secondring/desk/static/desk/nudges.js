/** What I should notice, on the desktop and by a soft sound, as I chose; once, whatever the number of my tabs. */

const HEARD = "nudge-heard"; // in localStorage: the newest one that has been told

/** A tab tells it only when no other has. @param {number} newest @param {string | null} heard */
export function isNews(newest, heard) {
  return newest > Number(heard ?? 0);
}

async function look() {
  const address = document.body.dataset.news;
  if (!address) return;
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  /** @type {{newest: number, sound: boolean, notice: boolean, nudges: {pk: number, did: string, words: string, href: string}[]}} */
  const news = await answer.json();
  const heard = localStorage.getItem(HEARD);
  if (heard !== null && !isNews(news.newest, heard)) return;
  localStorage.setItem(HEARD, String(news.newest));
  const nudge = news.nudges[0];
  if (heard === null || !nudge || document.hasFocus() && location.pathname === nudge.href) return;
  if (news.sound) chime();
  if (news.notice && "Notification" in window && Notification.permission === "granted" && !document.hasFocus()) notice(nudge);
}

/** @param {{did: string, words: string, href: string}} nudge */
function notice(nudge) {
  const shown = new Notification(nudge.did, { body: nudge.words, tag: "second-ring" });
  shown.addEventListener("click", () => {
    window.focus();
    location.assign(nudge.href);
    shown.close();
  });
}

/** Two soft notes. Browsers play none before the first click on a page; then there is just the bell. */
function chime() {
  const context = new AudioContext();
  [660, 880].forEach((pitch, place) => {
    const tone = context.createOscillator(), loud = context.createGain(), at = context.currentTime + place * 0.14;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0, at);
    loud.gain.linearRampToValueAtTime(0.07, at + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
    tone.connect(loud).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.55);
  });
  setTimeout(() => void context.close(), 1500);
}

/** Browsers ask a person only after a click, and so do we. The button says what they answered. @param {HTMLElement} button */
async function ask(button) {
  if (!("Notification" in window)) return;
  const answer = await Notification.requestPermission();
  const words = answer === "granted" ? button.dataset.allowed : answer === "denied" ? button.dataset.denied : "";
  if (words) button.replaceWith(Object.assign(document.createElement("span"), { className: "faint", textContent: words, role: "status" }));
}

/** In the list of nudges it is offered only while nobody has answered yet. */
function offer() {
  const button = /** @type {HTMLElement | null} */ (document.querySelector("#page .bar [data-allow-notices]"));
  if (button) button.hidden = !("Notification" in window) || Notification.permission !== "default";
}

export function start() {
  document.addEventListener("htmx:after:swap", offer);
  offer();
  document.addEventListener("sr:fresh", (event) => {
    if (/** @type {CustomEvent} */ (event).detail.element?.id === "bell") void look();
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-allow-notices]") : null;
    if (button instanceof HTMLElement) void ask(button);
  });
  void look();
}
