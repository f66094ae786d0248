/** What a first visit does not need: fetched when a screen first shows it, or when somebody first asks for it. */
import { now } from "./clock.js";
import { sayOfCalls } from "./live.js";

/** By what a screen shows. Until the module is here one reads from the top, writes in a plain field, and a frame scrolls. */
const SHOWN = new Map([
  ["#scroll", async () => (await import("./conversation.js")).start()],
  ["#composer", async () => (await import("./composer.js")).start()],
  ["[data-player]", async () => (await import("./player.js")).start()],
  ["body[data-telephone]", telephone],
  ["form[data-records]", async () => (await import("./recording.js")).start()],
  ["sr-letter", async () => void (await import("./letter-frame.js"))],
]);

/** @type {Promise<{open: () => void}> | null} */ let palette = null;

/** Only where somebody can call us. */
async function telephone() {
  const { start } = await import("../phone/phone.js");
  const address = document.body.dataset.telephone ?? "";
  await start({ address, say: sayOfCalls, now, online: () => ["on", "caught-up"].includes(document.documentElement.dataset.line ?? "") });
}

function look() {
  for (const [shown, fetchIt] of SHOWN) {
    if (document.querySelector(shown) && SHOWN.delete(shown)) void fetchIt();
  }
}

/** Ctrl K (⌘ K), wherever one is. @param {KeyboardEvent} event */
function pressed(event) {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k" || event.shiftKey || event.altKey) return;
  event.preventDefault();
  void openPalette();
}

async function openPalette() {
  palette ??= import("./palette.js").then((module) => (module.start(), module));
  (await palette).open();
}

export function start() {
  for (const moment of ["htmx:after:swap", "sr:fresh"]) document.addEventListener(moment, look);
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-palette-open]")) void openPalette();
  });
  look();
}
