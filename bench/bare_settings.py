"""The demo's settings with one more address: the bare view that the cached page is compared with."""

from bruecke.config.settings.base import *  # noqa: F403

ROOT_URLCONF = "bench.bare"
