"""The gate of the desk: who is let in, as whom, and the trace of whoever is not. The doors before it know no person."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from bruecke.accounts import actions, proofs, queries, rules
from bruecke.accounts.proofs import SECOND_FACTOR
from bruecke.core import audit, clock
from bruecke.core.errors import NotAllowed
from bruecke.core.middleware import Door, Responder, view_of
from bruecke.core.models import District
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer, ViewerKind
from bruecke.ui.views.base import go_to

__all__ = ["NOTED", "SECOND_FACTOR", "DeskGate"]

NOTED = "noted"  # session key: [this session's key, when it was last written to the list of open sessions]


class DeskGate:
    """Everything below `/intern/` needs login, second factor and, in a district, a membership of today.

    View attributes: `door = "open"` lets everybody in; `needs_second_factor = False` lets in who still has to set it up;
    `roles` and `feature` close a page for members without; `needs_recent_login = True` asks for the proof again when the last
    one is older than `BRUECKE_RECENT_LOGIN_MINUTES`; `reaches_beyond_district = True` wants the house's own proof for it. Sets
    `request.viewer`, `request.district`, `request.person_lines` and opens the scope. Memberships are read at each request: an
    ended one ends access at once.
    """

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        view = view_of(request.matched) if request.door is Door.DESK else None  # type: ignore[attr-defined]
        if request.door is not Door.DESK or getattr(view, "door", "") == "open":  # type: ignore[attr-defined]
            return self.get_response(request)
        with translation.override("de"):
            return self._let_in(request, view)

    def process_view(self, request: HttpRequest, view_func: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Ask again before a sensitive step. Here, not in `__call__`: the CSRF check comes first, or a foreign page could have
        its own form kept and sent by the person who only confirms."""
        view = view_of(request.matched) if request.door is Door.DESK else None  # type: ignore[attr-defined]
        if getattr(view, "door", "") == "open" or not getattr(view, "needs_recent_login", False):
            return None
        if proofs.is_recent(request.session, request.now) and not self._reaches_beyond(request, view):  # type: ignore[attr-defined]
            return None
        if request.method in {"GET", "HEAD"} or getattr(request, "htmx", False):
            return go_to(request, proofs.confirm_url(proofs.current_page(request)))
        from bruecke.accounts.views.confirm import Confirm

        return Confirm.ask_late(request)

    def _reaches_beyond(self, request: HttpRequest, view: Any) -> bool:
        """A step that counts in every district, in a session that only one district's service vouches for, by a person who works
        in another one too: that service must not become the key to the other district."""
        if not getattr(view, "reaches_beyond_district", False) or proofs.ONLY_IN not in request.session:
            return False
        day = clock.local_day(request.now)  # type: ignore[attr-defined]
        district = District(pk=request.session[proofs.ONLY_IN])
        return queries.memberships_elsewhere(request.user, district, day)  # type: ignore[arg-type]

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """What a view refused, or did not find (it may be another district's), leaves an entry; the person sees 404 for both."""
        refused = isinstance(exception, NotAllowed) or isinstance(exception.__cause__, NotAllowed)
        if request.door is Door.DESK and (refused or isinstance(exception, Http404)):  # type: ignore[attr-defined]
            self._note(request, "desk.not_allowed" if refused else "desk.not_found", request.viewer)  # type: ignore[attr-defined]

    def _let_in(self, request: HttpRequest, view: Any) -> HttpResponseBase:
        account: Any = request.user
        if not account.is_authenticated:
            return self._to_login(request)
        if not rules.may_enter(
            is_active=account.is_active,
            is_demo=account.is_demo,
            allows_demo_accounts=settings.ALLOWS_DEMO_ACCOUNTS,
        ):
            logout(request)
            return self._to_login(request)
        if getattr(view, "needs_second_factor", True) and (answer := self._ask_second_factor(request, account)):
            return answer
        request.theme = account.theme  # type: ignore[attr-defined]
        self._note_use(request, account)
        if request.district_slug:  # type: ignore[attr-defined]
            return self._into_district(request, account, view)
        request.viewer = Viewer(kind=ViewerKind.PERSON, account_id=account.pk, name=account.get_full_name())  # type: ignore[attr-defined]
        return self.get_response(request)

    def _note_use(self, request: HttpRequest, account: Any) -> None:
        """The list of open sessions; the session itself remembers when it was noted, so that most requests ask nothing."""
        moment, key = int(request.now.timestamp()), request.session.session_key or ""  # type: ignore[attr-defined]
        if request.session.get(NOTED, ["", 0])[0] == key and moment - request.session[NOTED][1] < actions.NOTED_EVERY.seconds:
            return
        user_agent = request.headers.get("User-Agent", "")
        actions.note_session(account=account, session_key=key, user_agent=user_agent, now=request.now)  # type: ignore[attr-defined]
        request.session[NOTED] = [key, moment]

    def _ask_second_factor(self, request: HttpRequest, account: Any) -> HttpResponseBase | None:
        """To the set-up where there is none; out, where this session was opened without it or with one that is gone."""
        found = request.session.get(SECOND_FACTOR)
        if queries.session_has_second_factor(account, found, request.session.get(proofs.ONLY_IN)):
            return None
        if not queries.has_totp(account) and not queries.passkeys_of(account):
            return HttpResponseRedirect(reverse("konto:totp"))
        logout(request)
        return self._to_login(request)

    def _into_district(self, request: HttpRequest, account: Any, view: Any) -> HttpResponseBase:
        person = Viewer(kind=ViewerKind.PERSON, account_id=account.pk, name=account.get_full_name())
        district = District.objects.filter(slug=request.district_slug).first()  # type: ignore[attr-defined]
        if district is None:
            raise self._refuse(request, "desk.district_unknown", person)
        viewer = queries.build_viewer(account, district, clock.local_day(request.now))  # type: ignore[attr-defined]
        if not viewer.roles:
            raise self._refuse(request, "desk.no_membership", viewer)
        roles = getattr(view, "roles", None)
        if roles is not None and not viewer.has(*roles):
            raise self._refuse(request, "desk.role_missing", viewer)
        feature = getattr(view, "feature", "")
        if feature and not district.has_feature(feature):
            raise self._refuse(request, "desk.feature_off", viewer)
        if proofs.is_bound_elsewhere(request.session, district.pk):
            return go_to(request, proofs.confirm_url(proofs.current_page(request)))
        request.district = district  # type: ignore[attr-defined]
        request.viewer = viewer  # type: ignore[attr-defined]
        request.person_lines = SimpleLazyObject(lambda: queries.access_lines(viewer, district))  # type: ignore[attr-defined]
        with for_district(district):
            return self.get_response(request)

    def _to_login(self, request: HttpRequest) -> HttpResponseBase:
        """GET pages come back after the login; a form that was sent does not, the person finds its page again."""
        query = {"next": request.get_full_path()} if request.method in {"GET", "HEAD"} else {}
        login = reverse("account_login")
        return HttpResponseRedirect(f"{login}?{urlencode(query)}" if query else login)

    def _refuse(self, request: HttpRequest, verb: str, viewer: Viewer) -> Http404:
        """Leave an entry; the answer is as if there were nothing."""
        self._note(request, verb, viewer)
        return Http404()

    def _note(self, request: HttpRequest, verb: str, viewer: Viewer) -> None:
        """The entry names the route, not the address: an address may hold a token."""
        match = request.matched  # type: ignore[attr-defined]
        route = match.view_name if match else ""
        audit.record_refusal(verb=verb, viewer=replace(viewer, reason=f"{request.method} {route}"[:80]), now=request.now)  # type: ignore[attr-defined]
