"""Prints how many combinations the permission tests tried, also when they ran in several processes."""

import pytest

TRIED: dict[str, int] = {}


def count(what: str, number: int) -> None:
    """Add to a figure that is printed at the end of the run."""
    TRIED[what] = TRIED.get(what, 0) + number


def pytest_sessionfinish(session) -> None:
    """A worker process hands its figures to the one that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["tried"] = dict(TRIED)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node) -> None:
    for what, number in getattr(node, "workeroutput", {}).get("tried", {}).items():
        count(what, number)


def pytest_terminal_summary(terminalreporter) -> None:
    for what, number in sorted(TRIED.items()):
        terminalreporter.write_line(f"permissions: {number} {what}")
