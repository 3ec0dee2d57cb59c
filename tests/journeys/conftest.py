"""Fixtures of the journeys: one running world and one Chromium a session, and visitors whose pages are watched."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.browser import CHROMIUM, FLAGS
from tests.journeys.visitors import Visitors
from tests.journeys.watch import Watch
from tests.journeys.world import World, new_world, postgresql_server

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_databases: walked on PostgreSQL too; the other journeys on SQLite only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL the stories marked `both_databases` are walked; the others say nothing new about the database."""
    ours = [item for item in items if HERE in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.journey)
    if not postgresql_server():
        return
    left_out = [item for item in ours if item.get_closest_marker("both_databases") is None]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demo, served by two web processes and a worker."""
    with new_world(tmp_path_factory.mktemp("world"), BRUECKE_WEB_PROCESSES="2", BRUECKE_TRUST_PROXY="true") as found:
        found.start()
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; absent, the journeys are left out with a reason, or fail where they are required."""
    if not shutil.which(CHROMIUM):
        reason = f"{CHROMIUM} is not installed (apt-get install chromium), so nothing can be walked in a browser"
        if os.environ.get("BRUECKE_REQUIRE_CHROMIUM"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def logins() -> dict[str, dict]:
    """Cookies of people who logged in already."""
    return {}


@pytest.fixture
def visitors(world: World, chromium: Browser, logins: dict[str, dict]) -> Iterator[Visitors]:
    """People to send through the pages; at the end no CSP violation, foreign request or script error may be left."""
    found = Visitors(world, chromium, Watch(world.url), logins)
    yield found
    found.leave()


@pytest.fixture
def watch(visitors: Visitors) -> Watch:
    return visitors.watch


@pytest.fixture
def check(watch: Watch) -> Callable[[Page], None]:
    """axe, width, language and direction of the page in front."""
    return watch.check
