/** The telephone on the board: the only module that knows its page. It shows what it is told and says what was pressed. */
import { rung } from "./calls.js";
import { Tape } from "./tape.js";

/** @typedef {import("./calls.js").Call} Call */
/** @typedef {(what: string, detail?: any) => void} Pressed */

const FACES = 4; // on the board; the rest are counted
const SEATS = 8; // on the orbit

export class Panel {
  /**
   * @param {HTMLElement} board @param {string} html the telephone's part of it
   * @param {{me: number, now: () => number, pressed: Pressed}} how now: milliseconds
   */
  constructor(board, html, { me, now, pressed }) {
    this.me = me;
    this.now = now;
    const holder = document.createElement("template");
    holder.innerHTML = html;
    board.append(holder.content);
    /** @type {any} */ (window).htmx?.process(part("#dials"));
    this.board = board;
    this.lamp = part("#would-hear");
    this.ringing = part("#ringing");
    this.talking = part("#talking");
    this.card = part("#caller");
    this.words = part("#phone-words").dataset;
    this.sound = /** @type {HTMLAudioElement} */ (part("#call-sound"));
    this.faces = /** @type {HTMLTemplateElement} */ (part("#faces")).content;
    document.body.append(this.card);
    this.tape = new Tape(this.talking, { say: (key) => this.say(key), toast: (words, wrong) => this.toast(words, wrong) });
    /** @type {Call | undefined} */ this.shown = undefined;
    /** @type {Set<number>} */ this.first = new Set();
    this.carded = "";
    this.drawn = "";
    board.addEventListener("click", (event) => this.#clicked(event, pressed));
    this.card.addEventListener("click", (event) => this.#clicked(event, pressed));
    part("#call-note").addEventListener("submit", (event) => {
      event.preventDefault();
      pressed("note", event.target);
    });
  }

  /** @param {string} key @param {string} [with_] */
  say(key, with_ = "") {
    const camel = key.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
    return (this.words[camel] ?? "").replace("%s", with_);
  }

  /** The lamp. @param {string} answer of preflight @param {boolean} hears */
  would(answer, hears) {
    this.lamp.hidden = false;
    this.lamp.classList.toggle("is-deaf", !hears);
    put(this.lamp, "says", this.say(answer));
    put(this.lamp, "mend", this.say(`${answer}-mend`));
    document.documentElement.dataset.telephone = answer;
  }

  /** The call in front, or none. @param {Call | undefined} call @param {{muted: boolean, quality: string, connected: boolean}} talk */
  show(call, talk) {
    const rings = call?.stage === "rings";
    if (call?.key !== this.shown?.key) {
      this.first = new Set(call?.who ?? []);
      this.close();
      this.ringing.querySelector(".is-ring")?.removeAttribute("disabled");
    }
    this.shown = call;
    this.ringing.hidden = !rings;
    this.talking.hidden = !call || rings;
    this.tape.show(rings ? undefined : call);
    document.documentElement.dataset.call = call ? (rings ? "rings" : "talks") : "";
    if (!call) this.closeCard();
    else if (rings) this.#ring(call);
    else this.#talk(call, talk);
    if (call) this.#who(call);
  }

  /** @param {Call} call */
  #ring(call) {
    const { ring } = rung(call, this.now());
    if (ring === 1) for (const who of call.who) this.first.add(who);
    const [one, two, three, more] = (this.words.nth ?? "").split("|");
    put(this.ringing, "nth", [one, two, three][ring - 1] ?? (more ?? "").replace("%s", String(ring)));
    const others = call.who.filter((who) => who !== this.me).map((who) => this.name(who));
    const list = new Intl.ListFormat(this.words.lang, { type: "conjunction" });
    const all = others.length > FACES ? this.say("many", String(call.who.length)) : list.format([this.say("you"), ...others]);
    put(this.ringing, "with", others.length ? this.say("with", all) : this.say("only-you"));
    put(this.ringing, "quiet", this.say(call.by ? "not-now" : "let-ring"));
    put(this.ringing, "how", call.by ? this.say("from", this.name(call.by)) : this.say(call.caller.customer && call.caller.number ? "calls-by-number" : "calls"));
    const beats = this.ringing.querySelectorAll(".beats i");
    beats[0]?.setAttribute("class", ring === 1 ? "is-now" : "is-gone");
    beats[1]?.setAttribute("class", ring === 1 ? "" : ring === 2 ? "is-now" : "is-gone");
    const drawn = `${call.key} ${Math.min(ring, 2)} ${call.who} ${call.quiet}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    for (const each of [this.ringing.querySelector(".bell"), this.card.querySelector(".orbit")]) each?.setAttribute("data-ring", String(Math.min(ring, 2)));
    this.ringing.querySelector(".faces")?.replaceChildren(...call.who.slice(0, FACES).map((who) => this.face(who)));
    this.#orbit(call);
  }

  /** Who hears it: on the inner circle since the first ring, on the outer since the second. @param {Call} call */
  #orbit(call) {
    const orbit = this.card.querySelector(".orbit");
    for (const old of orbit?.querySelectorAll(".at") ?? []) old.remove();
    const inner = call.who.filter((who) => this.first.has(who)).slice(0, SEATS), outer = call.who.filter((who) => !this.first.has(who)).slice(0, SEATS);
    for (const [ring, people] of /** @type {[string, number[]][]} */ ([["on1", inner], ["on2", outer]])) {
      people.forEach((who, seat) => {
        const face = this.face(who);
        face.classList.add("at", ring, `seat-${Math.floor((seat * SEATS) / people.length) + 1}`);
        orbit?.append(face);
      });
    }
  }

  /** The hour as the rest of the desk writes it; now, unless told. @param {number | null} [at] */
  clock(at) {
    return new Date(at ?? this.now()).toLocaleTimeString(this.words.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }

  /** @param {Call} call @param {{muted: boolean, quality: string, connected: boolean}} talk */
  #talk(call, { muted, quality, connected }) {
    const elsewhere = call.stage === "elsewhere";
    const clock = this.clock(call.since);
    const since = elsewhere ? "elsewhere" : connected ? standing(call) : call.stage === "claimed" ? "coming" : "back";
    const colleague = call.asks ?? call.first;
    put(this.talking, "since", this.say(since, colleague ? this.name(colleague) : clock));
    const silent = call.held && !call.there; // nobody speaks to us, and that is as it should be
    put(this.talking, "quality", muted ? this.say("muted") : connected && !silent ? this.say(quality) : "");
    /** @type {HTMLElement} */ (this.talking.querySelector('[data-do="join"]')).hidden = !call.there;
    this.talking.querySelector('[data-do="mute"]')?.setAttribute("aria-pressed", String(muted));
    this.talking.querySelector('[data-do="hold"]')?.setAttribute("aria-pressed", String(call.held));
    for (const own of this.talking.querySelectorAll('[data-do="mute"], [data-opens="devices"]')) own.toggleAttribute("disabled", elsewhere);
  }

  /** Names and faces, wherever they stand; the card is opened with the first ring. @param {Call} call */
  #who(call) {
    const name = call.caller.name || call.caller.number || this.say("somebody");
    for (const place of [this.ringing, this.talking, this.card]) {
      put(place, "name", name);
      const seat = /** @type {HTMLElement | null} */ (place.querySelector("[data-face]"));
      if (seat && seat.dataset.face !== name) {
        seat.dataset.face = name;
        seat.replaceChildren(this.face("caller"));
      }
    }
    put(this.card, "number", call.caller.name ? call.caller.number : call.caller.place);
    const carded = `${call.key} ${call.caller.customer}`;
    if (carded === this.carded) return;
    if (!this.carded.startsWith(`${call.key} `)) this.card.hidden = false;
    this.carded = carded;
    this.card.dispatchEvent(new CustomEvent("card", { detail: call }));
  }

  /** The card's own face and name are the customer's: the board takes them from there. @param {HTMLElement} place @param {Call} call */
  borrow(place, call) {
    call.caller.name = place.querySelector(".hello h2")?.textContent?.trim() || call.caller.name;
    const face = place.querySelector(".hello .face");
    if (!face) return;
    for (const seat of document.querySelectorAll("#ringing [data-face], #talking [data-face], #caller .centre")) {
      const copy = /** @type {Element} */ (face.cloneNode(true));
      copy.classList.remove("is-big");
      seat.replaceChildren(copy);
    }
  }

  closeCard() {
    this.card.hidden = true;
    this.card.classList.remove("is-asked");
    this.carded = this.drawn = "";
    this.card.querySelector("[data-card]")?.replaceChildren();
  }

  /** On a small screen it covers the page while one talks, so there it is shown only when asked for. */
  toggleCard() {
    const covered = getComputedStyle(this.card).display === "none";
    this.card.hidden = !covered;
    this.card.classList.toggle("is-asked", covered);
  }

  /** A key for the machine at the other end, if the keys are open. @param {string} key */
  key(key) {
    const pad = part("#keypad"), known = pad.querySelector(`[data-press="${CSS.escape(key)}"]`) !== null;
    if (pad.hidden || !known) return false;
    const sent = /** @type {HTMLOutputElement} */ (pad.querySelector("output"));
    sent.value = (sent.value + key).slice(-16);
    return true;
  }

  /** The key of a matter, while one is to be chosen. @param {string} key @returns {HTMLElement | null} */
  matter(key) {
    return this.card.hidden ? null : this.card.querySelector(`[data-matter="${CSS.escape(key)}"]`);
  }

  get cardPlace() {
    return /** @type {HTMLElement} */ (this.card.querySelector("[data-card]"));
  }

  /** Is somebody in the middle of a word there? @param {HTMLElement} place */
  isTypedInto(place) {
    return [...place.querySelectorAll("input, textarea")].some((field) => /** @type {HTMLInputElement} */ (field).value && field.matches("[data-unkept]"));
  }

  /** @param {HTMLFormElement} form @param {string} words */
  kept(form, words) {
    put(form, "kept", words);
  }

  /** @param {number | string} who @returns {Element} */
  face(who) {
    const seat = this.faces.querySelector(`[data-who="${who}"]`) ?? this.faces.querySelector('[data-who="caller"]');
    return /** @type {Element} */ (seat?.firstElementChild?.cloneNode(true) ?? document.createElement("span"));
  }

  /** @param {number} who */
  name(who) {
    return /** @type {HTMLElement | null} */ (this.faces.querySelector(`[data-who="${who}"]`))?.dataset.name ?? "?";
  }

  /** How loud they are, and how loud you are, 0 to 1. @param {number} theirs @param {number} ours */
  level(theirs, ours) {
    this.talking.querySelectorAll(".level i").forEach((bar, n) => bar.setAttribute("class", theirs * 6 > n ? "is-on" : ""));
    const meter = /** @type {HTMLMeterElement | null} */ (document.querySelector("[data-meter]"));
    if (meter) meter.value = ours;
  }

  /** One floating part open at a time. @param {string} name */
  open(name) {
    const was = !document.getElementById(name)?.hidden;
    this.close();
    if (was) return false;
    part(`#${name}`).hidden = false;
    for (const sent of part(`#${name}`).querySelectorAll("output")) sent.value = "";
    this.board.querySelector(`[data-opens="${name}"]`)?.setAttribute("aria-expanded", "true");
    const first = part(`#${name}`).querySelector("textarea, select, input:not([type=hidden]), button");
    if (first instanceof HTMLElement) first.focus();
    return true;
  }

  close() {
    for (const pad of this.board.querySelectorAll(".pad")) /** @type {HTMLElement} */ (pad).hidden = true;
    for (const key of this.board.querySelectorAll("[data-opens]")) key.setAttribute("aria-expanded", "false");
  }

  /** A sentence in the corner. @param {string} words @param {boolean} [wrong] */
  toast(words, wrong = false) {
    if (!words) return;
    const toast = document.createElement("div");
    toast.className = `toast${wrong ? " is-wrong" : ""}`;
    toast.dataset.toast = "";
    toast.textContent = words;
    document.getElementById("toasts")?.append(toast);
  }

  /** @param {MediaDeviceInfo[]} devices @param {string} kind @param {string} chosen */
  devices(devices, kind, chosen) {
    const select = /** @type {HTMLSelectElement} */ (part(`[data-device="${kind}"]`));
    select.replaceChildren(...devices.map((each) => new Option(each.label || each.deviceId, each.deviceId, false, each.deviceId === chosen)));
    /** @type {HTMLElement} */ (select.closest("label")).hidden = devices.length === 0;
  }

  /** @param {Event} event @param {Pressed} pressed */
  #clicked(event, pressed) {
    const target = event.target instanceof Element ? event.target.closest("[data-do], [data-opens], [data-give], [data-press]") : null;
    if (!(target instanceof HTMLElement)) return;
    const { do: deed, opens, give, press } = target.dataset;
    if (deed) pressed(deed);
    else if (opens) pressed("open", opens);
    else if (press) pressed("press", press);
    else if (give) pressed("give", { to: Number(give), first: target.dataset.first !== undefined });
  }
}

/** Of a talk with sound: what there is to say of it. @param {Call} call */
const standing = (call) => (call.first ? "first" : call.asks ? (call.there ? "with-colleague" : "asks") : call.held ? "held" : "since");

/** Are these keys words, or another program's? @param {KeyboardEvent} event */
export function isTyped({ target, ctrlKey, metaKey, altKey }) {
  const fields = "textarea, select, input:not([type=checkbox], [type=radio], [type=button])";
  return ctrlKey || metaKey || altKey || (target instanceof HTMLElement && (target.isContentEditable || target.matches(fields)));
}

/** @param {string} selector @returns {HTMLElement} */
function part(selector) {
  const found = document.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`no ${selector}`);
  return found;
}

/** Changes words only when they are others: a status region would be read out again. @param {Element} place @param {string} name @param {string} words */
function put(place, name, words) {
  for (const each of place.querySelectorAll(`[data-${name}]`)) if (each.textContent !== words) each.textContent = words;
}
