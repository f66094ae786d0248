/** A passkey that was refused, forgotten or taken away is no riddle: the page says so, and one may try again. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const trouble = document.getElementById("passkey-trouble");
  if (trouble) trouble.hidden = false;
});
