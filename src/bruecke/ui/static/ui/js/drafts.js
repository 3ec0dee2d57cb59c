// Keeps what is typed as a draft on the server; when the connection is lost it says so and tries again.
const PAUSE = 1500;
const AGAIN = 10000;

function keep(form) {
  const line = form.querySelector("[data-draft-line]");
  let timer = 0;
  let sent = false;
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };
  async function save() {
    if (sent) return;
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    body.set("_draft", "1");
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", headers: { "X-Draft": "line" } });
      if (!answer.ok) throw new Error(answer.status);
      if (line) line.innerHTML = await answer.text();
    } catch {
      if (line) line.textContent = form.dataset.draftLost;
      later(AGAIN);
    }
  }
  form.addEventListener("input", () => later(PAUSE));
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
  });
}

for (const form of document.querySelectorAll("form[data-draft]")) keep(form);
