/** A few words spoken into the browser become a WAV file in a form's file field, and the form is sent. */

const RATE = 8000; // what a telephone carries

/** 16-bit WAV of one channel. @param {Float32Array} samples @returns {ArrayBuffer} */
export function wav(samples) {
  const bytes = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  /** @param {number} at @param {string} word */
  const say = (at, word) => [...word].forEach((sign, n) => bytes.setUint8(at + n, sign.charCodeAt(0)));
  say(0, "RIFF");
  bytes.setUint32(4, 36 + 2 * samples.length, true);
  say(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, RATE, true);
  bytes.setUint32(28, 2 * RATE, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  say(36, "data");
  bytes.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, n) => bytes.setInt16(44 + 2 * n, Math.round(Math.max(-1, Math.min(1, sample)) * 32767), true));
  return bytes.buffer;
}

/** What the microphone heard, as samples at the telephone's rate. @param {Blob} heard @returns {Promise<Float32Array>} */
async function samples(heard) {
  const context = new AudioContext();
  const sound = await context.decodeAudioData(await heard.arrayBuffer());
  await context.close();
  const small = new OfflineAudioContext(1, Math.max(1, Math.ceil(sound.duration * RATE)), RATE);
  const source = small.createBufferSource();
  source.buffer = sound;
  source.connect(small.destination);
  source.start();
  return (await small.startRendering()).getChannelData(0);
}

/** @param {HTMLFormElement} form */
export class Recording {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.button = /** @type {HTMLButtonElement} */ (form.querySelector("[data-record]"));
    this.words = /** @type {HTMLElement} */ (this.button.querySelector("span"));
    this.status = /** @type {HTMLElement} */ (form.querySelector("[data-recording]"));
    /** @type {MediaRecorder | null} */ this.recorder = null;
  }

  async begin() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
    if (!stream) {
      this.status.textContent = this.form.dataset.saysRefused ?? "";
      return;
    }
    /** @type {Blob[]} */ const parts = [];
    this.recorder = new MediaRecorder(stream);
    this.recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    this.recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      void this.send(new Blob(parts));
    });
    this.recorder.start();
    this.words.textContent = this.form.dataset.saysStop ?? "";
  }

  /** @param {Blob} heard */
  async send(heard) {
    const file = new File([wav(await samples(heard))], "greeting.wav", { type: "audio/wav" });
    const chosen = new DataTransfer();
    chosen.items.add(file);
    /** @type {HTMLInputElement} */ (this.form.elements.namedItem("sound")).files = chosen.files;
    this.form.requestSubmit();
  }
}

/** @type {WeakMap<HTMLFormElement, Recording>} */ const recordings = new WeakMap();

/** @param {ParentNode} [within] */
function offer(within = document) {
  for (const button of within.querySelectorAll("form[data-records] [data-record]")) /** @type {HTMLElement} */ (button).hidden = !("MediaRecorder" in window);
}

export function start() {
  offer();
  document.addEventListener("htmx:after:swap", () => offer());
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-record]") : null;
    const form = button?.closest("form");
    if (!form) return;
    const known = recordings.get(form) ?? new Recording(form);
    recordings.set(form, known);
    if (known.recorder?.state === "recording") known.recorder.stop();
    else void known.begin();
  });
}
