"""Web and worker as children of one supervisor: a child that dies is started again."""

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from bruecke.config.operations.running import UNFINISHED, is_unfinished, note_running

log = logging.getLogger("bruecke.serve")
PR_SET_PDEATHSIG = 1  # linux/prctl.h
FAST_DEATHS = 5  # a child that dies this often within a minute rests before it is started again; the other one goes on
REST_SECONDS = 20
STOP_SECONDS = 10


@dataclass
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    started: list[float] = field(default_factory=list)
    rests_until: float = 0

    def start(self) -> None:
        self.kill_family()
        self.started = [moment for moment in self.started if moment > time.monotonic() - 60] + [time.monotonic()]
        # The supervisor has no threads, so running code between fork and exec is safe.
        self.process = subprocess.Popen(self.command, start_new_session=True, preexec_fn=_end_with_parent)  # noqa: PLW1509

    def kill_family(self) -> None:
        """What a killed main process left behind: its web workers would go on serving, with old code and for ever."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    @property
    def keeps_dying(self) -> bool:
        return len(self.started) >= FAST_DEATHS


def _end_with_parent() -> None:
    """In the child: end when the supervisor is killed (Linux; elsewhere the child goes on until it is stopped)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def web_command(*, host: str, port: int, processes: int) -> list[str]:
    # Granian's "backpressure" counts connections, not requests: whoever comes after them waits until one of them leaves.
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(processes), "--blocking-threads", "4", "--backpressure", "512", "--no-ws", "--respawn-failed-workers",
        "--log-level", "warning", "bruecke.config.wsgi:application",
    ]  # fmt: skip


def is_taken(host: str, port: int) -> bool:
    """Whether something answers there already; granian itself would share the port silently."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def serve(*, host: str, port: int, processes: int, data: Path, with_worker: bool = True) -> int:
    """Run until SIGTERM or SIGINT. Returns 0 when asked to stop, 1 when the port is taken or the data folder cannot serve.

    Raises: OperatorError, OSError: the data folder is being restored, or is not ours to write.
    """
    if is_unfinished(data):
        print(UNFINISHED, file=sys.stderr)
        return 1
    note_running(data)
    if is_taken(host, port):
        print(f"Port {port} ist belegt. Bitte nehmen Sie einen anderen: --port.", file=sys.stderr)
        return 1
    children = [Child("web", web_command(host=host, port=port, processes=processes))]
    if with_worker:
        children.append(Child("worker", [sys.executable, "-m", "bruecke.config.cli", "worker"]))
    asked: list[int] = []

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    for child in children:
        child.start()
    while not asked:
        time.sleep(0.2)
        for child in children:
            if child.process is None or child.process.poll() is None:
                continue
            if child.rests_until > time.monotonic():
                continue
            if child.keeps_dying:
                log.error("a process keeps dying and rests", extra={"process_name": child.name})
                child.rests_until = time.monotonic() + REST_SECONDS
                child.started.clear()
                continue
            log.warning("a process died and is started again", extra={"process_name": child.name})
            child.start()
    _stop(children)
    return 0


def _stop(children: list[Child]) -> None:
    for child in children:
        if child.process is not None and child.process.poll() is None:
            os.kill(child.process.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        if child.process is None:
            continue
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.1, deadline - time.monotonic()))
        child.kill_family()  # all of it: a web worker that outlives its main process would keep the port
        child.process.wait()
