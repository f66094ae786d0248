/** The board's lamps: whether the line to the desk stands, and what colleagues do just now (see the events of live.js). */

/** @typedef {{who: number, name: string, at: {conversation: number, customer: string, types: boolean}[]}} Person */

/** What a jack says of a person. @param {Person} person @param {DOMStringMap} words @returns {[string, boolean]} */
export function saysOf(person, words) {
  const writing = person.at.find((place) => place.types);
  const reading = person.at[0];
  if (writing) return [(words.writes ?? "%s").replace("%s", writing.customer), true];
  if (reading) return [(words.reads ?? "%s").replace("%s", reading.customer), false];
  return [words.here ?? "", false];
}

/** @param {Person[]} people */
function showPeople(people) {
  const board = document.getElementById("jacks");
  if (!board) return;
  for (const jack of /** @type {NodeListOf<HTMLElement>} */ (board.querySelectorAll(".jack[data-who]"))) {
    const small = jack.querySelector("small"), person = people.find((each) => each.who === Number(jack.dataset.who));
    if (!small) continue;
    small.dataset.gone ??= small.textContent ?? ""; // what it says of somebody whose desk is not open
    const [words, writes] = person ? saysOf(person, board.dataset) : [small.dataset.gone, false];
    small.textContent = words;
    jack.classList.toggle("is-writing", writes);
  }
}

export function start() {
  document.addEventListener("sr:line", (event) => {
    document.documentElement.dataset.line = /** @type {CustomEvent} */ (event).detail.state;
  });
  document.addEventListener("sr:here", (event) => showPeople(/** @type {CustomEvent} */ (event).detail.people));
}
