/** This browser is woken when it rings, also with every window closed: a service worker, and an address at its push service. */

/** @param {string} key base64url @returns {Uint8Array<ArrayBuffer>} */
export function bytes(key) {
  const plain = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer | null | undefined} one @param {Uint8Array} other */
const same = (one, other) => Boolean(one) && new Uint8Array(/** @type {ArrayBuffer} */ (one)).join() === other.join();

/** Notices by a service worker work everywhere, and do not need push. @returns {Promise<ServiceWorkerRegistration | null>} */
export async function register() {
  return (await navigator.serviceWorker?.register("/service-worker.js").catch(() => null)) ?? null;
}

/**
 * Ask to be woken. The address is told anew each time: the desk may have forgotten it, or another person sat here before.
 * @param {ServiceWorkerRegistration} worker @param {string} key of the house
 * @param {(fields: Record<string, string>) => Promise<boolean>} tell
 * @returns {Promise<boolean>} whether this browser would be woken
 */
export async function subscribe(worker, key, tell) {
  if (!key || !("PushManager" in window) || Notification.permission !== "granted") return false;
  try {
    const ours = bytes(key);
    let found = await worker.pushManager.getSubscription();
    if (found && !same(found.options.applicationServerKey, ours)) {
      await found.unsubscribe();
      found = null;
    }
    found ??= await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: ours });
    const { endpoint = "", keys = {} } = found.toJSON();
    return await tell({ endpoint, public: keys.p256dh ?? "", secret: keys.auth ?? "" });
  } catch {
    return false; // no push service in this browser, or none that can be reached
  }
}
