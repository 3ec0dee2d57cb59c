// The Planspiel reckons while one moves: sums for one VzÄ, spread, and the address that says what differs. Without script a button does.
const form = document.querySelector("[data-play]");
const posts = [...form.querySelectorAll("[data-post]")];
const places = [...form.querySelectorAll("[data-place]")];
const COUNTS = ["residents", "foreign", "places"];
const whole = new Intl.NumberFormat("de-DE", { maximumFractionDigits: 0 });
const precise = new Intl.NumberFormat("de-DE", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const chosen = (row) => row.querySelector("select");
const volume = (row) => row.querySelector(".play-fte");

function put(name, text) {
  form.querySelector(`[data-sum="${name}"]`).textContent = text;
}

// Known counts only: null where nobody knows a single one.
function sum(rows, count) {
  const known = rows.map((row) => row.dataset[count]).filter((text) => text !== "");
  return known.length ? known.reduce((total, text) => total + Number(text), 0) : null;
}

function perVolume(rows, count, fte) {
  const total = sum(rows, count);
  return total === null || !fte ? null : Math.round(total / fte);
}

function show(value) {
  return value === null ? "–" : whole.format(value);
}

function spread(rates) {
  const known = rates.filter((rate) => rate);
  return known.length > 1 ? precise.format(Math.max(...known) / Math.min(...known)) : "–";
}

function mark(rates) {
  const known = rates.filter((rate) => rate);
  const most = Math.max(...known);
  const least = Math.min(...known);
  posts.forEach((row, number) => {
    const [up, down] = ["most", "least"].map((name) => row.querySelector(`[data-mark="${name}"]`));
    up.hidden = known.length < 2 || rates[number] !== most;
    down.hidden = known.length < 2 || rates[number] !== least;
  });
}

function address() {
  const query = new URLSearchParams({ tag: form.elements.tag.value });
  for (const row of places) if (chosen(row).value !== row.dataset.before) query.set(chosen(row).name, chosen(row).value);
  for (const row of posts) if (Number(volume(row).value) !== Number(volume(row).dataset.before)) query.set(volume(row).name, volume(row).value);
  if (Number(form.elements.neu.value)) query.set("neu", form.elements.neu.value);
  history.replaceState(null, "", `${form.dataset.short}?${query}`);
}

function reckon() {
  const rates = { residents: [], foreign: [], places: [] };
  let fte = 0;
  const busy = new Set();
  for (const row of posts) {
    const own = places.filter((place) => chosen(place).value === row.dataset.post);
    const share = Math.min(1, Math.max(0, Number(volume(row).value) || 0));
    fte += share;
    if (share) busy.add(row.dataset.post);
    row.querySelector('[data-out="count"]').textContent = own.length;
    row.classList.toggle("is-changed", share !== Number(volume(row).dataset.before));
    for (const count of COUNTS) {
      const rate = perVolume(own, count, share);
      rates[count].push(rate);
      row.querySelector(`[data-out="${count}"]`).textContent = show(rate);
    }
  }
  for (const row of places) row.classList.toggle("is-changed", chosen(row).value !== row.dataset.before);
  for (const count of COUNTS) form.querySelector(`[data-spread="${count}"]`).textContent = spread(rates[count]);
  const lost = places.filter((row) => !busy.has(chosen(row).value)).length;
  put("fte", precise.format(fte));
  put("residents-per", show(perVolume(places, "residents", fte)));
  put("foreign-per", show(perVolume(places, "foreign", fte)));
  put("lost", lost);
  form.querySelector("[data-play-lost]").classList.toggle("play-none", lost === 0);
  mark(rates.residents);
  address();
}

// Dragging is for the mouse; the choice in the row does the same for everybody.
for (const row of places) {
  row.draggable = true;
  row.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("text/plain", row.dataset.place);
    event.dataTransfer.effectAllowed = "move";
  });
}
for (const row of posts) {
  row.addEventListener("dragover", (event) => {
    event.preventDefault();
    row.classList.add("is-target");
  });
  row.addEventListener("dragleave", () => row.classList.remove("is-target"));
  row.addEventListener("drop", (event) => {
    event.preventDefault();
    row.classList.remove("is-target");
    const moved = places.find((place) => place.dataset.place === event.dataTransfer.getData("text/plain"));
    if (!moved) return;
    chosen(moved).value = row.dataset.post;
    reckon();
  });
}

form.addEventListener("input", (event) => {
  if (!event.target.matches("[data-play-more]")) reckon();
});
form.elements.neu.addEventListener("change", () => form.requestSubmit());
