/** Files by drop, paste and paperclip: each goes up at once, shows how far it is, and waits in the draft. */

const MOST = 25 * 2 ** 20;

/** '84 kB', as people say it. @param {number} bytes */
export function size(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  let n = bytes, place = 0;
  while (n >= 1000 && place < units.length - 1) [n, place] = [n / 1000, place + 1];
  return `${n < 10 && place ? n.toFixed(1) : Math.round(n)} ${units[place]}`;
}

export class Uploads {
  /** @param {HTMLFormElement} form @param {import("./editor.js").Editor} editor @param {import("./drafts.js").Drafts} drafts */
  constructor(form, editor, drafts) {
    this.form = form;
    this.editor = editor;
    this.drafts = drafts;
    this.section = /** @type {HTMLElement} */ (form.closest(".composer"));
    this.tiles = /** @type {HTMLElement} */ (form.querySelector(".files"));
    /** @type {Promise<unknown>} */ this.queue = Promise.resolve();
    this.listen();
  }

  listen() {
    const picker = /** @type {HTMLInputElement} */ (this.form.elements.namedItem("files"));
    picker.addEventListener("change", () => {
      this.take([...(picker.files ?? [])], false);
      picker.value = "";
    });
    if (picker.files?.length) picker.dispatchEvent(new Event("change")); // chosen before we listened
    this.editor.field.addEventListener("paste", (event) => this.pasted(event));
    this.section.addEventListener("dragover", (event) => this.over(event, true));
    this.section.addEventListener("dragleave", (event) => this.over(event, false));
    this.section.addEventListener("drop", (event) => {
      this.over(event, false);
      this.take([...(event.dataTransfer?.files ?? [])], event.target instanceof Element && event.target.closest(".words") !== null);
    });
  }

  /** @param {ClipboardEvent} event */
  pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.take(files, true);
  }

  /** @param {DragEvent} event @param {boolean} isOver */
  over(event, isOver) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.section.classList.toggle("is-over", isOver && event.type !== "drop");
  }

  /** @param {File[]} files @param {boolean} amongWords pictures then stand among the words */
  take(files, amongWords) {
    for (const file of files) {
      const inline = amongWords && /^image\/(png|jpeg|gif|webp)$/.test(file.type);
      const tile = this.tile(file);
      if (file.size > MOST) this.wrong(tile, this.section.dataset.tooLarge ?? "");
      else this.queue = this.queue.then(() => this.send(file, tile, inline));
    }
  }

  /** @param {File} file */
  tile(file) {
    const tile = document.createElement("div"), name = document.createElement("span"), small = document.createElement("small");
    const bar = document.createElement("progress");
    tile.className = "file is-going";
    name.className = "name";
    name.textContent = file.name;
    small.textContent = size(file.size);
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    tile.append(name, small, bar);
    this.tiles.append(tile);
    return tile;
  }

  /** @param {File} file @param {HTMLElement} tile @param {boolean} inline */
  async send(file, tile, inline) {
    await this.drafts.start();
    const body = new FormData(this.form);
    body.delete("files");
    body.set("file", file, file.name);
    if (inline) body.set("inline", "yes");
    const request = new XMLHttpRequest(); // fetch cannot tell how far it is
    request.upload.addEventListener("progress", (event) => {
      const bar = tile.querySelector("progress");
      if (bar && event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.open("POST", this.form.dataset.attach ?? "");
    request.setRequestHeader("HX-Request", "true");
    await new Promise((resolve) => {
      request.addEventListener("loadend", resolve);
      request.send(body);
    });
    if (request.status === 0 || request.status > 500) this.lost(file, tile, inline);
    else this.answered(request, tile, inline);
  }

  /** It never got there: the file is kept here until somebody sends it once more. @param {File} file @param {HTMLElement} tile @param {boolean} inline */
  lost(file, tile, inline) {
    this.wrong(tile, this.section.dataset.lost ?? "");
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button is-bare";
    again.textContent = this.section.dataset.again ?? "";
    again.addEventListener("click", () => {
      tile.remove();
      const next = this.tile(file);
      this.queue = this.queue.then(() => this.send(file, next, inline));
    });
    tile.append(again);
  }

  /** @param {XMLHttpRequest} request @param {HTMLElement} tile @param {boolean} inline */
  answered(request, tile, inline) {
    if (request.status !== 200) {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      if (request.status === 413) return this.wrong(tile, this.section.dataset.tooLarge ?? ""); // a proxy's own words are not ours
      const said = /** @type {HTMLTemplateElement | null} */ (page.querySelector("template, hx-partial"));
      return this.wrong(tile, (said?.content ?? said)?.textContent?.trim() || (this.section.dataset.unsaved ?? ""));
    }
    /** @type {{draft: number, version: number, src: string, tile: string}} */
    const kept = JSON.parse(request.responseText);
    this.drafts.field("draft").value = String(kept.draft);
    const version = this.drafts.field("version"); // words may have been kept meanwhile
    version.value = String(Math.max(Number(version.value), kept.version));
    if (inline) {
      tile.remove();
      this.editor.insertPicture(kept.src);
      return this.drafts.touch();
    }
    const made = new DOMParser().parseFromString(kept.tile, "text/html").body.firstElementChild;
    if (!made) return;
    tile.replaceWith(made);
    /** @type {{htmx?: {process: (element: Element) => void}}} */ (/** @type {unknown} */ (window)).htmx?.process(made);
  }

  /** @param {HTMLElement} tile @param {string} why */
  wrong(tile, why) {
    tile.classList.add("is-wrong");
    tile.querySelector("progress")?.remove();
    const small = tile.querySelector("small");
    if (small) small.textContent = why;
    tile.addEventListener("click", () => tile.remove());
  }
}
