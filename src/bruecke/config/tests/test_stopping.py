"""The supervisor's end: nothing of what it started outlives it."""

import sys
import time
from pathlib import Path

from bruecke.config.operations import serve

DEAF = (
    "import os, signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "open(sys.argv[1], 'w').write(f'{child.pid} '); time.sleep(60)"
)


def is_alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_web_that_does_not_end_takes_its_workers_along(monkeypatch, tmp_path):
    monkeypatch.setattr(serve, "STOP_SECONDS", 0.2)
    note = tmp_path / "pid"
    child = serve.Child("web", [sys.executable, "-c", DEAF, str(note)])
    child.start()
    deadline = time.monotonic() + 20
    while not (note.exists() and note.read_text().endswith(" ")) and time.monotonic() < deadline:
        time.sleep(0.02)
    worker = note.read_text().strip()
    assert is_alive(worker)
    serve._stop([child])
    deadline = time.monotonic() + 5
    while is_alive(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(worker)
