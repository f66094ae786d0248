/** What the telephone fetches from the desk and brings there, beside the call. */

const AS_FRAGMENT = { "HX-Request": "true" };

/** @param {string} address @returns {Promise<string>} "" when it could not be had */
export async function text(address) {
  const answer = await fetch(address, { headers: AS_FRAGMENT }).catch(() => null);
  return answer?.ok ? answer.text() : "";
}

/** @param {string} address @param {HTMLFormElement} form @returns {Promise<{ok: boolean, why: string}>} why: in words, where the desk said it */
export const post = (address, form) => send(address, new FormData(form), AS_FRAGMENT);

/** What no form holds. @param {string} address @param {Record<string, string>} fields */
export const tell = (address, fields) => send(address, new URLSearchParams(fields), { ...AS_FRAGMENT, "X-CSRFToken": csrf() });

const csrf = () => /** @type {HTMLInputElement | null} */ (document.querySelector('#board [name="csrfmiddlewaretoken"]'))?.value ?? "";

/** @param {string} address @param {BodyInit} body @param {Record<string, string>} headers */
async function send(address, body, headers) {
  const answer = await fetch(address, { method: "POST", body, headers }).catch(() => null);
  if (answer?.ok) return { ok: true, why: "" };
  const holder = document.createElement("template");
  holder.innerHTML = answer ? await answer.text() : "";
  return { ok: false, why: holder.content.textContent?.trim() ?? "" };
}
