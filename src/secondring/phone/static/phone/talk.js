/** The sound of the one call that this tab has: brought up, listened to, and hushed. */
import { loudness } from "./microphone.js";
import { Ear, count } from "./quality.js";
import { Session } from "./session.js";

/** @typedef {import("./calls.js").Call} Call */
/** @typedef {{state: (call: Call, state: RTCPeerConnectionState) => void, level: (theirs: number, ours: number) => void}} Told level: 0..1 */

const LISTENS = 120; // milliseconds

export class Talk {
  /** @param {HTMLAudioElement} speaker @param {() => AudioContext | null | undefined} context @param {Told} told */
  constructor(speaker, context, told) {
    this.speaker = speaker;
    this.context = context;
    this.told = told;
    /** @type {Session | null} */ this.session = null;
    this.key = ""; // the call that the session is of
    this.ear = new Ear();
    this.connected = false;
    this.listening = 0;
    /** @type {AnalyserNode[]} */ this.meters = [];
  }

  get muted() {
    return this.session?.muted ?? false;
  }

  mute() {
    if (this.session) this.session.muted = !this.session.muted;
  }

  /** Another microphone. @param {MediaStream} stream */
  async changed(stream) {
    await this.session?.change(stream);
    if (this.session && this.speaker.srcObject instanceof MediaStream) this.#hear(this.speaker.srcObject, stream);
  }

  /** Sound, from here to there; whatever was heard before ends. @param {Call} call @param {string} sdp @param {MediaStream} stream @param {RTCIceServer[]} servers @returns {Promise<string>} our answer */
  bringUp(call, sdp, stream, servers) {
    this.hush();
    this.key = call.key;
    const session = (this.session = new Session(stream, {
      servers,
      heard: (theirs) => this.#hear(theirs, stream),
      state: (state) => {
        if (session !== this.session) return;
        this.connected = state === "connected";
        this.told.state(call, state);
      },
    }));
    return session.answer(sdp);
  }

  /** @param {MediaStream} theirs @param {MediaStream} ours */
  #hear(theirs, ours) {
    this.speaker.srcObject = theirs;
    this.speaker.play().catch(() => {});
    const context = this.context();
    for (const meter of this.meters) meter.disconnect();
    if (context) {
      this.meters = [theirs, ours].map((stream) => {
        const meter = context.createAnalyser();
        meter.fftSize = 512;
        context.createMediaStreamSource(stream).connect(meter);
        return meter;
      });
    }
    clearInterval(this.listening);
    this.listening = window.setInterval(() => this.#level(), LISTENS);
  }

  #level() {
    if (document.hidden) return;
    const [theirs, ours] = this.meters.map((meter) => {
      const samples = new Uint8Array(meter.fftSize);
      meter.getByteTimeDomainData(samples);
      return loudness(samples);
    });
    this.told.level(theirs ?? 0, this.muted ? 0 : (ours ?? 0));
  }

  /** Once a second: how it sounds. */
  async look() {
    if (!this.session || !this.connected) return;
    const stats = await this.session.stats().catch(() => null);
    if (stats) this.ear.look(count(stats.values(), performance.now()));
  }

  /** End the sound of this call; of whichever, when none is named. @param {Call} [call] */
  hush(call) {
    if (!this.session || (call && call.key !== this.key)) return;
    this.session.close();
    this.session = null;
    this.connected = false;
    this.ear = new Ear();
    clearInterval(this.listening);
    for (const meter of this.meters) meter.disconnect();
    this.meters = [];
    this.speaker.srcObject = null;
  }
}
