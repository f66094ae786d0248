import assert from "node:assert/strict";
import test from "node:test";

import { saysOf } from "../static/desk/lamps.js";
import { left } from "../static/desk/leaving.js";
import { closed, inWords, waitedAt } from "../static/desk/waiting.js";

const began = 1_764_000_000;

test("time passes second by second", () => {
  assert.equal(waitedAt({ waited: "103", at: String(began) }, began + 20.7), 123);
});

test("a clock that is behind never takes waiting away", () => {
  assert.equal(waitedAt({ waited: "103", at: String(began) }, began - 50), 103);
});

test("the clock sleeps while the house is closed, and wakes", () => {
  const data = { waited: "10", at: String(began), sleeps: `${began + 60}-${began + 360},${began + 1000}-${began + 2000}` };
  assert.equal(waitedAt(data, began + 60), 70);
  assert.equal(waitedAt(data, began + 200), 70);
  assert.equal(waitedAt(data, began + 365), 75);
});

test("a sleep that began before the page was drawn counts from then on only", () => {
  const data = { waited: "42", at: String(began), sleeps: `${began - 3600}-${began + 100}` };
  assert.equal(waitedAt(data, began + 110), 52);
});

test("a wait is said as the server says it", () => {
  const said = [0, 65, 3599, 3600, 86399, 86400, 200000].map(inWords);
  assert.deepEqual(said, ["0:00", "1:05", "59:59", "1 h 00", "23 h 59", "1 day", "2 days"]);
});

test("the rings close one after the other", () => {
  const full = 1.01;
  assert.deepEqual([0, 30, 90, 900].map(closed), [[0, 0], [0.5, 0], [full, 0.5], [full, full]]);
});

test("what leaves has so many seconds left, and never fewer than none", () => {
  const data = { leavesIn: "10", at: String(began) };
  assert.equal(left(data, began + 4), 6);
  assert.equal(left(data, began + 40), 0);
});

test("a jack says what somebody does: writing comes before reading, reading before being here", () => {
  const words = { writes: "writing to %s", reads: "reading %s", here: "here" };
  const place = (customer, types) => ({ conversation: 1, customer, types });
  assert.deepEqual(saysOf({ who: 1, name: "Bea", at: [place("Lou", false), place("Ana", true)] }, words), ["writing to Ana", true]);
  assert.deepEqual(saysOf({ who: 1, name: "Bea", at: [place("Lou", false)] }, words), ["reading Lou", false]);
  assert.deepEqual(saysOf({ who: 1, name: "Bea", at: [] }, words), ["here", false]);
});
