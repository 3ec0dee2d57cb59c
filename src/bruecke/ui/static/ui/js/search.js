// Keys for the search in the side navigation: arrows walk through the hits, Escape and a click elsewhere close them.
const form = document.querySelector("[data-search]");

if (form) {
  const field = form.querySelector("input[type=search]");
  const found = form.querySelector("#search-found");
  const close = () => found.replaceChildren();

  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && found.hasChildNodes()) {
      close();
      field.focus();
      event.preventDefault();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const links = [...found.querySelectorAll("a")];
    if (!step || !links.length) return;
    const next = links.indexOf(document.activeElement) + step;
    if (next < 0) field.focus();
    else links[Math.min(next, links.length - 1)].focus();
    event.preventDefault();
  });

  document.addEventListener("pointerdown", (event) => {
    if (!form.contains(event.target)) close();
  });

  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !form.contains(event.relatedTarget)) close();
  });
}
