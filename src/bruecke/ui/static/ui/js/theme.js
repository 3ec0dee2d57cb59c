// Light or dark public pages. The choice stays in this browser, under one name, and only once somebody has chosen.
// No module: it runs while the head is read, so that a page never flashes in the other colours.
(() => {
  const NAME = "bruecke-darstellung";
  const sheets = document.querySelectorAll("link[data-dark]");
  const scheme = document.querySelector("meta[name=color-scheme]");
  const media = { light: "not all", dark: "screen", device: "screen and (prefers-color-scheme: dark)" };
  const schemes = { light: "light", dark: "dark", device: "light dark" };

  const chosen = () => {
    try {
      return media[localStorage.getItem(NAME)] ? localStorage.getItem(NAME) : "device";
    } catch {
      return "device"; // a browser that keeps nothing: pages follow the device
    }
  };

  const show = (theme) => {
    for (const sheet of sheets) sheet.media = media[theme];
    scheme.content = schemes[theme];
  };

  const keep = (theme) => {
    try {
      if (theme === "device") localStorage.removeItem(NAME);
      else localStorage.setItem(NAME, theme);
    } catch {
      // shown on this page, forgotten on the next
    }
    show(theme);
  };

  if (chosen() !== "device") show(chosen());
  document.addEventListener("DOMContentLoaded", () => {
    const list = document.querySelector("[data-theme]");
    if (!list) return;
    list.closest("[hidden]")?.removeAttribute("hidden");
    list.value = chosen();
    list.addEventListener("change", () => keep(list.value));
  });
})();
