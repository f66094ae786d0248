/** The sound of one call: the only module that knows RTCPeerConnection. */

const GATHERS = 2_000; // milliseconds; a network that hides our addresses for longer blocks calls

export class Session {
  /**
   * @param {MediaStream} stream the microphone
   * @param {{servers?: RTCIceServer[], make?: (config: RTCConfiguration) => RTCPeerConnection, heard?: (stream: MediaStream) => void,
   *   state?: (state: RTCPeerConnectionState) => void}} [how]
   */
  constructor(stream, { servers = [], make = (config) => new RTCPeerConnection(config), heard = () => {}, state = () => {} } = {}) {
    const peer = make({ iceServers: servers, rtcpMuxPolicy: "require" });
    this.peer = peer;
    this.stream = stream;
    peer.addEventListener("track", (event) => heard(event.streams[0] ?? new MediaStream([event.track])));
    peer.addEventListener("connectionstatechange", () => state(peer.connectionState));
  }

  /** We were rung: the answer to their offer, with all our addresses in it. @param {string} sdp @returns {Promise<string>} */
  async answer(sdp) {
    await this.peer.setRemoteDescription({ type: "offer", sdp });
    this.#speak();
    await this.peer.setLocalDescription(await this.peer.createAnswer());
    return this.#described();
  }

  /** We call: our offer, with all our addresses in it. @returns {Promise<string>} */
  async offer() {
    this.#speak();
    await this.peer.setLocalDescription(await this.peer.createOffer());
    return this.#described();
  }

  /** Their answer to our offer. @param {string} sdp */
  async answered(sdp) {
    await this.peer.setRemoteDescription({ type: "answer", sdp });
  }

  /** Another microphone, in the middle of a sentence. @param {MediaStream} stream */
  async change(stream) {
    const muted = this.muted;
    this.stream = stream;
    await Promise.all(this.peer.getSenders().map((sender) => sender.replaceTrack(stream.getAudioTracks()[0] ?? null)));
    this.muted = muted;
  }

  get muted() {
    return this.peer.getSenders().some((sender) => sender.track?.enabled === false);
  }

  set muted(muted) {
    for (const sender of this.peer.getSenders()) if (sender.track) sender.track.enabled = !muted;
  }

  /** @returns {Promise<RTCStatsReport>} */
  stats() {
    return this.peer.getStats();
  }

  /** The microphone stays open: it is not ours. */
  close() {
    this.muted = false;
    this.peer.close();
  }

  #speak() {
    if (this.peer.getSenders().some((sender) => sender.track)) return;
    for (const track of this.stream.getAudioTracks()) this.peer.addTrack(track, this.stream);
  }

  /** @returns {Promise<string>} */
  async #described() {
    const peer = this.peer;
    if (peer.iceGatheringState !== "complete") {
      await new Promise((done) => {
        const look = () => peer.iceGatheringState === "complete" && done(undefined);
        peer.addEventListener("icegatheringstatechange", look);
        setTimeout(done, GATHERS);
      });
    }
    return peer.localDescription?.sdp ?? "";
  }
}

/** Did the browser find any way to be reached? Without one no call can work from this network. @param {string} sdp */
export const hasAddress = (sdp) => /^a=candidate:/m.test(sdp);
