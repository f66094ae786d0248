/** A short list under what one types: people for the envelope, colleagues where one mentions them. */

/** @typedef {{words: string, more: string, value: string}} Suggestion */

export class Suggestions {
  /** @param {(value: string) => void} take what happens with the chosen one */
  constructor(take) {
    this.take = take;
    this.list = document.createElement("div");
    this.list.className = "menu suggestions";
    this.list.setAttribute("popover", "manual");
    this.list.setAttribute("role", "listbox");
    this.here = 0;
    /** @type {Suggestion[]} */ this.shown = [];
    this.list.addEventListener("mousedown", (event) => {
      const option = event.target instanceof Element && event.target.closest("[role=option]");
      if (!option) return;
      event.preventDefault(); // or the field would lose the focus
      this.choose([...this.list.children].indexOf(option));
    });
  }

  get isOpen() {
    return this.list.isConnected && this.list.matches(":popover-open");
  }

  /** @param {Suggestion[]} found @param {DOMRect} at */
  show(found, at) {
    this.shown = found;
    if (!found.length) return this.close();
    this.list.replaceChildren(...found.map((each) => option(each)));
    if (!this.list.isConnected) document.body.append(this.list);
    if (!this.isOpen) this.list.showPopover();
    const above = at.bottom + this.list.offsetHeight > innerHeight;
    this.list.style.setProperty("left", `${Math.min(at.left, innerWidth - this.list.offsetWidth - 8)}px`);
    this.list.style.setProperty("top", `${above ? at.top - this.list.offsetHeight - 4 : at.bottom + 4}px`);
    this.point(0);
  }

  close() {
    if (this.isOpen) this.list.hidePopover();
    this.list.remove();
    this.shown = [];
  }

  /** @param {number} place */
  point(place) {
    this.here = (place + this.shown.length) % Math.max(1, this.shown.length);
    [...this.list.children].forEach((each, n) => each.setAttribute("aria-selected", String(n === this.here)));
  }

  /** @param {number} place */
  choose(place) {
    const chosen = this.shown[place];
    this.close();
    if (chosen) this.take(chosen.value);
  }

  /** Arrow keys, Enter, Tab and Esc while it is open. @param {KeyboardEvent} event @returns {boolean} */
  pressed(event) {
    if (!this.isOpen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.point(this.here + step);
    else if (event.key === "Enter" || event.key === "Tab") this.choose(this.here);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}

/** @param {Suggestion} each */
function option(each) {
  const made = document.createElement("button"), words = document.createElement("span"), more = document.createElement("span");
  made.type = "button";
  made.tabIndex = -1;
  made.setAttribute("role", "option");
  words.textContent = each.words;
  more.textContent = each.more;
  more.className = "faint push";
  made.append(words, more);
  return made;
}

/**
 * What is being typed after the last comma that stands outside quotes, and where it begins.
 * @param {string} written
 * @returns {{start: number, piece: string}}
 */
export function lastPiece(written) {
  let start = 0, quoted = false;
  for (let n = 0; n < written.length; n++) {
    if (written[n] === '"') quoted = !quoted;
    else if ((written[n] === "," || written[n] === ";") && !quoted) start = n + 1;
  }
  return { start, piece: written.slice(start).trim() };
}

/** The name begun behind an at-sign at the end of these words, or nothing. @param {string} words @returns {string | null} */
export function mention(words) {
  const found = /(?:^|[\s(])@([\p{L}\p{N}_-]{0,40})$/u.exec(words);
  return found ? (found[1] ?? "") : null;
}

/**
 * How each colleague is mentioned: by the first name, or in full where two share it.
 * @param {string[]} names
 * @param {string} begun
 * @returns {Suggestion[]}
 */
export function colleagues(names, begun) {
  const first = names.map((name) => name.split(/\s+/)[0] ?? name);
  return names
    .map((name, n) => ({ words: name, more: "", value: first.filter((other) => other === first[n]).length > 1 ? name.replace(/\s+/g, "-") : (first[n] ?? name) }))
    .filter((each) => each.words.toLowerCase().split(/\s+/).some((word) => word.startsWith(begun.toLowerCase())))
    .slice(0, 6);
}
