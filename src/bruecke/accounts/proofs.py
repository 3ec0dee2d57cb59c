"""What a session remembers about how the person proved who she is, and when. Knows no account and asks no table."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from bruecke.core.middleware import DESK_PREFIX

SECOND_FACTOR = (
    "second_factor"  # session key: the authenticator this session was opened with, or "sso:<id>" of an external identity
)
PROVED_AT = "proved_at"  # session key: when the person last proved both factors, in seconds since 1970
ONLY_IN = "only_in"  # session key: the one district whose sign-in service opened this session; absent: opened with the house's own
_CLOCK_DRIFT = 60  # seconds that two web servers may be apart


def note_proof(session: Any, second_factor: int | str, now: datetime, *, only_in: int | None = None) -> None:
    """Remember a complete proof. `only_in`: the district whose sign-in service gave it; None: the house's own, good everywhere."""
    session[SECOND_FACTOR] = second_factor
    session[PROVED_AT] = int(now.timestamp())
    if only_in is None:
        session.pop(ONLY_IN, None)
    else:
        session[ONLY_IN] = only_in


def is_recent(session: Any, now: datetime) -> bool:
    """Whether the last complete proof is younger than `BRUECKE_RECENT_LOGIN_MINUTES`. A proof from the future counts as none."""
    proved_at = session.get(PROVED_AT)
    if not isinstance(proved_at, int):
        return False
    return -_CLOCK_DRIFT <= now.timestamp() - proved_at < settings.RECENT_LOGIN_MINUTES * 60


def is_bound_elsewhere(session: Any, district_id: int) -> bool:
    """Whether a sign-in service of another district opened this session: it vouches for nobody here."""
    bound = session.get(ONLY_IN)
    return bound is not None and bound != district_id


def safe_path(path: str) -> str:
    """`path` when it is one of the desk's own, else the start of the desk."""
    is_ours = path.startswith(DESK_PREFIX) and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours else DESK_PREFIX


def slug_in(path: str) -> str:
    """The district whose desk a path leads to; "" for the pages above all districts."""
    parts = path.removeprefix(DESK_PREFIX).split("/")
    return parts[0] if len(parts) > 1 and parts[0] != "konto" else ""


def confirm_url(path: str) -> str:
    """Where the person confirms that it is her, and from where she comes back to `path`."""
    return f"{reverse('konto:confirm')}?{urlencode({'next': path})}"


def current_page(request: HttpRequest) -> str:
    """The page a person looks at: for htmx the one around the fragment."""
    htmx = getattr(request, "htmx", None)
    return safe_path(htmx.current_url_abs_path or "") if htmx else request.get_full_path()
