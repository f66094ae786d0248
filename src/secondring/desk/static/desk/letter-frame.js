// Makes each letter's frame as high as its letter: <sr-letter><iframe sandbox="allow-same-origin …"></iframe></sr-letter>.
// The frame runs no script and cannot tell us; it keeps our origin, so we may look. Without this module it scrolls.

const HIGHEST = 20_000; // beyond that the frame scrolls: a letter cannot stretch the desk without end
const LOWEST = 40;

export class LetterFrame extends HTMLElement {
  /** @type {ResizeObserver | null} */
  #watch = null;

  connectedCallback() {
    this.frame?.addEventListener("load", this.#loaded);
    this.#loaded();
  }

  disconnectedCallback() {
    this.frame?.removeEventListener("load", this.#loaded);
    this.#watch?.disconnect();
    this.#watch = null;
  }

  /** @returns {HTMLIFrameElement | null} */
  get frame() {
    return this.querySelector("iframe");
  }

  #loaded = () => {
    this.#watch?.disconnect();
    const paper = this.frame?.contentDocument?.body;
    if (!paper?.firstElementChild) return; // not there yet: the load event comes
    this.#watch = new ResizeObserver(this.#fit);
    this.#watch.observe(paper);
    this.#watch.observe(this); // a narrower column makes a longer letter
    this.#fit();
  };

  #fit = () => {
    const frame = this.frame;
    const page = frame?.contentDocument?.documentElement;
    const paper = frame?.contentDocument?.body;
    if (!frame || !page || !paper) return;
    const bar = page.scrollWidth > page.clientWidth ? 17 : 0; // room for the bar under a letter wider than the column
    const wanted = Math.min(HIGHEST, Math.max(LOWEST, Math.ceil(paper.scrollHeight) + bar));
    if (Math.abs(frame.clientHeight - wanted) > 1) frame.style.blockSize = `${wanted}px`;
  };
}

customElements.define("sr-letter", LetterFrame);
