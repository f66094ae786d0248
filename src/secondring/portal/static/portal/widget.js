/**
 * 'Call us' on any web page, by one line:
 *   <script src="https://desk.example/call/widget.js" async></script>
 * Puts a button at the lower corner; with data-for="#selector" it makes that element the button instead; data-words are the
 * words on it. Where the page knows who is looking, data-who says so, signed (docs/help/call-page.md). The call itself runs
 * in a small window of ours, so the page lends no microphone and hears nothing.
 */
(() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const address = new URL("./", script.src);
  if (script.dataset.who) address.searchParams.set("who", script.dataset.who);
  /** @type {Window | null} */ let small = null;
  /** @param {Event} event */
  const call = (event) => {
    event.preventDefault();
    if (small && !small.closed) return small.focus(); // never load it anew: somebody may be talking there
    small = window.open(address, "_blank", "popup,width=440,height=760");
    if (!small) location.assign(address);
  };
  const place = () => {
    const own = script.dataset.for && document.querySelector(script.dataset.for);
    if (own) return own.addEventListener("click", call);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = script.dataset.words ?? "Call us";
    Object.assign(button.style, {
      position: "fixed", insetBlockEnd: "16px", insetInlineEnd: "16px", zIndex: "2147483000", padding: "14px 20px", border: "0",
      borderRadius: "999px", background: "#bd4a06", color: "#ffffff", font: "600 16px system-ui, sans-serif", cursor: "pointer",
    });
    button.addEventListener("click", call);
    document.body.append(button);
  };
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);
})();
