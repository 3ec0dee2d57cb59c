// Rows of a table that can be chosen: tint, count, and the bar that says what happens to them. Without script the bar stands open.
function follow(form) {
  const bar = form.querySelector("[data-selection-bar]");
  const boxes = () => [...form.querySelectorAll("tbody .select input[type=checkbox]")];
  const all = form.querySelector("[data-select-all]");
  const show = () => {
    const chosen = boxes().filter((box) => box.checked);
    for (const box of boxes()) box.closest("tr").classList.toggle("is-selected", box.checked);
    bar.hidden = chosen.length === 0;
    bar.querySelector("[data-selection-count]").textContent = chosen.length;
    if (all) {
      all.checked = chosen.length > 0 && chosen.length === boxes().length;
      all.indeterminate = chosen.length > 0 && !all.checked;
    }
  };
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes()) box.checked = all.checked;
      show();
    });
  }
  form.addEventListener("change", show);
  form.addEventListener("reset", () => setTimeout(show));
  show();
}

for (const bar of document.querySelectorAll("[data-selection-bar]")) follow(bar.closest("form") ?? document.body);
