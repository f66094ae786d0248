import assert from "node:assert/strict";
import test from "node:test";

// The modules stand on a page; here is the least of one.
globalThis.window = globalThis;
globalThis.document = { addEventListener() {}, body: { dataset: {} } };
globalThis.HTMLElement = class {};
globalThis.HTMLInputElement = class extends HTMLElement {};

const at = "../static/desk";
const { nameOf } = await import(`${at}/keys.js`);
const { next } = await import(`${at}/inbox.js`);
const { at: those } = await import(`${at}/presence.js`);
const { matching } = await import(`${at}/palette.js`);
const { isNews } = await import(`${at}/nudges.js`);
const { size } = await import(`${at}/uploads.js`);
const { asLink, leadsOutside } = await import(`${at}/editor.js`);
const { colleagues, lastPiece, mention } = await import(`${at}/suggestions.js`);

const key = (key, more = {}) => nameOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

test("a key is named as the controls name it", () => {
  assert.equal(key("E"), "e");
  assert.equal(key("?", { shiftKey: true }), "?");
  assert.equal(key("Escape"), "esc");
  assert.equal(key("Enter", { metaKey: true }), "mod+enter");
  assert.equal(key("Enter", { ctrlKey: true, shiftKey: true }), "mod+shift+enter");
  assert.equal(key("Enter", { ctrlKey: true, altKey: true }), "mod+alt+enter");
});

test("a step in the list stays in the list", () => {
  assert.equal(next(-1, 1, 5), 0);
  assert.equal(next(-1, -1, 5), 4);
  assert.equal(next(4, 1, 5), 4);
  assert.equal(next(0, -1, 5), 0);
  assert.equal(next(2, 1, 5), 3);
});

test("who is at a conversation: the others, writers first", () => {
  const people = [
    { who: 1, name: "Me", at: [{ conversation: 7, customer: "Ana", types: true }] },
    { who: 2, name: "Bea", at: [{ conversation: 7, customer: "Ana", types: false }] },
    { who: 3, name: "Cal", at: [{ conversation: 7, customer: "Ana", types: true }, { conversation: 8, customer: "Lou", types: false }] },
  ];
  assert.deepEqual(those(people, 7, 1).map((each) => each.name), ["Cal", "Bea"]);
  assert.deepEqual(those(people, 9, 1), []);
});

test("a deed is found by the beginning of any of its words", () => {
  const deeds = [{ words: "Hand over", key: "h" }, { words: "Done", key: "e" }];
  assert.deepEqual(matching("ov", deeds).map((each) => each.key), ["h"]);
  assert.equal(matching("", deeds).length, 2);
  assert.equal(matching("x", deeds).length, 0);
});

test("a notice is told once, whatever the number of tabs", () => {
  assert.equal(isNews(5, null), true);
  assert.equal(isNews(5, "4"), true);
  assert.equal(isNews(5, "5"), false);
});

test("sizes are said as people say them", () => {
  assert.equal(size(300), "300 B");
  assert.equal(size(84_000), "84 kB");
  assert.equal(size(2_400_000), "2.4 MB");
});

test("a link leads outside, and what is written short becomes one", () => {
  assert.equal(asLink("mares.example/music"), "https://mares.example/music");
  assert.equal(asLink("ana@example.org"), "mailto:ana@example.org");
  assert.equal(asLink("https://mares.example"), "https://mares.example");
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "word", "", "//evil.example"]) assert.equal(asLink(bad), "", bad);
  assert.equal(leadsOutside("JAVASCRIPT:x"), false);
});

test("the envelope asks about the piece behind the last comma outside quotes", () => {
  assert.deepEqual(lastPiece('"Lima, Ana" <ana@example.org>, sa'), { start: 30, piece: "sa" });
  assert.deepEqual(lastPiece('"Lima, An'), { start: 0, piece: '"Lima, An' });
  assert.deepEqual(lastPiece("a;b"), { start: 2, piece: "b" });
});

test("an at-sign calls a colleague only where a word begins", () => {
  assert.equal(mention("do you know, @ca"), "ca");
  assert.equal(mention("@"), "");
  assert.equal(mention("ana@exa"), null);
  assert.equal(mention("@cal and"), null);
});

test("colleagues who share a first name are called in full", () => {
  assert.deepEqual(colleagues(["Bea Stone", "Bea Lund", "Cal Roe"], "be").map((each) => each.value), ["Bea-Stone", "Bea-Lund"]);
  assert.deepEqual(colleagues(["Bea Stone", "Cal Roe"], "ro").map((each) => each.value), ["Cal"]);
});
