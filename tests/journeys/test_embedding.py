"""*Wer hilft mir?* inside a town's own website: a page of another origin shows it where the office has released that website."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.journeys.steps import desk, person, press, public

PIRNA = "14628270"
HEIGHT = 400


@contextmanager
def town(base: str) -> Iterator[str]:
    """A website on a port of its own that holds the lines to copy; its address."""
    page = f"""<!doctype html><html lang="de"><title>Stadt</title><main><h1>Stadt</h1>
      <iframe src="{base}{public(f"hilfe/einbetten/{PIRNA}/")}" title="Wer hilft mir?"
        width="100%" height="{HEIGHT}" data-bruecke></iframe>
      <script type="module" src="{base}{public("hilfe/einbetten.js")}"></script></main></html>"""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = page.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"  # another port is another origin
    finally:
        server.shutdown()
        server.server_close()


def test_a_released_website_shows_it_and_another_does_not(world, visitors, chromium):
    with town(world.url) as released, town(world.url) as foreign:
        administrator = visitors.at_desk(person("verwaltung"))
        administrator.goto(desk("einstellungen/staffing.embed_origins/"))
        administrator.fill("[name=text]", released)
        press(administrator, "main button[type=submit]")
        assert released in administrator.inner_text("main")

        context = chromium.new_context(viewport={"width": 900, "height": 900})
        page = context.new_page()
        page.goto(f"{released}/")
        frame = page.frame_locator("iframe")
        frame.locator(".contact-card").wait_for()
        assert "Integrationskoordination Pirna" in frame.locator(".contact-card").inner_text()
        box = page.locator("iframe")
        for _wait in range(50):
            if box.bounding_box()["height"] != HEIGHT:
                break
            page.wait_for_timeout(100)
        inner = frame.locator("main").bounding_box()
        assert box.bounding_box()["height"] >= inner["height"] > 0, "the frame is as high as what it shows"
        assert box.bounding_box()["height"] != HEIGHT
        assert context.cookies() == []
        frame.get_by_role("link", name="Mehr über diese Stelle").click()
        page.wait_for_url(f"{world.url}{public('hilfe/pirna/')}")

        page.goto(f"{foreign}/")
        page.wait_for_timeout(500)
        assert page.frames[-1].url.startswith("chrome-error://"), "a website that nobody released shows nothing"
        context.close()

        plain = chromium.new_context(java_script_enabled=False)
        page = plain.new_page()
        page.goto(f"{released}/")
        page.frame_locator("iframe").locator(".contact-card").wait_for()
        assert page.locator("iframe").bounding_box()["height"] >= HEIGHT
        plain.close()
