"""The worker process: delivers mail, runs jobs, queues what repeats by the clock."""

import logging
import signal
import threading
from types import FrameType

from django.db import OperationalError, close_old_connections, connection

from bruecke.core import clock, jobs, outbox

log = logging.getLogger("bruecke.worker")
IDLE_SECONDS = 0.5


def run_worker() -> None:
    """Work until SIGTERM or SIGINT; what is in hand is finished first. A killed worker's rows come back by their lease."""
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    log.info("worker started")
    while not stop.is_set():
        try:
            busy = work_once()
        except OperationalError:
            log.exception("database not available")
            connection.close()
            busy = False
        if not busy:
            close_old_connections()
            stop.wait(IDLE_SECONDS)
    log.info("worker stopped")


def work_once() -> bool:
    """One mail and one job; False when nothing was due."""
    now = clock.now()
    jobs.enqueue_repeated(now)
    sent = outbox.deliver_next(now)
    ran = jobs.run_next(now)
    return sent or ran


def work_all(limit: int = 10_000) -> int:
    """Work until nothing is due; for tests and the demo. Returns the number of rounds."""
    rounds = 0
    while rounds < limit and work_once():
        rounds += 1
    return rounds
