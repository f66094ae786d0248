/** Listen to what somebody made while you talk with them. One sound at a time; they do not hear it. */

/** @param {Element} player */
function show(player) {
  const sound = player.querySelector("audio"), button = player.querySelector("button");
  if (!sound) return;
  button?.setAttribute("aria-pressed", String(!sound.paused));
  const part = sound.duration ? sound.currentTime / sound.duration : 0;
  const bars = player.querySelectorAll(".wave rect");
  bars.forEach((bar, place) => bar.classList.toggle("is-played", place / bars.length < part));
}

/** @param {Event} event */
function clicked(event) {
  const player = event.target instanceof Element && event.target.closest("[data-player]");
  const sound = player && player.querySelector("audio");
  if (!sound || !(event.target instanceof Element && event.target.closest("button"))) return;
  document.querySelectorAll("[data-player] audio").forEach((other) => other === sound || /** @type {HTMLAudioElement} */ (other).pause());
  if (sound.paused) void sound.play();
  else sound.pause();
}

/** @param {Event} event */
function moved(event) {
  const player = event.target instanceof Element && event.target.closest("[data-player]");
  if (player) show(player);
}

export function start() {
  document.addEventListener("click", clicked);
  for (const event of ["play", "pause", "timeupdate", "ended"]) document.addEventListener(event, moved, true);
}
