// Municipalities are chosen on the map as in the list beside it. With Leaflet the same drawing can be moved and enlarged.
const frame = document.querySelector("[data-plan-map]");

function choose(frame, svg) {
  const boxes = new Map([...frame.querySelectorAll("input[name=municipalities]")].map((box) => [box.value, box]));
  const areas = [...svg.querySelectorAll("[data-ags]")];
  const show = () => {
    for (const area of areas) area.classList.toggle("is-chosen", boxes.get(area.dataset.ags)?.checked ?? false);
  };
  for (const area of areas) {
    area.addEventListener("click", () => {
      const box = boxes.get(area.dataset.ags);
      if (!box) return;
      box.checked = !box.checked;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  const form = frame.closest("form");
  form.addEventListener("change", show);
  form.addEventListener("reset", () => setTimeout(show));
  svg.classList.add("map--choosing");
  show();
}

function enlarge(svg) {
  const leaflet = window.L;
  if (!leaflet) return;
  const { width, height } = svg.viewBox.baseVal;
  const place = document.createElement("div");
  place.className = "plan-leaflet";
  place.style.aspectRatio = `${width} / ${height}`;
  svg.replaceWith(place);
  const bounds = [[0, 0], [height, width]];
  const map = leaflet.map(place, {
    crs: leaflet.CRS.Simple,
    attributionControl: false,
    keyboard: true,
    maxBounds: [[-height / 4, -width / 4], [height * 1.25, width * 1.25]],
    maxZoom: 3,
    minZoom: -4,
    scrollWheelZoom: false,
    zoomSnap: 0.1,
    zoomControl: false,
  });
  leaflet.svgOverlay(svg, bounds, { interactive: true }).addTo(map);
  leaflet.control.zoom({ zoomInTitle: frame.dataset.zoomIn, zoomOutTitle: frame.dataset.zoomOut }).addTo(map);
  map.fitBounds(bounds);
  map.setMinZoom(map.getZoom() - 0.5);
}

const svg = frame?.querySelector("svg.map");
if (svg) {
  choose(frame, svg);
  enlarge(svg);
}
