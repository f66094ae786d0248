/**
 * Words with a little dress: bold, italic, links, lists, quotes, pictures. The plain field becomes an editable one; what
 * it holds goes along as `html`, and the server makes it safe again whatever stands in it.
 */

/** Tags that survive a paste, and what each becomes. @type {Record<string, string>} */
const KEPT = {
  P: "p", DIV: "p", BR: "br", B: "b", STRONG: "b", I: "i", EM: "i", U: "u", S: "s", A: "a", UL: "ul", OL: "ol", LI: "li",
  BLOCKQUOTE: "blockquote", PRE: "pre", CODE: "code", H1: "p", H2: "p", H3: "p", H4: "p", TR: "p",
};
const DROPPED = new Set(["SCRIPT", "STYLE", "HEAD", "TITLE", "META", "TEMPLATE", "IFRAME", "OBJECT", "SVG"]);

/** Only what leads outside is a link. @param {string} href */
export function leadsOutside(href) {
  return /^(https?:\/\/|mailto:|tel:)[^\s]+$/i.test(href.trim());
}

/** 'harbourrow.example' means the web, 'ana@example.org' a letter. @param {string} written */
export function asLink(written) {
  const text = written.trim();
  if (leadsOutside(text)) return text;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(text)) return `mailto:${text}`;
  return /^[^\s/:]+\.[^\s]+$/.test(text) ? `https://${text}` : "";
}

/** A copy of `from` that holds only the tags we keep. @param {Node} from @param {Node} into */
function copy(from, into) {
  for (const node of from.childNodes) {
    if (node instanceof Text) into.appendChild(document.createTextNode(node.data));
    else if (node instanceof Element && !DROPPED.has(node.tagName)) {
      const tag = KEPT[node.tagName];
      const href = node.getAttribute("href") ?? "";
      if (!tag || (tag === "a" && !leadsOutside(href))) copy(node, into);
      else {
        const made = document.createElement(tag);
        if (tag === "a") made.setAttribute("href", href.trim());
        into.appendChild(made);
        copy(node, made);
      }
    }
  }
}

/** @param {string} html */
export function tidied(html) {
  const box = document.createElement("div");
  copy(new DOMParser().parseFromString(html, "text/html").body, box);
  return box.innerHTML;
}

/** @param {string} name @param {string} [value] */
const command = (name, value) => document.execCommand(name, false, value); // old, and still the only one that can be undone

export class Editor {
  /** @param {HTMLTextAreaElement} plain @param {HTMLInputElement} html */
  constructor(plain, html) {
    this.html = html;
    this.field = document.createElement("div");
    this.field.className = plain.className;
    for (const [name, value] of Object.entries({ contenteditable: "true", role: "textbox", "aria-multiline": "true", spellcheck: "true" })) {
      this.field.setAttribute(name, value);
    }
    this.field.setAttribute("aria-label", plain.getAttribute("aria-label") ?? "");
    this.field.dataset.placeholder = plain.dataset.placeholder;
    this.field.dataset.note = plain.dataset.note;
    const begun = plain.value !== plain.defaultValue;
    this.write((!begun && html.value) || paragraphs(plain.value));
    plain.replaceWith(this.field);
    this.field.addEventListener("input", () => this.changed());
    this.field.addEventListener("paste", (event) => this.pasted(event));
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.field.addEventListener("focus", () => this.begin());
  }

  /** @param {string} html already made safe by the server */
  write(html) {
    this.field.innerHTML = html;
    this.changed();
  }

  /** Words begin in a paragraph, not beside one. */
  begin() {
    command("defaultParagraphSeparator", "p");
    command("styleWithCSS", "false"); // the policy of the house knows no style attributes
    if (this.field.firstChild) return;
    const paragraph = document.createElement("p");
    paragraph.append(document.createElement("br"));
    this.field.append(paragraph);
    getSelection()?.collapse(paragraph, 0);
  }

  get isEmpty() {
    return !this.field.textContent?.trim() && !this.field.querySelector("img");
  }

  changed() {
    this.html.value = this.isEmpty ? "" : this.field.innerHTML;
    this.field.classList.toggle("is-empty", this.isEmpty);
  }

  focus() {
    this.field.focus();
    if (this.isEmpty) return;
    getSelection()?.selectAllChildren(this.field);
    getSelection()?.collapseToEnd();
  }

  /** Words come tidied; files are somebody else's business (uploads.js). @param {ClipboardEvent} event */
  pasted(event) {
    const data = event.clipboardData;
    if (!data || data.files.length) return;
    event.preventDefault();
    const html = data.getData("text/html");
    if (html) command("insertHTML", tidied(html));
    else command("insertText", data.getData("text/plain"));
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (!(event.ctrlKey || event.metaKey) || !event.shiftKey) return;
    const name = { Digit7: "insertOrderedList", Digit8: "insertUnorderedList", Digit9: "quote" }[event.code];
    if (!name) return;
    event.preventDefault();
    void this.dress(name);
  }

  /** @param {string} name @param {string} [asks] */
  async dress(name, asks) {
    const range = this.range();
    if (name === "link") return this.link(range, await askFor(asks ?? ""));
    this.field.focus();
    if (name !== "quote") command(name);
    else command("formatBlock", this.isInside("blockquote") ? "p" : "blockquote");
    this.changed();
  }

  /** @param {Range | null} range @param {string} written */
  link(range, written) {
    const href = asLink(written);
    this.field.focus();
    if (range) {
      getSelection()?.removeAllRanges();
      getSelection()?.addRange(range);
    }
    if (!href) return;
    if (getSelection()?.isCollapsed) {
      const link = document.createElement("a");
      link.href = href;
      link.textContent = written.trim();
      command("insertHTML", link.outerHTML);
    } else command("createLink", href);
    this.changed();
  }

  /** @param {string} src */
  insertPicture(src) {
    this.field.focus();
    const picture = document.createElement("img");
    picture.setAttribute("src", src);
    command("insertHTML", picture.outerHTML);
    this.changed();
  }

  range() {
    const selection = getSelection();
    return selection?.rangeCount && this.field.contains(selection.anchorNode) ? selection.getRangeAt(0).cloneRange() : null;
  }

  /** @param {string} selector */
  isInside(selector) {
    const node = getSelection()?.anchorNode;
    const element = node instanceof Element ? node : node?.parentElement;
    return Boolean(element?.closest(selector));
  }
}

/** @param {string} plain */
function paragraphs(plain) {
  return plain.split(/\n[ \t]*\n/).filter((block) => block.trim()).map((block) => {
    const made = document.createElement("p");
    block.split("\n").forEach((line, n) => made.append(...(n ? [document.createElement("br")] : []), line.replace(/ $/, "\u00a0")));
    return made.outerHTML;
  }).join("");
}

/** One line, asked for in a dialog; "" when somebody thought better of it. @param {string} asks @returns {Promise<string>} */
function askFor(asks) {
  const dialog = document.createElement("dialog"), form = document.createElement("form"), input = document.createElement("input");
  const heading = document.createElement("h2");
  dialog.className = "dialog is-small";
  heading.textContent = asks;
  form.method = "dialog";
  input.className = "input";
  input.setAttribute("aria-label", asks);
  form.append(input);
  dialog.append(heading, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    form.addEventListener("submit", () => resolve(input.value));
    dialog.addEventListener("close", () => {
      resolve("");
      dialog.remove();
    });
  });
}
