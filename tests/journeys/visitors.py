"""People in front of browsers: watched contexts on a running world, phone or desktop, with script or without, logged in or not."""

import random
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.steps import log_in
from tests.journeys.watch import Watch
from tests.journeys.world import World

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass
class Visitors:
    """Opens watched contexts; each comes from an address of its own, so that nobody shares a rate limit."""

    world: World
    browser: Browser
    watch: Watch
    logins: dict[str, dict]
    opened: list[BrowserContext] = field(default_factory=list)

    def context(self, *, phone: bool = False, script: bool = True, as_: str = "") -> BrowserContext:
        address = ".".join(str(random.randrange(1, 255)) for _ in range(4))
        context = self.browser.new_context(
            base_url=self.world.url,
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            java_script_enabled=script,
            locale="de-DE",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
            storage_state=self.logins.get(as_),
            extra_http_headers={"X-Forwarded-For": address},
        )
        context.set_default_timeout(10_000)
        self.watch.attach(context, script=script)
        self.opened.append(context)
        return context

    def resident(self, *, phone: bool = False, script: bool = True) -> Page:
        """Somebody without account."""
        return self.context(phone=phone, script=script).new_page()

    def at_desk(self, email: str, *, phone: bool = False, script: bool = True) -> Page:
        """Somebody who is logged in; the login itself is walked once a person."""
        if email not in self.logins:
            context = self.context(script=script)
            log_in(context.new_page(), email)
            self.logins[email] = context.storage_state()
            context.close()
        return self.context(phone=phone, script=script, as_=email).new_page()

    def leave(self) -> None:
        """Everybody goes; then what was seen on the way is judged."""
        for context in self.opened:
            context.close()
        self.watch.verdict()
