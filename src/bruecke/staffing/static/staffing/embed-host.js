// For websites of towns: fits the height of every frame with `data-bruecke` to what it shows. Without it the frame scrolls.
const LEAST = 160;
const MOST = 4000;

window.addEventListener("message", (event) => {
  const told = event.data;
  if (!told || told.type !== "bruecke:height" || !Number.isFinite(told.height)) return;
  for (const frame of document.querySelectorAll("iframe[data-bruecke]")) {
    if (frame.contentWindow !== event.source || new URL(frame.src).origin !== event.origin) continue;
    frame.style.height = `${Math.min(MOST, Math.max(LEAST, Math.ceil(told.height)))}px`;
  }
});
