"""Which browser the journeys walk in, and how it is started."""

import os

CHROMIUM = os.environ.get("BRUECKE_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",  # whatever a page asks for, nothing leaves the machine
]
