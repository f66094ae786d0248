/** The customer's side of a web call: one stage at a time, from the click to the goodbye. */
import { Microphone } from "../phone/microphone.js";
import { Ringer } from "../phone/ringer.js";
import { Session, hasAddress } from "../phone/session.js";

const CONNECTS = 12_000; // milliseconds from the answer to sound, before we say that the network blocks calls

/** @param {string} selector @returns {HTMLElement} */
const one = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
const words = document.body.dataset;
/** @type {RTCIceServer[]} */ const servers = JSON.parse(document.getElementById("turn")?.textContent ?? "[]");
const microphone = new Microphone(navigator.mediaDevices);
const ringer = new Ringer(() => new AudioContext());
ringer.volume = 0.2;

/** @type {WebSocket | null} */ let line = null;
/** @type {Session | null} */ let session = null;
/** @type {number[]} */ let rung = [];
let ring = 0, clock = 0, patience = 0, talked = false, who = 0;

/** @param {string} stage */
function show(stage) {
  document.body.dataset.state = stage;
  for (const each of document.querySelectorAll("[data-stage]")) /** @type {HTMLElement} */ (each).hidden = /** @type {HTMLElement} */ (each).dataset.stage !== stage;
}

/** There is no call: say why, and offer the kind way. @param {string} why */
function without(why) {
  end();
  for (const each of document.querySelectorAll("[data-why]")) /** @type {HTMLElement} */ (each).hidden = /** @type {HTMLElement} */ (each).dataset.why !== why;
  show("nobody");
}

async function call() {
  void ringer.unlock();
  show("asking");
  talked = false;
  who = 0;
  taped("never");
  try {
    await microphone.open();
  } catch {
    return without("microphone");
  }
  session = new Session(/** @type {MediaStream} */ (microphone.stream), { servers, heard: (stream) => (/** @type {HTMLAudioElement} */ (one("#sound")).srcObject = stream), state: stateIs });
  const sdp = await session.offer();
  if (!hasAddress(sdp)) return without("blocked");
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const mine = (line = new WebSocket(`${scheme}://${location.host}/call/line/`));
  mine.addEventListener("open", () => mine.send(JSON.stringify({ sdp, token: words.token, who: words.who })));
  mine.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  mine.addEventListener("close", (event) => mine === line && closed(event.code));
}

/** @param {{what: string, body: Record<string, any>}} said */
function hear({ what, body }) {
  if (what === "ringing") startRinging(body.cadence ?? [2, 4]);
  else if (what === "rings") lit(body.who ?? []);
  else if (what === "with") withWhom(Number(body.who));
  else if (what === "recorded") taped(String(body.tape));
  else if (what === "answer") void answered(String(body.sdp));
  else if (what === "gone") over();
  else if (what === "refused") without("nobody");
}

/** Is the talk recorded? @param {string} tape a word of call_state.Taping */
function taped(tape) {
  const place = one("[data-tape]");
  place.textContent = place.dataset[tape] ?? "";
  place.classList.toggle("is-on", tape === "on");
}

/** @param {[number, number]} cadence */
function startRinging(cadence) {
  ring = 0;
  show("ringing");
  ringer.ring(cadence);
  const next = () => {
    ring += 1;
    one('[data-stage="ringing"] [data-says]').textContent = [words.once, words.twice][ring - 1] ?? (words.times ?? "").replace("%s", String(ring));
    one('[data-stage="ringing"] .orbit').dataset.ring = String(Math.min(ring, 2));
  };
  next();
  clearInterval(clock);
  clock = window.setInterval(next, (cadence[0] + cadence[1]) * 1000);
}

/** Whose telephones ring now: their faces light up. @param {number[]} people */
function lit(people) {
  rung = people;
  const names = faces().filter((face) => people.includes(Number(face.dataset.who))).map((face) => face.dataset.name ?? "");
  const list = new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" });
  one('[data-stage="ringing"] [data-with]').textContent = names.length > 4 || names.length < people.length ? (words.all ?? "") : names.length ? (words.with ?? "").replace("%s", list.format(names)) : "";
  for (const face of document.querySelectorAll('[data-stage="ringing"] .at')) face.classList.toggle("is-busy", rung.length > 0 && !rung.includes(Number(/** @type {HTMLElement} */ (face).dataset.who)) && ring > 1);
}

/** @param {number} person */
function withWhom(person) {
  who = person;
  if (document.body.dataset.state === "ringing") one('[data-stage="ringing"] [data-says]').textContent = words.connecting ?? "";
  if (document.body.dataset.state === "talking") talk();
}

/** @param {string} sdp */
async function answered(sdp) {
  patience = window.setTimeout(() => !talked && without("blocked"), CONNECTS);
  await session?.answered(sdp).catch(() => without("blocked"));
}

/** @param {RTCPeerConnectionState} state */
function stateIs(state) {
  if (state === "connected") talk();
  else if (state === "failed") talked ? over() : without("blocked");
}

function talk() {
  talked = true;
  clearTimeout(patience);
  stopRinging();
  if (!who) return show("message");
  const face = faces().find((each) => Number(each.dataset.who) === who);
  one('[data-stage="talking"] [data-says]').textContent = (words.youTalk ?? "%s").replace("%s", face?.dataset.name ?? words.aPerson ?? "");
  const portrait = face?.firstElementChild?.cloneNode(true);
  one("[data-centre]").replaceChildren(...(portrait ? [portrait] : []));
  for (const each of document.querySelectorAll('[data-stage="talking"] .at')) /** @type {HTMLElement} */ (each).hidden = Number(/** @type {HTMLElement} */ (each).dataset.who) === who;
  show("talking");
}

/** The call is over for them; hung up by us, or by themselves. */
function over() {
  const said = talked;
  end();
  if (said) show("over");
  else without("nobody");
}

/** @param {number} code */
function closed(code) {
  if (talked) return; // only the signalling is gone; they go on talking
  without(code === 4429 ? "many" : "nobody");
}

function stopRinging() {
  ringer.silence();
  clearInterval(clock);
}

function end() {
  stopRinging();
  clearTimeout(patience);
  const old = line;
  line = null;
  old?.close();
  session?.close();
  session = null;
  microphone.close();
}

function hangUp() {
  line?.readyState === WebSocket.OPEN && line.send('{"what":"hang-up"}');
  const said = talked;
  end();
  show(said ? "over" : "call");
}

/** @param {HTMLElement} button */
function mute(button) {
  if (!session) return;
  session.muted = !session.muted;
  button.setAttribute("aria-pressed", String(session.muted));
}

/** @returns {HTMLElement[]} */
const faces = () => [...document.querySelectorAll('[data-stage="call"] .at')].map((face) => /** @type {HTMLElement} */ (face));

for (const orbit of document.querySelectorAll("[data-copy]")) orbit.append(...faces().map((face) => face.cloneNode(true)));
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-do]") : null;
  if (!(button instanceof HTMLElement)) return;
  if (button.dataset.do === "call" || button.dataset.do === "again") void call();
  else if (button.dataset.do === "write") without("write");
  else if (button.dataset.do === "hang-up") hangUp();
  else if (button.dataset.do === "mute") mute(button);
});
show(words.state ?? "call");
