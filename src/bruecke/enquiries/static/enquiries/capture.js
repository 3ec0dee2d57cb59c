// Quick entry without a connection: the choices stay on this device and stand there again when the page comes back.
const KEY = "bruecke-capture";
const form = document.querySelector("[data-capture]");
const lost = document.querySelector("[data-capture-lost]");
const NEVER = new Set(["csrfmiddlewaretoken", "form_key"]);

function keep() {
  const entries = [...new FormData(form)].filter(([name]) => !NEVER.has(name));
  sessionStorage.setItem(KEY, JSON.stringify(entries));
}

function putBack(entries) {
  for (const [name, value] of entries) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
    }
  }
}

form.addEventListener("submit", (event) => {
  if (navigator.onLine) {
    sessionStorage.removeItem(KEY);
    return;
  }
  event.preventDefault();
  keep();
  lost.hidden = false;
  lost.scrollIntoView({ block: "nearest" });
});

addEventListener("online", () => {
  lost.hidden = true;
});

const kept = sessionStorage.getItem(KEY);
if (kept) {
  putBack(JSON.parse(kept));
  sessionStorage.removeItem(KEY);
}
