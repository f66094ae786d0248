/**
 * Wakes when it rings and no window of the desk is looked at: shows who calls, and leads to the desk. It keeps nothing and
 * fetches nothing; what it shows came sealed (see phone/web_push.py).
 */
/// <reference lib="webworker" />

const KEEPS = 4_000; // milliseconds for which 'it rings no more' stays
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** @typedef {{what: "ring" | "over", key: string, title: string, says: string, pick_up?: string}} Told */

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("push", (event) => event.waitUntil(told(event.data?.json())));
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.key, event.action === "pick-up"));
});

/** @param {Told} said */
async function told(said) {
  if (said.what === "ring") return ring(said);
  const shown = await worker.registration.getNotifications({ tag: said.key });
  if (shown.length === 0 && (await windows()).some((window) => window.focused)) return;
  await worker.registration.showNotification(said.title, { body: said.says, tag: said.key, silent: true });
  await new Promise((done) => setTimeout(done, KEEPS));
  for (const each of await worker.registration.getNotifications({ tag: said.key })) each.close();
}

/** Whoever looks at the desk sees and hears it there. @param {Told} said */
async function ring({ key, title, says, pick_up }) {
  if ((await windows()).some((window) => window.focused)) return;
  const how = { body: says, tag: key, requireInteraction: true, renotify: true, vibrate: [800, 400, 800], data: { key } };
  await worker.registration.showNotification(title, /** @type {NotificationOptions} */ ({ ...how, actions: [{ action: "pick-up", title: pick_up ?? "" }] }));
}

/** @param {string} key @param {boolean} picked */
async function open(key, picked) {
  const [window] = await windows();
  if (!window) return void (await worker.clients.openWindow(picked ? `/#pick-up-${key}` : "/"));
  if (picked) window.postMessage({ picked: key });
  await window.focus();
}

/** The desk's windows; customers' pages are none. @returns {Promise<WindowClient[]>} */
async function windows() {
  const all = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  return all.filter((each) => !new URL(each.url).pathname.startsWith("/call/"));
}
