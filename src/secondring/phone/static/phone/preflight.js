/** Would you hear a call now? One true answer, and when it is no, the one thing to do about it. */

/**
 * @typedef {object} Ready
 * @property {boolean} onDuty
 * @property {boolean} line the desk's own line
 * @property {boolean} link from there to the telephone
 * @property {import("./microphone.js").Permission} microphone
 * @property {boolean} sound may this page, or another of this browser, be heard?
 * @property {boolean} wakes with every window closed it would be woken
 * @property {string} notices what the browser says of notifications: granted, denied, default, or "" without any
 */
/** @typedef {"hears" | "hears-anywhere" | "hears-unseen" | "off-duty" | "no-line" | "no-link" | "microphone-asks" | "microphone-refused" | "microphone-missing" | "no-sound"} Answer */

/** @param {Ready} ready @returns {Answer} */
export function answer(ready) {
  if (!ready.line) return "no-line";
  if (!ready.onDuty) return "off-duty";
  if (!ready.link) return "no-link";
  if (ready.microphone === "asks") return "microphone-asks";
  if (ready.microphone === "refused") return "microphone-refused";
  if (ready.microphone === "missing") return "microphone-missing";
  if (!ready.sound) return "no-sound";
  if (ready.notices === "default") return "hears-unseen";
  return ready.wakes ? "hears-anywhere" : "hears";
}

/** @param {Answer} said */
export const hears = (said) => said.startsWith("hears");
