// Filters of a list: send on change, fold behind one button on the phone. Without script the button "Filtern" does it.
const phone = matchMedia("(max-width: 767.98px)");

for (const form of document.querySelectorAll("[data-filters]")) {
  const fold = form.querySelector("[data-fold]");
  if (fold && phone.matches) fold.open = false;
  form.addEventListener("change", (event) => {
    if (!phone.matches && event.target.matches("select, input[type=checkbox], input[type=date]")) form.requestSubmit();
  });
}
