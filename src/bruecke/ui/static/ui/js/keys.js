// Single keys of the desk: / j k Enter n r ?. They rest while a field has the focus and can be switched off.
const OFF = "bruecke-keys-off";
const dialog = document.querySelector("#tasten");
const isTyping = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-rows] > *")].map((row) => row.querySelector("a")).filter(Boolean);

function step(by) {
  const links = rows();
  const at = links.findIndex((link) => link.closest("[data-rows] > *").contains(document.activeElement));
  links[Math.max(0, Math.min(links.length - 1, at < 0 ? 0 : at + by))]?.focus();
}

function press(key) {
  const target = document.querySelector(`[data-key="${key}"]`);
  if (!target) return false;
  if (target.matches("input, textarea, select")) target.focus();
  else target.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isTyping(event.target) || dialog?.open) return;
  if (localStorage.getItem(OFF) && event.key !== "?") return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "?" && dialog) dialog.showModal();
  else if (!["/", "n", "r"].includes(event.key) || !press(event.key)) return;
  event.preventDefault();
});

const off = document.querySelector("[data-keys-off]");
if (off) {
  off.checked = Boolean(localStorage.getItem(OFF));
  off.addEventListener("change", () => (off.checked ? localStorage.setItem(OFF, "1") : localStorage.removeItem(OFF)));
}
