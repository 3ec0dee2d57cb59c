// Lines that say what happened can be closed; the "Mehr" panel of the tab bar closes with Escape.
for (const line of document.querySelectorAll("[data-line]")) {
  const close = line.querySelector("[data-close]");
  close.hidden = false;
  close.addEventListener("click", () => line.remove());
}

document.addEventListener("keydown", (event) => {
  const more = document.querySelector(".tab-more[open]");
  if (event.key !== "Escape" || !more) return;
  more.open = false;
  more.querySelector("summary").focus();
});
