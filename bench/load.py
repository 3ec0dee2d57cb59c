"""A small load generator: `python -m bench.load PORT PATH SECONDS [CONNECTIONS [ETAG [COOKIE…]]]` prints JSON; bounded in count.

Every connection asks again as soon as it is answered. With an ETag the answers are 304. With cookies the connections are signed in
by turns. Loopback only.
"""

import json
import re
import socket
import statistics
import sys
import threading
import time
from typing import Any

CONNECTIONS = 4
MOST = 20_000  # answers a run
WAITS = 20  # seconds until a connection that hears nothing counts as broken
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_ETAG = re.compile(rb'\r\netag: ("[^"]+")', re.IGNORECASE)
_LAST_CHUNK = b"\r\n0\r\n\r\n"


def ask(connection: socket.socket, request: bytes, *, status: int = 200) -> bytes:
    """Send one request, read one whole answer, return its body. Raises: ConnectionError for another status."""
    return whole(connection, request, status=status)[1]


def whole(connection: socket.socket, request: bytes, *, status: int = 200) -> tuple[bytes, bytes]:
    """The same with the head."""
    connection.sendall(request)
    received = b""
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _some(connection)
    head = received[:end]
    if not received.startswith(b"HTTP/1.1 %d" % status):
        raise ConnectionError(received[:200])
    if status == 304:
        return head, b""
    length = _LENGTH.search(head)
    if length is None:
        while not received.endswith(_LAST_CHUNK):
            received += _some(connection)
        return head, _joined(received[end + 4 :])
    while len(received) < end + 4 + int(length[1]):
        received += _some(connection)
    return head, received[end + 4 :]


def _joined(chunks: bytes) -> bytes:
    """The content of a chunked body."""
    content = b""
    while chunks:
        size, _line, rest = chunks.partition(b"\r\n")
        content, chunks = content + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    return content


def _some(connection: socket.socket) -> bytes:
    part = connection.recv(262_144)
    if not part:
        raise ConnectionError("the server closed the connection")
    return part


def request_for(path: str, port: int, etag: str = "", cookie: str = "") -> bytes:
    more = f"If-None-Match: {etag}\r\n" if etag else ""
    more += f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Encoding: gzip\r\n{more}\r\n".encode()


def once(port: int, path: str) -> tuple[bytes, str]:
    """Body and ETag of one answer, the second one: then it is as warm as it gets."""
    with socket.create_connection(("localhost", port), timeout=20) as connection:
        ask(connection, request_for(path, port))
        head, body = whole(connection, request_for(path, port))
    found = _ETAG.search(head)
    return body, found[1].decode() if found else ""


def load(
    port: int, path: str, seconds: float, connections: int = CONNECTIONS, etag: str = "", cookies: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Answers, requests a second, p50, p95 and p99 in ms, and how many connections broke or got anything but what was due."""
    status = 304 if etag else 200
    took: list[float] = []
    errors: list[str] = []
    starved: list[int] = []

    def work(number: int) -> None:
        mine: list[float] = []
        request = request_for(path, port, etag, cookies[number % len(cookies)] if cookies else "")
        deadline = time.perf_counter() + seconds
        try:
            with socket.create_connection(("localhost", port), timeout=WAITS) as connection:
                while (started := time.perf_counter()) < deadline and len(mine) < MOST // connections:
                    ask(connection, request, status=status)
                    mine.append((time.perf_counter() - started) * 1000)
            if not mine:
                starved.append(number)
        except OSError as error:
            errors.append(repr(error)[:200])
        took.extend(mine)

    begun = time.perf_counter()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lasted = time.perf_counter() - begun
    took.sort()
    p50, p95, p99 = (
        (statistics.median(took), *(took[int(len(took) * share)] for share in (0.95, 0.99))) if took else (0.0, 0.0, 0.0)
    )
    found = {"answers": len(took), "rate": len(took) / lasted, "p50": p50, "p95": p95, "p99": p99}
    return found | {"errors": errors, "starved": len(starved)}


if __name__ == "__main__":
    print(
        json.dumps(
            load(
                int(sys.argv[1]),
                sys.argv[2],
                float(sys.argv[3]),
                *map(int, sys.argv[4:5]),
                *sys.argv[5:6],
                *([tuple(sys.argv[6:])] if sys.argv[6:] else []),
            )
        )
    )
