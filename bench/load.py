"""A small load generator: `python -m bench.load PORT PATH SECONDS` prints the answers it got; keep-alive, four connections."""

import re
import socket
import sys
import threading
import time

CONNECTIONS = 4
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_LAST_CHUNK = b"\r\n0\r\n\r\n"


def ask(connection: socket.socket, request: bytes) -> bytes:
    """Send one request, read one whole answer. Raises: ConnectionError for anything but 200."""
    connection.sendall(request)
    received = b""
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _some(connection)
    if not received.startswith(b"HTTP/1.1 200"):
        raise ConnectionError(received[:200])
    length = _LENGTH.search(received[:end])
    if length is None:
        while not received.endswith(_LAST_CHUNK):
            received += _some(connection)
        return _joined(received[end + 4 :])
    while len(received) < end + 4 + int(length[1]):
        received += _some(connection)
    return received[end + 4 :]


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


def request_for(path: str, port: int) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def answers_in(port: int, path: str, seconds: float) -> int:
    """How many answers came within the time."""
    counts = []

    def work() -> None:
        request, count = request_for(path, port), 0
        deadline = time.perf_counter() + seconds
        with socket.create_connection(("localhost", port), timeout=10) as connection:
            while time.perf_counter() < deadline:
                ask(connection, request)
                count += 1
        counts.append(count)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(counts) < CONNECTIONS:
        raise ConnectionError("a connection broke")
    return sum(counts)


if __name__ == "__main__":
    print(answers_in(int(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
