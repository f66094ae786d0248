/** What the telephone fetches from the desk and brings there, beside the call. */

const AS_FRAGMENT = { "HX-Request": "true" };

/** @param {string} address @returns {Promise<string>} "" when it could not be had */
export async function text(address) {
  const answer = await fetch(address, { headers: AS_FRAGMENT }).catch(() => null);
  return answer?.ok ? answer.text() : "";
}

/** @param {string} address @param {HTMLFormElement} form @returns {Promise<{ok: boolean, why: string}>} why: in words, where the desk said it */
export async function post(address, form) {
  const answer = await fetch(address, { method: "POST", body: new FormData(form), headers: AS_FRAGMENT }).catch(() => null);
  if (answer?.ok) return { ok: true, why: "" };
  const holder = document.createElement("template");
  holder.innerHTML = answer ? await answer.text() : "";
  return { ok: false, why: holder.content.textContent?.trim() ?? "" };
}
