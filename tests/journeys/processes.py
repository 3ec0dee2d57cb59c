"""Looking at processes of this machine through /proc: children, age, memory; and ending one the hard way."""

import contextlib
import os
import signal
import time
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """Fields of /proc/<pid>/stat from the third on; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def children_of(pid: int) -> list[int]:
    """Living children, oldest first."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            stat = _stat(int(entry.name))
            if stat and stat[0] != "Z" and int(stat[1]) == pid:
                found.append((int(stat[19]), int(entry.name)))
    return [child for _started, child in sorted(found)]


def words_of(pid: int) -> list[str]:
    """The command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []


def age_of(pid: int) -> float:
    """Seconds since the process started; 0 when it is gone."""
    stat = _stat(pid)
    return time.clock_gettime(time.CLOCK_BOOTTIME) - int(stat[19]) / _TICKS if stat else 0.0


def is_alive(pid: int) -> bool:
    stat = _stat(pid)
    return bool(stat) and stat[0] not in "ZX"


def memory_of(pid: int) -> float:
    """Resident memory in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def web_processes(supervisor: int) -> list[int]:
    """The processes that answer requests: children of the server that `bruecke serve` started, oldest first."""
    servers = [child for child in children_of(supervisor) if "granian" in words_of(child)]
    return [web for server in servers for web in children_of(server)]


def worker_processes(supervisor: int) -> list[int]:
    return [child for child in children_of(supervisor) if "worker" in words_of(child)]
