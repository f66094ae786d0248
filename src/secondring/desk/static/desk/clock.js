/** The server's clock, read in the browser: the two may differ by minutes, and waiting is counted on the server's. */

/** @type {number} seconds to add to this computer's clock */
let skew = 0;

/** Learn the difference once, from `<meta name="now">`, as of the moment the page began to arrive. */
export function setClock() {
  const said = Number(document.querySelector('meta[name="now"]')?.getAttribute("content"));
  const [arrival] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  if (said) skew = said - (performance.timeOrigin + (arrival?.responseStart ?? 0)) / 1000;
}

/** @returns {number} seconds since 1970 on the server's clock */
export function now() {
  return Date.now() / 1000 + skew;
}
