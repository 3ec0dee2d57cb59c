// Inside the frame: tells the page around how high this one is. A number, and nothing else, so that anybody may hear it.
if (window.parent !== window) {
  const tell = () => window.parent.postMessage({ type: "bruecke:height", height: document.body.scrollHeight }, "*");
  new ResizeObserver(tell).observe(document.body);
  tell();
}
