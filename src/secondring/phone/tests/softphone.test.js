import assert from "node:assert/strict";
import test from "node:test";

import { Calls, rung } from "../static/phone/calls.js";
import { Microphone, loudness } from "../static/phone/microphone.js";
import { OneRings, rankOf } from "../static/phone/one_rings.js";
import { answer, hears } from "../static/phone/preflight.js";
import { Ear, count } from "../static/phone/quality.js";
import { Ringer } from "../static/phone/ringer.js";
import { Session, hasAddress } from "../static/phone/session.js";

const ana = { name: "Ana", number: "+351", customer: 7 };
const ring = (calls, key, began = 1000) => calls.hear("ring", key, { caller: ana, began, cadence: [2, 4], by: null });

test("the longest-waiting caller is in front, and one bell sounds", () => {
  const calls = new Calls("tab");
  ring(calls, "b", 2000);
  ring(calls, "a", 1000);
  assert.equal(calls.front?.key, "a");
  assert.equal(calls.sounding?.key, "a");
  calls.front.quiet = true;
  assert.equal(calls.front?.key, "a");
  assert.equal(calls.sounding?.key, "b");
});

test("nothing sounds while one talks", () => {
  const calls = new Calls("tab");
  ring(calls, "a");
  calls.hear("offer", "a", { sdp: "v=0" });
  ring(calls, "b");
  assert.equal(calls.front?.key, "a");
  assert.equal(calls.sounding, undefined);
});

test("who was slower hears who has it, and keeps nothing of the call", () => {
  const calls = new Calls("tab");
  ring(calls, "a");
  const [change] = calls.hear("silent", "a", { by: 3 });
  assert.deepEqual([change.kind, change.by, calls.front], ["silent", 3, undefined]);
});

test("what is said of an unknown call is not heard", () => {
  assert.deepEqual(new Calls("tab").hear("offer", "x", { sdp: "v=0" }), []);
});

test("after a reload the tab that talked asks for its sound, another window does not", () => {
  const told = { call: "a", rings: false, tab: "tab", since: 5000, held: true, caller: ana, began: 1, cadence: [2, 4] };
  const here = new Calls("tab"), other = new Calls("other");
  assert.equal(here.hear("mine", "", { calls: [told] })[0].kind, "back");
  assert.equal(here.talk?.held, true);
  assert.equal(other.hear("mine", "", { calls: [told] })[0].kind, "changed");
  assert.equal(other.talk?.stage, "elsewhere");
});

test("who is asked first and who hears music is what the phone process says", () => {
  const calls = new Calls("tab");
  ring(calls, "a");
  calls.hear("offer", "a", { sdp: "v=0" });
  calls.hear("stands", "a", { held: true, asks: 4, there: false, first: null });
  assert.deepEqual([calls.talk?.held, calls.talk?.asks, calls.talk?.there], [true, 4, false]);
  calls.hear("stands", "a", { tape: "on" });
  assert.equal(calls.talk?.tape, "on");
  ring(calls, "a");
  assert.deepEqual([calls.front?.held, calls.front?.asks], [false, null]);
});

test("what another window of ours picked up rings here no more", () => {
  const calls = new Calls("tab");
  ring(calls, "a");
  calls.hear("picked", "a", { tab: "other", since: 5000 });
  assert.deepEqual([calls.talk?.stage, calls.sounding], ["elsewhere", undefined]);
  ring(calls, "b");
  calls.hear("picked", "b", { tab: "tab", since: 5000 });
  assert.equal(calls.all.get("b")?.stage, "rings", "our own comes with its sound");
});

test("a talk goes on when only the line was lost", () => {
  const calls = new Calls("tab");
  ring(calls, "a");
  calls.hear("offer", "a", {});
  calls.talk.stage = "talks";
  const [change] = calls.hear("mine", "", { calls: [{ call: "a", rings: false, tab: "tab", since: 5000 }] });
  assert.deepEqual([change.kind, calls.talk?.stage], ["changed", "talks"]);
});

test("a call that ended while the line was lost is gone", () => {
  const calls = new Calls("tab");
  ring(calls, "a");
  assert.deepEqual(calls.hear("mine", "", { calls: [] }).map((each) => each.because), ["over"]);
  assert.equal(calls.front, undefined);
});

test("rings are counted as the caller counts them", () => {
  const calls = new Calls("tab");
  ring(calls, "a", 10_000);
  assert.deepEqual(rung(calls.front, 10_000), { ring: 1, part: 0 });
  assert.deepEqual(rung(calls.front, 19_000), { ring: 2, part: 0.5 });
  assert.equal(rung(calls.front, 5_000).ring, 1);
});

/** Tabs that hear each other, as BroadcastChannel lets them. */
function tabs(...ranks) {
  const all = ranks.map((rank, n) => {
    const channel = { onmessage: null, postMessage: (data) => all.filter((t) => t.channel !== channel).forEach((t) => t.channel.onmessage?.({ data })) };
    const tab = { channel, sounds: false };
    tab.one = new OneRings(channel, `t${n}`, () => rank, (mine) => { tab.sounds = mine; });
    return tab;
  });
  return all;
}

for (const order of [[0, 1, 2], [2, 1, 0], [1, 2, 0]]) {
  test(`of three tabs one rings, whoever hears of it first (${order})`, () => {
    const all = tabs(2, 6, 6);
    for (const n of order) all[n].one.begin();
    assert.deepEqual(all.map((t) => t.sounds), [false, true, false]);
  });
}

test("when the tab that rings is closed, another goes on", () => {
  const all = tabs(2, 6);
  for (const tab of all) tab.one.begin();
  all[1].one.leave();
  assert.deepEqual(all.map((t) => t.sounds), [true, false]);
});

test("a page that may be heard comes before one that is only seen", () => {
  assert.ok(rankOf({ unlocked: true, visible: false, first: false }) > rankOf({ unlocked: false, visible: true, first: true }));
});

const fine = { onDuty: true, line: true, link: true, microphone: "granted", sound: true, notices: "granted" };
test("you would hear a call only when everything stands", () => {
  assert.equal(answer(fine), "hears");
  const wrong = { onDuty: false, line: false, link: false, microphone: "refused", sound: false };
  for (const [name, value] of Object.entries(wrong)) {
    assert.equal(hears(answer({ ...fine, [name]: value })), false, name);
  }
  assert.equal(answer({ ...fine, notices: "default" }), "hears-unseen");
});

const stats = (came, lost, more = {}) => [
  { type: "inbound-rtp", kind: "audio", packetsReceived: came, packetsLost: lost },
  { type: "inbound-rtp", kind: "video", packetsReceived: 0, packetsLost: 999 },
  { type: "remote-inbound-rtp", kind: "audio", fractionLost: 0, roundTripTime: 0.05, ...more },
];

test("one bad second is not said, two are, and a good one ends it", () => {
  const ear = new Ear(), said = [];
  for (const [at, came, lost] of [[0, 50, 0], [1000, 95, 5], [2000, 100 + 40, 15], [3000, 190, 15]]) said.push(ear.look(count(stats(came, lost), at)));
  assert.deepEqual(said, ["good", "good", "loses", "good"]);
});

test("silence from the other end is said after three seconds", () => {
  const ear = new Ear(), said = [];
  for (const [at, came] of [[0, 50], [1000, 100], [2000, 100], [3000, 100], [4000, 100], [5000, 150]]) said.push(ear.look(count(stats(came, 0), at)));
  assert.deepEqual(said, ["good", "good", "good", "good", "deaf", "good"]);
});

test("a network that loses what we say is said so", () => {
  const ear = new Ear();
  for (const at of [0, 1000, 2000]) ear.look(count(stats(at / 20, 0, { fractionLost: 0.2 }), at));
  assert.equal(ear.says, "we-lose");
});

test("loudness is nought in silence, one at the top, and grows between", () => {
  const tone = (height) => Uint8Array.from({ length: 256 }, (_, n) => 128 + height * Math.sin(n / 3));
  assert.equal(loudness(tone(0)), 0);
  assert.ok(loudness(tone(6)) > 0.2 && loudness(tone(6)) < loudness(tone(60)) && loudness(tone(127)) <= 1);
});

const track = (enabled = true) => ({ enabled, readyState: "live", addEventListener() {}, stop() { this.readyState = "ended"; } });
const streamOf = (one) => ({ getAudioTracks: () => [one], getTracks: () => [one] });

test("the microphone is opened once, however many ask", async () => {
  let asked = 0;
  const microphone = new Microphone({ addEventListener() {}, getUserMedia: async () => { asked += 1; return streamOf(track()); } });
  await Promise.all([microphone.open(), microphone.open()]);
  await microphone.open();
  assert.deepEqual([asked, microphone.permission, microphone.isOpen], [1, "granted", true]);
});

test("a refused microphone is said to be refused, a missing one missing", async () => {
  for (const [name, state] of [["NotAllowedError", "refused"], ["NotFoundError", "missing"]]) {
    const said = [];
    const microphone = new Microphone({ addEventListener() {}, getUserMedia: async () => { throw new DOMException("no", name); } }, (each) => said.push(each));
    await assert.rejects(microphone.open());
    assert.deepEqual(said, [state]);
  }
});

class Peer extends EventTarget {
  iceGatheringState = "new"; connectionState = "new"; senders = []; closed = false; localDescription = null;
  async setRemoteDescription(description) { this.remote = description; }
  async createAnswer() { return { type: "answer", sdp: "mine" }; }
  async createOffer() { return { type: "offer", sdp: "mine" }; }
  async setLocalDescription(description) {
    this.localDescription = description;
    setTimeout(() => {
      this.localDescription = { ...description, sdp: `${description.sdp}\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n` };
      this.iceGatheringState = "complete";
      this.dispatchEvent(new Event("icegatheringstatechange"));
    }, 5);
  }
  getSenders() { return this.senders; }
  addTrack(one) { this.senders.push({ track: one, replaceTrack(next) { this.track = next; } }); }
  close() { this.closed = true; }
}

test("an answer waits for our addresses, speaks once, and hangs up without closing the microphone", async () => {
  const peer = new Peer(), mine = track();
  const session = new Session(streamOf(mine), { make: () => peer });
  assert.ok(hasAddress(await session.answer("theirs")));
  await session.answer("theirs again");
  assert.deepEqual([peer.remote.sdp, peer.senders.length], ["theirs again", 1]);
  session.muted = true;
  assert.equal(mine.enabled, false);
  session.close();
  assert.deepEqual([mine.readyState, mine.enabled, peer.closed], ["live", true, true]);
});

test("another microphone in mid-call stays muted if one was", async () => {
  const session = new Session(streamOf(track()), { make: () => new Peer() });
  await session.offer();
  session.muted = true;
  const other = track();
  await session.change(streamOf(other));
  assert.equal(other.enabled, false);
});

/** An audio clock that writes down what is planned on it. */
function context(state = "running") {
  const planned = [];
  const node = () => ({ gain: { value: 0, setValueAtTime: (v, t) => planned.push([v, t]), linearRampToValueAtTime: (v, t) => planned.push([v, t]),
    cancelScheduledValues() { planned.length = 0; }, setTargetAtTime() {} }, frequency: {}, connect: (to) => to, start() {}, stop() {} });
  return { state, currentTime: 100, destination: {}, planned, createGain: node, createOscillator: node, async resume() { this.state = "running"; } };
}

test("the bell keeps the cadence of the number, a minute ahead", async () => {
  const clock = context();
  const ringer = new Ringer(() => clock);
  await ringer.unlock();
  ringer.ring([1, 4]);
  const loud = clock.planned.filter(([value]) => value > 0).map(([, at]) => at);
  assert.ok(Math.max(...loud) > 140);
  for (const at of loud) assert.ok((at - 100.06) % 5 < 1.001, `loud at ${at}`);
  ringer.silence();
  assert.deepEqual([clock.planned.length, ringer.rings], [0, false]);
});

test("a bell that joins late is in step with the others", async () => {
  const clock = context();
  const ringer = new Ringer(() => clock);
  await ringer.unlock();
  ringer.ring([2, 4], 3);
  assert.ok(Math.abs(Math.min(...clock.planned.filter(([value]) => value > 0).map(([, at]) => at)) - 103.09) < 0.01);
});

test("a page that nobody touched does not pretend to ring", () => {
  const ringer = new Ringer(() => context("suspended"));
  ringer.ring([2, 4]);
  assert.deepEqual([ringer.unlocked, ringer.rings], [false, false]);
});
