/** The microphone: opened once, at going on duty, and kept, so that a call is answered without a question. */

/** @typedef {"granted" | "asks" | "refused" | "missing"} Permission */

const CLEAN = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const GONE = new Set(["OverconstrainedError", "NotFoundError"]);

export class Microphone {
  /** @param {MediaDevices | undefined} devices @param {(state: Permission) => void} [changed] */
  constructor(devices, changed = () => {}) {
    this.devices = devices;
    this.changed = changed;
    /** @type {MediaStream | null} */ this.stream = null;
    /** @type {Permission} */ this.permission = devices ? "asks" : "missing";
    this.device = "";
    /** @type {PermissionStatus | null} */ this.status = null;
    /** @type {Promise<MediaStream> | null} */ this.opening = null;
    devices?.addEventListener?.("devicechange", () => this.#reopenIfGone());
  }

  get isOpen() {
    return this.stream?.getAudioTracks().some((track) => track.readyState === "live") ?? false;
  }

  /** The open microphone; asks for it when it must. Refused or missing, it throws what the browser says. @returns {Promise<MediaStream>} */
  async open() {
    if (this.isOpen && this.stream) return this.stream;
    this.opening ??= this.#open().finally(() => (this.opening = null));
    return this.opening;
  }

  async #open() {
    if (!this.devices) throw new DOMException("no devices", "NotFoundError");
    try {
      this.stream = await this.#chosen(this.devices);
    } catch (error) {
      const name = error instanceof Error || error instanceof DOMException ? error.name : "";
      // who only closed the question may be asked again
      this.#say(name !== "NotAllowedError" ? "missing" : this.status?.state === "prompt" ? "asks" : "refused");
      throw error;
    }
    for (const track of this.stream.getAudioTracks()) track.addEventListener("ended", () => this.#reopenIfGone());
    this.#say("granted");
    return this.stream;
  }

  /** The chosen one, or what there is when it was pulled out. As a mere wish, Chromium gave the usual one instead. @param {MediaDevices} devices */
  async #chosen(devices) {
    if (!this.device) return devices.getUserMedia({ audio: CLEAN });
    return devices.getUserMedia({ audio: { ...CLEAN, deviceId: { exact: this.device } } }).catch((error) => {
      if (!GONE.has(error.name)) throw error;
      return devices.getUserMedia({ audio: CLEAN });
    });
  }

  /** What the browser says of itself, before anybody asked. @param {Permissions | undefined} permissions */
  async look(permissions) {
    try {
      const status = await permissions?.query({ name: /** @type {PermissionName} */ ("microphone") });
      if (!status) return;
      this.status = status;
      const say = () => this.#say(status.state === "granted" ? "granted" : status.state === "denied" ? "refused" : "asks");
      status.addEventListener("change", say);
      say();
    } catch {
      // an older browser: it is known when it is opened
    }
  }

  /** Another microphone. @param {string} device */
  async choose(device) {
    this.device = device;
    this.close();
    return this.open();
  }

  /** @returns {Promise<MediaDeviceInfo[]>} */
  async choices() {
    return (await this.devices?.enumerateDevices())?.filter((each) => each.kind === "audioinput" && each.deviceId) ?? [];
  }

  close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  /** A headset was pulled out: go on with what is there. */
  #reopenIfGone() {
    if (this.stream && !this.isOpen) {
      this.stream = null;
      this.open().catch(() => {});
    }
  }

  /** @param {Permission} state */
  #say(state) {
    if (state === this.permission) return;
    this.permission = state;
    this.changed(state);
  }
}

/** How loud it is, between 0 and 1; the ear hears in steps, so this is in steps too. @param {Uint8Array} samples around 128 */
export function loudness(samples) {
  let sum = 0;
  for (const sample of samples) sum += ((sample - 128) / 128) ** 2;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  return rms < 0.001 ? 0 : Math.min(1, Math.max(0, 1 + Math.log10(rms) / 2.5));
}
