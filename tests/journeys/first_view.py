"""What a phone loads for a page when it was never there before: bytes on the line, and when words stand on it."""

from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

LANGUAGES = ("de", "en", "uk", "ar", "ru", "prs")
FIRST_PAGES = ("", "hilfe/pirna/")  # the start page of a district and a place behind it


@dataclass(frozen=True, slots=True)
class Loaded:
    """One file as it went over the line: what it is to the browser, its last name, bytes with head and compressed."""

    kind: str
    name: str
    size: int


class Line:
    """The line of a page's browser, listened to from now on; the cache is cold where the context is new."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session: CDPSession = page.context.new_cdp_session(page)
        self._files: dict[str, tuple[str, str]] = {}
        self._sizes: dict[str, int] = {}
        self.session.on("Network.responseReceived", self._on_response)
        self.session.on("Network.loadingFinished", self._on_end)
        self.session.send("Network.enable")

    def _on_response(self, event: dict) -> None:
        self._files[event["requestId"]] = (event["type"], event["response"]["url"].rpartition("/")[2])

    def _on_end(self, event: dict) -> None:
        self._sizes[event["requestId"]] = event["encodedDataLength"]

    def loaded(self) -> list[Loaded]:
        """Everything but pictures, largest first."""
        files = [Loaded(*self._files[key], round(size)) for key, size in self._sizes.items() if key in self._files]
        return sorted((file for file in files if file.kind != "Image"), key=lambda file: -file.size)

    def is_weak(self, *, kilobits: int, milliseconds: int, slowdown: float) -> None:
        """From now on a slow line and a slow phone, as the browser plays them."""
        rate = kilobits * 1000 / 8
        self.session.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": milliseconds, "downloadThroughput": rate, "uploadThroughput": rate},
        )
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
