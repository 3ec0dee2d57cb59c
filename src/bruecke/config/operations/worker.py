"""The worker process: delivers mail, runs jobs, queues what repeats by the clock."""

import logging
import signal
import threading
import time
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from bruecke.config.operations.running import note_running
from bruecke.core import clock, jobs, outbox

log = logging.getLogger("bruecke.worker")
IDLE_SECONDS = 0.5
WITHOUT_DATABASE_SECONDS = 5.0
REPEATED_EVERY_SECONDS = 30  # how often the clock of the repeated jobs is looked at


def run_worker() -> None:
    """Work until SIGTERM or SIGINT; what is in hand is finished first. A killed worker's rows come back by their lease."""
    note_running(Path(settings.DATA_DIR))
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    log.info("worker started")
    looked_at = -float(REPEATED_EVERY_SECONDS)
    while not stop.is_set():
        try:
            if time.monotonic() - looked_at >= REPEATED_EVERY_SECONDS:
                jobs.enqueue_repeated(clock.now())
                looked_at = time.monotonic()
            busy = work_once()
        except (OperationalError, InterfaceError):
            log.exception("database not available, or full")
            connection.close()
            stop.wait(WITHOUT_DATABASE_SECONDS)
            continue
        if not busy:
            close_old_connections()
            stop.wait(IDLE_SECONDS)
    log.info("worker stopped")


def work_once() -> bool:
    """One mail and one job; False when nothing was due."""
    now = clock.now()
    sent = outbox.deliver_next(now)
    ran = jobs.run_next(now)
    return sent or ran
